import type { ParticipantConsent } from './participant.model.ts';
import type { ParticipantRole, Relationship } from './participant.rules.ts';

/** Words for what the data names by codes, the same on every page. */
export const relationshipTexts: Record<Relationship, string> = {
  spouse: 'Husband, wife or partner',
  parent: 'Parent',
  child: 'Son or daughter',
  sibling: 'Brother or sister',
  relative: 'Another relative',
  friend: 'Friend',
  'business-partner': 'Business partner',
  other: 'Other',
};

export const roleTitles: Record<ParticipantRole, string> = { 'co-applicant': 'Co-applicant', guarantor: 'Guarantor' };

const signToo = 'You must sign the offer too before any money is paid out.';

/** What it means, for whoever has never heard the word. */
export const roleMeanings: Record<ParticipantRole, readonly string[]> = {
  'co-applicant': [
    'You borrow the money together with the applicant. You owe the whole loan, not a half or a share of it.',
    'If an instalment is not paid, we can ask you for all of it, and later for everything that is still owed.',
    'The loan counts as yours wherever your credit history is looked at. It does so until it is repaid.',
    signToo,
  ],
  guarantor: [
    'The loan is not yours and you get none of the money. You promise to pay it if those who borrow it do not.',
    'If they do not pay, we can ask you for everything that is owed: what is left of the loan, interest and fees.',
    'You cannot end the guarantee on your own once the money is paid out. It ends when the loan is repaid.',
    signToo,
  ],
};

/** The same once the money is paid out, when there is nothing left to sign. */
export function meaningsAfterwards(role: ParticipantRole): readonly string[] {
  return roleMeanings[role].filter((text) => text !== signToo);
}

/** One line beside the choice of a role. */
export const roleHints: Record<ParticipantRole, string> = {
  'co-applicant': 'Borrows with you. Their income counts, and they owe the whole loan as you do',
  guarantor: 'Does not get the money, and pays if you do not',
};

type ConsentName = ParticipantConsent['name'];

/** The sentences as they stand on the page; a change of one is a new version. */
export const consentVersion = '2026-1';

const liability: Record<ParticipantRole, string> = {
  'co-applicant':
    'I borrow this money together with the applicant, and I owe the whole loan, not a share of it. If the applicant does not pay, I must pay all of it.',
  guarantor:
    'I guarantee this loan. If those who borrow the money do not pay, I must pay everything that is owed: the loan, interest and fees.',
};

export function consentText(name: ConsentName, role: ParticipantRole): string {
  switch (name) {
    case 'truthful':
      return 'My answers are true and complete, as far as I know.';
    case 'credit-bureau':
      return 'The bank may ask the credit bureau about me to decide on this application.';
    case 'liability':
      return liability[role];
    case 'marketing':
      return 'The bank may tell me about other products. This is not needed for the loan.';
  }
}
