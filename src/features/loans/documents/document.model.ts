import type { Connection, Model } from 'mongoose';
import type { DocumentKind } from '#features/products/index.ts';
import { documentSchema } from '#platform/schema.ts';
import type { FileKind } from '#platform/storage/formats/kinds.ts';
import { sealedField, type Sealed } from '#platform/vault/vault.ts';

/** What a document is of; `other` is what an officer asks for by words. */
export type PaperKind = DocumentKind | 'other';
/** Whether anybody looked for malware in it; the content of an infected one is gone. */
export type Safety = 'quarantined' | 'clean' | 'infected';
export type Verdict = 'received' | 'verified' | 'rejected';

/** A file of an application. Its id is that of the file; the content lies in the storage, sealed under its party's key. */
export interface ApplicationDocument {
  _id: string;
  applicationId: string;
  /** Who sent it and whom it is about: the applicant, or somebody who takes part. */
  partyId: string;
  kind: PaperKind;
  /** 1 to the most of an application, each once: what bounds them when several come at a time. */
  number: number;
  /** 1 for the first of its kind and party; the highest is the one that counts. */
  version: number;
  type: FileKind;
  bytes: number;
  sha256: string;
  /** As it was called where it came from, bound to `applicationDocuments/<id>/name`. */
  name: Sealed;
  safety: Safety;
  /** When it is looked at next, while it is in quarantine. */
  scanAt: Date;
  scannedAt: Date | null;
  verdict: Verdict;
  /** Why it was rejected, in words for the borrower, bound to `applicationDocuments/<id>/reason`. */
  reason: Sealed | null;
  judgedBy: string | null;
  judgedAt: Date | null;
  uploadedAt: Date;
  uploadedBy: string;
  /** Counts the changes, and guards them. */
  revision: number;
}

/** A document that an officer asks for, with what it should show. */
export interface DocumentRequest {
  _id: string;
  applicationId: string;
  partyId: string;
  kind: PaperKind;
  /** Bound to `documentRequests/<id>/text`. */
  text: Sealed;
  askedBy: string;
  askedAt: Date;
  state: 'open' | 'answered';
  /** The document that came. */
  documentId: string | null;
}

export const documentCollection = 'applicationDocuments';
export const requestCollection = 'documentRequests';

const text = { type: String, required: true };
const count = { type: Number, required: true };
const date = { type: Date, required: true };

const documentShape = documentSchema(
  {
    applicationId: text,
    partyId: text,
    kind: text,
    number: count,
    version: count,
    type: text,
    bytes: count,
    sha256: text,
    name: sealedField,
    safety: text,
    scanAt: date,
    scannedAt: { type: Date, default: null },
    verdict: text,
    reason: { type: sealedField, default: null },
    judgedBy: { type: String, default: null },
    judgedAt: { type: Date, default: null },
    uploadedAt: date,
    uploadedBy: text,
    revision: count,
  },
  documentCollection,
)
  .index({ applicationId: 1, number: 1 }, { unique: true })
  .index({ applicationId: 1, partyId: 1, kind: 1, version: 1 }, { unique: true })
  .index({ partyId: 1, uploadedAt: -1 })
  .index({ safety: 1, scanAt: 1 });

const requestShape = documentSchema(
  {
    applicationId: text,
    partyId: text,
    kind: text,
    text: sealedField,
    askedBy: text,
    askedAt: date,
    state: text,
    documentId: { type: String, default: null },
  },
  requestCollection,
)
  .index({ applicationId: 1, askedAt: 1 })
  // Asked once until it is answered.
  .index(
    { applicationId: 1, partyId: 1, kind: 1 },
    { unique: true, partialFilterExpression: { state: 'open' }, name: 'oneOpenRequestOfAKind' },
  );

export const documentModel = (connection: Connection): Model<ApplicationDocument> =>
  connection.model<ApplicationDocument>('ApplicationDocument', documentShape as never);
export const requestModel = (connection: Connection): Model<DocumentRequest> =>
  connection.model<DocumentRequest>('DocumentRequest', requestShape as never);
