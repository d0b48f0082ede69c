import type { Money } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { hashRequest, type LedgerRefusal } from '#features/ledger/index.ts';
import type { Companion } from '#platform/companion.ts';
import type { AccountRecord } from '../account.model.ts';
import { wordsOf } from '../transfers/transfer-record.ts';
import { broughtOn, newPayment, type Ordered } from './deposit.service.ts';
import { follow, submitRow } from './following.service.ts';
import { knownOrder } from './known-order.ts';
import { railCollection, sealedPlace, type RailPayment } from './rail.model.ts';
import type { RailParts } from './rail-parts.ts';
import { maskedAccount } from './rail.rules.ts';

export interface WithdrawalOrder {
  /** The idempotency key: the payment's, the rail's and the hold's. */
  key: string;
  actor: string;
  partyId: string;
  accountId: string;
  amount: Money;
  /** The customer's name for their bank, and the number of their account there, of which only the end is kept. */
  bankName: string;
  bankAccount: string;
  /** Left out, it counts towards the account's limits; money that we send on for the customer ourselves does not. */
  limits?: 'not-counted';
}

export type WithdrawalRefusal =
  | { code: 'not-your-account' }
  | { code: 'account-closed' }
  | { code: 'account-frozen' }
  | { code: 'short-of-funds'; short: Money }
  | { code: 'over-transfer-limit'; limit: Money }
  | { code: 'over-daily-limit'; limit: Money; left: Money }
  | { code: 'over-rail-limit'; limit: Money }
  | { code: 'key-reused' }
  | { code: 'not-taken' };

export type WithdrawalOutcome = Result<Ordered, WithdrawalRefusal>;

/**
 * Money to the customer's account at another bank. It is set aside by a hold first, together with the record, so that
 * it can be spent once only; it leaves the account when the rail has settled it. The account's limits are counted with
 * the hold: once the rail has paid, it is too late to refuse.
 */
export async function withdraw(parts: RailParts, order: WithdrawalOrder): Promise<WithdrawalOutcome> {
  const { ledger, platform } = parts;
  const { key, actor, accountId, amount } = order;
  const requestHash = hashOf(parts, order);
  const known = await knownOrder(parts, { key, requestHash });
  if (known.kind === 'payment') return outcomeOf(parts, await broughtOn(parts, known.payment));
  if (known.kind === 'other') return refuse({ code: 'key-reused' });
  if (known.kind === 'refused') return refuse(refusalOf(known.refusal));
  const own = { _id: accountId, holders: order.partyId };
  const account = await parts.accounts.findOne(own).lean<AccountRecord>();
  if (!account) return refuse({ code: 'not-your-account' });
  const { largest } = parts.rail.terms('out', account.currency);
  if (amount > largest) return refuse({ code: 'over-rail-limit', limit: largest });
  const payment = await sealedPayment(parts, { order, requestHash, account });
  const held = await ledger.hold({
    key,
    requestHash,
    account: accountId,
    amount,
    ...(order.limits === undefined ? { limits: 'counted' as const } : {}),
    actor,
    reference: 'withdrawal',
    effectiveOn: await platform.bankDay.today(),
    companions: companionsOf(parts, payment),
  });
  if (!held.ok) return refuse(refusalOf(held.refusal));
  return outcomeOf(parts, await follow(parts, key));
}

/** Over keyed hashes of what is personal: a plain hash of an account number is guessed in seconds. */
function hashOf({ platform }: RailParts, order: WithdrawalOrder): string {
  const { actor, accountId, amount, bankName, bankAccount } = order;
  return hashRequest({
    withdraw: accountId,
    amount: String(amount),
    actor,
    bankName: platform.vault.blindIndex('name-token', bankName),
    bankAccount: platform.vault.blindIndex('bank-account', bankAccount),
  });
}

async function sealedPayment(
  parts: RailParts,
  facts: { order: WithdrawalOrder; requestHash: string; account: AccountRecord },
): Promise<RailPayment> {
  const { key, partyId, bankName, bankAccount } = facts.order;
  const { vault } = parts.platform;
  return {
    ...newPayment(parts, facts),
    direction: 'out',
    bankName: await vault.seal(partyId, sealedPlace(key, 'bankName'), bankName),
    bankAccount: await vault.seal(partyId, sealedPlace(key, 'bankAccount'), maskedAccount(bankAccount)),
    bankWords: wordsOf(parts.platform, bankName),
  };
}

function companionsOf(parts: RailParts, payment: RailPayment): Companion[] {
  const { platform } = parts;
  const { _id: key, actor, accountId, amount } = payment;
  return [
    { collection: railCollection, kind: 'insert', document: { ...payment } },
    submitRow(parts, key),
    platform.audit.entry({
      actor,
      action: 'withdrawal-ordered',
      subject: { type: 'account', id: accountId },
      details: { amount: platform.formats.moneyWithCurrency(amount), payment: key },
    }),
  ];
}

function refusalOf(refusal: LedgerRefusal): WithdrawalRefusal {
  switch (refusal.code) {
    case 'insufficient-funds':
      return { code: 'short-of-funds', short: refusal.short };
    case 'over-transfer-limit':
      return { code: 'over-transfer-limit', limit: refusal.limit };
    case 'over-daily-limit':
      return { code: 'over-daily-limit', limit: refusal.limit, left: refusal.left };
    case 'frozen':
      return { code: 'account-frozen' };
    case 'closed-account':
    case 'unknown-account':
      return { code: 'account-closed' };
    case 'key-reused':
      return { code: 'key-reused' };
    default:
      return { code: 'not-taken' };
  }
}

function outcomeOf({ rail }: RailParts, payment: RailPayment): WithdrawalOutcome {
  const { _id: key, state, currency } = payment;
  if (state === 'refused') return refuse({ code: 'over-rail-limit', limit: rail.terms('out', currency).largest });
  if (payment.reason === 'not-bookable') return refuse({ code: 'not-taken' });
  return ok({ key, state });
}
