import { createHash } from 'node:crypto';
import { dateText } from '#core/calendar.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { Actor } from '#core/roles.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether, type Companion } from '#platform/companion.ts';
import { isDuplicateKey } from '#platform/mongo.ts';
import { approvalCollection, type ApprovalRecord } from './approval.model.ts';
import {
  handlerOf,
  keepText,
  requestOf,
  staffOf,
  type ApprovalParts,
  type ApprovalRequest,
  type Json,
} from './approval-parts.ts';
import { expireSubject } from './expiring.service.ts';

export interface ApprovalOrder {
  /** The key of the form. */
  id: string;
  kind: string;
  subject: { type: string; id: string };
  /** The page of the subject. */
  href: string;
  /** What is asked for, in a line; no personal value. */
  title: string;
  /** What the handler needs; no personal value. */
  payload: Json;
  /** The customer whom it is about: their key seals what staff write. */
  partyId?: string | undefined;
  maker: Actor;
  reason: string;
  /** What is written together with the request, such as the state of its subject. */
  companions?: readonly Companion[];
}

export type AskRefusal =
  /** Somebody asked for the same already, and it is not decided. */
  | { code: 'already-asked'; id: string; message: string }
  /** The form was sent before with something else in it. */
  | { code: 'changed-meanwhile'; message: string };

const most = 500_000;

/** Asks, once for an id; at most one open request of a kind for a subject. */
export async function ask(parts: ApprovalParts, order: ApprovalOrder): Promise<Result<ApprovalRequest, AskRefusal>> {
  const record = await recordOf(parts, order);
  const known = await sentBefore(parts, record);
  if (known) return known;
  await expireSubject(parts, { kind: order.kind, subject: order.subject });
  const { audit, database } = parts.platform;
  try {
    await commitTogether(database, [
      { collection: approvalCollection, kind: 'insert', document: { ...record } },
      audit.entry({
        actor: order.maker.userId,
        action: 'approval-asked',
        subject: { type: 'approval', id: order.id },
        details: { kind: order.kind, [order.subject.type]: order.subject.id },
      }),
      ...(order.companions ?? []),
    ]);
    return ok(await requestOf(parts, record));
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return (await sentBefore(parts, record)) ?? alreadyAsked(parts, order);
  }
}

async function recordOf(parts: ApprovalParts, order: ApprovalOrder): Promise<ApprovalRecord> {
  const { id, kind, subject, href, title, maker, reason, partyId = null } = order;
  const handler = handlerOf(parts, kind);
  const payload = JSON.stringify(order.payload);
  if (payload.length > most) throw new RangeError('The payload of a request for approval is too large');
  const today = await parts.platform.bankDay.today();
  const days = handler.expiresAfterDays ?? parts.expiresAfterDays;
  const facts = JSON.stringify([kind, subject.type, subject.id, payload, partyId, maker.userId, reason]);
  return {
    _id: id,
    ...{ kind, subject: { type: subject.type, id: subject.id }, href, title, payload, partyId },
    requestHash: createHash('sha256').update(facts).digest('hex'),
    maker: staffOf(maker),
    reason: await keepText(parts, { id, field: 'reason', partyId }, reason),
    state: 'pending',
    at: bsonDate(parts.platform.clock.now()),
    expiresOn: dateText(today.add({ days })),
    attempt: null,
    refusal: null,
    decision: null,
    decidedAt: null,
    version: 1,
  };
}

async function sentBefore(
  parts: ApprovalParts,
  record: ApprovalRecord,
): Promise<Result<ApprovalRequest, AskRefusal> | undefined> {
  const found = await parts.records.findOne({ _id: record._id }).lean<ApprovalRecord>();
  if (!found) return undefined;
  if (found.requestHash === record.requestHash) return ok(await requestOf(parts, found));
  const message = 'This form was already sent with other answers. Open the page again. Nothing was asked for.';
  return refuse({ code: 'changed-meanwhile', message });
}

async function alreadyAsked(
  { records }: ApprovalParts,
  { kind, subject }: ApprovalOrder,
): Promise<Result<ApprovalRequest, AskRefusal>> {
  const open = { kind, 'subject.type': subject.type, 'subject.id': subject.id, state: 'pending' as const };
  const found = await records.findOne(open, { _id: 1 }).lean<{ _id: string }>();
  // It may have been decided in this very moment; then asking again will do.
  if (!found) {
    const message = 'Somebody else asked for the same a moment ago. Open the page again. Nothing was asked for.';
    return refuse({ code: 'changed-meanwhile', message });
  }
  const message = 'The same was already asked for and waits for a second person. Nothing was asked for again.';
  return refuse({ code: 'already-asked', id: found._id, message });
}
