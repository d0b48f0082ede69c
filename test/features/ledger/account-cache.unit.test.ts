import { expect, it } from 'vitest';
import { moneyOf, zero } from '#core/money.ts';
import type { AccountState } from '#features/ledger/account.rules.ts';
import { createAccountCache } from '#features/ledger/account-states.ts';

const state = (id: string, balance = 0n): AccountState =>
  ({
    _id: id,
    kind: 'asset',
    currency: 'USD',
    seq: Number(balance),
    balance: moneyOf(balance),
    held: zero,
  }) as AccountState;

it('the cache of accounts forgets the longest unused first, and never one that was just asked for', () => {
  const cache = createAccountCache(3);
  for (const id of ['cash', 'a', 'b']) cache.put(state(id));
  // A book of every batch, between loans that come once each.
  for (const id of ['c', 'd', 'e', 'f']) {
    expect(cache.get('cash')?._id).toBe('cash');
    cache.put(state(id));
  }
  expect(cache.get('cash')?._id).toBe('cash');
  expect(cache.get('a')).toBeUndefined();
  cache.advance(state('cash', 5n));
  cache.advance(state('cash', 4n));
  expect(cache.get('cash')?.balance).toBe(5n);
});
