import { assert } from '#core/assert.ts';
import { Fault } from '#core/errors.ts';
import type { Companion } from '#platform/companion.ts';
import type { DocumentParts } from './document-parts.ts';
import type { ApplicationDocument } from './document.model.ts';

/**
 * What an officer made of a document counts for the identity check, too. It is promised in the transaction of the
 * judgement, so that a process that dies in between leaves no document that is verified here and unknown there.
 */
const topic = 'loan-document-judged';

/** One row a judgement: writing it twice is a duplicate key. */
export function kycRow(
  { platform, kyc }: Pick<DocumentParts, 'platform' | 'kyc'>,
  { _id: documentId, revision }: Pick<ApplicationDocument, '_id' | 'revision'>,
): Companion[] {
  if (!kyc) return [];
  return [platform.outbox.row({ topic, id: `${topic}:${documentId}:${revision}`, payload: { documentId } })];
}

export function noteForKyc(parts: DocumentParts): void {
  parts.platform.outbox.handle(topic, async ({ payload: { documentId } }) => {
    assert(typeof documentId === 'string', 'A row about a judged document names it');
    await note(parts, documentId);
  });
}

/** The officer goes on to the identity check at once, and finds it told; where this fails, the row sees to it. */
export async function noteAtOnce(parts: DocumentParts, documentId: string): Promise<void> {
  try {
    await note(parts, documentId);
  } catch (error) {
    parts.platform.logger.warn({ err: error, document: documentId }, 'The identity check is told of a document later');
  }
}

/**
 * Tells what the document is now, not what it was when the row was written: rows may arrive late, twice, or one before
 * the other. Where it was judged again meanwhile, that is told as well.
 */
async function note(parts: DocumentParts, documentId: string): Promise<void> {
  const found = async () => parts.documents.findOne({ _id: documentId }).lean<ApplicationDocument>();
  for (let told: number | undefined, document = await found(); document?.revision !== told; document = await found()) {
    if (!document) return;
    await tell(parts, document);
    told = document.revision;
  }
}

async function tell({ kyc, platform }: DocumentParts, document: ApplicationDocument): Promise<void> {
  const { _id: documentId, partyId, kind, verdict, judgedBy } = document;
  if (verdict === 'received' || judgedBy === null) return;
  try {
    await kyc?.noteDocument({ partyId, kind, documentId, verdict, by: judgedBy });
  } catch (error) {
    // Somebody close to the customer judged it: for the identity check it stays unjudged, and trying again changes nothing.
    if (!(error instanceof Fault) || error.kind !== 'forbidden') throw error;
    platform.logger.warn({ document: documentId }, 'A judged document does not count for the identity check');
  }
}
