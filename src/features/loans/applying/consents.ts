import type { Consent } from './application.model.ts';

/** What the borrower declares, as it stands on the page: a change of words is a new version of them. */
export const consentTexts: Record<Consent['name'], { wording: string; text: string }> = {
  truthful: {
    wording: 'truthful-1',
    text: 'My answers are true and complete, as far as I know.',
  },
  'credit-bureau': {
    wording: 'credit-bureau-1',
    text: 'The bank may ask the credit bureau about me to decide on this application.',
  },
  marketing: {
    wording: 'marketing-1',
    text: 'The bank may tell me about other offers by e-mail. I can take this back at any time.',
  },
};

export interface Declared {
  truthful: boolean;
  creditBureau: boolean;
  /** Left out where it was not ticked: nothing depends on it. */
  marketing?: boolean;
}

/** The consents of one submission, each with the words that were shown. */
export function consentsOf(declared: Declared, at: Date): Consent[] {
  const given: Record<Consent['name'], boolean> = {
    truthful: declared.truthful,
    'credit-bureau': declared.creditBureau,
    marketing: declared.marketing === true,
  };
  const names = Object.keys(given) as Consent['name'][];
  return names.map((name) => ({ name, given: given[name], at, wording: consentTexts[name].wording }));
}
