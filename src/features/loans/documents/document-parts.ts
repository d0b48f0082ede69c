import type { Model } from 'mongoose';
import { notFound } from '#core/errors.ts';
import type { Actor } from '#core/roles.ts';
import type { Customers } from '#features/customers/index.ts';
import type { Products } from '#features/products/index.ts';
import type { Companion } from '#platform/companion.ts';
import type { Platform } from '#platform/platform.ts';
import type { Application } from '../applying/application.model.ts';
import type { Desk } from '../desk/desk.service.ts';
import { documentCollection, type ApplicationDocument, type DocumentRequest } from './document.model.ts';

/** What documents ask of others; composition wires each where it is there. */
export interface DocumentPorts {
  products: Pick<Products, 'version'>;
  customers: Pick<Customers, 'names'>;
  /** Everybody on a file, the applicant among them. */
  participants?: { parties(applicationId: string): Promise<readonly string[]> } | undefined;
  /** Whether this officer may act on the file now. */
  desk?: Pick<Desk, 'authorise'> | undefined;
  /** Told once an officer has judged a document, by a fixed id: twice is once. */
  kyc?:
    | {
        noteDocument(note: {
          partyId: string;
          kind: string;
          documentId: string;
          verdict: 'verified' | 'rejected';
          by: string;
        }): Promise<void>;
      }
    | undefined;
}

export interface DocumentParts extends DocumentPorts {
  platform: Platform;
  applications: Model<Application>;
  documents: Model<ApplicationDocument>;
  requests: Model<DocumentRequest>;
}

export type Officer = Pick<Actor, 'userId' | 'partyId' | 'roles'>;

/** The applicant first, then who takes part. */
export async function partiesOf(parts: DocumentParts, application: Application): Promise<string[]> {
  const others = (await parts.participants?.parties(application._id)) ?? [];
  return [...new Set([application.partyId, ...others])];
}

/** The application, for somebody on it; for anybody else it is not there. */
export async function applicationOf(
  parts: DocumentParts,
  { applicationId, partyId }: { applicationId: string; partyId: string },
): Promise<Application> {
  const application = await parts.applications.findOne({ _id: applicationId }).lean<Application>();
  if (!application || !(await partiesOf(parts, application)).includes(partyId)) throw notFound('Application');
  return application;
}

/** The application, for staff; a draft is the borrower's alone. */
export async function fileOf(parts: DocumentParts, applicationId: string): Promise<Application> {
  const application = await parts.applications.findOne({ _id: applicationId }).lean<Application>();
  if (!application || application.state === 'draft') throw notFound('Application');
  return application;
}

/** Bounded by the numbers that documents of an application may have. */
export function documentsOf({ documents }: DocumentParts, applicationId: string): Promise<ApplicationDocument[]> {
  return documents.find({ applicationId }).sort({ number: 1 }).limit(100).lean<ApplicationDocument[]>().exec();
}

export function requestsOf({ requests }: DocumentParts, applicationId: string): Promise<DocumentRequest[]> {
  return requests.find({ applicationId }).sort({ askedAt: 1 }).limit(100).lean<DocumentRequest[]>().exec();
}

/** Ids, kinds and states only. */
export function trail(
  { platform }: DocumentParts,
  fact: { actor: string; action: string; document: Pick<ApplicationDocument, '_id' | 'applicationId' | 'kind'> } & {
    details?: Record<string, string>;
  },
): Companion {
  const { document, actor, action, details = {} } = fact;
  return platform.audit.entry({
    ...{ actor, action, subject: { type: 'application', id: document.applicationId } },
    details: { documentId: document._id, kind: document.kind, ...details },
  });
}

export const namePlace = (documentId: string, field: 'name' | 'reason') => ({
  ...{ collection: documentCollection, document: documentId, field },
});
