import { present } from '#core/assert.ts';
import { erased } from '#platform/vault/vault.ts';
import type { Application } from '../applying/application.model.ts';
import { documentsOf, namePlace, partiesOf, requestsOf, type DocumentParts } from './document-parts.ts';
import { requestCollection, type ApplicationDocument, type DocumentRequest, type PaperKind } from './document.model.ts';
import { currentOf, isMissing, itemState, type ItemState } from './document.rules.ts';
import { kindText } from './document-texts.ts';

/** One paper of one person. */
export interface ChecklistItem {
  kind: PaperKind;
  partyId: string;
  label: string;
  required: boolean;
  state: ItemState;
  /** The newest; undefined where there is none. */
  document: ApplicationDocument | undefined;
  /** The ones before it, newest first. */
  older: ApplicationDocument[];
  request: DocumentRequest | undefined;
}

export interface FileOfDocuments {
  application: Application;
  parties: string[];
  documents: ApplicationDocument[];
  items: ChecklistItem[];
}

/** Everything of an application: what its product asks of whom, what officers asked for, and what came. */
export async function readFile(parts: DocumentParts, application: Application): Promise<FileOfDocuments> {
  const [parties, documents, requests, product] = await Promise.all([
    partiesOf(parts, application),
    documentsOf(parts, application._id),
    requestsOf(parts, application._id),
    parts.products.version(application.productVersionId),
  ]);
  const needed = present(product, 'The product version of an application').documents;
  const items = parties.flatMap((partyId) => {
    const own = needed.filter(({ of }) => of === 'everyone' || partyId === application.partyId);
    const listed = own.map(({ kind, required }) => ({ kind, required }));
    const known = new Set<PaperKind>(listed.map(({ kind }) => kind));
    const more = [...requests, ...documents]
      .filter((one) => one.partyId === partyId && !known.has(one.kind))
      .map(({ kind }) => kind);
    const all = [...listed, ...[...new Set(more)].map((kind) => ({ kind, required: false }))];
    return all.map((one) => itemOf({ ...one, partyId, documents, requests }));
  });
  return { application, parties, documents, items };
}

function itemOf(facts: {
  kind: PaperKind;
  required: boolean;
  partyId: string;
  documents: readonly ApplicationDocument[];
  requests: readonly DocumentRequest[];
}): ChecklistItem {
  const { kind, required, partyId } = facts;
  const [document, ...older] = currentOf(facts.documents, { kind, partyId });
  const request = facts.requests.find((one) => one.kind === kind && one.partyId === partyId && one.state === 'open');
  const state = itemState(document, request !== undefined);
  return { kind, partyId, label: kindText(kind), required, state, document, older, request };
}

/** What keeps the application from being sent. */
export function missingOf({ items }: Pick<FileOfDocuments, 'items'>): ChecklistItem[] {
  return items.filter(isMissing);
}

/** A document with what only who may see it reads. */
export interface OpenedItem extends ChecklistItem {
  names: Map<string, string>;
  reason: string | undefined;
  asks: string | undefined;
}

/** Opens names, reasons and requests of a list; keys are fetched by one query. */
export async function openItems(parts: DocumentParts, items: readonly ChecklistItem[]): Promise<OpenedItem[]> {
  const { vault } = parts.platform;
  await vault.warm([...new Set(items.map(({ partyId }) => partyId))]);
  return Promise.all(
    items.map(async (item) => {
      const all = item.document ? [item.document, ...item.older] : [];
      const names = await Promise.all(
        all.map(async ({ _id, name }) => [_id, await vault.open(namePlace(_id, 'name'), name)] as const),
      );
      const { document, request } = item;
      const reason = document?.reason
        ? await vault.open(namePlace(document._id, 'reason'), document.reason)
        : undefined;
      const asks = request ? await vault.open(requestPlace(request._id), request.text) : undefined;
      return { ...item, names: new Map(names), reason, asks: asks === erased ? undefined : asks };
    }),
  );
}

export const requestPlace = (requestId: string) => ({
  ...{ collection: requestCollection, document: requestId, field: 'text' },
});
