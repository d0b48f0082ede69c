import type { DepositAccount } from '#features/accounts/index.ts';
import type { Estimate, ProductVersion } from '#features/products/index.ts';
import type { ScheduleTerms } from '#features/schedules/index.ts';
import type { Application, Offer } from '../applying/application.model.ts';

export type OfferedApplication = Application & { offer: Offer };

/** An offer as the borrower reads it. */
export interface OfferReview {
  application: OfferedApplication;
  product: ProductVersion;
  /** As a loan if it were paid out today, and the schedule of that. */
  terms: ScheduleTerms;
  rows: Estimate['rows'];
  /** Where it could be paid into: the borrower's own accounts in the loan's currency. */
  accounts: DepositAccount[];
  expired: boolean;
}
