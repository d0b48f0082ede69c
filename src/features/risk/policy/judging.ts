import { RateDecimal } from '#core/rate.ts';
import type {
  Fact,
  PolicyContent,
  PolicyFacts,
  PolicyOutcome,
  PolicyRule,
  PolicySubject,
  PolicyVerdict,
  PolicyVote,
} from './policy.ts';

/** How the rules that are about such a loan vote. The worst vote is the policy's; a person decides. */
export function judge(content: PolicyContent, about: { subject: PolicySubject; facts: PolicyFacts }): PolicyVerdict {
  const { subject, facts } = about;
  const votes: PolicyVote[] = rulesAbout(content, subject)
    .filter((rule) => facts[rule.fact] !== 'none')
    .map((rule) => ({ rule, fact: facts[rule.fact], outcome: voteOf(rule, facts[rule.fact]) }));
  const outcome = worstOf(votes.map((vote) => vote.outcome));
  const unknown = votes.filter(({ fact }) => fact === 'unknown');
  const against = outcome === 'approve' ? [] : votes.filter((vote) => vote.outcome === outcome);
  const borneOut = against.filter((vote) => !unknown.includes(vote));
  return {
    ...{ outcome, votes },
    reasons: [...new Set(borneOut.map(({ rule }) => rule.reason))],
    unknown: [...new Set(unknown.map(({ rule }) => rule.fact))],
  };
}

/** The rules that are about such a loan. */
export function rulesAbout({ rules }: Pick<PolicyContent, 'rules'>, subject: PolicySubject): PolicyRule[] {
  return rules.filter((rule) => isAbout(rule, subject));
}

export function worstOf(votes: readonly PolicyOutcome[]): PolicyOutcome {
  if (votes.includes('decline')) return 'decline';
  return votes.includes('refer') ? 'refer' : 'approve';
}

function isAbout({ products, security }: PolicyRule, subject: PolicySubject): boolean {
  if (security !== null && security !== subject.security) return false;
  return products.length === 0 || products.includes(subject.product);
}

function voteOf(rule: PolicyRule, fact: Fact): PolicyOutcome {
  if (fact === 'none') return 'approve';
  if (fact === 'unknown') return rule.whenUnknown;
  if (misses(rule, fact.known, rule.decline)) return 'decline';
  return misses(rule, fact.known, rule.refer) ? 'refer' : 'approve';
}

/** A value equal to its limit keeps it. */
function misses({ comparison }: PolicyRule, value: string, limit: string | null): boolean {
  if (limit === null) return false;
  const difference = new RateDecimal(value).comparedTo(new RateDecimal(limit));
  return comparison === 'at-least' ? difference < 0 : difference > 0;
}
