import type { Model } from 'mongoose';
import { present } from '#core/assert.ts';
import type { Actor, Permission } from '#core/roles.ts';
import type { Result } from '#core/result.ts';
import type { Companion } from '#platform/companion.ts';
import type { Platform } from '#platform/platform.ts';
import { approvalCollection, type ApprovalRecord, type StaffMember, type StaffText } from './approval.model.ts';
import { approvalKey, type ApprovalState, type Decidable } from './approval.rules.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** One line of what would change, ready to be shown. */
export interface SummaryRow {
  label: string;
  text: string;
  href?: string;
}

/** A request as its handler and its pages see it. */
export interface ApprovalRequest {
  id: string;
  /** What the handler does under: the same at every try, so that doing it twice does it once. */
  key: string;
  kind: string;
  subject: { type: string; id: string };
  href: string;
  title: string;
  payload: Json;
  partyId: string | null;
  maker: StaffMember;
  reason: string;
  state: ApprovalState;
  at: Date;
  expiresOn: string;
  attempt: { by: StaffMember; at: Date; note: string } | undefined;
  refusal: { message: string; at: Date } | undefined;
  decision: { by: StaffMember | null; at: Date; note: string } | undefined;
  version: number;
}

/** A request in a list: without what staff wrote. */
export type ListedApproval = Pick<
  ApprovalRequest,
  'id' | 'kind' | 'subject' | 'title' | 'maker' | 'state' | 'at' | 'expiresOn'
> & { decidedAt: Date | null; decidedBy: StaffMember | null };

/** How a request ended that was not approved; `by` is null where its time ran out. */
export interface RequestEnd {
  state: 'rejected' | 'withdrawn' | 'expired';
  by: StaffMember | null;
  /** Why, in the words of whoever rejected it. */
  note: string;
}

export interface ApprovalHandler {
  /** What a checker needs; whoever has it must also have `approval:decide`. */
  permission: Permission;
  describe(payload: Json): SummaryRow[] | Promise<SummaryRow[]>;
  /**
   * Does what was asked for, once for a `request.key`, in the name of the checker who began. A refusal leaves the
   * request open and its message on the page: a sentence without personal values. Where the outcome is not known it
   * throws, and is called again.
   */
  approve(request: ApprovalRequest, checker: Actor): Promise<Result<void, { message: string }>>;
  /** What is written together with the end of a request that is not approved: rejected, withdrawn or expired. */
  ended?(request: ApprovalRequest, end: RequestEnd): Promise<Companion[]>;
  /** Other than the usual number of days. */
  expiresAfterDays?: number;
}

export interface ApprovalParts {
  platform: Platform;
  records: Model<ApprovalRecord>;
  handlers: ReadonlyMap<string, ApprovalHandler>;
  expiresAfterDays: number;
}

export function handlerOf({ handlers }: ApprovalParts, kind: string): ApprovalHandler {
  return present(handlers.get(kind), `The handler of approvals of the kind ${kind}`);
}

export const staffOf = ({ userId, displayName }: Actor): StaffMember => ({ userId, name: displayName });

export function decidable(record: ApprovalRecord): Decidable {
  const { state, version, partyId, expiresOn, maker, attempt } = record;
  return { state, version, partyId, expiresOn, makerId: maker.userId, begun: attempt !== null };
}

type TextField = 'reason' | 'note';

const placeOf = (id: string, field: TextField) => ({ collection: approvalCollection, document: id, field });

/** Text of staff about a customer is sealed with that customer's key. */
export async function keepText(
  { platform }: ApprovalParts,
  place: { id: string; field: TextField; partyId: string | null },
  text: string,
): Promise<StaffText> {
  if (place.partyId === null) return { plain: text };
  return { sealed: await platform.vault.seal(place.partyId, placeOf(place.id, place.field), text) };
}

async function readText(
  { platform }: ApprovalParts,
  place: { id: string; field: TextField },
  text: StaffText | null,
): Promise<string> {
  if (text === null) return '';
  return 'plain' in text ? text.plain : platform.vault.open(placeOf(place.id, place.field), text.sealed);
}

export async function requestOf(parts: ApprovalParts, record: ApprovalRecord): Promise<ApprovalRequest> {
  const { _id: id, attempt, refusal, decision, decidedAt } = record;
  const { kind, subject, href, title, partyId, maker, state, at, expiresOn, version } = record;
  const note = (text: StaffText | null) => readText(parts, { id, field: 'note' }, text);
  return {
    ...{ id, kind, subject, href, title, partyId, maker, state, at, expiresOn, version },
    key: approvalKey(id),
    payload: JSON.parse(record.payload) as Json,
    reason: await readText(parts, { id, field: 'reason' }, record.reason),
    attempt: attempt ? { by: staffOf(attempt.checker), at: attempt.at, note: await note(attempt.note) } : undefined,
    refusal: refusal ?? undefined,
    decision: decision && decidedAt ? { by: decision.by, at: decidedAt, note: await note(decision.note) } : undefined,
  };
}

export function listed(record: ApprovalRecord): ListedApproval {
  const { _id: id, kind, subject, title, maker, state, at, expiresOn, decidedAt, decision } = record;
  return { id, kind, subject, title, maker, state, at, expiresOn, decidedAt, decidedBy: decision?.by ?? null };
}

/** What the handler of a request that ends without being approved has written with it. */
export async function companionsOfEnd(
  parts: ApprovalParts,
  record: ApprovalRecord,
  end: RequestEnd,
): Promise<Companion[]> {
  const handler = handlerOf(parts, record.kind);
  return (await handler.ended?.(await requestOf(parts, record), end)) ?? [];
}
