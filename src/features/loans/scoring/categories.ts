import type { educations, EmploymentStatus, homes } from '../applying/application-sections.ts';

/** Answers in the words that the model was taught. Whoever does not work is one kind to it. */
export const modelEmployment: Record<EmploymentStatus, string> = {
  employed: 'Employed',
  'self-employed': 'Self-Employed',
  retired: 'Unemployed',
  student: 'Unemployed',
  'not-employed': 'Unemployed',
};

export const modelEducation: Record<(typeof educations)[number], string> = {
  school: 'High School',
  college: 'Associate',
  bachelor: 'Bachelor',
  master: 'Master',
  doctorate: 'Doctorate',
};

export const modelHome: Record<(typeof homes)[number], string> = {
  own: 'Own',
  mortgage: 'Mortgage',
  rent: 'Rent',
  other: 'Other',
};

// Purposes are words of a product, which staff may write anew: the security says most, then what the words speak of.
const byWord: readonly (readonly [RegExp, string])[] = [
  [/\b(debts?|consolidat\w*)\b/i, 'Debt Consolidation'],
  [/\b(education|school|stud(y|ies)|tuition|training)\b/i, 'Education'],
  [/\b(car|cars|vehicle|motorcycle|van|truck)\b/i, 'Auto'],
  [/\b(home|house|flat|housing)\b/i, 'Home'],
];

/** Of the five purposes that the model knows; one that speaks of none of the others is `Other`. */
export function modelPurpose(purpose: string, security: 'none' | 'property' | 'vehicle'): string {
  if (security === 'vehicle') return 'Auto';
  if (security === 'property') return 'Home';
  return byWord.find(([words]) => words.test(purpose))?.[1] ?? 'Other';
}
