import type { LedgerRefusal } from '#features/ledger/index.ts';
import type { RailPayment } from './rail.model.ts';
import { findPayment, type RailParts } from './rail-parts.ts';

/** What stands under a form's key already. */
export type KnownOrder =
  | { kind: 'new' }
  | { kind: 'payment'; payment: RailPayment }
  | { kind: 'refused'; refusal: LedgerRefusal }
  | { kind: 'other' };

/** Asked before anything is done: a key that stands for another order moves nothing. */
export async function knownOrder(parts: RailParts, request: { key: string; requestHash: string }): Promise<KnownOrder> {
  const [payment, outcome] = await Promise.all([findPayment(parts, request.key), parts.ledger.outcomeOf(request)]);
  if (payment) return payment.requestHash === request.requestHash ? { kind: 'payment', payment } : { kind: 'other' };
  if (!outcome) return { kind: 'new' };
  if (outcome.ok || outcome.refusal.code === 'key-reused') return { kind: 'other' };
  return { kind: 'refused', refusal: outcome.refusal };
}
