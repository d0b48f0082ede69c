import fc from '#test/properties.ts';
import { describe, expect, it } from 'vitest';
import { moneyOf, ofDollarSize, zero, type Money } from '#core/money.ts';
import { affordabilityOf } from '#features/loans/underwriting/affordability.rules.ts';
import {
  contestFault,
  leastScoreOf,
  ledTo,
  reasonSentence,
} from '#features/loans/underwriting/adverse/adverse.rules.ts';
import {
  authorityTable,
  exposureOf,
  mayAlone,
  mayTogether,
  neededFor,
  roomOf,
} from '#features/loans/underwriting/deciding/authority.rules.ts';
import { paymentRecord } from '#features/loans/underwriting/file/own-history.rules.ts';
import { countObligations, obligationKinds, totalOf } from '#features/loans/underwriting/obligations.rules.ts';
import { rulesAbout } from '#features/risk/policy/judging.ts';
import { rejectionReasons } from '#features/loans/underwriting/deciding/reasons.rules.ts';

const usd = (units: number) => ofDollarSize(units, 'USD');
const cents = (amount: Money, more: bigint) => moneyOf(amount + more);

describe('Who may decide on how much', () => {
  it.each([
    [{ unsecured: usd(25_000), secured: zero }, 'officer'],
    [{ unsecured: cents(usd(25_000), 1n), secured: zero }, 'senior-officer'],
    [{ unsecured: zero, secured: usd(100_000) }, 'officer'],
    [{ unsecured: zero, secured: cents(usd(100_000), 1n) }, 'senior-officer'],
    [{ unsecured: usd(1), secured: usd(100_000) }, 'senior-officer'],
    [{ unsecured: usd(250_000), secured: usd(750_000) }, 'senior-officer'],
    [{ unsecured: cents(usd(250_000), 1n), secured: zero }, 'two-seniors'],
    [{ unsecured: zero, secured: cents(usd(1_000_000), 1n) }, 'two-seniors'],
  ] as const)('%o needs %s', (exposure, needed) => {
    expect(neededFor(exposure, 'USD')).toBe(needed);
  });

  it('is the same in every currency, by what its unit buys', () => {
    for (const currency of ['USD', 'EUR', 'INR', 'JPY'] as const) {
      const most = ofDollarSize(authorityTable[0].unsecured, currency);
      expect(neededFor({ unsecured: most, secured: zero }, currency)).toBe('officer');
      expect(neededFor({ unsecured: cents(most, 1n), secured: zero }, currency)).toBe('senior-officer');
    }
  });

  it('lets a second person follow within their own authority, and two seniors without limit', () => {
    expect(mayAlone('officer', 'senior-officer')).toBe(false);
    expect(mayAlone('senior-officer', 'two-seniors')).toBe(false);
    expect(mayTogether({ maker: 'officer', checker: 'senior-officer' }, 'senior-officer')).toBe(true);
    expect(mayTogether({ maker: 'officer', checker: 'senior-officer' }, 'two-seniors')).toBe(false);
    expect(mayTogether({ maker: 'senior-officer', checker: 'senior-officer' }, 'two-seniors')).toBe(true);
  });

  it('has room for exactly what still needs no other person', () => {
    const amounts = fc.bigInt(0n, 30_000_000n);
    fc.assert(
      fc.property(amounts, amounts, fc.boolean(), (unsecured, secured, isSecured) => {
        const before = { unsecured: moneyOf(unsecured), secured: moneyOf(secured) };
        const facts = { before, secured: isSecured, currency: 'USD' as const };
        const room = roomOf({ ...facts, role: 'officer' });
        const after = (amount: bigint) =>
          exposureOf([
            { amount: before.unsecured, secured: false },
            { amount: before.secured, secured: true },
            { amount: moneyOf(amount), secured: isSecured },
          ]);
        if (room > zero) expect(neededFor(after(room), 'USD')).toBe('officer');
        expect(neededFor(after(room + 1n), 'USD')).not.toBe('officer');
      }),
    );
  });
});

const payments = fc.array(
  fc.record({ kind: fc.constantFrom(...obligationKinds), monthly: fc.bigInt(0n, 10n ** 7n).map(moneyOf) }),
  { maxLength: 12 },
);
const reports = fc.array(
  fc.record({
    kind: fc.constantFrom('loan' as const, 'card' as const),
    monthly: fc.bigInt(0n, 10n ** 7n).map(moneyOf),
  }),
  { maxLength: 12 },
);
const total = (list: readonly { monthly: Money }[]) => list.reduce((all, { monthly }) => all + monthly, 0n);

describe('Obligations', () => {
  it('count the higher of declared and reported, never less than either and never both', () => {
    fc.assert(
      fc.property(payments, reports, (declared, reported) => {
        const counted = totalOf(countObligations({ declared, reported }));
        expect(counted).toBeGreaterThanOrEqual(total(declared));
        expect(counted).toBeGreaterThanOrEqual(total(reported));
        expect(counted).toBeLessThanOrEqual(total(declared) + total(reported));
      }),
    );
  });

  it('are not counted twice where a loan stands in both, and a sum of everything holds what is reported', () => {
    const loan = { kind: 'loan' as const, monthly: moneyOf(40_000n) };
    expect(countObligations({ declared: [loan], reported: [loan] }).debts).toBe(40_000n);
    const all = { kind: 'any' as const, monthly: moneyOf(50_000n) };
    expect(countObligations({ declared: [all], reported: [loan] }).debts).toBe(50_000n);
    const more = { kind: 'loan' as const, monthly: moneyOf(70_000n) };
    expect(countObligations({ declared: [all], reported: [more] }).debts).toBe(70_000n);
  });

  it('keep rent apart from debts: it counts in what is fixed, not in debt to income', () => {
    const rent = { kind: 'rent' as const, monthly: moneyOf(90_000n) };
    expect(countObligations({ declared: [rent], reported: [] })).toMatchObject({ debts: 0n, otherFixed: 90_000n });
  });
});

describe('Affordability', () => {
  const amount = fc.bigInt(0n, 10n ** 10n).map(moneyOf);
  it('adds up exactly, whoever earns and owes, and its room is what is left to the limit', () => {
    fc.assert(
      fc.property(amount, amount, amount, amount, amount, (salary, coIncome, debts, otherFixed, instalment) => {
        const figures = affordabilityOf({
          ...{ salary, coIncome, otherFixed, instalment, otherIncome: zero, declaredObligations: debts },
          ...{ ownLoans: [], amount: instalment, propertyValue: null, stressedInstalment: cents(instalment, 1n) },
        });
        expect(figures.income).toBe(salary + coIncome);
        expect(figures.leftAfterBills).toBe(salary + coIncome - debts - otherFixed - instalment);
        expect(figures.instalmentRoom >= 0n).toBe((debts + instalment) * 100n <= (salary + coIncome) * 40n);
        if (figures.income === 0n) {
          expect(figures.fixedWithLoan).toBeNull();
          return;
        }
        expect(figures.fixedWithLoan?.within).toBe((debts + otherFixed + instalment) * 100n <= figures.income * 50n);
        expect(figures.debtStressed?.part).toBe(debts + instalment + 1n);
      }),
    );
  });

  it('lends further against a vehicle than against a property', () => {
    const facts = {
      ...{ salary: usd(1), otherIncome: zero, declaredObligations: zero, ownLoans: [], instalment: zero },
      ...{ amount: usd(90), propertyValue: usd(100) },
    };
    expect(affordabilityOf({ ...facts, security: 'vehicle' }).loanToValue?.within).toBe(true);
    expect(affordabilityOf({ ...facts, security: 'property' }).loanToValue?.within).toBe(false);
  });
});

describe('A decline', () => {
  const figures = {
    ...{ openAccounts: 1, balance: zero, monthly: zero, utilisationTenths: 501n, oldestMonths: 35, lateMonths: 1 },
    ...{ worstDaysLate: 30, recentEnquiries: 4, unpaidDefaults: 0, defaults: 1, bankruptcies: 1 },
    ...{ billsOnTime: 1, paymentsOnRecord: 24 },
  };

  it('knows of every reason that stands on a report whose report it was', () => {
    const of = (score: number | null, clean: boolean) => {
      const none = { utilisationTenths: null, oldestMonths: 90, lateMonths: 0, recentEnquiries: 0, defaults: 0 };
      return { score, leastScore: 620, figures: clean ? { ...figures, ...none, bankruptcies: 0 } : figures };
    };
    for (const { code, bureau } of rejectionReasons) {
      expect(ledTo(code, of(500, false))).toBe(bureau);
      expect(ledTo(code, of(800, true))).toBe(false);
    }
  });

  it('calls no score too low that is not there, nor one that only other loans ask for', () => {
    const of = (score: number | null, leastScore: number | undefined) =>
      ledTo('credit-score-too-low', { score, leastScore, figures });
    expect([of(null, 620), of(null, undefined), of(619, 620), of(620, 620), of(300, undefined)]).toEqual(
      [false, false, true, false, false], // A limit is kept by who is at it.
    );
    const score = (refer: string, products: string[]) => ({
      ...({ code: `score-${refer}`, fact: 'creditScore', comparison: 'at-least', refer, decline: null } as const),
      ...({ whenUnknown: 'refer', products, security: null, reason: 'credit-score-too-low' } as const),
    });
    const content = { rules: [score('620', []), score('700', ['home'])] };
    const leastOf = (product: string) => leastScoreOf(rulesAbout(content, { product, security: 'none' }));
    expect([leastOf('personal'), leastOf('home')]).toEqual([620, 700]);
    expect(leastScoreOf([])).toBeUndefined();
  });

  it('says of what is counted of several that it is of them together', () => {
    const say = (code: string, together: boolean) => reasonSentence(code, { aboutAnother: false, together });
    for (const code of ['debt-too-high', 'income-too-low', 'lent-enough']) {
      expect(say(code, true)).toContain('you and who applies with you together');
      expect(say(code, false)).not.toContain('together already');
      expect(say(code, false)).not.toContain('who applies with you');
    }
    expect(say('own-loans-late', true)).toBe(say('own-loans-late', false));
    expect(say('security-too-low', false)).not.toContain('property');
  });

  it('tells nobody what is in somebody else’s report', () => {
    expect(reasonSentence('bankruptcy', { aboutAnother: true })).not.toContain('bankruptcy');
    expect(reasonSentence('bankruptcy', { aboutAnother: false })).toContain('bankruptcy');
  });

  it('can be contested once, to the end of the last day', () => {
    const facts = { state: 'rejected', contested: false, until: '2026-04-16', today: '2026-04-16' };
    expect(contestFault(facts)).toBeUndefined();
    expect(contestFault({ ...facts, today: '2026-04-17' })).toEqual({ code: 'too-late' });
    expect(contestFault({ ...facts, contested: true })).toEqual({ code: 'contested-before' });
    expect(contestFault({ ...facts, state: 'offered' })).toEqual({ code: 'not-declined' });
  });
});

describe('How a loan with us was paid', () => {
  it('counts what is behind it, late by days, and what is late by now', () => {
    const rows = [
      { dueOn: '2026-01-05', paidOn: '2026-01-05' },
      { dueOn: '2026-02-05', paidOn: '2026-02-12' },
      { dueOn: '2026-03-05', paidOn: null },
      { dueOn: '2026-04-05', paidOn: null },
    ];
    expect(paymentRecord(rows, '2026-03-17')).toEqual({ paid: 2, late: 2, worstDays: 12 });
    expect(paymentRecord([], '2026-03-17')).toEqual({ paid: 0, late: 0, worstDays: 0 });
  });
});
