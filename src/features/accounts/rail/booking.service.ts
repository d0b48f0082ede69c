import { present } from '#core/assert.ts';
import { zero, negate, type Money } from '#core/money.ts';
import { hashRequest, ownBookId, type Balance } from '#features/ledger/index.ts';
import type { RailStatus } from '#platform/payment-rail.ts';
import { isForLoan, receiptOf } from './loan-receiver.ts';
import type { RailPayment } from './rail.model.ts';
import { bookProof, isProof, takeProofBack } from './proof-payments.ts';
import { moveOf } from './rail-moves.ts';
import type { RailParts } from './rail-parts.ts';
import { railKeys, splitReturn } from './rail.rules.ts';

/** Books what the rail has settled; false where the ledger refuses it, which then stands under its key for good. */
export async function bookSettled(parts: RailParts, payment: RailPayment, status: RailStatus): Promise<boolean> {
  const { ledger, platform } = parts;
  const { _id: key, direction, accountId, amount, currency, requestHash, actor } = payment;
  const { railReference } = status;
  if (isForLoan(payment)) {
    const companions = moveOf(platform, payment, { state: 'settled', railReference });
    const receipt = receiptOf(platform, payment, { settledAt: status.settledAt, companions });
    return present(parts.loans.receiver, 'Who books what is for loans').book(receipt);
  }
  if (isProof(payment)) return bookProof(parts, payment, railReference);
  const signed = direction === 'in' ? amount : negate(amount);
  const outcome = await ledger.post({
    key: direction === 'in' ? key : railKeys.withdrawal(key),
    requestHash,
    kind: direction === 'in' ? 'deposit' : 'withdrawal',
    currency,
    effectiveOn: await platform.bankDay.today(),
    actor,
    reference: railReference,
    postings: [
      { account: ownBookId('cash', currency), amount: signed },
      { account: accountId, amount: negate(signed) },
    ],
    companions: moveOf(platform, payment, { state: 'settled', railReference }),
    // Limits are not asked here: they were counted when it was ordered, and the rail has paid.
    ...(direction === 'out' ? { fromHold: { hold: key, rest: 'release' as const } } : {}),
  });
  if (outcome.ok || outcome.refusal.code === 'guard-missed') return true;
  platform.logger.warn({ payment: key, refusal: outcome.refusal.code }, 'A settled payment was not booked');
  return false;
}

const mostAttempts = 20;

/**
 * Books that a settled payment came back. A deposit's money is taken from the account as far as it is there and may be
 * taken; what is missing becomes a claim of the bank, so that no account goes under its floor. A withdrawal's money is
 * credited; false where the account takes no credits at the moment.
 */
export async function takeBack(parts: RailParts, payment: RailPayment, reason: string): Promise<boolean> {
  if (isForLoan(payment)) {
    const companions = moveOf(parts.platform, payment, { state: 'returned', reason });
    const receipt = receiptOf(parts.platform, payment, { settledAt: payment.settledAt, companions });
    return present(parts.loans.receiver, 'Who books what is for loans').takeBack(receipt);
  }
  if (isProof(payment)) return takeProofBack(parts, payment, reason);
  for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
    const account = (await parts.ledger.balances([payment.accountId])).get(payment.accountId);
    if (payment.direction === 'out' && !takes(account, 'credit')) return false;
    const available = attempt < mostAttempts && account && takes(account, 'debit') ? account.available : zero;
    const outcome = await postReturn(parts, payment, { attempt, available, reason });
    if (outcome.ok) return true;
    // Somebody else has booked it; anything else may be different the next time, under the next key.
    if (outcome.refusal.code === 'guard-missed' || outcome.refusal.code === 'already-reversed') return true;
  }
  return false;
}

/** Whether the account takes debits or credits: it is open and not frozen for them. */
export function takes(account: Balance | undefined, side: 'debit' | 'credit'): boolean {
  return account?.state === 'open' && account.freeze !== 'full' && account.freeze !== side;
}

async function postReturn(
  { ledger, platform }: RailParts,
  payment: RailPayment,
  facts: { attempt: number; available: Money; reason: string },
) {
  const { _id: key, direction, accountId, amount, currency, actor, railReference } = payment;
  const cash = ownBookId('cash', currency);
  const { fromAccount, missing } = splitReturn({ amount, available: facts.available });
  const deposit = [
    { account: accountId, amount: fromAccount },
    { account: ownBookId('returnsReceivable', currency), amount: missing },
    { account: cash, amount: negate(amount) },
  ];
  const withdrawal = [
    { account: cash, amount },
    { account: accountId, amount: negate(amount) },
  ];
  return ledger.post({
    key: railKeys.takeBack(key, facts.attempt),
    requestHash: hashRequest({ return: key }),
    kind: direction === 'in' ? 'deposit-reversal' : 'withdrawal-reversal',
    currency,
    effectiveOn: await platform.bankDay.today(),
    actor,
    reference: railReference ?? 'payment returned',
    reverses: direction === 'in' ? key : railKeys.withdrawal(key),
    postings: (direction === 'in' ? deposit : withdrawal).filter((posting) => posting.amount !== zero),
    companions: moveOf(platform, payment, {
      state: 'returned',
      reason: facts.reason,
      ...(direction === 'in' ? { missing } : {}),
    }),
  });
}
