import { modelFacts, valuesOf } from '../judging/judgement.ts';
import type { PolicyContent, PolicyFacts, PolicyOutcome, PolicyVerdict } from '../policy/policy.ts';
import { judge } from '../policy/judging.ts';
import type { OpenedRecord } from '../records/record.ts';
import { assess, type Assessor } from '../scoring/assessing.ts';
import type { Stage } from '../models/shipped.ts';

/** What past applications are judged by once more. */
export interface ReplayRules {
  policy: PolicyContent;
  /** What scores records of a stage; undefined where their scores stay as they were recorded. */
  assessorOf: (stage: Stage) => Assessor | undefined;
  /** The policy of a past version, to say which of its rules spoke; undefined where there is none of that number. */
  policyThen: (version: number) => PolicyContent | undefined;
}

export interface ReplayedSide {
  outcome: PolicyOutcome;
  approvalProbability: number | null;
  /** Rules that voted with the outcome; none where it is approval. */
  against: readonly string[];
}

export interface Replayed {
  then: ReplayedSide;
  now: ReplayedSide;
  /** The column that the model could not read; never its value, which is the applicant's. */
  fault: string | null;
}

/** A record judged once more; undefined where it cannot be read any more. */
export function replay(record: OpenedRecord, rules: ReplayRules): Replayed | undefined {
  if (record.facts === undefined || record.evidence === undefined) return undefined;
  const { facts, subject } = record;
  const scored = scoreNow(record, rules);
  const policyThen = rules.policyThen(record.policyVersion);
  const votedThen = policyThen && judge(policyThen, { subject, facts });
  const verdict = judge(rules.policy, { subject, facts: { ...facts, ...scored.facts } });
  return {
    then: {
      outcome: record.outcome,
      approvalProbability: record.scored?.approvalProbability ?? null,
      // Rules that would say something else than what was recorded explain nothing.
      against: votedThen?.outcome === record.outcome ? against(votedThen) : [],
    },
    now: { outcome: verdict.outcome, approvalProbability: scored.approvalProbability, against: against(verdict) },
    fault: scored.fault,
  };
}

interface ScoreNow {
  approvalProbability: number | null;
  facts: Partial<PolicyFacts>;
  fault: string | null;
}

function scoreNow({ scored, stage, evidence = {} }: OpenedRecord, { assessorOf }: ReplayRules): ScoreNow {
  const assessor = assessorOf(stage);
  if (!assessor) return { approvalProbability: scored?.approvalProbability ?? null, facts: {}, fault: null };
  const assessed = assess(assessor, valuesOf(evidence));
  if (!assessed.ok) return { approvalProbability: null, facts: modelFacts(null), fault: assessed.refusal.field };
  const { approvalProbability } = assessed.value;
  return { approvalProbability, facts: modelFacts(assessed.value), fault: null };
}

function against({ outcome, votes }: PolicyVerdict): string[] {
  if (outcome === 'approve') return [];
  return votes.filter((vote) => vote.outcome === outcome).map(({ rule }) => rule.code);
}
