import { policyLimits } from '../underwriting/limits.rules.ts';

/** What the built-in policy looks at; shares in tenths of a per cent, and null where it is not known. */
export interface PolicyFacts {
  age: number | null;
  debtToIncomeTenths: bigint | null;
  /** Undefined for a loan without security. */
  loanToValue: { tenths: bigint | null; security: 'property' | 'vehicle' } | undefined;
  /** The lowest score of those who owe the loan; undefined where the bureau was not asked. */
  bureauScore: number | null | undefined;
  unpaidDefaults: number | undefined;
  /** The worst of their running loans with us. */
  ownDaysPastDue: number;
}

type Outcome = 'approve' | 'refer' | 'decline';

export interface Vote {
  rule: string;
  value: string;
  limit: string;
  outcome: Outcome;
}

/** How each rule votes on a file; a person decides. What is not known is always for a person to look at. */
export function judgePolicy(facts: PolicyFacts): { votes: Vote[]; outcome: Outcome } {
  const votes = [
    ageVote(facts),
    shareVote('Debt to income', { tenths: facts.debtToIncomeTenths, ...policyLimits.debtToIncome }),
    ...(facts.loanToValue ? [valueVote(facts.loanToValue)] : []),
    scoreVote(facts),
    countVote('Unpaid defaults', { count: facts.unpaidDefaults, ...policyLimits.unpaidDefaults }),
    countVote('Days past due with us', { count: facts.ownDaysPastDue, ...policyLimits.ownDaysPastDue }),
  ];
  return { votes, outcome: worstOf(votes.map((vote) => vote.outcome)) };
}

function worstOf(outcomes: readonly Outcome[]): Outcome {
  if (outcomes.includes('decline')) return 'decline';
  return outcomes.includes('refer') ? 'refer' : 'approve';
}

const unknown = 'not known';

function ageVote({ age }: PolicyFacts): Vote {
  const { leastAge } = policyLimits;
  const outcome = age === null ? 'refer' : age < leastAge ? 'decline' : 'approve';
  return { rule: 'Age', value: age === null ? unknown : String(age), limit: `at least ${leastAge}`, outcome };
}

function shareVote(rule: string, facts: { tenths: bigint | null; refer: bigint; decline: bigint }): Vote {
  const { tenths, refer, decline } = facts;
  const limit = `up to ${shareText(refer)}, never over ${shareText(decline)}`;
  if (tenths === null) return { rule, value: unknown, limit, outcome: 'refer' };
  const outcome = tenths > decline ? 'decline' : tenths > refer ? 'refer' : 'approve';
  return { rule, value: shareText(tenths), limit, outcome };
}

function valueVote({ tenths, security }: NonNullable<PolicyFacts['loanToValue']>): Vote {
  const { refer, decline } = policyLimits.loanToValue;
  return shareVote('Loan to value', { tenths, refer: refer[security], decline });
}

function scoreVote({ bureauScore }: PolicyFacts): Vote {
  const { refer, decline } = policyLimits.bureauScore;
  const limit = `from ${refer}, never below ${decline}`;
  const rule = 'Bureau score';
  if (bureauScore === undefined) return { rule, value: 'not asked', limit, outcome: 'refer' };
  if (bureauScore === null) return { rule, value: 'no score', limit, outcome: 'refer' };
  const outcome = bureauScore < decline ? 'decline' : bureauScore < refer ? 'refer' : 'approve';
  return { rule, value: String(bureauScore), limit, outcome };
}

function countVote(rule: string, facts: { count: number | undefined; refer: number; decline: number }): Vote {
  const { count, refer, decline } = facts;
  const limit = `below ${refer}, never ${decline} or more`;
  if (count === undefined) return { rule, value: 'not asked', limit, outcome: 'refer' };
  return {
    rule,
    value: String(count),
    limit,
    outcome: count >= decline ? 'decline' : count >= refer ? 'refer' : 'approve',
  };
}

function shareText(tenths: bigint): string {
  return `${tenths / 10n}.${tenths % 10n}%`;
}
