import type { Formats } from '#core/format.ts';
import type { Grade } from '../scoring/grade.rules.ts';
import type { BorrowersScore } from './explaining.service.ts';

/** A grade as the person is told it: a word of the score alone, never of what is decided. */
export const gradeWords: Record<Grade, string> = {
  A: 'very strong',
  B: 'strong',
  C: 'fair',
  D: 'weak',
  E: 'very weak',
};

/** What somebody can do about a reason; nothing for what nobody can change. */
const tips: Readonly<Record<string, string>> = {
  income: 'Tell us about every regular income that you can prove; somebody who applies with you adds theirs.',
  'credit-score': 'Pay every bill on its day. A score rises slowly and falls quickly.',
  amount: 'A smaller loan, or another term, weighs less.',
  'instalment-to-income': 'A smaller loan, or a longer term, has a lower instalment.',
  'debt-to-income': 'Pay off a small loan or a card first: what it takes each month counts.',
  'card-utilisation': 'Bring your cards well below their limits before the report is made.',
  'credit-inquiries': 'Ask for credit only where you mean to take it; the enquiries stay on the report for two years.',
  savings: 'Savings that you can show, here or elsewhere, help.',
  'net-worth': 'Tell us everything you own: savings elsewhere, a car, a home.',
  'utility-bills': 'Pay the bills of your household on time; those on record count.',
  'payment-history': 'Each month that you pay as agreed makes your record longer.',
  'credit-history': 'A history grows with time: keep your oldest account open.',
  'job-tenure': 'Time in the same job helps.',
  rate: 'A shorter term, or security, may carry a lower rate.',
};

/**
 * The card of a borrower's own application. Before a decision it says that a person decides and what the score is made
 * of, and nothing that could be read as a yes or a no.
 */
export function borrowersScoreCard(
  score: BorrowersScore,
  { formats, decided }: { formats: Formats; decided: boolean },
) {
  const { grade, reasons, on, demonstration } = score;
  const found = reasons.flatMap(({ code }) => tips[code] ?? []);
  return {
    title: 'Your score',
    word: `${gradeWords[grade].charAt(0).toUpperCase()}${gradeWords[grade].slice(1)}`,
    scale: `Grade ${grade} on a scale from A, very strong, to E, very weak, of ${formats.date(on)}.`,
    meaning: decided
      ? 'The score was one thing among others that a person looked at. It did not decide.'
      : 'This is not a decision. A person reads your whole application and decides; the score is one thing among others.',
    reasonsTitle: 'What lowers it most',
    reasons: reasons.map(({ text }) => text),
    tipsTitle: 'What can raise it',
    tips: found,
    made: `From your answers, your credit report and your accounts with us. ${demonstration ? 'It comes from a demonstration model. ' : ''}Your age, sex, family and origin are no part of it.`,
  };
}

export type BorrowersScoreCard = ReturnType<typeof borrowersScoreCard>;
