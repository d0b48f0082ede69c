import type { Model } from 'mongoose';
import type { Ledger } from '#features/ledger/index.ts';
import type { PaymentRail } from '#platform/payment-rail.ts';
import type { Platform } from '#platform/platform.ts';
import type { AccountRecord } from '../account.model.ts';
import type { LoanReceiver } from './loan-receiver.ts';
import type { RailPayment } from './rail.model.ts';

export interface RailParts {
  platform: Platform;
  ledger: Ledger;
  rail: PaymentRail;
  accounts: Model<AccountRecord>;
  payments: Model<RailPayment>;
  /** Who books what is for a loan, once it has registered itself. */
  loans: { receiver?: LoanReceiver };
}

export async function findPayment({ payments }: Pick<RailParts, 'payments'>, key: string) {
  return (await payments.findOne({ _id: key }).lean<RailPayment>()) ?? undefined;
}
