import { createHash } from 'node:crypto';
import { may, type Actor, type Permission } from '#core/roles.ts';
import { ok, refuse, type Result } from '#core/result.ts';

export const approvalStates = ['pending', 'approved', 'rejected', 'withdrawn', 'expired'] as const;
export type ApprovalState = (typeof approvalStates)[number];

/** What a decision needs to know of a request. */
export interface Decidable {
  state: ApprovalState;
  version: number;
  makerId: string;
  /** The customer whom the request is about, where there is one. */
  partyId: string | null;
  /** Up to and including this business date. */
  expiresOn: string;
  /** An approval that was begun: its handler may have done its work already. */
  begun: boolean;
}

export type DecisionRefusal =
  | { code: 'own-request' }
  /** Nobody decides on their own file. */
  | { code: 'own-file' }
  | { code: 'not-allowed' }
  | { code: 'moved' }
  | { code: 'decided'; state: Exclude<ApprovalState, 'pending'> }
  /** Only approving again can end it: what it changes may have been changed already. */
  | { code: 'being-approved' }
  /** What it would change refuses to be changed; the request stays open. */
  | { code: 'not-possible'; message: string };

/** Whether this person may approve or reject, were it still open: whoever asked never may. */
export function mayCheck(
  request: Pick<Decidable, 'makerId' | 'partyId'>,
  facts: { checker: Actor; permission: Permission },
): Result<true, DecisionRefusal> {
  const { checker } = facts;
  if (!may(checker, facts.permission)) return refuse({ code: 'not-allowed' });
  if (checker.userId === request.makerId) return refuse({ code: 'own-request' });
  if (request.partyId !== null && checker.partyId === request.partyId) return refuse({ code: 'own-file' });
  return ok(true);
}

/** Whether it can be approved on this business date, as the form showed it. */
export function isOpenTo(
  act: 'approve' | 'end',
  request: Decidable,
  facts: { version: number; today: string },
): Result<true, DecisionRefusal> {
  if (request.state !== 'pending') return refuse({ code: 'decided', state: request.state });
  if (request.version !== facts.version) return refuse({ code: 'moved' });
  if (request.begun) return act === 'approve' ? ok(true) : refuse({ code: 'being-approved' });
  if (request.expiresOn < facts.today) return refuse({ code: 'decided', state: 'expired' });
  return ok(true);
}

/**
 * The idempotency key of what an approval does, in the form of an id (RFC 9562, version 8): the same at every try, and
 * another than the request's own, under which its maker may have written something.
 */
export function approvalKey(requestId: string): string {
  const hex = createHash('sha256').update(`approve/${requestId}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** `product-publication` as it is read: `Product publication`. */
export function kindName(kind: string): string {
  const words = kind.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
