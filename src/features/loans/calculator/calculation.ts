import type { PlainDate } from '#core/calendar.ts';
import { larger, moneyOf, plus, smaller, sum, type Money } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import {
  productChoices,
  scheduleTermsOf,
  type EstimateRefusal,
  type ProductVersion,
} from '#features/products/index.ts';
import { buildSchedule } from '#features/schedules/index.ts';
import { keyFactsOf, type KeyFacts } from '../key-facts/key-facts.ts';

export interface Asked {
  amount: Money;
  instalments: number;
}

/** What such a loan would cost if it were paid out today: the same figures as its key facts would have. */
export function calculate(
  product: ProductVersion,
  asked: Asked & { disbursedOn: PlainDate },
): Result<KeyFacts, EstimateRefusal> {
  const fault = productChoices.limitsFault(product, asked);
  if (fault) return refuse(fault);
  const { amount: principal, instalments, disbursedOn } = asked;
  const terms = scheduleTermsOf(product, { principal, annualRate: product.annualRate, instalments, disbursedOn });
  return buildSchedule(terms).ok ? ok(keyFactsOf(product, terms)) : refuse({ code: 'no-schedule' });
}

/** Where the calculator starts: the middle of what can be borrowed, over half of the longest term. */
export function usualQuestion(
  product: Pick<ProductVersion, 'minAmount' | 'maxAmount' | 'minInstalments' | 'maxInstalments'>,
): Asked {
  const { minAmount, maxAmount, minInstalments, maxInstalments } = product;
  const middle = (minAmount + maxAmount) / 2n;
  // Two leading digits are enough for an example.
  const step = 10n ** BigInt(Math.max(0, middle.toString().length - 2));
  const amount = larger(minAmount, smaller(maxAmount, moneyOf((middle / step) * step)));
  return { amount, instalments: Math.max(minInstalments, (maxInstalments + (maxInstalments % 2)) / 2) };
}

/** What the instalments of twelve months come to, counted from the first one. */
export interface LoanYear {
  n: number;
  rows: KeyFacts['schedule']['rows'];
  principal: Money;
  interest: Money;
  fee: Money;
  total: Money;
  /** Still to be repaid after it. */
  balance: Money;
}

export function loanYears({ product, schedule }: KeyFacts): LoanYear[] {
  const size = productChoices.instalmentsAYear(product.frequency);
  const { length } = schedule.rows;
  const years = (length - (length % size)) / size + (length % size === 0 ? 0 : 1);
  return Array.from({ length: years }, (_, index) => {
    const rows = schedule.rows.slice(index * size, (index + 1) * size);
    const of = (part: 'principal' | 'interest' | 'fee' | 'total') => sum(rows.map((row) => row[part]));
    return {
      ...{ n: index + 1, rows, principal: of('principal'), interest: of('interest'), fee: of('fee') },
      total: of('total'),
      balance: rows.at(-1)?.balance ?? moneyOf(0n),
    };
  });
}

/** All fees that are certain: kept back at payout, and with the instalments. */
export function feesOf({ schedule }: KeyFacts): Money {
  return plus(schedule.feeAtDisbursement, schedule.totals.fee);
}
