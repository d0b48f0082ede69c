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

/** What an application lacks: answers of sections, something of the people who take part, papers. */
export interface Missing<S, P, D> {
  sections: readonly S[];
  people: readonly P[];
  documents: readonly D[];
}

export type SubmitRefusal<S, P, D> =
  | { code: 'not-open' }
  | ({ code: 'incomplete' } & Missing<S, P, D>)
  /** The declarations are what makes the answers count; without them nothing is sent. */
  | { code: 'not-declared' };

/** Only a complete draft, declared to be true, with leave to ask the credit bureau. */
export function decideSubmit<S, P, D>(facts: {
  open: boolean;
  missing: Missing<S, P, D>;
  declared: { truthful: boolean; creditBureau: boolean };
}): Result<'submit', SubmitRefusal<S, P, D>> {
  if (!facts.open) return refuse({ code: 'not-open' });
  const { sections, people, documents } = facts.missing;
  if (sections.length + people.length + documents.length > 0) return refuse({ code: 'incomplete', ...facts.missing });
  if (!facts.declared.truthful || !facts.declared.creditBureau) return refuse({ code: 'not-declared' });
  return ok('submit');
}
