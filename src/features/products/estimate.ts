import type { PlainDate } from '#core/calendar.ts';
import type { Money } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { buildSchedule, type ScheduleRow } from '#features/schedules/index.ts';
import type { ProductVersion } from './product.model.ts';
import { scheduleTermsOf } from './schedule-terms.ts';

export type EstimateRefusal =
  | { code: 'amount-out-of-range'; min: Money; max: Money }
  | { code: 'instalments-out-of-range'; min: number; max: number }
  | { code: 'no-schedule' };

/** What a loan of this product would cost. Amounts in minor units of the product's currency. */
export interface Estimate {
  /** The instalment as solved; the last one takes the rest and may differ by cents. */
  instalment: Money;
  lastInstalment: Money;
  /** Kept back from the advance; part of the APR, not of `totalRepaid`. */
  fee: Money;
  totalInterest: Money;
  totalRepaid: Money;
  aprPercent: string | null;
  rows: ScheduleRow[];
}

/** Whether the product lends this amount over this many instalments. */
export function limitsFault(
  product: Pick<ProductVersion, 'minAmount' | 'maxAmount' | 'minInstalments' | 'maxInstalments'>,
  asked: { amount: Money; instalments: number },
): Exclude<EstimateRefusal, { code: 'no-schedule' }> | undefined {
  const { minAmount, maxAmount, minInstalments, maxInstalments } = product;
  if (asked.amount < minAmount || asked.amount > maxAmount)
    return { code: 'amount-out-of-range', min: minAmount, max: maxAmount };
  if (asked.instalments < minInstalments || asked.instalments > maxInstalments)
    return { code: 'instalments-out-of-range', min: minInstalments, max: maxInstalments };
  return undefined;
}

/** The schedule and its cost by the terms of the product version. */
export function estimate(
  product: ProductVersion,
  asked: {
    amount: Money;
    instalments: number;
    /** Another rate than the product's, as an officer may decide; per cent a year. */
    annualRate?: string;
    disbursedOn: PlainDate;
  },
): Result<Estimate, EstimateRefusal> {
  const fault = limitsFault(product, asked);
  if (fault) return refuse(fault);
  const { amount: principal, instalments, disbursedOn, annualRate = product.annualRate } = asked;
  const schedule = buildSchedule(scheduleTermsOf(product, { principal, annualRate, instalments, disbursedOn }));
  if (!schedule.ok) return refuse({ code: 'no-schedule' });
  const { instalment, rows, totals, feeAtDisbursement, aprPercent } = schedule.value;
  return ok({
    instalment,
    lastInstalment: rows.at(-1)?.total ?? instalment,
    fee: feeAtDisbursement,
    totalInterest: totals.interest,
    totalRepaid: totals.total,
    aprPercent,
    rows,
  });
}
