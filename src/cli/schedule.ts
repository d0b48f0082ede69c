import { z } from 'zod';
import { toDecimalString, type Currency, type Money } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import {
  buildSchedule,
  dayCounts,
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
  const later = laterOptions.find((field) => Object.hasOwn(input, field));
  if (later) return refuse({ field: later, message: 'is not supported yet' });
  const parsed = parseLine(by.schema, input);
  if (!parsed.ok) return parsed;
  const built = buildSchedule(termsOf(parsed.value, by.currency));
  return built.ok ? ok(present(built.value, by.currency)) : refuse(faultOf(built.refusal));
}

/** Options the engine does not follow yet; ignoring one would give a schedule that looks right and is not. */
const laterOptions = [
  'disbursements',
  'rateChanges',
  'prepayments',
  'payments',
  'asOf',
  'penalty',
  'reschedule',
  'payoffOn',
] as const;

function inputSchema(currency: Currency) {
  const amount = amountField(currency);
  const count = z.int('must be a whole number').min(0, 'must not be negative');
  const when = z.enum(['instalment', 'disbursement']);
  const fee = z.union([
    z.strictObject({ when, amount }),
    z.strictObject({ when, percentOf: z.enum(['principal', 'interest', 'instalment', 'loan']), percent: percentField }),
  ]);
  return z.strictObject({
    principal: amount,
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
    // These three say how money that arrives is used; without any they change nothing.
    allocation: z
      .array(z.enum(['penalty', 'fee', 'interest', 'principal']))
      .length(4)
      .exactOptional(),
    rest: z.enum(['daily', 'period']).exactOptional(),
    payoffInterest: z.enum(['to-date', 'to-due-date']).exactOptional(),
  });
}

type Input = z.infer<ReturnType<typeof inputSchema>>;

function termsOf(input: Input, currency: Currency): ScheduleTerms {
  const { annualRatePercent, ...rest } = input;
  return { ...rest, annualRate: annualRatePercent, currency };
}

const messages: Readonly<Record<ScheduleRefusal['code'], string>> = {
  'not-positive': 'must be more than nothing',
  'out-of-range': 'is out of range',
  'not-after-disbursal': 'must lie after disbursedOn',
  'too-large': 'is too large for this loan',
  'too-small': 'never pays the loan off',
  'too-long': 'reaches beyond the year 9999',
  'not-applicable': 'does not go with the other terms',
};

function faultOf(refusal: ScheduleRefusal): LineFault {
  const field = refusal.field === 'annualRate' ? 'annualRatePercent' : refusal.field;
  return { field, message: messages[refusal.code] };
}

function present(schedule: Schedule, currency: Currency): object {
  const text = (amount: Money) => toDecimalString(amount, currency);
  const parts = (of: Schedule['totals']) => ({
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
      dueOn: row.dueOn.toString(),
      ...parts(row),
      balance: text(row.balance),
    })),
    totals: parts(schedule.totals),
    aprPercent: schedule.aprPercent,
  };
}
