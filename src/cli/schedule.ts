import { z } from 'zod';
import type { PlainDate } from '#core/calendar.ts';
import { sum, toDecimalString, type Currency, type Money } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import {
  buildSchedule,
  dayCounts,
  parts,
  prepaymentEffects,
  repaymentMethods,
  type Schedule,
  type ScheduleRefusal,
  type ScheduleTerms,
} from '#features/schedules/index.ts';
import { amountField, dateField, parseLine, percentField } from './fields.ts';
import { answerLines, type LineFault, type Streams } from './ndjson.ts';

/** The `schedule` command: a loan's terms a line, its repayment schedule a line. Returns the exit code. */
export function runSchedule(options: Streams & { currency?: Currency }): Promise<0 | 2> {
  const currency = options.currency ?? 'USD';
  const schema = inputSchema(currency);
  return answerLines(options, (input) => answer(input, { schema, currency }));
}

function answer(
  input: Record<string, unknown>,
  by: { schema: ReturnType<typeof inputSchema>; currency: Currency },
): Result<object, LineFault> {
  const parsed = parseLine(by.schema, input);
  if (!parsed.ok) return parsed;
  const built = buildSchedule(termsOf(parsed.value, by.currency));
  return built.ok
    ? ok(present(built.value, { input: parsed.value, currency: by.currency }))
    : refuse(faultOf(built.refusal));
}

const count = z.int('must be a whole number').min(0, 'must not be negative');

function inputSchema(currency: Currency) {
  const amount = amountField(currency);
  const when = z.enum(['instalment', 'disbursement']);
  const fee = z.union([
    z.strictObject({ when, amount }),
    z.strictObject({ when, percentOf: z.enum(['principal', 'interest', 'instalment', 'loan']), percent: percentField }),
  ]);
  return z.strictObject({
    principal: amount.exactOptional(),
    annualRatePercent: percentField,
    instalments: count.exactOptional(),
    frequency: z.strictObject({ every: count, unit: z.enum(['month', 'week', 'day']) }),
    method: z.enum(repaymentMethods),
    dayCount: z.enum(dayCounts),
    disbursedOn: dateField,
    firstDueOn: dateField,
    rounding: z
      .strictObject({
        mode: z.enum(['half-even', 'half-up']).exactOptional(),
        instalmentTo: amount.exactOptional(),
        instalmentMode: z.enum(['nearest', 'up']).exactOptional(),
      })
      .exactOptional(),
    instalmentBasis: z.enum(['day-count', 'nominal']).exactOptional(),
    fixedInstalment: amount.exactOptional(),
    principalGraceInstalments: count.exactOptional(),
    interestGraceInstalments: count.exactOptional(),
    balloon: amount.exactOptional(),
    downPaymentPercent: percentField.exactOptional(),
    fees: z.array(fee).max(20, 'has more than 20 entries').exactOptional(),
    ...eventFields(currency),
    rest: z.enum(['daily', 'period']).exactOptional(),
    payoffOn: dateField.exactOptional(),
    payoffInterest: z.enum(['to-date', 'to-due-date']).exactOptional(),
  });
}

/** What happens after the first advance, and how money that arrives is used. */
function eventFields(currency: Currency) {
  const amount = amountField(currency);
  return {
    disbursements: z
      .array(z.strictObject({ on: dateField, amount }))
      .min(1, 'is empty')
      .exactOptional(),
    rateChanges: z.array(z.strictObject({ on: dateField, annualRatePercent: percentField })).exactOptional(),
    prepayments: z.array(z.strictObject({ on: dateField, amount, effect: z.enum(prepaymentEffects) })).exactOptional(),
    payments: z.array(z.strictObject({ on: dateField, amount })).exactOptional(),
    asOf: dateField.exactOptional(),
    allocation: z
      .array(z.enum(parts))
      .length(parts.length, 'must name penalty, fee, interest and principal')
      .refine((order) => new Set(order).size === parts.length, 'must name each part once')
      .exactOptional(),
    penalty: z
      .strictObject({
        percentOf: z.enum(['overdue-principal', 'overdue-instalment']),
        percent: percentField,
        graceDays: count.default(0),
        basis: z.enum(['once', 'annual']).default('once'),
      })
      .exactOptional(),
    reschedule: z
      .strictObject({
        fromDueOn: dateField,
        extraInstalments: count.default(0),
        interestGraceInstalments: count.exactOptional(),
      })
      .exactOptional(),
  };
}

type Input = z.infer<ReturnType<typeof inputSchema>>;

function termsOf(input: Input, currency: Currency): ScheduleTerms {
  const { annualRatePercent, principal, rateChanges, allocation, reschedule, ...rest } = input;
  const asOf = input.asOf ?? lastDay(input.payments);
  return {
    ...rest,
    // Advances, where they are listed, take the place of the principal.
    principal: principal ?? sum((input.disbursements ?? []).map((advance) => advance.amount)),
    annualRate: annualRatePercent,
    currency,
    ...(asOf && { asOf }),
    ...(rateChanges && {
      rateChanges: rateChanges.map((change) => ({ ...change, annualRate: change.annualRatePercent })),
    }),
    ...(allocation && { allocation: { pastDue: allocation, due: allocation, across: 'instalment' } }),
    ...(reschedule && { reschedules: [reschedule] }),
  };
}

/** Payments say by themselves until when they are known. */
function lastDay(payments: Input['payments']): PlainDate | undefined {
  return payments
    ?.map(({ on }) => on)
    .toSorted((a, b) => Temporal.PlainDate.compare(a, b))
    .at(-1);
}

const messages: Readonly<Record<ScheduleRefusal['code'], string>> = {
  'not-positive': 'must be more than nothing',
  'out-of-range': 'is out of range',
  'not-after-disbursal': 'must lie after disbursedOn',
  'too-large': 'is too large for this loan',
  'too-small': 'never pays the loan off',
  'too-long': 'reaches beyond the year 9999',
  'not-applicable': 'does not go with the other terms',
  'not-in-order': 'must stand in the order of their dates',
  'too-many': 'has too many entries',
  missing: 'is missing',
  'after-as-of': 'must not lie after asOf',
};

const names: Partial<Record<ScheduleRefusal['field'], string>> = {
  annualRate: 'annualRatePercent',
  reschedules: 'reschedule',
};

function faultOf(refusal: ScheduleRefusal): LineFault {
  return { field: names[refusal.field] ?? refusal.field, message: messages[refusal.code] };
}

function present(schedule: Schedule, { input, currency }: { input: Input; currency: Currency }): object {
  const text = (amount: Money) => toDecimalString(amount, currency);
  const texts = (of: Schedule['totals']) => ({
    principal: text(of.principal),
    interest: text(of.interest),
    fee: text(of.fee),
    penalty: text(of.penalty),
    total: text(of.total),
  });
  return {
    instalment: text(schedule.instalment),
    rows: schedule.rows.map((row) => ({
      n: row.n,
      dueOn: row.dueOn,
      ...texts(row),
      balance: text(row.balance),
    })),
    totals: texts(schedule.totals),
    aprPercent: schedule.aprPercent,
    ...(schedule.payoff && { payoff: { on: input.payoffOn?.toString(), ...texts(schedule.payoff) } }),
  };
}
