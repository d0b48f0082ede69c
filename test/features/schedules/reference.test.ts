import fc from '#test/properties.ts';
import { describe, expect, it } from 'vitest';
import { ask, type Answered } from './ask.ts';
import { plainLine, twists } from './random-lines.ts';
import type { Line } from './reference/loan.ts';
import { referenceSchedule } from './reference/reference.ts';
import type { Row } from './reference/walk.ts';

/**
 * The command line against a second implementation, written from INTERFACES.md alone: day by day, in exact fractions,
 * sharing no line with the engine. Each twist alone, every two together, and three of those that meet in real life.
 */
const names = Object.keys(twists);
const pairs = names.flatMap((name, index) => names.slice(index + 1).map((other) => [name, other]));
const threes = [
  ['asOf', 'nextInstalments', 'fees'],
  ['asOf', 'payoff', 'fees'],
  ['tranches', 'rateChanges', 'asOf'],
  ['rateChanges', 'lowerInstalment', 'principalGrace'],
  ['rateChanges', 'asOf', 'reschedule'],
  ['downPayment', 'balloon', 'shortenTerm'],
];

function linesWith(twisted: readonly string[]): fc.Arbitrary<Line> {
  return twisted.reduce((lines, name) => lines.chain(twists[name] ?? fc.constant), plainLine);
}

function text(cents: bigint): string {
  const digits = (cents < 0n ? -cents : cents).toString().padStart(3, '0');
  return `${cents < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

function textOf({ n, dueOn, principal, interest, fee, penalty, total, balance }: Row): object {
  const amounts = { principal, interest, fee, penalty, total, balance };
  return { n, dueOn, ...Object.fromEntries(Object.entries(amounts).map(([name, cents]) => [name, text(cents)])) };
}

/** Refused lines are of no interest here, but most must be answered, or nothing was compared. */
async function compare(lines: readonly Line[]): Promise<number> {
  const { answers } = await ask('schedule', lines);
  const answered = lines.flatMap((line, index) => {
    const answer = answers[index];
    return answer && !answer.error ? [{ line, answer }] : [];
  });
  for (const { line, answer } of answered) agree(line, answer);
  return answered.length;
}

function agree(line: Line, answer: Answered): void {
  const expected = referenceSchedule(line);
  const told = JSON.stringify(line);
  expect(answer.rows, told).toEqual(expected.rows.map(textOf));
  const isSolved = line.method === 'equal-instalment' || line.method === 'flat';
  if (isSolved) expect(answer.instalment, told).toBe(text(expected.instalment));
  if (!expected.payoff) return;
  const { principal, interest, fee, penalty } = expected.payoff;
  expect(answer.payoff, told).toMatchObject({
    principal: text(principal),
    interest: text(interest),
    fee: text(fee),
    penalty: text(penalty),
    total: text(principal + interest + fee + penalty),
  });
}

describe('the engine agrees with a plain reading of the conventions', () => {
  it.each([[[]], ...names.map((name) => [[name]])])('on loans with %j', async (twisted) => {
    expect(await compare(fc.sample(linesWith(twisted), 40))).toBeGreaterThan(10);
  });

  it.each(threes)('on loans with %s, %s and %s', async (...twisted) => {
    expect(await compare(fc.sample(linesWith(twisted), 30))).toBeGreaterThan(8);
  });

  it('on loans with any two of them together', async () => {
    let compared = 0;
    for (const twisted of pairs) compared += await compare(fc.sample(linesWith(twisted), 6));
    expect(compared).toBeGreaterThan(400);
  });

  it('on a lower instalment agreed while the running row is already paid: the rest is solved on that day', async () => {
    const line: Line = {
      principal: '8814.56',
      annualRatePercent: '12',
      instalments: 5,
      frequency: { every: 1, unit: 'week' },
      method: 'equal-instalment',
      dayCount: 'actual/360',
      disbursedOn: '2025-12-29',
      firstDueOn: '2026-03-13',
      instalmentBasis: 'nominal',
      payments: [{ on: '2026-01-05', amount: '2018.53' }],
      prepayments: [{ on: '2026-01-12', amount: '669.91', effect: 'lower-instalment' }],
      asOf: '2026-01-12',
    };
    expect(await compare([line])).toBe(1);
    // 6,390.08 over the four rows left, without the interest that still accrues until the row paid ahead falls due.
    const rows = (await ask('schedule', [line])).answers[0]?.rows;
    expect(rows?.slice(0, 3).map(({ total }) => total)).toEqual(['2445.05', '1606.75', '1606.75']);
  });

  it('on a lower instalment agreed before two rows were paid ahead: the third is solved when the first is over', async () => {
    const line: Line = {
      principal: '5000.00',
      annualRatePercent: '31.1257',
      instalments: 11,
      frequency: { every: 1, unit: 'week' },
      method: 'equal-instalment',
      dayCount: '30/360',
      disbursedOn: '2023-11-30',
      firstDueOn: '2024-03-06',
      rounding: { mode: 'half-up', instalmentTo: '1.00', instalmentMode: 'up' },
      payments: [{ on: '2024-03-03', amount: '1050.00' }],
      prepayments: [{ on: '2024-02-13', amount: '195.00', effect: 'lower-instalment' }],
      asOf: '2024-03-03',
    };
    expect(await compare([line])).toBe(1);
    const rows = (await ask('schedule', [line])).answers[0]?.rows;
    expect(rows?.slice(1, 4).map(({ total }) => total)).toEqual(['508.00', '481.00', '481.00']);
  });
});
