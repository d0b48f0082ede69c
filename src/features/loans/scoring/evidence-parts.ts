import { toDecimalString, type Money } from '#core/money.ts';
import { RateDecimal } from '#core/rate.ts';
import type { DepositAccount } from '#features/accounts/index.ts';
import type { Evidence } from '#features/risk/index.ts';
import type { Frequency } from '#core/calendar.ts';
import type { FigureFacts, FileFigures } from '../underwriting/file/file-figures.ts';
import type { Ratio } from '../underwriting/affordability.rules.ts';
import { owes } from '../underwriting/file/people-on-file.ts';

/** Everything that a score is made of. */
export interface EvidenceFacts extends FigureFacts {
  figures: FileFigures | null;
  /** The applicant's open accounts with us. */
  accounts: readonly DepositAccount[];
  /** The bank's, to tell on which day an answer was saved. */
  timeZone: string;
}

export const known = (value: Evidence['value'] | undefined, from: Omit<Evidence, 'value'>): Evidence => ({
  value: value ?? null,
  ...from,
});

/** An answer of the applicant and the day it was saved on. */
export function answerOf(
  { application, timeZone }: EvidenceFacts,
  section: 'employment' | 'obligations' | 'terms',
): Omit<Evidence, 'value'> {
  const savedAt = application.sections[section]?.savedAt;
  const saved = savedAt && Temporal.Instant.fromEpochMilliseconds(savedAt.getTime());
  return {
    source: 'answer of the applicant',
    asOf: saved ? saved.toZonedDateTimeISO(timeZone).toPlainDate().toString() : null,
  };
}

/** The mark of what is counted of several: nobody is told that it is theirs. */
export function together({ people }: Pick<EvidenceFacts, 'people'>): Pick<Evidence, 'together'> {
  return people.filter(owes).length > 1 ? { together: true } : {};
}

/** The day of what is put together from several: that of its oldest part. */
export function oldest(...days: readonly (string | null | undefined)[]): string | null {
  return days.filter((day) => typeof day === 'string').toSorted()[0] ?? null;
}

/** In units of the currency: what a model was taught in. */
export function units({ application }: EvidenceFacts, amount: Money | null | undefined): number | null {
  return amount === null || amount === undefined ? null : Number(toDecimalString(amount, application.currency));
}

/** As a fraction of one, not rounded as it is shown; null where there is nothing to compare with. */
export function fractionOf(ratio: Ratio | null | undefined): number | null {
  return ratio
    ? new RateDecimal(ratio.part.toString()).div(ratio.whole.toString()).toDecimalPlaces(6).toNumber()
    : null;
}

/** Months of a term in another rhythm; a part of a month counts as one. */
export function monthsOf(instalments: number, { every, unit }: Frequency): number {
  const perYear = { month: 12, week: 52, day: 365 }[unit];
  return Math.trunc((instalments * every * 12 + perYear - 1) / perYear);
}
