import { bsonDate, type Clock } from '#platform/clock.ts';
import { minus, moneyOf, plus, zero, type Money } from '#core/money.ts';
import { readMoney } from '#platform/mongo.ts';
import { loadAccounts } from './account-states.ts';
import type { AccountState, Hold } from './account.rules.ts';
import { onNormalSide } from './chart.rules.ts';
import type { Collections } from './collections.ts';
import type { Balance } from './queries.ts';

export interface ReadParts {
  collections: Collections;
  clock: Clock;
}

const mostHolds = 100;

export async function balancesOf(parts: ReadParts, ids: readonly string[]): Promise<Map<string, Balance>> {
  const states = await loadAccounts(parts.collections, ids);
  const expired = await expiredByAccount(parts, states);
  return new Map([...states].map(([id, state]) => [id, balanceOf(state, expired.get(id) ?? zero)]));
}

function balanceOf(state: AccountState, expired: Money): Balance {
  const balance = onNormalSide(state.balance, state.kind);
  const held = minus(state.held, expired);
  return {
    account: state._id,
    currency: state.currency,
    balance,
    held,
    floor: state.floor,
    available: minus(balance, plus(held, state.floor ?? zero)),
    limits: state.limits,
    freeze: state.freeze,
    state: state.state,
    spent: state.spent,
    entries: state.seq,
  };
}

/** What holds set aside whose time is over: it is free at once, though nobody has written so yet. */
async function expiredByAccount(
  { collections, clock }: ReadParts,
  states: ReadonlyMap<string, AccountState>,
): Promise<Map<string, Money>> {
  const ids = [...states.values()].filter((state) => state.held > zero).map((state) => state._id);
  if (ids.length === 0) return new Map();
  const expired = { account: { $in: ids }, state: 'pending', expiresAt: { $lte: bsonDate(clock.now()) } };
  const sums = await collections.holds
    .aggregate<{ _id: string; total: unknown }>([
      { $match: expired },
      { $group: { _id: '$account', total: { $sum: '$remaining' } } },
    ])
    .toArray();
  return new Map(sums.map(({ _id, total }) => [_id, readMoney(total)]));
}

export async function pendingHolds({ collections, clock }: ReadParts, account: string): Promise<Hold[]> {
  const lasting = { $or: [{ expiresAt: null }, { expiresAt: { $gt: bsonDate(clock.now()) } }] };
  const found = await collections.holds
    .find({ account, state: 'pending', ...lasting })
    .sort({ placedAt: 1 })
    .limit(mostHolds)
    .toArray();
  return found.map((hold) => ({ ...hold, amount: moneyOf(hold.amount), remaining: moneyOf(hold.remaining) }));
}
