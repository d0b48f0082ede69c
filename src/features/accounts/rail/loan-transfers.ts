import type { Currency, Money } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { hashRequest } from '#features/ledger/index.ts';
import { commitTogether } from '#platform/companion.ts';
import { isDuplicateKey } from '#platform/mongo.ts';
import { broughtOn, newPayment, type Ordered } from './deposit.service.ts';
import { follow, submitRow } from './following.service.ts';
import { knownOrder } from './known-order.ts';
import { railCollection, type RailPayment } from './rail.model.ts';
import { findPayment, type RailParts } from './rail-parts.ts';

export interface LoanTransferOrder {
  key: string;
  /** Who says that the other bank sends it: only a sandbox is told. */
  actor: string;
  partyId: string;
  loan: { id: string; number: string };
  amount: Money;
  currency: Currency;
}

export type LoanTransferRefusal =
  { code: 'over-rail-limit'; limit: Money } | { code: 'key-reused' } | { code: 'not-booked' };
export type LoanTransferOutcome = Result<Ordered, LoanTransferRefusal>;

/** What stands in an account's place where money is for a loan. */
export function loanPlace(loanId: string): string {
  return `loan:${loanId}`;
}

/** Another bank sends money with a loan's number as its reference. The record comes first, as with a deposit. */
export async function receiveForLoan(parts: RailParts, order: LoanTransferOrder): Promise<LoanTransferOutcome> {
  const { key, actor, loan, amount, currency } = order;
  const requestHash = hashRequest({ loanTransfer: loan.id, amount: String(amount), actor });
  const known = await knownOrder(parts, { key, requestHash });
  if (known.kind === 'payment') return outcomeOf(parts, await broughtOn(parts, known.payment));
  if (known.kind !== 'new') return refuse({ code: 'key-reused' });
  const { largest } = parts.rail.terms('in', currency);
  if (amount > largest) return refuse({ code: 'over-rail-limit', limit: largest });
  const account = { _id: loanPlace(loan.id), currency };
  const payment: RailPayment = { ...newPayment(parts, { order, requestHash, account }), direction: 'in', loan };
  try {
    await commitTogether(parts.platform.database, [
      { collection: railCollection, kind: 'insert', document: { ...payment } },
      submitRow(parts, key),
    ]);
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const taken = await knownOrder(parts, { key, requestHash });
    if (taken.kind !== 'payment') return refuse({ code: 'key-reused' });
  }
  return outcomeOf(parts, await follow(parts, key));
}

function outcomeOf({ rail }: RailParts, payment: RailPayment): LoanTransferOutcome {
  const { _id: key, state, currency, reason } = payment;
  if (state === 'refused') return refuse({ code: 'over-rail-limit', limit: rail.terms('in', currency).largest });
  if (reason === 'not-bookable') return refuse({ code: 'not-booked' });
  return ok({ key, state });
}

export async function findLoanTransfer(
  parts: RailParts,
  { key, loanId }: { key: string; loanId: string },
): Promise<RailPayment | undefined> {
  const payment = await findPayment(parts, key);
  return payment?.loan?.id === loanId ? payment : undefined;
}
