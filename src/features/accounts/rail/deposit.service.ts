import { zero, type Money } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { hashRequest } from '#features/ledger/index.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether } from '#platform/companion.ts';
import { isDuplicateKey } from '#platform/mongo.ts';
import type { AccountRecord } from '../account.model.ts';
import { takes } from './booking.service.ts';
import { follow, submitRow } from './following.service.ts';
import { knownOrder } from './known-order.ts';
import { railCollection, type RailPayment } from './rail.model.ts';
import type { RailParts } from './rail-parts.ts';
import type { RailState } from './rail.rules.ts';

export interface DepositOrder {
  /** The idempotency key: the payment's, the rail's and the journal's. */
  key: string;
  actor: string;
  partyId: string;
  accountId: string;
  amount: Money;
}

export type DepositRefusal =
  | { code: 'not-your-account' }
  | { code: 'account-closed' }
  | { code: 'account-frozen' }
  | { code: 'over-rail-limit'; limit: Money }
  | { code: 'key-reused' }
  | { code: 'not-booked' };

/** Ordered, and where it is now: a pending one is brought further without anybody asking. */
export interface Ordered {
  key: string;
  state: RailState;
}

export type DepositOutcome = Result<Ordered, DepositRefusal>;

/**
 * Money from the customer's account at another bank. The record comes first, so that nothing is collected that we do
 * not know of; then the rail is asked, and what it has settled is booked.
 */
export async function deposit(parts: RailParts, order: DepositOrder): Promise<DepositOutcome> {
  const { key, actor, accountId, amount } = order;
  const requestHash = hashRequest({ deposit: accountId, amount: String(amount), actor });
  const known = await knownOrder(parts, { key, requestHash });
  if (known.kind === 'payment') return outcomeOf(parts, await broughtOn(parts, known.payment));
  if (known.kind !== 'new') return refuse({ code: known.kind === 'other' ? 'key-reused' : 'not-booked' });
  const account = await creditable(parts, order);
  if (!account.ok) return account;
  const { largest } = parts.rail.terms('in', account.value.currency);
  if (amount > largest) return refuse({ code: 'over-rail-limit', limit: largest });
  const payment = { ...newPayment(parts, { order, requestHash, account: account.value }), direction: 'in' as const };
  try {
    await commitTogether(parts.platform.database, [
      { collection: railCollection, kind: 'insert', document: { ...payment } },
      submitRow(parts, key),
    ]);
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    // The same form at the same moment, or another one that took the key.
    const taken = await knownOrder(parts, { key, requestHash });
    if (taken.kind !== 'payment') return refuse({ code: 'key-reused' });
  }
  return outcomeOf(parts, await follow(parts, key));
}

/** The account where it is the party's and takes money; looked at before anything is collected. */
async function creditable(
  { accounts, ledger }: RailParts,
  { partyId, accountId }: DepositOrder,
): Promise<Result<AccountRecord, DepositRefusal>> {
  const [account, balances] = await Promise.all([
    accounts.findOne({ _id: accountId, holders: partyId }).lean<AccountRecord>(),
    ledger.balances([accountId]),
  ]);
  if (!account) return refuse({ code: 'not-your-account' });
  const balance = balances.get(accountId);
  if (account.state !== 'open' || balance?.state !== 'open') return refuse({ code: 'account-closed' });
  return takes(balance, 'credit') ? ok(account) : refuse({ code: 'account-frozen' });
}

/** A payment as it is ordered, either way. */
export function newPayment(
  { platform }: RailParts,
  facts: {
    order: { key: string; actor: string; partyId: string; amount: Money };
    requestHash: string;
    account: Pick<AccountRecord, '_id' | 'currency'>;
  },
): Omit<RailPayment, 'direction'> {
  const { order, requestHash, account } = facts;
  const at = bsonDate(platform.clock.now());
  return {
    _id: order.key,
    accountId: account._id,
    partyId: order.partyId,
    actor: order.actor,
    amount: order.amount,
    currency: account.currency,
    requestHash,
    state: 'pending',
    railReference: null,
    bankName: null,
    bankAccount: null,
    bankWords: [],
    reason: null,
    note: null,
    missing: zero,
    at,
    pendingSince: null,
    settledAt: null,
    endedAt: null,
    // Should the row of the outbox be given up, the rail is asked from here.
    askAt: bsonDate(platform.clock.now().add({ minutes: 5 })),
    version: 1,
  };
}

/** The key was sent before: what was left open then is taken up again. */
export function broughtOn(parts: RailParts, payment: RailPayment): Promise<RailPayment> {
  return payment.state === 'pending' ? follow(parts, payment._id) : Promise.resolve(payment);
}

function outcomeOf({ rail }: RailParts, payment: RailPayment): DepositOutcome {
  const { _id: key, state, currency } = payment;
  if (state === 'refused') return refuse({ code: 'over-rail-limit', limit: rail.terms('in', currency).largest });
  if (payment.reason === 'not-bookable') return refuse({ code: 'not-booked' });
  return ok({ key, state });
}
