import type { PlainDate } from '#core/calendar.ts';
import type { Currency, Money } from '#core/money.ts';
import { buildSchedule, type ScheduleRefusal } from '#features/schedules/index.ts';
import { inFrequency } from './product-choices.ts';
import { rhythmName } from './product-needs.ts';
import type { ProductTerms } from './product-terms.ts';
import { scheduleTermsOf } from './schedule-terms.ts';
import type { TermsFault } from './terms-faults.ts';

const fieldOf: Partial<Record<ScheduleRefusal['field'], string>> = {
  balloon: 'balloonPercent',
  downPaymentPercent: 'downPaymentPercent',
  fees: 'fee1Value',
  frequency: 'every',
  principalGraceInstalments: 'principalGrace',
  interestGraceInstalments: 'interestGrace',
  rounding: 'roundTo',
  instalments: 'maxInstalments',
};

const whys: Partial<Record<ScheduleRefusal['field'], string>> = {
  balloon: 'the last payment would be as large as the loan itself',
  downPaymentPercent: 'the down payment would leave nothing to lend',
  fees: 'the fees would take up what is paid out, or are too large',
  frequency: 'the time between instalments is out of range',
  principalGraceInstalments: 'the grace is longer than the term',
  interestGraceInstalments: 'the grace is longer than the term',
  rounding: 'instalments cannot be rounded that way',
  instalments: 'the term is too long',
  principal: 'the amounts grow too large to be kept',
  method: 'the way of repayment does not fit the other answers',
  annualRate: 'the rate does not fit the other answers',
};

/** Why a loan at one of the limits of the product would have no schedule, or undefined where each of them has one. */
export function infeasible(
  terms: ProductTerms,
  facts: { annualRate: string; currency: Currency; today: PlainDate },
): TermsFault | undefined {
  const fault = infeasibleInOne(terms, facts);
  if (fault) return fault;
  for (const frequency of terms.frequencies) {
    const found = infeasibleInOne(inFrequency(terms, frequency) ?? terms, facts);
    if (found) return { field: `often-${rhythmName(frequency)}`, message: found.message };
  }
  return undefined;
}

function infeasibleInOne(
  terms: ProductTerms,
  facts: { annualRate: string; currency: Currency; today: PlainDate },
): TermsFault | undefined {
  const { currency, annualRate, today } = facts;
  for (const [size, principal] of [
    ['smallest', terms.minAmount],
    ['largest', terms.maxAmount],
  ] as const)
    for (const [length, instalments] of [
      ['shortest', terms.minInstalments],
      ['longest', terms.maxInstalments],
    ] as const) {
      const why = reasonOf({ ...terms, currency }, { principal, annualRate, instalments, disbursedOn: today });
      if (why)
        return {
          field: why.field,
          message: `The ${size} loan over the ${length} term cannot be repaid: ${why.message}`,
        };
    }
  return undefined;
}

function reasonOf(
  terms: ProductTerms & { currency: Currency },
  facts: { principal: Money; annualRate: string; instalments: number; disbursedOn: PlainDate },
): TermsFault | undefined {
  const schedule = buildSchedule(scheduleTermsOf(terms, facts));
  if (!schedule.ok) {
    const { field } = schedule.refusal;
    return { field: fieldOf[field] ?? 'form', message: whys[field] ?? 'its instalments cannot be worked out' };
  }
  const negative = schedule.value.rows.some((row) => row.principal < 0n || row.interest < 0n || row.total < 0n);
  return negative
    ? { field: 'roundTo', message: 'an instalment would fall below zero. Round instalments less coarsely' }
    : undefined;
}
