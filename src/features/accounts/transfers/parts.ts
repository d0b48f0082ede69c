import type { Model } from 'mongoose';
import type { Customers } from '#features/customers/index.ts';
import type { Ledger } from '#features/ledger/index.ts';
import type { Platform } from '#platform/platform.ts';
import type { AccountRecord } from '../account.model.ts';
import type { Acquaintance, PayeeRecord } from './payee.model.ts';
import type { ScheduleRecord } from './schedule.model.ts';
import type { TransferRecord } from './transfer.model.ts';

/** What the transfers' services share. */
export interface TransferParts {
  platform: Platform;
  ledger: Ledger;
  customers: Pick<Customers, 'names'>;
  accounts: Model<AccountRecord>;
  transfers: Model<TransferRecord>;
  payees: Model<PayeeRecord>;
  acquaintances: Model<Acquaintance>;
  schedules: Model<ScheduleRecord>;
}

/** Where the money is to go, as somebody chose it. */
export type Target =
  { kind: 'own'; accountId: string } | { kind: 'payee'; payeeId: string } | { kind: 'number'; number: string };

export function targetText(target: Target): string {
  switch (target.kind) {
    case 'own':
      return `own:${target.accountId}`;
    case 'payee':
      return `payee:${target.payeeId}`;
    case 'number':
      return `number:${target.number}`;
  }
}
