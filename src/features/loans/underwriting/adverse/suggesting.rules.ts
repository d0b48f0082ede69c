import type { CreditFigures } from '../../bureau/credit.rules.ts';
import { mostReasons, rejectionReason, type RejectionReason } from '../deciding/reasons.rules.ts';
import { ledTo } from './adverse.rules.ts';

/** What a reason of the model is among those that a notice may give; nothing for what is too vague to be told. */
const ofModel: Readonly<Record<string, RejectionReason>> = {
  income: 'income-too-low',
  'instalment-to-income': 'income-too-low',
  'debt-to-income': 'debt-too-high',
  'job-tenure': 'employment-too-short',
  'credit-score': 'credit-score-too-low',
  'card-utilisation': 'cards-drawn-too-far',
  'credit-inquiries': 'enquiries-too-many',
  bankruptcy: 'bankruptcy',
  'previous-default': 'default-unpaid',
  'credit-history': 'history-too-short',
  'payment-history': 'history-too-short',
};

export interface SuggestionFacts {
  /** Of the policy's rules that voted so, and of the model, worst first. */
  policy: { outcome: 'approve' | 'refer' | 'decline'; reasons: readonly string[]; unknown: readonly string[] };
  model: { weak: boolean; reasons: readonly string[] };
  /** The reports of everybody on the file, for what must be true of one of them. */
  reports: readonly { score: number | null; figures: CreditFigures }[];
  leastScore: number | undefined;
  /** Whether anything is owed to us or promised already, this loan left out. */
  owing: boolean;
}

/**
 * The reasons that the assessment itself has for a decline, the policy's before the model's; at most four, and none that
 * stands on a credit report which does not say so. Whoever has no score is not told that it is too low. None where neither
 * of the two is against it: whoever declines it all the same has reasons of their own.
 */
export function suggestedReasons(facts: SuggestionFacts): RejectionReason[] {
  const { policy, model, reports, leastScore, owing } = facts;
  const unscored = reports.some(
    ({ score, figures }) => score === null && ledTo('history-too-short', { score, leastScore, figures }),
  );
  const codes = [
    ...(policy.outcome === 'approve'
      ? []
      : policy.reasons.map((code) => (code === 'lent-enough' && !owing ? 'amount-too-high' : code))),
    ...(policy.unknown.includes('creditScore') && unscored ? ['history-too-short'] : []),
    ...(model.weak ? model.reasons.flatMap((code) => ofModel[code] ?? []) : []),
  ];
  const known = [...new Set(codes)].flatMap((code) => rejectionReason(code)?.code ?? []);
  const isTrue = (code: RejectionReason) =>
    rejectionReason(code)?.bureau !== true ||
    reports.some(({ score, figures }) => ledTo(code, { score, leastScore, figures }));
  return known.filter(isTrue).slice(0, mostReasons);
}
