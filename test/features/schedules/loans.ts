import { dateOf } from '#core/calendar.ts';
import { parseMoney, toDecimalString, type Money } from '#core/money.ts';
import { rateOf } from '#core/rate.ts';
import { buildSchedule, type Schedule, type ScheduleTerms } from '#features/schedules/index.ts';

/** Dollars as people write them. */
export function usd(text: string): Money {
  const parsed = parseMoney(text, 'USD');
  if (!parsed.ok) throw new Error(`Not an amount: ${text}`);
  return parsed.value;
}

export function text(amount: Money): string {
  return toDecimalString(amount, 'USD');
}

/** A plain loan: 1,200.00 at 12 % over twelve months, as much of it changed as a test needs. */
export function aLoan(changes: Partial<ScheduleTerms> = {}): ScheduleTerms {
  return {
    principal: usd('1200.00'),
    currency: 'USD',
    annualRate: rateOf('12'),
    instalments: 12,
    frequency: { every: 1, unit: 'month' },
    method: 'equal-instalment',
    dayCount: '30/360',
    disbursedOn: dateOf('2024-01-01'),
    firstDueOn: dateOf('2024-02-01'),
    ...changes,
  };
}

export function scheduleOf(changes: Partial<ScheduleTerms> = {}): Schedule {
  const built = buildSchedule(aLoan(changes));
  if (!built.ok) throw new Error(`Refused: ${JSON.stringify(built.refusal)}`);
  return built.value;
}

export function column(schedule: Schedule, key: 'principal' | 'interest' | 'fee' | 'total' | 'balance'): string[] {
  return schedule.rows.map((row) => text(row[key]));
}
