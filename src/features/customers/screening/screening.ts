import type { ScreenedPerson, ScreeningHit } from './listed-names.rules.ts';

export type { ScreenedPerson, ScreeningHit } from './listed-names.rules.ts';

/**
 * Screening of names against lists of people the bank must not deal with. The engine that imports such lists plugs in
 * here through composition; until then there is the small list that is configured, or none.
 */
export interface NameScreener {
  screen(person: ScreenedPerson): Promise<ScreeningOutcome>;
}

export type ScreeningOutcome =
  /** Nobody looked: `why` is a sentence for staff. */
  | { result: 'not-screened'; why: string }
  | { result: 'clear'; list: string }
  | { result: 'possible-match'; list: string; hits: readonly ScreeningHit[] };
