import { dateOf, isBefore, yearsBetween, type PlainDate } from '#core/calendar.ts';
import { ok, refuse, type Result } from '#core/result.ts';

/** Whom the bank lends to, by age at the business date, both included. */
export const ages = { least: 18, most: 100 } as const;

export type AgeFault = 'too-young' | 'too-old';

export function ageFault(birthDate: string, today: PlainDate): AgeFault | undefined {
  const born = dateOf(birthDate);
  if (isBefore(today, born)) return 'too-young';
  const years = yearsBetween(born, today);
  if (years < ages.least) return 'too-young';
  return years > ages.most ? 'too-old' : undefined;
}

export type SubmitRefusal<S extends string> =
  | { code: 'not-open' }
  | { code: 'incomplete'; missing: readonly S[] }
  /** The declarations are what makes the answers count; without them nothing is sent. */
  | { code: 'not-declared' };

/** Only a complete draft, declared to be true, with leave to ask the credit bureau. */
export function decideSubmit<S extends string>(facts: {
  open: boolean;
  missing: readonly S[];
  declared: { truthful: boolean; creditBureau: boolean };
}): Result<'submit', SubmitRefusal<S>> {
  if (!facts.open) return refuse({ code: 'not-open' });
  if (facts.missing.length > 0) return refuse({ code: 'incomplete', missing: facts.missing });
  if (!facts.declared.truthful || !facts.declared.creditBureau) return refuse({ code: 'not-declared' });
  return ok('submit');
}
