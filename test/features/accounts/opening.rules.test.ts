import { describe, expect, it } from 'vitest';
import { currencies, currencyPlaces, moneyOf, zero } from '#core/money.ts';
import { startingAccountTypes } from '#features/accounts/opening/account-type-catalogue.ts';
import { closable } from '#features/accounts/opening/closing.rules.ts';
import { endingOf, mayAccept, mayInvite } from '#features/accounts/opening/holding.rules.ts';
import { freePlace } from '#features/accounts/opening/opening.rules.ts';

describe('places of accounts', () => {
  it.each([
    [[], 1],
    [[1, 2, 3], 4],
    [[1, 3, 4], 2],
    [[3, 2, 1, 10, 9, 8, 7, 6, 4], 5],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], undefined],
  ])('beside %j the next is %s', (taken, place) => {
    expect(freePlace(taken, 10)).toBe(place);
  });
});

describe('account types', () => {
  it.each(currencies)('have round limits in %s', (currency) => {
    const [current, savings] = startingAccountTypes(currency);
    const unit = 10n ** BigInt(currencyPlaces[currency]);
    for (const type of [current, savings]) {
      expect(type?.currency).toBe(currency);
      expect((type?.limits.perTransfer ?? 1n) % (1_000n * unit)).toBe(0n);
      expect(type && type.limits.perDay > type.limits.perTransfer).toBe(true);
    }
    expect([current?.annualRate, savings?.annualRate]).toEqual(['0', '2.5']);
  });

  it('of yen and rupees are worth what those of dollars are', () => {
    expect(startingAccountTypes('JPY')[0]?.limits.perTransfer).toBe(2_500_000n);
    expect(startingAccountTypes('INR')[0]?.limits.perTransfer).toBe(125_000_000n);
  });
});

describe('closing', () => {
  const cents = (amount: number) => moneyOf(BigInt(amount));
  it.each([
    [zero, zero, 'none', 'closable'],
    [cents(1), zero, 'none', 'not-empty'],
    [cents(-1), zero, 'none', 'not-empty'],
    [cents(5), cents(5), 'none', 'not-empty'],
    [zero, zero, 'debit', 'not-now'],
    [zero, zero, 'full', 'not-now'],
    [cents(1), zero, 'credit', 'not-empty'],
  ])('of %i with %i held and freeze %s is %s', (balance, held, freeze, answer) => {
    const decision = closable({ balance, held, freeze });
    expect(decision.ok ? decision.value : decision.refusal.code).toBe(answer);
  });
});

describe('inviting', () => {
  const fine = { holders: 1, open: 0, alreadyOpen: false, alreadyHolder: false, sentLately: 0 };
  it.each([
    [{}, 'invite'],
    [{ holders: 2, open: 1 }, 'invite'],
    [{ holders: 4 }, 'too-many-holders'],
    [{ holders: 1, open: 3 }, 'too-many-holders'],
    [{ alreadyHolder: true }, 'already-holder'],
    [{ alreadyOpen: true, open: 1 }, 'already-invited'],
    [{ sentLately: 9 }, 'invite'],
    [{ sentLately: 10 }, 'too-many-invitations'],
  ])('with %j is %s', (facts, answer) => {
    const decision = mayInvite({ ...fine, ...facts });
    expect(decision.ok ? decision.value : decision.refusal).toBe(answer);
  });
});

describe('accepting', () => {
  const fine = {
    ...{ state: 'pending', openUntil: '2026-03-31', today: '2026-03-17', accountOpen: true },
    ...{ holders: 1, shared: 0, mostShared: 10 },
  };
  it.each([
    [{}, 'accept'],
    [{ today: '2026-03-31' }, 'accept'],
    [{ today: '2026-04-01' }, 'no-longer-open'],
    [{ state: 'withdrawn' }, 'no-longer-open'],
    [{ state: 'accepted' }, 'no-longer-open'],
    [{ accountOpen: false }, 'no-longer-open'],
    [{ holders: 3 }, 'accept'],
    [{ holders: 4 }, 'too-many-holders'],
    [{ shared: 10 }, 'too-many-shared'],
  ])('with %j is %s', (facts, answer) => {
    const decision = mayAccept({ ...fine, ...facts });
    expect(decision.ok ? decision.value : decision.refusal).toBe(answer);
  });
});

describe('ending a holding', () => {
  it.each([
    ['owner', 'friend', 'removes'],
    ['friend', 'friend', 'leaves'],
    ['friend', 'other', undefined],
    ['owner', 'owner', undefined],
    ['friend', 'owner', undefined],
    ['stranger', 'friend', undefined],
  ])('asked by %s for %s is %s', (asks, holder, ending) => {
    expect(endingOf({ asks, owner: 'owner', holder })).toBe(ending);
  });
});
