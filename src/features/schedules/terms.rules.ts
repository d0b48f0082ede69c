import { addFrequency, isBefore } from '#core/calendar.ts';
import { compareRates } from '#core/rate.ts';
import { mostEvents, mostRows, type ScheduleRefusal, type ScheduleRefusalCode, type ScheduleTerms } from './terms.ts';

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
  ...(['disbursements', 'rateChanges', 'prepayments', 'payments', 'reschedules'] as const).map(
    (field) => (terms: ScheduleTerms) => when((terms[field]?.length ?? 0) > mostEvents, 'too-many', field),
  ),
  disbursementsFault,
  (terms) => eventsFault(terms, 'prepayments'),
  (terms) => eventsFault(terms, 'payments'),
  (terms) => when((terms.payments ?? []).length > 0 && !terms.asOf, 'missing', 'asOf'),
  (terms) =>
    when(
      (terms.payments ?? []).some(({ on }) => terms.asOf !== undefined && isBefore(terms.asOf, on)),
      'after-as-of',
      'payments',
    ),
  (terms) => when(terms.asOf !== undefined && isBefore(terms.asOf, terms.disbursedOn), 'out-of-range', 'asOf'),
  (terms) => when((terms.asOf?.year ?? 0) > 9999, 'too-long', 'asOf'),
  (terms) =>
    when((terms.penalty?.graceDays ?? 0) < 0 || (terms.penalty?.graceDays ?? 0) > 3650, 'out-of-range', 'penalty'),
  rescheduleFault,
  (terms) =>
    when(terms.payoffOn !== undefined && isBefore(terms.payoffOn, terms.disbursedOn), 'out-of-range', 'payoffOn'),
  (terms) => when(largestSum(terms) > 2 ** 60, 'too-large', 'principal'),
];

function disbursementsFault(terms: ScheduleTerms): ScheduleRefusal | null {
  const advances = terms.disbursements;
  if (!advances) return null;
  const [first] = advances;
  if (!first?.on.equals(terms.disbursedOn)) return { code: 'out-of-range', field: 'disbursements' };
  if (advances.some(({ amount }) => amount <= 0n)) return { code: 'not-positive', field: 'disbursements' };
  const isSorted = advances.every(({ on }, index) => !isBefore(on, advances[index - 1]?.on ?? first.on));
  if (!isSorted) return { code: 'not-in-order', field: 'disbursements' };
  const last = advances.at(-1);
  return when(last !== undefined && !isBefore(last.on, lastDue(terms)), 'out-of-range', 'disbursements');
}

function eventsFault(terms: ScheduleTerms, field: 'prepayments' | 'payments'): ScheduleRefusal | null {
  const events = terms[field] ?? [];
  if (events.some(({ amount }) => amount <= 0n)) return { code: 'not-positive', field };
  return when(
    events.some(({ on }) => isBefore(on, terms.disbursedOn)),
    'out-of-range',
    field,
  );
}

function rescheduleFault(terms: ScheduleTerms): ScheduleRefusal | null {
  const field = 'reschedules';
  for (const change of terms.reschedules ?? []) {
    const counts = [
      change.extraInstalments,
      change.interestGraceInstalments ?? 0,
      change.principalGraceInstalments ?? 0,
    ];
    if (!counts.every((count) => isWhole(count, 0, mostRows))) return { code: 'out-of-range', field };
    // The rows of such a loan follow from its amount, so that nothing can be added to them.
    if (terms.fixedInstalment !== undefined) return { code: 'not-applicable', field };
    if (isBefore(lastDue(terms), change.fromDueOn)) return { code: 'out-of-range', field };
    if (Math.max(counts[1] ?? 0, counts[2] ?? 0) >= rowsAtMost(terms)) return { code: 'out-of-range', field };
  }
  return when(rowsAtMost(terms) > mostRows, 'out-of-range', field);
}

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
  if (terms.fixedInstalment !== undefined) return mostRows;
  const extra = (terms.reschedules ?? []).reduce((rows, change) => rows + change.extraInstalments, 0);
  return (terms.instalments ?? mostRows) + extra;
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
  const lent = (terms.disbursements ?? []).reduce((total, { amount }) => total + Number(amount), 0);
  const rates = [terms.annualRate, ...(terms.rateChanges ?? []).map((change) => change.annualRate)];
  const highest = Number(rates.toSorted(compareRates).at(-1));
  const repaid = Math.max(Number(terms.principal), lent) * (1 + (years * highest) / 100);
  const fees = (terms.fees ?? []).map((fee) =>
    'amount' in fee
      ? Number(fee.amount) * rows
      : (Number(fee.percent) / 100) * repaid * (fee.percentOf === 'loan' ? rows : 1),
  );
  return fees.reduce((total, fee) => total + fee, repaid);
}
