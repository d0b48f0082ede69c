import type { GivenSecrets } from '#config/config.ts';
import { createFormats } from '#core/format.ts';
import type { Currency } from '#core/money.ts';
import type { ListedName, NameScreener } from '#features/customers/index.ts';
import type { CreditBureau } from '#features/loans/index.ts';
import { createAudit } from '#platform/audit.ts';
import { createBankDay, type BankDay } from '#platform/bank-day.ts';
import type { Clock } from '#platform/clock.ts';
import type { Logger } from '#platform/logger.ts';
import type { Database } from '#platform/mongo.ts';
import { createOutbox } from '#platform/outbox.ts';
import type { Platform } from '#platform/platform.ts';
import { noScanner, type Scanner } from '#platform/scanning/scanner.ts';
import { createGridFsStorage } from '#platform/storage/gridfs-storage.ts';
import { createQuarantine } from '#platform/storage/quarantine.ts';
import type { Storage } from '#platform/storage/storage.ts';
import type { Kms } from '#platform/vault/kms.ts';
import { createVault } from '#platform/vault/vault.ts';

export const headBranchId = 'head-office';

/** What a bank is built from. */
export interface BankParts {
  database: Database;
  clock: Clock;
  /** Instead of the one in the database, while a year is played. */
  bankDay?: BankDay;
  logger: Logger;
  kms: Kms;
  /** Where uploaded files lie: the database, unless something else is given. */
  storage?: Storage;
  /** What looks at uploaded files: nothing, unless something is given. */
  scanner?: Scanner;
  /** What screens customers' names: a small list, unless an engine is given; with neither nobody is screened. */
  screener?: NameScreener;
  listedNames?: readonly ListedName[];
  /** Where credit reports come from: the sandbox, unless a real bureau is given. */
  creditBureau?: CreditBureau;
  /** The path of the model file that says its word in the shadow: none, unless one is given. */
  challengerModel?: string;
  secrets: Pick<GivenSecrets, 'peppers' | 'blindIndexKey'>;
  bcryptCost: number;
  currency: Currency;
  locale: string;
  timeZone: string;
  country: string;
  /** How long a posting may be under way after its business date has passed; 0 where nobody else posts. */
  settledMs?: number;
}

/** The adapters that every service is given. */
export function platformOf(parts: BankParts, keys: Parameters<typeof createVault>[0]['keys']): Platform {
  const { database, clock, logger, currency, locale, timeZone, country } = parts;
  const vault = createVault({ keys, blindIndexKey: parts.secrets.blindIndexKey });
  const storage = parts.storage ?? createGridFsStorage(database);
  return {
    database,
    clock,
    logger,
    bankDay: parts.bankDay ?? createBankDay({ database, clock, timeZone }),
    audit: createAudit({ database, clock }),
    outbox: createOutbox({ database, clock, logger }),
    vault,
    quarantine: createQuarantine({ storage, vault, clock, database }),
    scanner: parts.scanner ?? noScanner,
    formats: createFormats({ currency, locale, timeZone }),
    currency,
    timeZone,
    country,
    headBranchId,
  };
}
