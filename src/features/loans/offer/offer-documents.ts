import type { Writable } from 'node:stream';
import { createHash } from 'node:crypto';
import { present } from '#core/assert.ts';
import type { Formats } from '#core/format.ts';
import type { Customers } from '#features/customers/index.ts';
import type { Products } from '#features/products/index.ts';
import { chosenProduct } from '../applying/chosen-product.ts';
import { fingerprint, offerPaperKinds, writeOfferPaper, type OfferPaper, type OfferPaperKind } from './offer-papers.ts';
import type { OfferDocument, OfferedApplication } from './offer-review.ts';

export const paperTitles: Record<OfferPaperKind, string> = {
  'key-facts': 'Key Facts Statement',
  'sanction-letter': 'Sanction letter',
  agreement: 'Loan agreement',
};

export interface OfferDocumentParts {
  platform: { formats: Formats };
  products: Pick<Products, 'version'>;
  customers: Pick<Customers, 'names'>;
}

export interface OfferDocuments {
  /** The papers with their fingerprints, as they are now. */
  of(application: OfferedApplication): Promise<OfferDocument[]>;
  write(out: Writable, kind: OfferPaperKind, application: OfferedApplication): Promise<void>;
}

/** A schedule of 360 rows is drawn in a tenth of a second; what was drawn last is asked for again right after. */
const mostKept = 200;

export function createOfferDocuments(parts: OfferDocumentParts): OfferDocuments {
  const kept = new Map<string, OfferDocument[]>();
  return {
    of: async (application) => {
      const paper = await paperOf(parts, application);
      const name = keyOf(paper);
      const known = kept.get(name);
      if (known) return known;
      const documents: OfferDocument[] = [];
      for (const kind of offerPaperKinds) {
        documents.push({ kind, title: paperTitles[kind], sha256: await fingerprint(kind, paper) });
      }
      const [oldest] = kept.keys();
      if (kept.size >= mostKept && oldest !== undefined) kept.delete(oldest);
      kept.set(name, documents);
      return documents;
    },
    write: async (out, kind, application) => writeOfferPaper(out, kind, await paperOf(parts, application)),
  };
}

/** Everything that a paper is made of, as a hash: no name lies open in the memory of the process. */
function keyOf({ application, product, borrower, formats }: OfferPaper): string {
  const { _id, offer, conditions, tranches } = application;
  const plan = tranches.map(({ n, amount, stage }) => [n, amount, stage]);
  const facts = [
    _id,
    product._id,
    product.frequency,
    offer,
    conditions.map(({ text }) => text),
    plan,
    borrower,
    formats.locale,
  ];
  const text = JSON.stringify(facts, (_name, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
  return createHash('sha256').update(text).digest('hex');
}

async function paperOf(
  { platform, products, customers }: OfferDocumentParts,
  application: OfferedApplication,
): Promise<OfferPaper> {
  const pinned = present(await products.version(application.productVersionId), 'The product of an offer');
  const names = await customers.names([application.partyId]);
  return {
    application,
    product: chosenProduct(pinned, application),
    borrower: names.get(application.partyId) ?? '',
    formats: platform.formats,
  };
}
