import { dateOf } from '#core/calendar.ts';
import { parseMoney } from '#core/money.ts';
import { rateOf } from '#core/rate.ts';
import { buildSchedule, type ScheduleTerms } from '#features/schedules/index.ts';
import { median, rounded, say, shuffled, type BenchOptions, type BenchResult } from './measuring.ts';

/** Months in the schedule of everybody's mortgage, and in one ten times as long. */
const rows = 360;
const manyRows = 3600;

const windowMs = { full: 1000, quick: 100 } as const;
const warmUpMs = { full: 1000, quick: 300 } as const;

type Act = () => unknown;

/** 360 and 3,600 instalments of ours against a plain floating-point loop, window by window in shuffled order. */
export async function run(options: BenchOptions): Promise<BenchResult> {
  const arms: Record<string, Act> = {
    ours360: scheduler(rows, '30/360'),
    ours3600: scheduler(manyRows, '30/360'),
    oursActual360: scheduler(rows, 'actual/actual'),
    plain360: () => plainLoop(250_000, 6.125, rows),
    plainDated360: () => withDates(plainLoop(250_000, 6.125, rows)),
  };
  const wanted = Object.entries(arms).filter(([name]) => options.only?.includes(name) ?? true);
  for (const [, act] of wanted) perSecond(act, warmUpMs[options.pace]);
  const seen = new Map(wanted.map(([name]) => [name, [] as number[]]));
  for (let round = 1; round <= Math.max(options.rounds ?? 8, 4); round += 1) {
    for (const [name, act] of shuffled(wanted)) seen.get(name)?.push(perSecond(act, windowMs[options.pace]));
    say(`Round ${round} done.`);
    // Others on the machine get a turn, and a collection that is due does not fall into a window.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const of = (name: string) => median(seen.get(name) ?? []);
  const pairs = (over: string, under: string) =>
    median((seen.get(over) ?? []).map((value, round) => value / (seen.get(under)?.[round] ?? NaN)));
  return {
    ratios: {
      schedule: rounded(pairs('ours360', 'plain360')),
      scheduleDated: rounded(pairs('ours360', 'plainDated360')),
      linear: rounded(pairs('ours360', 'ours3600') / (manyRows / rows)),
    },
    raw: {
      perSecond: Object.fromEntries(wanted.map(([name]) => [name, rounded(of(name))])),
      msEach: Object.fromEntries(wanted.map(([name]) => [name, rounded(1000 / of(name))])),
    },
  };
}

function scheduler(instalments: number, dayCount: ScheduleTerms['dayCount']): Act {
  const principal = parseMoney('250000', 'USD');
  if (!principal.ok) throw new Error('250000 is an amount');
  const terms: ScheduleTerms = {
    principal: principal.value,
    currency: 'USD',
    annualRate: rateOf('6.125'),
    instalments,
    frequency: { every: 1, unit: 'month' },
    method: 'equal-instalment',
    dayCount,
    disbursedOn: dateOf('2026-01-31'),
    firstDueOn: dateOf('2026-02-28'),
  };
  return () => {
    const built = buildSchedule(terms);
    if (!built.ok || built.value.rows.length !== instalments)
      throw new Error('The schedule is not what was asked for.');
    return built;
  };
}

interface PlainRow {
  n: number;
  principal: number;
  interest: number;
  total: number;
  balance: number;
}

/** What a quick script would do: floats, rounded to the cent, and no annual rate. */
function plainLoop(principal: number, percent: number, instalments: number): PlainRow[] {
  const monthly = percent / 100 / 12;
  const cents = (amount: number) => Math.round(amount * 100) / 100;
  const instalment = cents((principal * monthly) / (1 - (1 + monthly) ** -instalments));
  const schedule: PlainRow[] = [];
  let balance = principal;
  for (let n = 1; n <= instalments; n += 1) {
    const interest = cents(balance * monthly);
    const repaid = n === instalments ? balance : cents(instalment - interest);
    balance = cents(balance - repaid);
    schedule.push({ n, principal: repaid, interest, total: cents(repaid + interest), balance });
  }
  return schedule;
}

/** The same with due dates by the platform, which not every month has. */
function withDates(schedule: PlainRow[]): (PlainRow & { dueOn: string })[] {
  return schedule.map((row) => ({ ...row, dueOn: new Date(Date.UTC(2026, row.n, 28)).toISOString().slice(0, 10) }));
}

function perSecond(act: Act, forMs: number): number {
  const from = performance.now();
  let done = 0;
  let now = from;
  while (now - from < forMs) {
    act();
    done += 1;
    now = performance.now();
  }
  return (done / (now - from)) * 1000;
}
