import type { DepositAccount } from '#features/accounts/index.ts';
import type { ProductVersion } from '#features/products/index.ts';
import type { PayoutBlock } from '../disbursal/payout-checks.ts';
import type { KeyFacts } from '../key-facts/key-facts.ts';
import type { AgreedWords } from './agreed-words.ts';
import type { OfferPaperKind } from './offer-papers.ts';
import type { OfferedApplication } from './offered-application.ts';

export type { OfferedApplication } from './offered-application.ts';

/** A paper of an offer, with the SHA-256 of its bytes in hexadecimal. */
export interface OfferDocument {
  kind: OfferPaperKind;
  title: string;
  sha256: string;
}

/** An offer as the borrower reads it. */
export interface OfferReview {
  application: OfferedApplication;
  /** The officer's words in it, opened. */
  words: AgreedWords;
  product: ProductVersion;
  /** As a loan if it were paid out on the day of the offer, and the schedule of that. */
  facts: KeyFacts;
  documents: OfferDocument[];
  /** Who signs. */
  borrower: string;
  /** Where it could be paid into: the borrower's own accounts in the loan's currency. */
  accounts: DepositAccount[];
  bankProof: 'none' | 'pending' | 'proved' | 'failed';
  /** What is missing before the money comes, once it is accepted. */
  missing: PayoutBlock[];
  expired: boolean;
}
