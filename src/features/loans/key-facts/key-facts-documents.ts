import { paperTable, writeKeyFacts } from './key-facts-paper.ts';
import { blocksOfAgreement } from '../offer/offer-papers.ts';
import { keyFactsOf } from './key-facts.ts';
import { keyFactsPage } from './key-facts.view.ts';

/** Key facts of an offer or a loan: worked out, as a page, and as a PDF; and its schedule for other documents. */
export const keyFacts = {
  of: keyFactsOf,
  page: keyFactsPage,
  write: writeKeyFacts,
  paperTable,
  /** The blocks of the agreement that is signed, and that the loan has. */
  agreement: blocksOfAgreement,
};
