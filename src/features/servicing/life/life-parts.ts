import type { Model } from 'mongoose';
import type { PlainDate } from '#core/calendar.ts';
import type { Ledger } from '#features/ledger/index.ts';
import type { Loan, LoanTransaction } from '#features/loans/index.ts';
import type { Products, ProductVersion } from '#features/products/index.ts';
import type { LoanRun } from '#features/schedules/index.ts';
import type { Platform } from '#platform/platform.ts';

export interface LifeParts {
  platform: Platform;
  ledger: Ledger;
  products: Pick<Products, 'version'>;
  loans: Model<Loan>;
  transactions: Model<LoanTransaction>;
  /** Whether the deposit account is one that the party may pay from. */
  mayPayFrom(partyId: string, accountId: string): Promise<boolean>;
}

/** The loan with all that was recorded, as it stands on a business date. */
export interface Told {
  loan: Loan;
  product: ProductVersion;
  transactions: LoanTransaction[];
  run: LoanRun;
  today: PlainDate;
}
