import type { Result } from '#core/result.ts';
import type { Platform } from '#platform/platform.ts';
import type { QuarantinedFile } from '#platform/storage/quarantine.ts';
import { applicationModel, type Application } from '../applying/application.model.ts';
import { addDocument, removeDocument, type OwnOrder } from './adding.ts';
import { missingOf, openItems, readFile, type ChecklistItem, type OpenedItem } from './checklist.ts';
import { applicationOf, fileOf, type DocumentParts, type DocumentPorts, type Officer } from './document-parts.ts';
import {
  documentModel,
  requestModel,
  type ApplicationDocument,
  type DocumentRequest,
  type PaperKind,
  type Safety,
} from './document.model.ts';
import type { AddRefusal, JudgeRefusal, RemoveRefusal } from './document.rules.ts';
import { rejectDocument, requestDocument, verifyDocument, type JudgeOrder, type RequestRefusal } from './judging.ts';
import { noteForKyc } from './kyc-noting.ts';
import { openForStaff, openOwn, staffDocument, type OpenedFile, type OpenRefusal } from './opening.ts';
import { scanDue } from './scanning.ts';

export interface PartyName {
  partyId: string;
  name: string;
}

/** The files of applications: asked for, received, looked at, judged and given out. */
export interface ApplicationDocuments {
  /** What is asked of whom, and where each item stands; for submission, the officer's file and the task list. */
  checklist(application: Application): Promise<ChecklistItem[]>;
  /** The items that keep an application from being sent. */
  missing(application: Application): Promise<ChecklistItem[]>;
  /** What one person on the file sees and sends; somebody else's file is not found. */
  ofParty(query: {
    applicationId: string;
    partyId: string;
  }): Promise<{ application: Application; items: OpenedItem[] }>;
  add(order: OwnOrder & { kind: PaperKind; file: QuarantinedFile }): Promise<Result<{ safety: Safety }, AddRefusal>>;
  remove(order: OwnOrder & { documentId: string }): Promise<Result<'removed', RemoveRefusal>>;
  openOwn(order: OwnOrder & { documentId: string }): Promise<Result<OpenedFile, OpenRefusal>>;
  /** What staff see of a sent application, with everybody on it by name. */
  ofFile(applicationId: string): Promise<{ application: Application; people: PartyName[]; items: OpenedItem[] }>;
  verify(order: JudgeOrder): Promise<Result<ApplicationDocument, JudgeRefusal>>;
  /** The reason is told to whoever sent it. */
  reject(order: JudgeOrder & { reason: string }): Promise<Result<ApplicationDocument, JudgeRefusal>>;
  request(order: {
    actor: Officer;
    applicationId: string;
    kind: PaperKind;
    partyId: string;
    text: string;
  }): Promise<Result<DocumentRequest, RequestRefusal>>;
  find(query: { applicationId: string; documentId: string }): Promise<ApplicationDocument>;
  open(order: {
    actor: Officer;
    applicationId: string;
    documentId: string;
    risk: 'none' | 'accepted';
  }): Promise<Result<OpenedFile, OpenRefusal>>;
  /** Scans what waits in quarantine; gives how many were looked at. */
  scanDue(): Promise<number>;
}

export function createApplicationDocuments(platform: Platform, ports: DocumentPorts): ApplicationDocuments {
  const { connection } = platform.database;
  const parts: DocumentParts = {
    ...ports,
    platform,
    applications: applicationModel(connection),
    documents: documentModel(connection),
    requests: requestModel(connection),
  };
  noteForKyc(parts);
  return {
    checklist: async (application) => (await readFile(parts, application)).items,
    missing: async (application) => missingOf(await readFile(parts, application)),
    ofParty: async (query) => {
      const application = await applicationOf(parts, query);
      const { items } = await readFile(parts, application);
      return {
        application,
        items: await openItems(
          parts,
          items.filter(({ partyId }) => partyId === query.partyId),
        ),
      };
    },
    add: (order) => addDocument(parts, order),
    remove: (order) => removeDocument(parts, order),
    openOwn: (order) => openOwn(parts, order),
    ofFile: async (applicationId) => {
      const application = await fileOf(parts, applicationId);
      const { items, parties } = await readFile(parts, application);
      const names = await parts.customers.names(parties);
      const people = parties.map((partyId) => ({ partyId, name: names.get(partyId) ?? '' }));
      return { application, people, items: await openItems(parts, items) };
    },
    verify: (order) => verifyDocument(parts, order),
    reject: (order) => rejectDocument(parts, order),
    request: (order) => requestDocument(parts, order),
    find: (query) => staffDocument(parts, query),
    open: (order) => openForStaff(parts, order),
    scanDue: () => scanDue(parts),
  };
}
