import { addFrequency, isBefore } from '#core/calendar.ts';
import { mostRows, type ScheduleRefusal, type ScheduleRefusalCode, type ScheduleTerms } from './terms.ts';

/** The first rule the terms break, or null. What only the finished rows can tell is refused by the schedule itself. */
export function faultOf(terms: ScheduleTerms): ScheduleRefusal | null {
  for (const rule of rules) {
    const fault = rule(terms);
    if (fault) return fault;
  }
  return null;
}

type Rule = (terms: ScheduleTerms) => ScheduleRefusal | null;

const rules: readonly Rule[] = [
  (terms) => when(terms.principal <= 0n, 'not-positive', 'principal'),
  (terms) => when(!isWhole(terms.frequency.every, 1, 366), 'out-of-range', 'frequency'),
  (terms) => when(!isBefore(terms.disbursedOn, terms.firstDueOn), 'not-after-disbursal', 'firstDueOn'),
  fixedInstalmentFault,
  (terms) => when(terms.fixedInstalment === undefined && !hasRows(terms), 'out-of-range', 'instalments'),
  // Years of five digits have another text form, which no other program reads.
  (terms) => when(lastDue(terms).year > 9999, 'too-long', 'instalments'),
  (terms) => graceFault(terms, 'principalGraceInstalments'),
  (terms) => graceFault(terms, 'interestGraceInstalments'),
  (terms) => when((terms.balloon ?? 0n) < 0n, 'not-positive', 'balloon'),
  (terms) => when(terms.method === 'bullet' && (terms.balloon ?? 0n) > 0n, 'not-applicable', 'balloon'),
  (terms) =>
    when(
      terms.downPaymentPercent !== undefined && Number(terms.downPaymentPercent) >= 100,
      'too-large',
      'downPaymentPercent',
    ),
  (terms) => when((terms.rounding?.instalmentTo ?? 1n) <= 0n, 'not-positive', 'rounding'),
  (terms) =>
    when(
      (terms.fees ?? []).some((fee) => 'amount' in fee && fee.amount < 0n),
      'not-positive',
      'fees',
    ),
  (terms) => when((terms.fees ?? []).some(needsARow), 'not-applicable', 'fees'),
  (terms) => when(largestSum(terms) > 2 ** 60, 'too-large', 'principal'),
];

function when(broken: boolean, code: ScheduleRefusalCode, field: keyof ScheduleTerms): ScheduleRefusal | null {
  return broken ? { code, field } : null;
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= least && value <= most;
}

function hasRows(terms: ScheduleTerms): boolean {
  return terms.instalments !== undefined && isWhole(terms.instalments, 1, mostRows);
}

function fixedInstalmentFault(terms: ScheduleTerms): ScheduleRefusal | null {
  if (terms.fixedInstalment === undefined) return null;
  if (terms.method !== 'equal-instalment') return { code: 'not-applicable', field: 'fixedInstalment' };
  return when(terms.fixedInstalment <= 0n, 'not-positive', 'fixedInstalment');
}

function rowsAtMost(terms: ScheduleTerms): number {
  return terms.fixedInstalment === undefined ? (terms.instalments ?? mostRows) : mostRows;
}

function lastDue(terms: ScheduleTerms): Temporal.PlainDate {
  // A term that follows from the amount is bounded by the walk; the calendar reaches any of its dates.
  const rows = terms.fixedInstalment === undefined ? rowsAtMost(terms) : 1;
  return addFrequency(terms.firstDueOn, terms.frequency, rows - 1);
}

function graceFault(
  terms: ScheduleTerms,
  field: 'principalGraceInstalments' | 'interestGraceInstalments',
): ScheduleRefusal | null {
  return when(!isWhole(terms[field] ?? 0, 0, rowsAtMost(terms) - 1), 'out-of-range', field);
}

/** At disbursement there is no row whose interest or instalment a fee could be a part of. */
function needsARow(fee: NonNullable<ScheduleTerms['fees']>[number]): boolean {
  return (
    fee.when === 'disbursement' &&
    'percentOf' in fee &&
    (fee.percentOf === 'interest' || fee.percentOf === 'instalment')
  );
}

const daysIn = { month: 31, week: 7, day: 1 } as const;

/** A bound for every amount in minor units, roughly: it only has to keep all sums inside what an amount can hold. */
function largestSum(terms: ScheduleTerms): number {
  const { frequency, firstDueOn, disbursedOn } = terms;
  const rows = rowsAtMost(terms);
  const firstDays = disbursedOn.until(firstDueOn, { largestUnit: 'day' }).days;
  const years = (firstDays + rows * frequency.every * daysIn[frequency.unit]) / 360;
  const repaid = Number(terms.principal) * (1 + (years * Number(terms.annualRate)) / 100);
  const fees = (terms.fees ?? []).map((fee) =>
    'amount' in fee
      ? Number(fee.amount) * rows
      : (Number(fee.percent) / 100) * repaid * (fee.percentOf === 'loan' ? rows : 1),
  );
  return fees.reduce((total, fee) => total + fee, repaid);
}
