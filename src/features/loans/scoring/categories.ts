import { plus, zero } from '#core/money.ts';
import type { educations, EmploymentAnswers, EmploymentStatus, homes } from '../applying/application-sections.ts';

const employmentWords: Record<EmploymentStatus, string | null> = {
  employed: 'Employed',
  'self-employed': 'Self-Employed',
  // To call it unemployed would hold a pension, and so age, against somebody (12 CFR 1002.6(b)(5)).
  retired: null,
  student: 'Unemployed',
  'not-employed': 'Unemployed',
};

/**
 * In the words that the model was taught; null where it was taught none that is true: of the retired, and of students
 * who have an income all the same.
 */
export function modelEmployment({
  status,
  monthlyIncome,
  otherIncome,
}: Pick<EmploymentAnswers, 'status' | 'monthlyIncome' | 'otherIncome'>): string | null {
  if (status === 'student' && plus(monthlyIncome, otherIncome) > zero) return null;
  return employmentWords[status];
}

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
