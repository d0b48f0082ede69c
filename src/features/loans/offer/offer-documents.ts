import { createHash } from 'node:crypto';
import { present } from '#core/assert.ts';
import type { Customers } from '#features/customers/index.ts';
import type { Products } from '#features/products/index.ts';
import type { Platform } from '#platform/platform.ts';
import { chosenProduct } from '../applying/chosen-product.ts';
import { openWords } from './agreed-words.ts';
import { offerPaperKinds, paperBytes, type OfferPaper, type OfferPaperKind } from './offer-papers.ts';
import { othersOn } from './offer-people.ts';
import type { OfferDocument, OfferedApplication } from './offer-review.ts';
import { readSigned, sha256Of, type Paper } from './signed-papers.ts';

export const paperTitles: Record<OfferPaperKind, string> = {
  'key-facts': 'Key Facts Statement',
  'sanction-letter': 'Sanction letter',
  agreement: 'Loan agreement',
};

export interface OfferDocumentParts {
  platform: Pick<Platform, 'formats' | 'vault' | 'quarantine' | 'database'>;
  products: Pick<Products, 'version'>;
  customers: Pick<Customers, 'names'>;
}

export interface OfferDocuments {
  /** The papers with their fingerprints, as they are now. */
  of(application: OfferedApplication): Promise<OfferDocument[]>;
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
        documents.push({ kind, title: paperTitles[kind], sha256: sha256Of(await paperBytes(kind, paper)) });
      }
      const [oldest] = kept.keys();
      if (kept.size >= mostKept && oldest !== undefined) kept.delete(oldest);
      kept.set(name, documents);
      return documents;
    },
  };
}

/** One paper of an offer as whoever reads it now gets it: see `papersOf`. */
export async function paperOfKind(
  parts: OfferDocumentParts,
  kind: OfferPaperKind,
  application: OfferedApplication,
): Promise<Buffer> {
  const document = application.acceptance?.documents.find((one) => one.kind === kind);
  const signed = await readSigned(parts.platform, { partyId: application.partyId, document });
  return signed ?? paperBytes(kind, await paperOf(parts, application));
}

/**
 * The papers of an offer: exactly those that the borrower signed, or made anew where they have not signed yet, or did
 * so before the bytes were kept.
 */
export async function papersOf(parts: OfferDocumentParts, application: OfferedApplication): Promise<Paper[]> {
  const papers: Paper[] = [];
  for (const kind of offerPaperKinds) papers.push({ kind, bytes: await paperOfKind(parts, kind, application) });
  return papers;
}

/** Everything that a paper is made of, as a hash: no name lies open in the memory of the process. */
function keyOf({ application, words, product, borrower, others, formats }: OfferPaper): string {
  const { _id, offer } = application;
  const plan = words.plan.map(({ n, amount, stage }) => [n, amount, stage]);
  const facts = [
    _id,
    product._id,
    product.frequency,
    offer,
    words.conditions.map(({ text }) => text),
    plan,
    borrower,
    others,
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
    words: await openWords(platform.vault, application),
    product: chosenProduct(pinned, application),
    borrower: names.get(application.partyId) ?? '',
    others: await othersOn({ platform, customers }, application),
    formats: platform.formats,
  };
}
