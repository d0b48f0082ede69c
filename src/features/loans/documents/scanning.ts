import { noticeRow } from '#features/notices/index.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether } from '#platform/companion.ts';
import { operators } from '#platform/mongo.ts';
import { trail, type DocumentParts } from './document-parts.ts';
import { documentCollection, type ApplicationDocument, type Safety } from './document.model.ts';
import { inSentence } from './document-texts.ts';

const againMs = 5 * 60_000;
const batch = 25;

/** Looks at one document, if a scanner is there; one that does not answer is asked again later. */
export async function scanOne(parts: DocumentParts, document: ApplicationDocument): Promise<Safety> {
  const { platform } = parts;
  if (platform.scanner.kind === 'none') return document.safety;
  try {
    const content = await platform.quarantine.open({ fileId: document._id, partyId: document.partyId });
    const found = content ? await platform.scanner.scan(content) : ({ verdict: 'not-scanned' } as const);
    if (found.verdict === 'clean') return await markClean(parts, document);
    if (found.verdict === 'infected') return await markInfected(parts, document, found.signature);
    await later(parts, document);
  } catch (error) {
    platform.logger.warn({ err: error, documentId: document._id }, 'A document could not be scanned yet');
    await later(parts, document);
  }
  return document.safety;
}

/** Looks at what waits in quarantine, oldest first; gives how many were looked at. */
export async function scanDue(parts: DocumentParts): Promise<number> {
  const { platform, documents } = parts;
  if (platform.scanner.kind === 'none') return 0;
  const due = { safety: 'quarantined' as const, scanAt: operators({ $lte: bsonDate(platform.clock.now()) }) };
  const waiting = await documents.find(due).sort({ scanAt: 1 }).limit(batch).lean<ApplicationDocument[]>();
  for (const document of waiting) await scanOne(parts, document);
  return waiting.length;
}

async function later({ platform, documents }: DocumentParts, { _id }: ApplicationDocument): Promise<void> {
  const scanAt = new Date(bsonDate(platform.clock.now()).getTime() + againMs);
  await documents.updateOne({ _id, safety: 'quarantined' }, { $set: { scanAt } });
}

async function markClean({ platform, documents }: DocumentParts, { _id }: ApplicationDocument): Promise<Safety> {
  const scannedAt = bsonDate(platform.clock.now());
  await documents.updateOne({ _id, safety: 'quarantined' }, { $set: { safety: 'clean', scannedAt } });
  return 'clean';
}

/** The record stays, the content goes, and the borrower is told in a sentence. */
async function markInfected(parts: DocumentParts, document: ApplicationDocument, signature: string): Promise<Safety> {
  const { platform } = parts;
  const { _id, partyId, applicationId, kind } = document;
  await commitTogether(platform.database, [
    {
      ...{ collection: documentCollection, kind: 'update' as const, filter: { _id, safety: 'quarantined' } },
      change: { $set: { safety: 'infected', scannedAt: bsonDate(platform.clock.now()) }, $inc: { revision: 1 } },
    },
    platform.quarantine.releasing({ fileId: _id, partyId }),
    trail(parts, { actor: 'document-scan', action: 'document-infected', document, details: { signature } }),
    noticeRow(platform.outbox, {
      partyId,
      title: 'A document could not be taken',
      text: `The file that you sent as ${inSentence(kind)} contains malicious software. We removed it. Please check your device, and send the document again as a new scan or photograph.`,
      href: `/loans/apply/${applicationId}/documents`,
    }),
  ]);
  return 'infected';
}
