import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { moneyOf } from '#core/money.ts';
import { decidePayment, type Payable } from '#features/servicing/payment.rules.ts';

const due = moneyOf(1_746_50n);
const rows = (paid: number, count = 3): Payable[] =>
  Array.from({ length: count }, (_, index) => ({
    n: index + 1,
    total: due,
    paidOn: index < paid ? '2026-01-03' : null,
  }));

/** Any amount, and often one that is off by a cent. */
const someAmount = fc.oneof(fc.bigInt({ min: 1n, max: 10n ** 9n }), fc.constantFrom(due - 1n, due, due + 1n));

const facts = {
  closed: false,
  instalments: rows(1),
  wanted: 2,
  amountShown: due,
  amount: undefined,
  account: { available: due },
};
const refusalOf = (changed: Partial<Parameters<typeof decidePayment>[0]>) => {
  const decision = decidePayment({ ...facts, ...changed });
  return decision.ok ? undefined : decision.refusal;
};

describe('Paying an instalment', () => {
  it('takes the oldest unpaid instalment, exactly, from an account that covers it to the cent', () => {
    expect(decidePayment(facts)).toEqual({ ok: true, value: facts.instalments[1] });
    expect(decidePayment({ ...facts, amount: due }).ok).toBe(true);
  });

  it('refuses one that is paid, also on a closed loan, where it is the truer answer', () => {
    expect(refusalOf({ wanted: 1 })).toEqual({ code: 'already-paid' });
    expect(refusalOf({ closed: true, instalments: rows(3), wanted: 3 })).toEqual({ code: 'already-paid' });
  });

  it('refuses a closed loan and a number that the loan does not have', () => {
    expect(refusalOf({ closed: true })).toEqual({ code: 'loan-closed' });
    expect(refusalOf({ wanted: 4 })).toEqual({ code: 'unknown-instalment' });
  });

  it('refuses any instalment but the oldest unpaid one', () => {
    expect(refusalOf({ wanted: 3 })).toEqual({ code: 'not-the-oldest' });
  });

  it('refuses where the amount shown is not what is due, whichever way it is off', () => {
    fc.assert(
      fc.property(someAmount, (shown) => {
        const refusal = refusalOf({ amountShown: moneyOf(shown) });
        expect(refusal).toEqual(shown === due ? undefined : { code: 'amount-changed', due });
      }),
    );
  });

  it('refuses an amount of one’s own that is too little or too much, and names what is due', () => {
    fc.assert(
      fc.property(someAmount, (amount) => {
        const code = amount < due ? 'too-little' : 'too-much';
        expect(refusalOf({ amount: moneyOf(amount) })).toEqual(amount === due ? undefined : { code, due });
      }),
    );
  });

  it('refuses an account that is not the borrower’s', () => {
    expect(refusalOf({ account: undefined })).toEqual({ code: 'not-your-account' });
  });

  it('says to the cent how much an account is short', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: due - 1n }), (available) => {
        const short = moneyOf(due - available);
        expect(refusalOf({ account: { available: moneyOf(available) } })).toEqual({ code: 'short-of-funds', short });
      }),
    );
  });
});
