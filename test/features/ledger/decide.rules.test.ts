import fc from '#test/properties.ts';
import { describe, expect, it } from 'vitest';
import { moneyOf, sum } from '#core/money.ts';
import { onNormalSide, normalSide, type AccountKind } from '../../../src/features/ledger/chart.rules.ts';
import type { AccountState } from '../../../src/features/ledger/account.rules.ts';
import { assertWellFormed, decide as decideRequest, reversed } from '../../../src/features/ledger/decide.rules.ts';

const account = (facts: {
  id: string;
  kind?: AccountKind;
  balance?: bigint;
  floor?: bigint | null;
  state?: 'open' | 'closed';
}): AccountState => ({
  _id: facts.id,
  kind: facts.kind ?? 'liability',
  currency: 'USD',
  floor: facts.floor === undefined || facts.floor === null ? null : moneyOf(facts.floor),
  balance: moneyOf(facts.balance ?? 0n),
  held: moneyOf(0n),
  spent: null,
  freeze: 'none',
  limits: { perTransfer: null, perDay: null },
  seq: 7,
  state: facts.state ?? 'open',
});
const postings = (...pairs: [string, bigint][]) =>
  pairs.map(([id, amount]) => ({ account: id, amount: moneyOf(amount) }));
/** What a posting comes to: its entries, or the refusal. */
const decide = (accounts: readonly AccountState[], order: ReturnType<typeof postings>) => {
  const world = { accounts: new Map(accounts.map((one) => [one._id, one])), holds: new Map(), now: new Date(0) };
  const decided = decideRequest({ what: 'post', currency: 'USD', postings: order, bookedOn: '2026-03-17' }, world);
  return decided.ok ? { ok: true as const, value: decided.value.entries } : decided;
};

describe('a journal', () => {
  it('must be balanced, move something in each posting and name each account once', () => {
    const key = 'a-good-key';
    expect(() => {
      assertWellFormed({ key, postings: postings(['a', 5n], ['b', -5n]) });
    }).not.toThrow();
    expect(() => {
      assertWellFormed({ key, postings: postings(['a', 5n], ['b', -4n]) });
    }).toThrow('balanced');
    expect(() => {
      assertWellFormed({ key, postings: postings(['a', 0n], ['b', 0n]) });
    }).toThrow('moves something');
    expect(() => {
      assertWellFormed({ key, postings: postings(['a', 5n], ['a', -5n]) });
    }).toThrow('once');
    expect(() => {
      assertWellFormed({ key, postings: postings(['a', 5n]) });
    }).toThrow('2 to 100');
    expect(() => {
      assertWellFormed({ key: 'a key with spaces', postings: postings(['a', 5n], ['b', -5n]) });
    }).toThrow('key');
  });

  it('numbers postings and gives the balance after each', () => {
    const decided = decide(
      [account({ id: 'a', kind: 'asset', balance: 10n }), account({ id: 'b', balance: -10n })],
      postings(['a', 5n], ['b', -5n]),
    );
    expect(decided).toEqual({
      ok: true,
      value: [
        { account: 'a', amount: 5n, seq: 8, balanceAfter: 15n },
        { account: 'b', amount: -5n, seq: 8, balanceAfter: -15n },
      ],
    });
  });

  it('is refused for an account that is unknown, closed or in another currency', () => {
    const open = account({ id: 'a' });
    expect(decide([open], postings(['a', 5n], ['b', -5n]))).toMatchObject({
      refusal: { code: 'unknown-account', account: 'b' },
    });
    expect(decide([open, account({ id: 'b', state: 'closed' })], postings(['a', 5n], ['b', -5n]))).toMatchObject({
      refusal: { code: 'closed-account', account: 'b' },
    });
    const euros = { ...account({ id: 'b' }), currency: 'EUR' as const };
    expect(decide([open, euros], postings(['a', 5n], ['b', -5n]))).toMatchObject({
      refusal: { code: 'wrong-currency', account: 'b' },
    });
  });

  it('may take a customer down to the floor and not a cent further', () => {
    const customer = account({ id: 'a', balance: -100n, floor: 0n });
    const cash = account({ id: 'cash', kind: 'asset', balance: 100n });
    expect(decide([customer, cash], postings(['a', 100n], ['cash', -100n])).ok).toBe(true);
    expect(decide([customer, cash], postings(['a', 101n], ['cash', -101n]))).toEqual({
      ok: false,
      refusal: { code: 'insufficient-funds', account: 'a', short: 1n },
    });
  });

  it('never refuses what raises a balance, also below the floor', () => {
    const below = account({ id: 'a', balance: 50n, floor: 0n });
    const cash = account({ id: 'cash', kind: 'asset' });
    expect(decide([below, cash], postings(['cash', 10n], ['a', -10n])).ok).toBe(true);
  });

  it('keeps the sum of all balances where it was, whatever is posted', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.bigInt({ min: -1_000_000n, max: 1_000_000n }).filter((n) => n !== 0n),
          { minLength: 1, maxLength: 8 },
        ),
        (amounts) => {
          const rest = -amounts.reduce((a, b) => a + b, 0n);
          fc.pre(rest !== 0n);
          const order = postings(...[...amounts, rest].map((amount, n) => [`a${n}`, amount] as [string, bigint]));
          const accounts = order.map((posting, n) => account({ id: posting.account, balance: BigInt(n) * 17n }));
          const decided = decide(accounts, order);
          expect(decided.ok).toBe(true);
          if (decided.ok)
            expect(sum(decided.value.map((posting) => posting.balanceAfter))).toBe(
              sum(accounts.map((one) => one.balance)),
            );
        },
      ),
    );
  });

  it('and its reversal leave every balance as it was', () => {
    const order = postings(['a', 5n], ['b', -3n], ['c', -2n]);
    const both = [...order, ...reversed(order)];
    for (const id of ['a', 'b', 'c'])
      expect(sum(both.filter((posting) => posting.account === id).map((posting) => posting.amount))).toBe(0n);
  });
});

describe('the normal side', () => {
  it('shows deposits, equity and income as positive when credited, assets and expenses when debited', () => {
    expect(
      Object.entries(normalSide)
        .filter(([, side]) => side === 'debit')
        .map(([kind]) => kind),
    ).toEqual(['asset', 'expense']);
    expect(onNormalSide(moneyOf(-5n), 'liability')).toBe(5n);
    expect(onNormalSide(moneyOf(5n), 'asset')).toBe(5n);
  });
});
