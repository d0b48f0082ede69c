import { describe, expect, it } from 'vitest';
import { dateOf } from '#core/calendar.ts';
import { moneyOf } from '#core/money.ts';
import { rateOf } from '#core/rate.ts';
import { choosePayoutAccount, hasExpired, mayAnswer, offerValidUntil } from '#features/loans/offer/offer.rules.ts';
import {
  mayDecide,
  rateBand,
  rejectionReasons,
  withinProduct,
} from '#features/loans/underwriting/underwriting.rules.ts';

const product = {
  minAmount: moneyOf(100_000n),
  maxAmount: moneyOf(5_000_000n),
  minInstalments: 6,
  maxInstalments: 60,
  annualRate: '11.9',
};
const terms = { amount: moneyOf(1_000_000n), annualRate: rateOf('11.9'), instalments: 24 };

describe('Who may decide', () => {
  it('lets an officer decide on somebody else’s application that waits', () => {
    expect(mayDecide({ deciderPartyId: 'p1', applicantPartyId: 'p2', state: 'submitted' }).ok).toBe(true);
    expect(mayDecide({ deciderPartyId: undefined, applicantPartyId: 'p2', state: 'submitted' }).ok).toBe(true);
  });

  it('lets nobody decide on their own, whatever its state', () => {
    for (const state of ['submitted', 'offered']) {
      const decided = mayDecide({ deciderPartyId: 'p1', applicantPartyId: 'p1', state });
      expect(decided).toEqual({ ok: false, refusal: { code: 'own-application' } });
    }
  });

  it('decides once', () => {
    for (const state of ['draft', 'offered', 'rejected', 'withdrawn', 'accepted', 'disbursed']) {
      expect(mayDecide({ deciderPartyId: undefined, applicantPartyId: 'p2', state }).ok).toBe(false);
    }
  });
});

describe('Which terms may be approved', () => {
  it('takes the product’s own limits, both ends included', () => {
    expect(withinProduct(terms, product).ok).toBe(true);
    expect(withinProduct({ ...terms, amount: product.minAmount, instalments: 6 }, product).ok).toBe(true);
    expect(withinProduct({ ...terms, amount: product.maxAmount, instalments: 60 }, product).ok).toBe(true);
  });

  it.each([
    [{ amount: moneyOf(99_999n) }, 'amount-outside'],
    [{ amount: moneyOf(5_000_001n) }, 'amount-outside'],
    [{ instalments: 5 }, 'instalments-outside'],
    [{ instalments: 61 }, 'instalments-outside'],
    [{ annualRate: rateOf('5.94') }, 'rate-outside'],
    [{ annualRate: rateOf('23.81') }, 'rate-outside'],
    [{ annualRate: rateOf('0') }, 'rate-outside'],
  ])('refuses %o as %s', (change, code) => {
    const decided = withinProduct({ ...terms, ...change }, product);
    expect(decided).toMatchObject({ ok: false, refusal: { code } });
  });

  it('prices between half and double of the product’s rate, exactly', () => {
    expect(rateBand('11.9')).toEqual({ least: '5.95', most: '23.8' });
    expect(rateBand('9.75')).toEqual({ least: '4.875', most: '19.5' });
    expect(withinProduct({ ...terms, annualRate: rateOf('5.95') }, product).ok).toBe(true);
    expect(withinProduct({ ...terms, annualRate: rateOf('23.8') }, product).ok).toBe(true);
  });

  it('says each reason of a rejection in a sentence of its own', () => {
    const sentences = rejectionReasons.map((reason) => reason.sentence);
    expect(new Set(sentences).size).toBe(sentences.length);
    for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z].*\.$/);
  });
});

describe('How an offer is answered', () => {
  it('stands for 14 days, the last one included', () => {
    const last = offerValidUntil(dateOf('2026-02-20'));
    expect(last.toString()).toBe('2026-03-06');
    expect(hasExpired('2026-03-06', dateOf('2026-03-06'))).toBe(false);
    expect(hasExpired('2026-03-06', dateOf('2026-03-07'))).toBe(true);
  });

  it('is answered only while it is open', () => {
    const facts = { state: 'offered', validUntil: '2026-03-06', today: dateOf('2026-03-06') };
    expect(mayAnswer(facts).ok).toBe(true);
    expect(mayAnswer({ ...facts, today: dateOf('2026-03-07') })).toMatchObject({ refusal: { code: 'expired' } });
    expect(mayAnswer({ ...facts, state: 'expired' })).toMatchObject({ refusal: { code: 'expired' } });
    expect(mayAnswer({ ...facts, state: 'declined' })).toMatchObject({ refusal: { code: 'not-open' } });
  });

  it('pays into one of the borrower’s own accounts, or opens one where there is none', () => {
    expect(choosePayoutAccount({ chosen: 'a', own: ['a', 'b'] })).toMatchObject({ value: { accountId: 'a' } });
    expect(choosePayoutAccount({ chosen: 'x', own: ['a'] })).toMatchObject({ refusal: { code: 'not-your-account' } });
    expect(choosePayoutAccount({ chosen: 'x', own: [] })).toMatchObject({ refusal: { code: 'not-your-account' } });
    expect(choosePayoutAccount({ chosen: undefined, own: ['a'] })).toMatchObject({
      refusal: { code: 'choose-account' },
    });
    expect(choosePayoutAccount({ chosen: undefined, own: [] })).toMatchObject({ value: { kind: 'open-one' } });
  });
});
