import type { CreditFigures } from '../../bureau/credit.rules.ts';
import { rejectionReason, type RejectionReason } from '../deciding/reasons.rules.ts';

/** Days in which a decision can be contested, the day of the decision not counted. */
export const contestDays = 30;
const shortHistoryMonths = 36;
const manyEnquiries = 4;

/** Whether what a bureau reports of somebody is what this reason means: whoever it is true of is told about the report. */
export function ledTo(
  reason: RejectionReason,
  report: {
    score: number | null;
    /** Below this a score counts as too low, as the credit policy has it; undefined where it asks for none. */
    leastScore: number | undefined;
    figures: CreditFigures;
  },
): boolean {
  const { score, leastScore, figures } = report;
  switch (reason) {
    case 'credit-score-too-low':
      return score !== null && leastScore !== undefined && score < leastScore;
    case 'payments-late':
      return figures.lateMonths > 0;
    case 'default-unpaid':
      return figures.defaults > 0;
    case 'bankruptcy':
      return figures.bankruptcies > 0;
    case 'history-too-short':
      return figures.oldestMonths === null || figures.oldestMonths < shortHistoryMonths;
    case 'cards-drawn-too-far':
      return (figures.utilisationTenths ?? 0n) > 500n;
    case 'enquiries-too-many':
      return figures.recentEnquiries >= manyEnquiries;
    default:
      return false;
  }
}

/**
 * What a person is told of a reason: of somebody else's report only that it was not theirs, and of what is counted of
 * several that it is of them together.
 */
export function reasonSentence(code: string, facts: { aboutAnother: boolean; together?: boolean }): string {
  const reason = rejectionReason(code);
  if (!reason) return 'The reason is not on our list any more. Ask us for it.';
  if (reason.bureau && facts.aboutAnother)
    return 'The credit report of somebody who applies with you, or stands in for you, did not allow it.';
  return (facts.together === true ? reason.together : undefined) ?? reason.sentence;
}

/** The highest score that these rules ask for: below it one is too low. Undefined where they ask for none. */
export function leastScoreOf(
  rules: readonly { fact: string; refer: string | null; decline: string | null }[],
): number | undefined {
  const limits = rules.flatMap(({ fact, refer, decline }) => (fact === 'creditScore' ? [refer, decline] : []));
  const scores = limits.flatMap((limit) => (limit === null ? [] : [Number(limit)]));
  return scores.length === 0 ? undefined : Math.max(...scores);
}

export type ContestRefusal =
  | { code: 'not-declined' }
  /** Another person has looked at it: their decision is final. */
  | { code: 'contested-before' }
  | { code: 'too-late' };

/** Whether a decision can still be contested on a business date, which is text and so compares as such. */
export function contestFault(facts: {
  state: string;
  contested: boolean;
  until: string;
  today: string;
}): ContestRefusal | undefined {
  if (facts.contested) return { code: 'contested-before' };
  if (facts.state !== 'rejected') return { code: 'not-declined' };
  return facts.today > facts.until ? { code: 'too-late' } : undefined;
}
