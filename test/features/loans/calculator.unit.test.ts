import { PassThrough, Readable } from 'node:stream';
import fc from '#test/properties.ts';
import { describe, expect, it } from 'vitest';
import { runApr } from '#src/cli/apr.ts';
import { present } from '#core/assert.ts';
import { dateOf } from '#core/calendar.ts';
import { createFormats } from '#core/format.ts';
import { minus, moneyOf, plus, sum, toDecimalString, zero } from '#core/money.ts';
import { startingProducts } from '#features/products/catalogue.ts';
import { productChoices } from '#features/products/index.ts';
import { calculate, feesOf, loanYears, usualQuestion } from '#features/loans/calculator/calculation.ts';
import { calculatorChart } from '#features/loans/calculator/calculator-chart.view.ts';
import { inRhythm } from '#features/loans/calculator/calculator.forms.ts';
import { indicate, mostLendable, type IndicativeFacts } from '#features/loans/calculator/indication.ts';
import { monthlyCost } from '#features/loans/calculator/indicative.routes.ts';
import { scheduleCsv } from '#features/loans/calculator/schedule-csv.ts';
import { employmentStatuses } from '#features/loans/applying/application-sections.ts';
import { affordabilityOf } from '#features/loans/underwriting/affordability.rules.ts';

const products = startingProducts('USD').map((product, index) => ({ _id: `p-${index}`, ...product }));
const today = dateOf('2026-03-17');
const formats = createFormats({ currency: 'USD', locale: 'en-US', timeZone: 'UTC' });

/** A product in one of its rhythms, and a question within its limits. */
const question = fc
  .tuple(fc.constantFrom(...products), fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat())
  .map(([offered, rhythm, share, term]) => {
    const rhythms = productChoices.frequenciesOf(offered);
    const wanted = present(rhythms[rhythm % rhythms.length], 'A rhythm');
    const product = inRhythm(offered, productChoices.rhythmName(wanted));
    const range = product.maxAmount - product.minAmount;
    const amount = moneyOf(product.minAmount + (range * BigInt(Math.round(share * 10_000))) / 10_000n);
    const instalments = product.minInstalments + (term % (product.maxInstalments - product.minInstalments + 1));
    return { product, amount, instalments };
  });

async function cliApr(flows: object): Promise<string | null> {
  const output = new PassThrough();
  const input = Readable.from([`${JSON.stringify({ id: '1', ...flows })}\n`]);
  const done = runApr({ input, output, currency: 'USD' } as never);
  const chunks: Buffer[] = [];
  output.on('data', (chunk: Buffer) => chunks.push(chunk));
  await done;
  const line = Buffer.concat(chunks).toString();
  return (JSON.parse(line) as { aprPercent?: string }).aprPercent ?? line;
}

describe('the calculator', () => {
  it('adds up: what is repaid is what was paid out and what it costs', () => {
    fc.assert(
      fc.property(question, ({ product, ...asked }) => {
        const facts = calculate(product, { ...asked, disbursedOn: today });
        if (!facts.ok) throw new Error(facts.refusal.code);
        const { schedule, paidOut, totalCost, totalRepaid } = facts.value;
        expect(minus(totalRepaid, paidOut)).toBe(totalCost);
        expect(plus(schedule.totals.interest, feesOf(facts.value))).toBe(totalCost);
        const years = loanYears(facts.value);
        expect(years.flatMap((year) => year.rows)).toEqual(schedule.rows);
        expect(sum(years.map((year) => year.total))).toBe(totalRepaid);
        expect(years.at(-1)?.balance).toBe(zero);
      }),
      { numRuns: 60 },
    );
  });

  it('says the same APR as the command line of the same flows', async () => {
    await fc.assert(
      fc.asyncProperty(question, async ({ product, ...asked }) => {
        const facts = calculate(product, { ...asked, disbursedOn: today });
        if (!facts.ok) throw new Error(facts.refusal.code);
        const { schedule, paidOut } = facts.value;
        const perYear = productChoices.instalmentsAYear(product.frequency);
        const payments = schedule.rows.map((row) => ({ on: row.dueOn, amount: toDecimalString(row.total, 'USD') }));
        const apr = await cliApr({
          amountFinanced: toDecimalString(paidOut, 'USD'),
          advancedOn: today.toString(),
          payments,
          unitPeriodsPerYear: perYear,
        });
        expect(apr).toBe(schedule.aprPercent);
      }),
      { numRuns: 25 },
    );
  });

  it('begins with a question that has an answer, and draws it', () => {
    for (const product of products) {
      const facts = calculate(product, { ...usualQuestion(product), disbursedOn: today });
      if (!facts.ok) throw new Error(facts.refusal.code);
      const chart = calculatorChart(facts.value, formats);
      expect(chart.svg.bars.length).toBeGreaterThan(1);
      expect(chart.title).toMatch(/% of what you repay is interest$/);
      expect(scheduleCsv(facts.value, 'USD').split('\r\n')).toHaveLength(facts.value.schedule.rows.length + 2);
    }
  });
});

const cents = (most: number) => fc.integer({ min: 0, max: most }).map((value) => moneyOf(BigInt(value)));
const person = fc.record({
  work: fc.constantFrom(...employmentStatuses),
  income: cents(2_000_000),
  debts: cents(800_000),
  fixed: cents(500_000),
  value: cents(60_000_000),
});

describe('the indication', () => {
  it('never says more than the rules an officer sees a file by', () => {
    fc.assert(
      fc.property(question, person, ({ product, amount, instalments }, { value, ...said }) => {
        const { security: kind } = product;
        const security = kind === 'none' ? null : { kind, value };
        const cost = monthlyCost(product, { instalments, today });
        const monthly = present(cost(amount), 'A cost');
        const { verdict } = indicate({ ...said, amount, security }, monthly);
        const file = affordabilityOf({
          ...{ salary: said.income, otherIncome: zero, declaredObligations: said.debts, otherFixed: said.fixed },
          ...{ ownLoans: [], instalment: monthly.instalment, amount, propertyValue: security?.value ?? null },
          ...(security ? { security: security.kind } : {}),
        });
        const within =
          file.debtWithLoan?.within === true &&
          file.fixedWithLoan?.within === true &&
          (security === null || file.loanToValue?.within === true);
        if (verdict === 'likely') expect(within).toBe(true);
        if (within) expect(verdict).not.toBe('unlikely');
        if (said.income === zero) expect(verdict).toBe('unlikely');
      }),
      { numRuns: 150 },
    );
  });

  it('finds the most that fits: it is within the limits, and a step more is not', () => {
    fc.assert(
      fc.property(question, person, ({ product, instalments }, { value, ...rest }) => {
        const said = { ...rest, work: 'employed' as const };
        const security = product.security === 'none' ? null : { kind: product.security, value };
        const cost = monthlyCost(product, { instalments, today });
        const step = moneyOf(10_000n);
        const { minAmount: least, maxAmount: most } = product;
        const found = mostLendable({ ...said, security }, { least, most, step, cost });
        const verdict = (amount: IndicativeFacts['amount']) =>
          indicate({ ...said, security, amount }, present(cost(amount), 'A cost')).verdict;
        if (found === undefined) {
          expect(verdict(least)).not.toBe('likely');
          return;
        }
        expect(verdict(found)).toBe('likely');
        const more = plus(found, step);
        if (more <= most) expect(verdict(more)).not.toBe('likely');
      }),
      { numRuns: 40 },
    );
  });
});
