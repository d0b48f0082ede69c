import { ok, refuse, type Result } from '#core/result.ts';
import { notFound } from '#core/errors.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether, type Companion } from '#platform/companion.ts';
import { isDuplicateKey } from '#platform/mongo.ts';
import type { QuarantinedFile } from '#platform/storage/quarantine.ts';
import type { Application } from '../applying/application.model.ts';
import { readFile, type ChecklistItem } from './checklist.ts';
import { applicationOf, namePlace, trail, type DocumentParts } from './document-parts.ts';
import {
  documentCollection,
  requestCollection,
  type ApplicationDocument,
  type PaperKind,
  type Safety,
} from './document.model.ts';
import { decideAdding, mayRemove, type AddRefusal, type Place, type RemoveRefusal } from './document.rules.ts';
import { scanOne } from './scanning.ts';

export interface OwnOrder {
  actor: string;
  partyId: string;
  applicationId: string;
}

const tries = 4;

/** Keeps a file that came into quarantine as the newest of its kind; what is refused stays nobody's and is removed. */
export async function addDocument(
  parts: DocumentParts,
  order: OwnOrder & { kind: PaperKind; file: QuarantinedFile },
): Promise<Result<{ safety: Safety }, AddRefusal>> {
  const { kind, partyId } = order;
  for (let attempt = 1; ; attempt += 1) {
    const { application, documents, items } = await readFile(parts, await applicationOf(parts, order));
    const item = items.find((one) => one.kind === kind && one.partyId === partyId);
    const of = { kind, partyId };
    const decided = decideAdding({ applicationState: application.state, state: item?.state, documents, of });
    if (!decided.ok) return decided;
    const document = await documentFrom(parts, order, decided.value);
    try {
      await commitTogether(parts.platform.database, companionsOf(parts, { order, application, document, item }));
      return ok({ safety: await scanOne(parts, document) });
    } catch (error) {
      // Somebody took the place at the same moment; the next free one is looked for.
      if (!isDuplicateKey(error) || attempt >= tries) throw error;
    }
  }
}

async function documentFrom(
  { platform }: DocumentParts,
  order: OwnOrder & { kind: PaperKind; file: QuarantinedFile },
  place: Place,
): Promise<ApplicationDocument> {
  const { applicationId, partyId, kind, actor, file } = order;
  const { fileId: _id, kind: type, bytes, sha256 } = file;
  const now = bsonDate(platform.clock.now());
  const name = await platform.vault.seal(partyId, namePlace(_id, 'name'), file.name);
  return {
    ...{ _id, applicationId, partyId, kind, ...place, type, bytes, sha256, name },
    ...{ safety: 'quarantined', scanAt: now, scannedAt: null },
    ...{ verdict: 'received', reason: null, judgedBy: null, judgedAt: null },
    ...{ uploadedAt: now, uploadedBy: actor, revision: 1 },
  };
}

function companionsOf(
  parts: DocumentParts,
  facts: {
    order: OwnOrder;
    application: Application;
    document: ApplicationDocument;
    item: ChecklistItem | undefined;
  },
): Companion[] {
  const { order, application, document, item } = facts;
  const { request } = item ?? {};
  return [
    parts.platform.quarantine.keeping(document._id),
    // So that nobody sends or closes the application at the same moment.
    unmoved(application, document.uploadedAt),
    { collection: documentCollection, kind: 'insert', document: { ...document } },
    ...(request
      ? [
          {
            ...{ collection: requestCollection, kind: 'update' as const },
            filter: { _id: request._id, state: 'open' },
            change: { $set: { state: 'answered', documentId: document._id } },
          },
        ]
      : []),
    trail(parts, {
      ...{ actor: order.actor, action: 'document-uploaded', document },
      details: { version: String(document.version), type: document.type },
    }),
  ];
}

function unmoved({ _id, state }: Application, at: Date): Companion {
  return { collection: 'applications', kind: 'update', filter: { _id, state }, change: { $set: { changedAt: at } } };
}

/** Takes back a document before the application is sent: its content goes too, and the one before it counts again. */
export async function removeDocument(
  parts: DocumentParts,
  order: OwnOrder & { documentId: string },
): Promise<Result<'removed', RemoveRefusal>> {
  const application = await applicationOf(parts, order);
  const { applicationId, partyId, documentId } = order;
  const document = await parts.documents
    .findOne({ _id: documentId, applicationId, partyId })
    .lean<ApplicationDocument>();
  if (!document) throw notFound('Document');
  if (!mayRemove(application.state, document)) return refuse({ code: 'sent' });
  const now = bsonDate(parts.platform.clock.now());
  const { quarantine, database } = parts.platform;
  await commitTogether(database, [
    { collection: documentCollection, kind: 'delete', filter: { _id: documentId, verdict: 'received' } },
    // An infected one has no content any more.
    ...(document.safety === 'infected' ? [] : [quarantine.releasing({ fileId: documentId, partyId })]),
    unmoved(application, now),
    trail(parts, { actor: order.actor, action: 'document-removed', document }),
  ]);
  await quarantine.sweep().catch((error: unknown) => {
    parts.platform.logger.warn({ err: error }, 'A removed file is still there; the sweep tries again');
  });
  return ok('removed');
}
