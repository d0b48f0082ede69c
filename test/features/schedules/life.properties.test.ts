import fc from '#test/properties.ts';
import { describe, expect, it } from 'vitest';
import { ask, type Answered } from './ask.ts';
import { plainLine, twists } from './random-lines.ts';
import { dayOf, isoOf } from './reference/days.ts';
import type { Line } from './reference/loan.ts';

const runs = 60;

function cents(text: string | undefined): number {
  return Math.round(Number(text) * 100);
}

async function answerTo(line: Line): Promise<Answered> {
  const [answer] = (await ask('schedule', [line])).answers;
  if (!answer) throw new Error('No answer');
  return answer;
}

function linesWith(...names: string[]): fc.Arbitrary<Line> {
  return names.reduce<fc.Arbitrary<Line>>((lines, name) => lines.chain(twists[name] ?? fc.constant), plainLine);
}

/** Each line answered, the refused ones left out. */
async function eachAnswered(lines: fc.Arbitrary<Line>, check: (answer: Answered, line: Line) => void | Promise<void>) {
  const drawn = fc.sample(lines, runs);
  const { answers } = await ask('schedule', drawn);
  const pairs = drawn.flatMap((line, index) => {
    const answer = answers[index];
    return answer && !answer.error ? [{ line, answer }] : [];
  });
  expect(pairs.length).toBeGreaterThan(runs / 4);
  for (const { line, answer } of pairs) await check(answer, line);
}

describe('whatever happens in the life of a loan', () => {
  it('all that was advanced is repaid, nobody owes less than nothing, and every sum is its parts', async () => {
    const lines = linesWith('tranches', 'rateChanges', 'asOf', 'nextInstalments', 'lowerInstalment', 'fees');
    await eachAnswered(lines, ({ rows = [], totals }, line) => {
      const lent = line.disbursements?.reduce((sum, { amount }) => sum + cents(amount), 0) ?? cents(line.principal);
      expect(cents(totals?.principal)).toBe(lent);
      expect(rows.at(-1)?.balance).toBe('0.00');
      for (const row of rows) {
        for (const amount of [row.principal, row.interest, row.fee, row.penalty, row.balance]) {
          expect(cents(amount)).toBeGreaterThanOrEqual(0);
        }
        expect(cents(row.total)).toBe(cents(row.principal) + cents(row.interest) + cents(row.fee) + cents(row.penalty));
      }
      const all = rows.reduce((sum, row) => sum + cents(row.total), 0);
      expect(cents(totals?.total)).toBe(all);
    });
  });

  it('the order in which things were recorded changes nothing', async () => {
    const lines = linesWith('rateChanges', 'asOf', 'shortenTerm', 'fees');
    await eachAnswered(lines, async (answer, line) => {
      const turned = {
        ...line,
        rateChanges: line.rateChanges?.toReversed(),
        payments: line.payments?.toReversed(),
        prepayments: line.prepayments?.toReversed(),
      };
      expect(await answerTo(turned as Line)).toEqual(answer);
    });
  });

  it('the order of one day changes nothing either', async () => {
    const on = '2024-02-15';
    const base: Line = {
      principal: '1000.00',
      annualRatePercent: '12',
      instalments: 12,
      frequency: { every: 1, unit: 'month' },
      method: 'equal-instalment',
      dayCount: 'actual/365',
      disbursedOn: '2024-01-31',
      firstDueOn: '2024-02-29',
    };
    const prepayments = (['lower-instalment', 'next-instalments', 'shorten-term'] as const).map((effect, index) => ({
      on,
      amount: `${100 + index}.00`,
      effect,
    }));
    const rateChanges = ['9', '15'].map((annualRatePercent) => ({ on, annualRatePercent }));
    const answer = await answerTo({ ...base, prepayments, rateChanges });
    expect(answer.rows?.at(-1)?.balance).toBe('0.00');
    const turned = { ...base, prepayments: prepayments.toReversed(), rateChanges: rateChanges.toReversed() };
    expect(await answerTo(turned)).toEqual(answer);
  });

  it.each(['shortenTerm', 'lowerInstalment', 'nextInstalments'])('%s never raises the interest', async (effect) => {
    await eachAnswered(linesWith(effect), async (_answer, line) => {
      // An instalment rounded up to a whole hundred, or solved for whole nominal periods where the first one is short,
      // repays faster than it had to, and one solved anew may not.
      const { prepayments = [], rounding, instalmentBasis: _nominal, ...without } = line;
      const fair = { ...without, rounding: { mode: rounding?.mode ?? 'half-even' } } as const;
      const [answer, whole] = [await answerTo({ ...fair, prepayments }), await answerTo(fair)];
      // Each row rounds its own interest, so that a row more or less can round up.
      const room = (whole.rows?.length ?? 0) + prepayments.length;
      const most = cents(whole.totals?.interest) + room;
      expect(cents(answer.totals?.interest), JSON.stringify(line)).toBeLessThanOrEqual(most);
    });
  });

  it('with every row paid in full on its day the schedule is the one that was agreed', async () => {
    await eachAnswered(plainLine, async (answer, line) => {
      const payments = (answer.rows ?? []).filter((row) => cents(row.total) > 0);
      const paid = payments.map((row) => ({ on: row.dueOn, amount: row.total }));
      const asOf = answer.rows?.at(-1)?.dueOn ?? line.firstDueOn;
      const lived = await answerTo({ ...line, payments: paid, asOf });
      expect(lived.rows).toEqual(answer.rows);
    });
  });

  it('a payoff and what was paid before it cover principal and interest exactly', async () => {
    await eachAnswered(linesWith('payoff'), ({ rows = [], totals, payoff }, line) => {
      // A row due on the very day is part of what is asked.
      const before = rows
        .filter((row) => row.dueOn < (payoff?.on ?? ''))
        .reduce((sum, row) => sum + cents(row.total), 0);
      expect(before + cents(payoff?.total)).toBe(cents(totals?.total));
      expect(cents(totals?.principal)).toBe(cents(line.principal));
    });
  });

  it('shortening keeps the instalment, lowering keeps the term', async () => {
    const equal = plainLine.map((line): Line => ({ ...line, method: 'equal-instalment', instalments: 12 }));
    for (const line of fc.sample(equal, 30)) {
      const prepayment = { on: isoOf(dayOf(line.firstDueOn)), amount: (cents(line.principal) / 400).toFixed(2) };
      const plain = await answerTo(line);
      const shorter = await answerTo({ ...line, prepayments: [{ ...prepayment, effect: 'shorten-term' }] });
      const lower = await answerTo({ ...line, prepayments: [{ ...prepayment, effect: 'lower-instalment' }] });
      if (plain.error || shorter.error || lower.error) continue;
      expect(shorter.instalment).toBe(plain.instalment);
      expect(shorter.rows?.length).toBeLessThanOrEqual(plain.rows?.length ?? 0);
      expect(cents(lower.rows?.[1]?.total)).toBeLessThanOrEqual(cents(plain.rows?.[1]?.total));
    }
  });
});

describe('dates are dates of the calendar', () => {
  it.each(['America/New_York', 'Pacific/Apia', 'Europe/Lisbon', 'UTC'])('in the time zone %s', async (zone) => {
    const kept = process.env.TZ;
    const line: Line = {
      principal: '1000.00',
      annualRatePercent: '12',
      instalments: 14,
      frequency: { every: 1, unit: 'month' },
      method: 'equal-instalment',
      dayCount: 'actual/actual',
      disbursedOn: '2023-10-31',
      firstDueOn: '2023-11-30',
    };
    try {
      process.env.TZ = zone;
      const { rows } = await answerTo(line);
      // 31 March to 30 April holds the change to summer time, and thirty days of a leap year all the same.
      expect(rows?.[5]?.interest).toBe('6.48');
      const months = [
        '11-30',
        '12-31',
        '01-31',
        '02-29',
        '03-31',
        '04-30',
        '05-31',
        '06-30',
        '07-31',
        '08-31',
        '09-30',
      ];
      expect(rows?.slice(0, 11).map((row) => row.dueOn.slice(5))).toEqual(months);
    } finally {
      if (kept === undefined) delete process.env.TZ;
      else process.env.TZ = kept;
    }
  });
});
