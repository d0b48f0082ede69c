import type { Currency } from '#core/money.ts';
import type { Formats } from '#core/format.ts';
import type { Audit } from './audit.ts';
import type { BankDay } from './bank-day.ts';
import type { Clock } from './clock.ts';
import type { Logger } from './logger.ts';
import type { Database } from './mongo.ts';
import type { Outbox } from './outbox.ts';
import type { Scanner } from './scanning/scanner.ts';
import type { Quarantine } from './storage/quarantine.ts';
import type { Vault } from './vault/vault.ts';

/** What every service is given; composition builds one a process. */
export interface Platform {
  database: Database;
  clock: Clock;
  bankDay: BankDay;
  audit: Audit;
  outbox: Outbox;
  vault: Vault;
  /** Files: where they come in, lie and are opened. */
  quarantine: Quarantine;
  scanner: Scanner;
  logger: Logger;
  formats: Formats;
  currency: Currency;
  /** Where the bank's day begins and ends. */
  timeZone: string;
  /** Where the bank is: the default country of bank details. */
  country: string;
  /** The branch that new customers and files belong to. */
  headBranchId: string;
}
