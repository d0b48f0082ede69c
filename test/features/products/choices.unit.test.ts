import { describe, expect, it } from 'vitest';
import { dateOf } from '#core/calendar.ts';
import { moneyOf } from '#core/money.ts';
import { startingProducts } from '#features/products/catalogue.ts';
import { estimate } from '#features/products/estimate.ts';
import { productChoices, inFrequency } from '#features/products/product-choices.ts';
import { rhythms } from '#features/products/product-needs.ts';
import { termsFromJson, termsToJson } from '#features/products/product-terms.ts';
import { termsFaults } from '#features/products/terms-faults.ts';
import { personalTerms, personalVersion } from './product-builders.ts';

const fortnight = { every: 2, unit: 'week' } as const;
const week = { every: 1, unit: 'week' } as const;
const month = { every: 1, unit: 'month' } as const;
const quarter = { every: 3, unit: 'month' } as const;

describe('another rhythm', () => {
  const personal = personalVersion();
  const all = { ...personal, frequencies: rhythms.filter(({ every, unit }) => !(every === 1 && unit === 'month')) };

  it('is the same product where it is the product’s own', () => {
    expect(inFrequency(personal, month)).toBe(personal);
    expect(productChoices.frequenciesOf(personal)).toEqual([month, fortnight]);
  });

  it('is none where the product does not offer it', () => {
    expect(inFrequency(personal, week)).toBeUndefined();
    expect(inFrequency({ ...personal, frequencies: [] }, fortnight)).toBeUndefined();
  });

  it.each([
    [fortnight, 13, 130],
    [week, 26, 260],
    [quarter, 2, 20],
  ])('has limits over the same time: %j', (frequency, least, most) => {
    expect(inFrequency(all, frequency)).toMatchObject({ frequency, minInstalments: least, maxInstalments: most });
  });

  it('counts what terms count in instalments over the same time, too', () => {
    const graced = {
      ...all,
      grace: { principalInstalments: 3, interestInstalments: 1 },
      moratorium: { mostInstalments: 6 },
      prepayment: { ...all.prepayment, lockInInstalments: 12 },
    };
    expect(inFrequency(graced, fortnight)).toMatchObject({
      grace: { principalInstalments: 6, interestInstalments: 2 },
      moratorium: { mostInstalments: 13 },
      prepayment: { lockInInstalments: 26 },
    });
  });

  it('never has limits that cross, nor more instalments than a schedule can have', () => {
    const odd = { ...all, minInstalments: 7, maxInstalments: 8 };
    expect(inFrequency(odd, quarter)).toMatchObject({ minInstalments: 2, maxInstalments: 2 });
    expect(inFrequency({ ...all, maxInstalments: 600 }, week)).toMatchObject({ maxInstalments: 600 });
  });

  it('costs about the same over the same time', () => {
    const asked = { amount: moneyOf(1_000_000n), disbursedOn: dateOf('2026-01-31') };
    const product = inFrequency(personal, fortnight);
    if (!product) throw new Error('The personal loan is offered by the fortnight');
    const costs = [
      estimate(personal, { ...asked, instalments: 36 }),
      estimate(product, { ...asked, instalments: 78 }),
    ].map((cost) => (cost.ok ? cost.value : undefined));
    const [monthly, fortnightly] = costs;
    expect(fortnightly?.rows).toHaveLength(78);
    expect(fortnightly?.rows[1]?.dueOn.toString()).toBe('2026-02-28');
    const more = Number(monthly?.totalInterest) / Number(fortnightly?.totalInterest);
    expect(more).toBeGreaterThan(0.98);
    expect(more).toBeLessThan(1.06);
    const ratio =
      Number(productChoices.aMonth(moneyOf(fortnightly?.instalment ?? 0n), fortnight)) / Number(monthly?.instalment);
    expect(Math.abs(ratio - 1)).toBeLessThan(0.02);
  });

  it('is set against a month by the year’s 26 fortnights, rounded up', () => {
    expect(productChoices.aMonth(moneyOf(100n), fortnight)).toBe(217n);
    expect(productChoices.aMonth(moneyOf(100n), quarter)).toBe(34n);
    expect(productChoices.aMonth(moneyOf(100n))).toBe(100n);
  });
});

describe('the needs of a product', () => {
  it('of every starting product break no rule', () => {
    for (const { code, ...terms } of startingProducts('USD')) expect([code, termsFaults(terms)]).toEqual([code, []]);
  });

  it.each([
    ['often-1-week', { frequencies: [fortnight, fortnight] }],
    ['often-1-week', { frequencies: [month] }],
    ['document-property-title', { documents: [{ kind: 'property-title', required: true, of: 'applicant' }] }],
    [
      'document-vehicle-invoice',
      { security: 'property', documents: [{ kind: 'vehicle-invoice', required: true, of: 'applicant' }] },
    ],
  ] as const)('are told at %s', (field, change) => {
    const faults = termsFaults({ ...personalTerms(), ...(structuredClone(change) as object) });
    expect(faults.map((fault) => fault.field)).toContain(field);
  });

  it('are read from drafts and requests of before they were data', () => {
    const {
      security: _security,
      forBusiness: _business,
      frequencies: _f,
      documents: _d,
      participants: _p,
      ...old
    } = JSON.parse(termsToJson(personalTerms())) as Record<string, unknown>;
    const none = {
      forBusiness: false,
      frequencies: [],
      documents: [],
      participants: { mostCoApplicants: 0, guarantor: 'none' },
    };
    expect(termsFromJson(JSON.stringify({ ...old, secured: true }))).toMatchObject({ security: 'property', ...none });
    expect(termsFromJson(JSON.stringify({ ...old, secured: false }))).toMatchObject({ security: 'none', ...none });
    expect(() => termsFromJson(JSON.stringify(old))).toThrow();
    expect(() => termsFromJson(JSON.stringify({ ...old, security: 'gold' }))).toThrow();
  });
});
