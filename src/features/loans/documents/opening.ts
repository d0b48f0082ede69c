import { notFound } from '#core/errors.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { formats } from '#platform/storage/formats/kinds.ts';
import { applicationOf, fileOf, type DocumentParts, type Officer } from './document-parts.ts';
import type { ApplicationDocument } from './document.model.ts';
import type { OwnOrder } from './adding.ts';

/** A file to be given out: always as an attachment under a name of ours. */
export interface OpenedFile {
  name: string;
  type: string;
  bytes: number;
  content: AsyncIterable<Buffer>;
}

export type OpenRefusal =
  /** Nobody has looked for malware in it: staff confirm that they open it at their own risk. */
  | { code: 'quarantined' }
  | { code: 'infected' }
  /** Its owner's data were erased, or the storage does not have it. */
  | { code: 'gone' };

/** For who sent it: their own file, unless it turned out to be infected. */
export async function openOwn(
  parts: DocumentParts,
  order: OwnOrder & { documentId: string },
): Promise<Result<OpenedFile, OpenRefusal>> {
  const { actor, applicationId, partyId, documentId } = order;
  await applicationOf(parts, order);
  const document = await parts.documents
    .findOne({ _id: documentId, applicationId, partyId })
    .lean<ApplicationDocument>();
  if (!document) throw notFound('Document');
  return open(parts, { document, actor });
}

/** For staff: one that nobody has looked at only after they said that they know. */
export async function openForStaff(
  parts: DocumentParts,
  order: { actor: Officer; applicationId: string; documentId: string; risk: 'none' | 'accepted' },
): Promise<Result<OpenedFile, OpenRefusal>> {
  const document = await staffDocument(parts, order);
  if (document.safety === 'quarantined' && order.risk === 'none') return refuse({ code: 'quarantined' });
  return open(parts, { document, actor: order.actor.userId });
}

export async function staffDocument(
  parts: DocumentParts,
  { applicationId, documentId }: { applicationId: string; documentId: string },
): Promise<ApplicationDocument> {
  await fileOf(parts, applicationId);
  const document = await parts.documents.findOne({ _id: documentId, applicationId }).lean<ApplicationDocument>();
  if (!document) throw notFound('Document');
  return document;
}

async function open(
  parts: DocumentParts,
  { document, actor }: { document: ApplicationDocument; actor: string },
): Promise<Result<OpenedFile, OpenRefusal>> {
  const { _id, partyId, safety, type, kind, version, bytes } = document;
  if (safety === 'infected') return refuse({ code: 'infected' });
  const content = await parts.platform.quarantine.open({ fileId: _id, partyId });
  if (!content) return refuse({ code: 'gone' });
  // Before the first byte: a download that breaks off was begun.
  await parts.platform.audit.record({
    ...{ actor, action: 'document-downloaded', subject: { type: 'application', id: document.applicationId } },
    details: { documentId: _id, kind, safety },
  });
  const extension = formats[type].extensions[0] ?? type;
  return ok({ name: `${kind}-${version}.${extension}`, type: formats[type].type, bytes, content });
}
