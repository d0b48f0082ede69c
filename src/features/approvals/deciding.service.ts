import { dateText } from '#core/calendar.ts';
import { Fault, notFound, type FaultKind } from '#core/errors.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { Actor } from '#core/roles.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether, type Companion } from '#platform/companion.ts';
import { approvalCollection, type ApprovalRecord, type StaffMember, type StaffText } from './approval.model.ts';
import { isOpenTo, mayCheck, type DecisionRefusal } from './approval.rules.ts';
import {
  companionsOfEnd,
  decidable,
  handlerOf,
  keepText,
  requestOf,
  staffOf,
  type ApprovalParts,
} from './approval-parts.ts';

export interface ApproveOrder {
  id: string;
  version: number;
  checker: Actor;
  note?: string | undefined;
}

export interface RejectOrder {
  id: string;
  version: number;
  checker: Actor;
  reason: string;
}

export interface WithdrawOrder {
  id: string;
  version: number;
  maker: Actor;
}

export type Decided = Result<'approved' | 'rejected' | 'withdrawn', DecisionRefusal>;

type Attempted = ApprovalRecord & { attempt: NonNullable<ApprovalRecord['attempt']> };

/**
 * First the attempt is written down, then the handler does what was asked for, then the request is approved. From the
 * first step on nothing but approving can end the request, so that what was done is never shown as rejected; who
 * approves it again after a crash finishes the attempt that was begun, in the name of whoever began it.
 */
export async function approve(parts: ApprovalParts, order: ApproveOrder): Promise<Decided> {
  const record = await checkable(parts, order);
  if (!record.ok) return record;
  if (record.value.state === 'approved' && record.value.decision?.by?.userId === order.checker.userId)
    return ok('approved');
  const open = await openTo(parts, 'approve', { record: record.value, version: order.version });
  if (!open.ok) return open;
  const attempted = await begin(parts, record.value, order);
  return attempted ? carryOut(parts, attempted) : refuse({ code: 'moved' });
}

/** Ends an attempt whose process died; gives whether the request is approved now. */
export async function finishBegun(parts: ApprovalParts, record: ApprovalRecord): Promise<boolean> {
  if (record.attempt === null) return false;
  const { checker } = record.attempt;
  const attempted = await begin(parts, record, { checker });
  return attempted !== undefined && (await carryOut(parts, attempted)).ok;
}

async function checkable(
  parts: ApprovalParts,
  { id, checker }: { id: string; checker: Actor },
): Promise<Result<ApprovalRecord, DecisionRefusal>> {
  const record = await parts.records.findOne({ _id: id }).lean<ApprovalRecord>();
  if (!record) throw notFound('Request');
  const { permission } = handlerOf(parts, record.kind);
  const may = mayCheck(decidable(record), { checker, permission });
  return may.ok ? ok(record) : may;
}

async function openTo(
  { platform }: ApprovalParts,
  act: 'approve' | 'end',
  { record, version }: { record: ApprovalRecord; version: number },
): Promise<Result<true, DecisionRefusal>> {
  const today = dateText(await platform.bankDay.today());
  return isOpenTo(act, decidable(record), { version, today });
}

/** Undefined where somebody else moved the request first. Every attempt has a version of its own. */
async function begin(
  parts: ApprovalParts,
  record: ApprovalRecord,
  { checker, note }: { checker: Actor; note?: string | undefined },
): Promise<Attempted | undefined> {
  const { _id, version, partyId } = record;
  const { userId, roles, branchId, displayName } = checker;
  const kept: StaffText | null =
    note === undefined || note === '' ? null : await keepText(parts, { id: _id, field: 'note', partyId }, note);
  const attempt = record.attempt ?? {
    checker: { userId, partyId: checker.partyId, roles: [...roles], branchId, displayName },
    note: kept,
    at: bsonDate(parts.platform.clock.now()),
  };
  const begun = await parts.records.updateOne(
    { _id, version, state: 'pending' },
    { $set: { attempt }, $inc: { version: 1 } },
  );
  return begun.matchedCount === 1 ? { ...record, attempt, version: version + 1 } : undefined;
}

async function carryOut(parts: ApprovalParts, record: Attempted): Promise<Decided> {
  const done = await callHandler(parts, record);
  const { checker, note } = record.attempt;
  const at = bsonDate(parts.platform.clock.now());
  if (!done.ok) {
    const { message } = done.refusal;
    const change = { $set: { attempt: null, refusal: { message, at } } };
    await write(parts, record, { action: 'approval-not-possible', actor: checker.userId, change });
    return refuse({ code: 'not-possible', message });
  }
  const change = {
    $set: { state: 'approved', attempt: null, decision: { by: staffOf(checker), note }, decidedAt: at },
  };
  const written = await write(parts, record, { action: 'approval-approved', actor: checker.userId, change });
  if (written) return ok('approved');
  // Another try of the same attempt was quicker, and what it did is what this one did.
  const now = await parts.records.findOne({ _id: record._id }).lean<ApprovalRecord>();
  return now?.state === 'approved' ? ok('approved') : refuse({ code: 'moved' });
}

/** These say that nothing was done; after every other fault that is not known, and the attempt stands. */
const nothingDone: readonly FaultKind[] = ['conflict', 'not-found', 'forbidden', 'malformed'];

async function callHandler(parts: ApprovalParts, record: Attempted): Promise<Result<void, { message: string }>> {
  const { checker } = record.attempt;
  try {
    return await handlerOf(parts, record.kind).approve(await requestOf(parts, record), {
      ...checker,
      // The database keeps nothing where there is nothing.
      partyId: checker.partyId ?? undefined,
    });
  } catch (error) {
    if (!(error instanceof Fault) || !nothingDone.includes(error.kind)) throw error;
    const message = 'What this would change has changed since it was asked for. Nothing was done; ask for it anew.';
    return refuse({ message });
  }
}

/** False where the request is not any more as it was read. */
async function write(
  { platform }: ApprovalParts,
  { _id, version, kind, subject }: ApprovalRecord,
  facts: { action: string; actor: string; change: { $set: object }; companions?: readonly Companion[] },
): Promise<boolean> {
  try {
    await commitTogether(platform.database, [
      {
        collection: approvalCollection,
        kind: 'update',
        filter: { _id, version, state: 'pending' },
        change: { ...facts.change, $inc: { version: 1 } },
      },
      platform.audit.entry({
        actor: facts.actor,
        action: facts.action,
        subject: { type: 'approval', id: _id },
        details: { kind, [subject.type]: subject.id },
      }),
      ...(facts.companions ?? []),
    ]);
    return true;
  } catch (error) {
    if (error instanceof Fault && error.kind === 'conflict') return false;
    throw error;
  }
}

export async function reject(parts: ApprovalParts, order: RejectOrder): Promise<Decided> {
  const { checker, reason } = order;
  const record = await checkable(parts, order);
  if (!record.ok) return record;
  const { _id: id, partyId } = record.value;
  const note = await keepText(parts, { id, field: 'note', partyId }, reason);
  const decision = { by: staffOf(checker), note };
  return end(parts, { record: record.value, version: order.version, state: 'rejected', decision, words: reason });
}

/** Only whoever asked may take it back; for everybody else there is nothing to. */
export async function withdraw(parts: ApprovalParts, { id, version, maker }: WithdrawOrder): Promise<Decided> {
  const record = await parts.records.findOne({ _id: id, 'maker.userId': maker.userId }).lean<ApprovalRecord>();
  if (!record) throw notFound('Request');
  const decision = { by: staffOf(maker), note: null };
  return end(parts, { record, version, state: 'withdrawn', decision, words: '' });
}

async function end(
  parts: ApprovalParts,
  facts: {
    record: ApprovalRecord;
    version: number;
    state: 'rejected' | 'withdrawn';
    decision: NonNullable<ApprovalRecord['decision']> & { by: StaffMember };
    /** The note, open. */
    words: string;
  },
): Promise<Decided> {
  const { record, version, state, decision, words } = facts;
  if (record.state === state && record.decision?.by?.userId === decision.by.userId) return ok(state);
  const open = await openTo(parts, 'end', { record, version });
  if (!open.ok) return open;
  const decidedAt = bsonDate(parts.platform.clock.now());
  const change = { $set: { state, decision, decidedAt } };
  const action = state === 'rejected' ? 'approval-rejected' : 'approval-withdrawn';
  const companions = await companionsOfEnd(parts, record, { state, by: decision.by, note: words });
  const written = await write(parts, record, { action, actor: decision.by.userId, change, companions });
  return written ? ok(state) : refuse({ code: 'moved' });
}
