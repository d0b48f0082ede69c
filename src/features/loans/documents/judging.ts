import { Fault, notFound } from '#core/errors.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { newId } from '#core/ids.ts';
import { noticeRow } from '#features/notices/index.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether, type Companion } from '#platform/companion.ts';
import { isDuplicateKey } from '#platform/mongo.ts';
import { explainDesk } from '../desk/desk-refusals.ts';
import { requestPlace } from './checklist.ts';
import {
  documentsOf,
  fileOf,
  namePlace,
  partiesOf,
  requestsOf,
  trail,
  type DocumentParts,
  type Officer,
} from './document-parts.ts';
import {
  documentCollection,
  requestCollection,
  type ApplicationDocument,
  type DocumentRequest,
  type PaperKind,
} from './document.model.ts';
import { bounds, decideJudging, underReview, type JudgeRefusal } from './document.rules.ts';
import { kycRow, noteAtOnce } from './kyc-noting.ts';
import { inSentence } from './document-texts.ts';

export interface JudgeOrder {
  actor: Officer;
  applicationId: string;
  documentId: string;
  /** The one that the form was shown for. */
  revision: number;
}

export type RequestRefusal =
  | Extract<JudgeRefusal, { code: 'not-under-review' | 'may-not-work' }>
  | { code: 'asked-already' }
  | { code: 'too-many-requests' };

export async function verifyDocument(
  parts: DocumentParts,
  order: JudgeOrder,
): Promise<Result<ApplicationDocument, JudgeRefusal>> {
  return judge(parts, order, { verdict: 'verified' });
}

export async function rejectDocument(
  parts: DocumentParts,
  order: JudgeOrder & { reason: string },
): Promise<Result<ApplicationDocument, JudgeRefusal>> {
  return judge(parts, order, { verdict: 'rejected', reason: order.reason });
}

async function judge(
  parts: DocumentParts,
  order: JudgeOrder,
  outcome: { verdict: 'verified' } | { verdict: 'rejected'; reason: string },
): Promise<Result<ApplicationDocument, JudgeRefusal>> {
  const application = await fileOf(parts, order.applicationId);
  const documents = await documentsOf(parts, application._id);
  const document = documents.find(({ _id }) => _id === order.documentId);
  if (!document) throw notFound('Document');
  const barred = await mayNotWork(parts, order);
  if (barred) return refuse(barred);
  const refusal = decideJudging({ applicationState: application.state, document, documents });
  if (refusal) return refuse(refusal);
  // A second press of the same button has done what was asked.
  if (document.verdict === outcome.verdict && document.revision === order.revision + 1) return ok(document);
  if (document.revision !== order.revision) return refuse({ code: 'moved' });
  return commitJudgement(parts, { order, document, outcome });
}

async function commitJudgement(
  parts: DocumentParts,
  facts: {
    order: JudgeOrder;
    document: ApplicationDocument;
    outcome: { verdict: 'verified' } | { verdict: 'rejected'; reason: string };
  },
): Promise<Result<ApplicationDocument, JudgeRefusal>> {
  const { order, document, outcome } = facts;
  const { platform } = parts;
  const { _id, partyId, revision } = document;
  const reason =
    outcome.verdict === 'rejected'
      ? await platform.vault.seal(partyId, namePlace(_id, 'reason'), outcome.reason)
      : null;
  const judgedBy = order.actor.userId;
  const set = { verdict: outcome.verdict, reason, judgedBy, judgedAt: bsonDate(platform.clock.now()) };
  const told = outcome.verdict === 'rejected' ? [rejectionNotice(parts, document)] : [];
  try {
    await commitTogether(platform.database, [
      {
        ...{ collection: documentCollection, kind: 'update' as const, filter: { _id, revision } },
        change: { $set: set, $inc: { revision: 1 } },
      },
      trail(parts, { actor: judgedBy, action: `document-${outcome.verdict}`, document }),
      ...kycRow(parts, { _id, revision: revision + 1 }),
      ...told,
    ]);
  } catch (error) {
    if (error instanceof Fault && error.kind === 'conflict') return refuse({ code: 'moved' });
    throw error;
  }
  await noteAtOnce(parts, _id);
  return ok({ ...document, ...set, revision: revision + 1 });
}

function rejectionNotice(
  { platform }: DocumentParts,
  { partyId, kind, applicationId }: ApplicationDocument,
): Companion {
  return noticeRow(platform.outbox, {
    partyId,
    title: 'Please send a document again',
    text: `We could not use what you sent as ${inSentence(kind)}. Your documents page says why and lets you send another one. The application goes on as soon as we have it.`,
    href: `/loans/apply/${applicationId}/documents`,
  });
}

async function mayNotWork(
  parts: DocumentParts,
  { actor, applicationId }: { actor: Officer; applicationId: string },
): Promise<Extract<JudgeRefusal, { code: 'may-not-work' }> | undefined> {
  const application = await fileOf(parts, applicationId);
  const { partyId } = actor;
  if (partyId !== undefined && (await partiesOf(parts, application)).includes(partyId))
    return { code: 'may-not-work', reason: 'You are on this file yourself, so a colleague has to work on it.' };
  const allowed = await parts.desk?.authorise({ actor, applicationId });
  if (!allowed || allowed.ok) return undefined;
  return { code: 'may-not-work', reason: explainDesk(allowed.refusal, parts.platform.formats) };
}

/** Asks somebody on the file for a document, in words that they read. */
export async function requestDocument(
  parts: DocumentParts,
  order: { actor: Officer; applicationId: string; kind: PaperKind; partyId: string; text: string },
): Promise<Result<DocumentRequest, RequestRefusal>> {
  const { actor, applicationId, kind, partyId } = order;
  const { platform } = parts;
  const application = await fileOf(parts, applicationId);
  if (!(await partiesOf(parts, application)).includes(partyId)) throw notFound('Party');
  const barred = await mayNotWork(parts, order);
  if (barred) return refuse(barred);
  if (!underReview(application.state)) return refuse({ code: 'not-under-review' });
  const requests = await requestsOf(parts, applicationId);
  const open = requests.filter(({ state }) => state === 'open');
  if (open.some((one) => one.kind === kind && one.partyId === partyId)) return refuse({ code: 'asked-already' });
  if (open.length >= bounds.openRequests || requests.length >= bounds.requests)
    return refuse({ code: 'too-many-requests' });
  const _id = newId();
  const text = await platform.vault.seal(partyId, requestPlace(_id), order.text);
  const askedAt = bsonDate(platform.clock.now());
  const request: DocumentRequest = {
    ...{ _id, applicationId, partyId, kind, text, askedBy: actor.userId, askedAt },
    ...{ state: 'open', documentId: null },
  };
  try {
    await commitTogether(platform.database, [
      { collection: requestCollection, kind: 'insert', document: { ...request } },
      trail(parts, {
        actor: actor.userId,
        action: 'document-requested',
        document: { _id: 'none', applicationId, kind },
        details: { requestId: _id },
      }),
      noticeRow(platform.outbox, {
        partyId,
        title: 'We need a document from you',
        text: `For application ${application.reference} we need ${kind === 'other' ? 'another document' : `this: ${inSentence(kind)}`}. Your documents page says what it should show and lets you send it.`,
        href: `/loans/apply/${applicationId}/documents`,
      }),
    ]);
  } catch (error) {
    if (isDuplicateKey(error)) return refuse({ code: 'asked-already' });
    throw error;
  }
  return ok(request);
}
