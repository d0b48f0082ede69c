import { z } from 'zod';
import { isBefore, type PlainDate } from '#core/calendar.ts';
import type { Currency } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { measureOf, solveApr } from '#features/schedules/index.ts';
import { amountField, dateField, parseLine } from './fields.ts';
import { answerLines, type LineFault, type Streams } from './ndjson.ts';

/** The `apr` command: advances and payments a line, their annual percentage rate a line. Returns the exit code. */
export function runApr(options: Streams & { currency?: Currency }): Promise<0 | 2> {
  const schema = inputSchema(options.currency ?? 'USD');
  return answerLines(options, (input) => {
    const parsed = parseLine(schema, input);
    return parsed.ok ? answer(parsed.value) : parsed;
  });
}

// A flow may lie so many unit periods out: a hundred years of days.
const furthest = 36_525;
// More flows than any loan has rows.
const mostFlows = 10_000;

function inputSchema(currency: Currency) {
  const amount = amountField(currency);
  const fractionText = z.string().regex(/^(0|1)(\.\d{1,12})?$/, 'must be a decimal such as "0.5"');
  const inPeriods = z.strictObject({
    unitPeriods: z.int('must be a whole number').min(0, 'must not be negative').max(furthest, 'lies too far out'),
    fraction: z.union([fractionText.transform(Number), z.number().min(0).max(1)]).exactOptional(),
    amount,
  });
  const dated = z.strictObject({ on: dateField, amount });
  const flows = z
    .array(z.union([inPeriods, dated]))
    .min(1, 'has no entry')
    .max(mostFlows, 'has too many entries');
  return z.strictObject({
    amountFinanced: amount.exactOptional(),
    /** When `amountFinanced` is handed over, where payments are dated. */
    advancedOn: dateField.exactOptional(),
    advances: flows.exactOptional(),
    payments: flows,
    unitPeriodsPerYear: z
      .number('must be a number')
      .positive('must be positive')
      .max(366, 'is more than the days of a year')
      .exactOptional(),
    method: z.enum(['reg-z', 'eu']).exactOptional(),
  });
}

type Input = z.infer<ReturnType<typeof inputSchema>>;
type Entry = Input['payments'][number];
type Flow = Parameters<typeof solveApr>[0]['payments'][number];

function answer(input: Input): Result<object, LineFault> {
  const advances = advancesOf(input);
  if (!advances.ok) return advances;
  const isDated = advances.value.some((entry) => 'on' in entry);
  const mixed = [...advances.value, ...input.payments].some((entry) => 'on' in entry !== isDated);
  if (mixed) return refuse({ field: 'payments', message: 'must all be dated, as the advances are, or all be counted' });
  const method = input.method ?? 'reg-z';
  const yearly = isDated && method === 'eu' ? 1 : input.unitPeriodsPerYear;
  if (yearly === undefined) return refuse({ field: 'unitPeriodsPerYear', message: 'is missing' });

  const place = placing(advances.value, method === 'eu' ? { method } : { method, unitPeriodsPerYear: yearly });
  if (!place.ok) return place;
  const early = input.payments.findIndex((entry) => place.value(entry) === null);
  if (early !== -1) return refuse({ field: `payments.${early}.on`, message: 'lies before the first advance' });
  const flowsOf = (entries: readonly Entry[]) => entries.map(place.value).filter((flow) => flow !== null);
  const solved = solveApr({
    advances: flowsOf(advances.value),
    payments: flowsOf(input.payments),
    unitPeriodsPerYear: yearly,
    compounding: method === 'eu' ? 'effective' : 'actuarial',
  });
  return solved.ok ? ok({ aprPercent: solved.value.aprPercent }) : refuse(faults[solved.refusal.code]);
}

const faults = {
  'nothing-advanced': { field: 'advances', message: 'must be more than nothing together' },
  'payments-below-advances': { field: 'payments', message: 'are less than what is advanced' },
  'no-rate': { field: 'payments', message: 'have no rate at which they are worth the advances' },
} as const;

function advancesOf(input: Input): Result<readonly Entry[], LineFault> {
  const { amountFinanced, advancedOn, advances } = input;
  if (advances && amountFinanced === undefined) return ok(advances);
  if (amountFinanced === undefined) return refuse({ field: 'amountFinanced', message: 'is missing' });
  if (advances) return refuse({ field: 'advances', message: 'does not go with amountFinanced' });
  if (advancedOn) return ok([{ on: advancedOn, amount: amountFinanced }]);
  const isDated = input.payments.some((entry) => 'on' in entry);
  if (isDated)
    return refuse({ field: 'advancedOn', message: 'is missing: dated payments need the date of the advance' });
  return ok([{ unitPeriods: 0, amount: amountFinanced }]);
}

/** Where an entry lies from the first advance; null for one that lies before it. */
function placing(
  advances: readonly Entry[],
  law: Parameters<typeof measureOf>[0],
): Result<(entry: Entry) => Flow | null, LineFault> {
  const dates = advances.flatMap((entry) => ('on' in entry ? [entry.on] : []));
  const first = dates.reduce<PlainDate | null>((least, on) => (least && !isBefore(on, least) ? least : on), null);
  const measure = measureOf(law);
  if (first && !measure)
    return refuse({ field: 'unitPeriodsPerYear', message: 'has no unit period to count dates in' });
  return ok((entry) => {
    if (!('on' in entry))
      return { amount: entry.amount, unitPeriods: entry.unitPeriods, fraction: entry.fraction ?? 0 };
    if (!first || !measure || isBefore(entry.on, first)) return null;
    return { amount: entry.amount, ...measure(first, entry.on) };
  });
}
