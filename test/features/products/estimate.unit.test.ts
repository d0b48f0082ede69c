import { describe, expect, it } from 'vitest';
import { dateOf } from '#core/calendar.ts';
import { createFormats } from '#core/format.ts';
import { currencies, moneyOf, sum } from '#core/money.ts';
import { rateOf } from '#core/rate.ts';
import { startingProducts } from '#features/products/catalogue.ts';
import { estimate } from '#features/products/estimate.ts';
import { estimateFigures, otherTerms } from '#features/loans/applying/estimate.view.ts';
import { buildSchedule } from '#features/schedules/index.ts';

const disbursedOn = dateOf('2026-01-31');
const products = startingProducts('USD').map((facts, index) => ({ _id: `product-${index}`, ...facts }));

const monthly = { every: 1, unit: 'month' } as const;

describe('the starting products', () => {
  it('are four, of which the home and the vehicle loan are secured, in every currency of the bank', () => {
    for (const currency of currencies) {
      const all = startingProducts(currency);
      expect(all.map(({ code, security }) => [code, security])).toEqual([
        ['personal', 'none'],
        ['home', 'property'],
        ['vehicle', 'vehicle'],
        ['business', 'none'],
      ]);
      for (const product of all) {
        expect(product.currency).toBe(currency);
        expect(product.minAmount < product.maxAmount).toBe(true);
        expect(product.minInstalments < product.maxInstalments).toBe(true);
      }
    }
  });

  it('have limits in the minor units of their currency', () => {
    const smallest = (currency: 'USD' | 'INR' | 'JPY') => startingProducts(currency)[0]?.minAmount;
    expect([smallest('USD'), smallest('INR'), smallest('JPY')]).toEqual([100_000n, 5_000_000n, 100_000n]);
  });
});

describe('an estimate', () => {
  it('is the schedule of equal monthly instalments by 30/360, with the fee kept back', () => {
    for (const product of products) {
      const asked = { amount: product.minAmount, instalments: product.minInstalments, disbursedOn };
      const schedule = buildSchedule({
        principal: asked.amount,
        currency: 'USD',
        annualRate: rateOf(product.annualRate),
        instalments: asked.instalments,
        frequency: { every: 1, unit: 'month' },
        method: 'equal-instalment',
        dayCount: '30/360',
        disbursedOn,
        firstDueOn: dateOf('2026-02-28'),
        fees: [{ when: 'disbursement', percentOf: 'loan', percent: rateOf(product.feePercent) }],
      });
      const cost = estimate(product, asked);
      if (!cost.ok || !schedule.ok) throw new Error('Both should have been worked out');
      expect(cost.value).toEqual({
        instalment: schedule.value.instalment,
        lastInstalment: schedule.value.rows.at(-1)?.total,
        fee: schedule.value.feeAtDisbursement,
        totalInterest: schedule.value.totals.interest,
        totalRepaid: schedule.value.totals.total,
        aprPercent: schedule.value.aprPercent,
        rows: schedule.value.rows,
      });
      expect(sum(cost.value.rows.map((row) => row.principal))).toBe(asked.amount);
      // The fee is what lifts the APR above the rate.
      expect(Number(cost.value.aprPercent)).toBeGreaterThan(Number(product.annualRate));
    }
  });

  it('goes by another rate where one is decided', () => {
    const [product] = products;
    if (!product) throw new Error('There is a product');
    const asked = { amount: moneyOf(1_000_000n), instalments: 24, disbursedOn };
    const dear = estimate(product, asked);
    const cheap = estimate(product, { ...asked, annualRate: '5' });
    expect(dear.ok && cheap.ok && cheap.value.totalInterest < dear.value.totalInterest).toBe(true);
  });

  it('is refused outside the limits, and not at them', () => {
    for (const product of products) {
      const at = (amount: bigint, instalments: number) => {
        const outcome = estimate(product, { amount: moneyOf(amount), instalments, disbursedOn });
        return outcome.ok ? 'ok' : outcome.refusal.code;
      };
      const { minAmount, maxAmount, minInstalments, maxInstalments } = product;
      expect([at(minAmount, minInstalments), at(maxAmount, maxInstalments)]).toEqual(['ok', 'ok']);
      expect([at(minAmount - 1n, minInstalments), at(maxAmount + 1n, minInstalments)]).toEqual([
        'amount-out-of-range',
        'amount-out-of-range',
      ]);
      expect([at(minAmount, minInstalments - 1), at(minAmount, maxInstalments + 1)]).toEqual([
        'instalments-out-of-range',
        'instalments-out-of-range',
      ]);
    }
  });
});

describe('the figures of an estimate', () => {
  const formats = createFormats({ currency: 'USD', locale: 'en-US', timeZone: 'UTC' });

  it('are formatted, and compare a shorter and a longer term within the limits', () => {
    const [product] = products;
    if (!product) throw new Error('There is a product');
    const facts = { products: { estimate }, product: { ...product, annualRate: '9.6' }, today: disbursedOn, formats };
    const figures = estimateFigures(facts, { amount: moneyOf(1_800_000n), instalments: 36 });
    expect(figures).toMatchObject({
      ok: true,
      value: {
        instalment: '577.43',
        interest: '2,787.67',
        total: '20,787.67',
        fee: '180.00',
        payout: '17,820.00',
        last: '36 instalments, the last one 577.62',
        apr: '10.29%',
        shorterTerm: '24 months',
        shorterInstalment: '+249.86',
        shorterTotal: '−932.72',
        longerTerm: '48 months',
        longerInstalment: '−124.35',
        longerTotal: '+959.92',
      },
    });
  });

  it('compare nothing beyond the limits', () => {
    expect(otherTerms({ frequency: monthly, minInstalments: 6, maxInstalments: 60 }, 60)).toEqual({
      shorter: 48,
      longer: 60,
    });
    expect(otherTerms({ frequency: monthly, minInstalments: 6, maxInstalments: 60 }, 12)).toEqual({
      shorter: 6,
      longer: 24,
    });
    expect(otherTerms({ frequency: monthly, minInstalments: 60, maxInstalments: 360 }, 240)).toEqual({
      shorter: 180,
      longer: 300,
    });
    const fortnightly = { every: 2, unit: 'week' } as const;
    const other = otherTerms({ frequency: fortnightly, minInstalments: 13, maxInstalments: 130 }, 52);
    expect(other).toEqual({ shorter: 26, longer: 78 });
  });
});
