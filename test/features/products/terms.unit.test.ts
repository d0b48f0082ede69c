import { describe, expect, it } from 'vitest';
import { dateOf } from '#core/calendar.ts';
import { moneyOf } from '#core/money.ts';
import { rateOf } from '#core/rate.ts';
import { buildSchedule } from '#features/schedules/index.ts';
import { draftForm } from '#features/products/drafting/draft.forms.ts';
import { readTerms } from '#features/products/drafting/read-terms.forms.ts';
import { estimate } from '#features/products/estimate.ts';
import { infeasible } from '#features/products/feasible.ts';
import { productTerms, termsFromJson, termsToJson, type ProductTerms } from '#features/products/product-terms.ts';
import { scheduleTermsOf, servicingTermsOf } from '#features/products/schedule-terms.ts';
import { termsFaults } from '#features/products/terms-faults.ts';
import { differences, termText } from '#features/products/plain-words.ts';
import { createFormats } from '#core/format.ts';
import { parseForm } from '#web/forms.ts';
import { draftFields, personalTerms, personalVersion } from './product-builders.ts';

const disbursedOn = dateOf('2026-01-31');
const formats = createFormats({ currency: 'USD', locale: 'en-US', timeZone: 'UTC' });
const facts = { principal: moneyOf(1_000_000n), annualRate: '12', instalments: 12, disbursedOn };
const fee = { code: 'processing', when: 'disbursement', taxPercent: rateOf('18') } as const;

const rich = (): ProductTerms => ({
  ...personalTerms(),
  method: 'equal-principal',
  dayCount: 'actual/365',
  frequency: { every: 2, unit: 'week' },
  rounding: { mode: 'half-up', instalmentTo: moneyOf(100n), instalmentMode: 'up' },
  instalmentBasis: 'nominal',
  rate: { kind: 'floating', base: 'prime', spread: rateOf('1.25') },
  fees: [
    { ...fee, percent: rateOf('1.5'), percentOf: 'loan' },
    { code: 'insurance', when: 'instalment', taxPercent: rateOf('0'), amount: moneyOf(250n) },
    { code: 'late', when: 'event', taxPercent: rateOf('18'), percent: rateOf('2'), percentOf: 'overdue' },
  ],
  grace: { principalInstalments: 2, interestInstalments: 1 },
  moratorium: { mostInstalments: 3 },
  downPaymentPercent: rateOf('10'),
  balloonPercent: rateOf('20'),
  mostTranches: 4,
  allocation: {
    pastDue: ['interest', 'principal', 'fee', 'penalty'],
    due: ['penalty', 'fee', 'interest', 'principal'],
    inAdvance: ['principal', 'interest', 'fee', 'penalty'],
    across: 'part',
  },
  penalty: { percentOf: 'overdue-principal', percent: rateOf('2'), graceDays: 5, basis: 'annual' },
  prepayment: { ...personalTerms().prepayment, lockInInstalments: 6, effects: ['shorten-term'], rest: 'period' },
  coolingOffDays: 3,
  security: 'vehicle',
  forBusiness: true,
  frequencies: [
    { every: 1, unit: 'week' },
    { every: 1, unit: 'month' },
  ],
  documents: [
    { kind: 'identity', required: true, of: 'everyone' },
    { kind: 'vehicle-invoice', required: false, of: 'applicant' },
  ],
  participants: { mostCoApplicants: 2, guarantor: 'required' },
});

describe('terms', () => {
  it('come back from JSON and from the form as they went', () => {
    for (const terms of [personalTerms(), rich()]) {
      expect(termsFromJson(termsToJson(terms))).toEqual(terms);
      const form = parseForm(draftForm('USD'), draftFields(terms, 3));
      expect(form.form.errors).toEqual({});
      const read = form.ok ? readTerms(form.value, 'USD') : undefined;
      expect(read).toEqual({ ok: true, value: terms });
      expect(productTerms.parse(terms)).toEqual(terms);
      expect(termsFaults(terms)).toEqual([]);
    }
  });

  it('have no field that the schema does not know', () => {
    expect(productTerms.safeParse({ ...personalTerms(), extra: 1 }).success).toBe(false);
    expect(productTerms.safeParse({ ...personalTerms(), minAmount: 5 }).success).toBe(false);
    expect(productTerms.safeParse({ ...personalTerms(), downPaymentPercent: '-1' }).success).toBe(false);
    expect(() =>
      termsFromJson(termsToJson(personalTerms()).replace('"penalty":null', '"penalty":{"$gt":1}')),
    ).toThrow();
  });

  it('are compared row by row, in words', () => {
    const terms = personalTerms();
    expect(differences(terms, terms, formats)).toEqual([]);
    const changed = differences(
      terms,
      { ...terms, rate: { kind: 'fixed', annualRate: rateOf('9.5') }, fees: [] },
      formats,
    );
    expect(changed).toEqual([
      { section: 'Interest and instalments', label: 'Rate a year', before: '11.90% fixed', after: '9.50% fixed' },
      { section: 'Fees', label: 'Processing fee, kept back at payout', before: '1.00% of the loan', after: '' },
    ]);
    expect(termText({ frequency: { every: 1, unit: 'month' } }, 36)).toBe('36 months');
    expect(termText({ frequency: { every: 3, unit: 'month' } }, 12)).toBe('12 instalments, one every 3 months');
  });
});

describe('faults', () => {
  const terms = personalTerms();
  const buckets = terms.npaBuckets;
  const lateFee = { code: 'late', when: 'disbursement', taxPercent: rateOf('0'), amount: moneyOf(1n) } as const;
  it.each<[string, Partial<ProductTerms>]>([
    ['minAmount', { minAmount: moneyOf(0n) }],
    ['maxAmount', { maxAmount: moneyOf(1n) }],
    ['maxInstalments', { maxInstalments: 1 }],
    ['fee1When', { fees: [lateFee] }],
    ['fee1Of', { fees: [{ ...fee, percent: rateOf('1'), percentOf: 'interest' }] }],
    [
      'fee2Code',
      {
        fees: [
          { ...fee, amount: moneyOf(1n) },
          { ...fee, amount: moneyOf(2n) },
        ],
      },
    ],
    ['principalGrace', { grace: { principalInstalments: 6, interestInstalments: 0 } }],
    ['downPaymentPercent', { downPaymentPercent: rateOf('100') }],
    ['balloonPercent', { method: 'bullet', balloonPercent: rateOf('10') }],
    ['due1', { allocation: { ...terms.allocation, due: ['fee', 'fee', 'interest', 'principal'] } }],
    ['effectShorten', { prepayment: { ...terms.prepayment, effects: [] } }],
    ['lockIn', { prepayment: { ...terms.prepayment, lockInInstalments: 61 } }],
    ['bucket1From', { npaBuckets: buckets.slice(1) }],
    [
      'bucket2Provision',
      { npaBuckets: buckets.map((one, n) => (n === 1 ? { ...one, provisionPercent: rateOf('0') } : one)) },
    ],
    ['bucket7Npa', { npaBuckets: buckets.map((one, n) => (n === 6 ? { ...one, npa: false } : one)) }],
  ])('are told at %s', (field, change) => {
    const faults = termsFaults({ ...terms, ...change });
    expect(faults.map((fault) => fault.field)).toContain(field);
  });

  it('include a schedule that cannot be built at one of the limits', () => {
    const why = (change: Partial<ProductTerms>) =>
      infeasible({ ...terms, ...change }, { annualRate: '11.9', currency: 'USD', today: disbursedOn });
    expect(why({})).toBeUndefined();
    expect(why(rich())).toBeUndefined();
    const huge = { ...fee, amount: moneyOf(200_000n) };
    expect(why({ fees: [huge] })).toMatchObject({ field: 'fee1Value' });
    expect(why({ fees: [huge] })?.message).toContain('The smallest loan over the shortest term cannot be repaid');
    expect(why({ downPaymentPercent: rateOf('50'), balloonPercent: rateOf('60') })).toMatchObject({
      field: 'balloonPercent',
    });
  });
});

describe('the schedule of a product', () => {
  it('is for the first terms what was lent before there were others', () => {
    expect(scheduleTermsOf(personalVersion(), facts)).toEqual({
      ...facts,
      annualRate: '12',
      currency: 'USD',
      frequency: { every: 1, unit: 'month' },
      method: 'equal-instalment',
      dayCount: '30/360',
      firstDueOn: dateOf('2026-02-28'),
      rounding: { mode: 'half-even' },
      fees: [{ when: 'disbursement', percentOf: 'loan', percent: '1' }],
    });
  });

  it('takes everything of the terms, with tax on a fee rounded for itself', () => {
    const terms = scheduleTermsOf({ ...rich(), currency: 'USD' }, facts);
    expect(terms).toMatchObject({
      principalGraceInstalments: 2,
      interestGraceInstalments: 1,
      balloon: 200_000n,
      downPaymentPercent: '10',
      instalmentBasis: 'nominal',
      rounding: { mode: 'half-up', instalmentTo: 100n, instalmentMode: 'up' },
      firstDueOn: dateOf('2026-02-14'),
      fees: [
        { when: 'disbursement', amount: 17_700n },
        { when: 'instalment', amount: 250n },
      ],
    });
    expect(servicingTermsOf(rich())).toEqual({
      allocation: { pastDue: rich().allocation.pastDue, due: rich().allocation.due, across: 'part' },
      rest: 'period',
      payoffInterest: 'to-date',
      penalty: rich().penalty,
    });
    expect(buildSchedule(terms).ok).toBe(true);
  });

  it('gives an estimate by every method and rhythm', () => {
    for (const method of ['equal-instalment', 'equal-principal', 'flat', 'bullet'] as const)
      for (const frequency of [
        { every: 1, unit: 'month' },
        { every: 2, unit: 'week' },
        { every: 3, unit: 'month' },
      ] as const) {
        const outcome = estimate(
          { ...personalVersion(), method, frequency },
          { amount: moneyOf(1_000_000n), instalments: 12, disbursedOn },
        );
        if (!outcome.ok) throw new Error(outcome.refusal.code);
        expect(outcome.value.rows).toHaveLength(12);
        expect(outcome.value.rows.at(-1)?.balance).toBe(0n);
        expect(outcome.value.totalRepaid).toBe(1_000_000n + outcome.value.totalInterest);
        expect(Number(outcome.value.aprPercent)).toBeGreaterThan(11);
      }
  });
});
