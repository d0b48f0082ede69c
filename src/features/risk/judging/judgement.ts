import type { Model } from '../models/loading.ts';
import type { Scorecard } from '../models/model-file.ts';
import type { RiskModels, Stage } from '../models/shipped.ts';
import { judge } from '../policy/judging.ts';
import { limitFaults, type LendingFacts, type LimitFault } from '../policy/limits.ts';
import type { Fact, PolicyContent, PolicyFacts, PolicySubject, PolicyVerdict } from '../policy/policy.ts';
import type { EvidenceRow, ScoreRecord } from '../records/record.ts';
import { assess, type Assessment } from '../scoring/assessing.ts';
import type { Value, ValueFault } from '../scoring/values.ts';

/** What is judged: a row of the model's columns, what the policy looks at, and what the loan is. */
export interface JudgingOrder {
  stage: Stage;
  evidence: EvidenceRow;
  /** The two of the model (probability and score) are filled in here; whatever stands for them is passed over. */
  facts: PolicyFacts;
  subject: PolicySubject;
  /** The book with this loan in it; left out where nobody counted it, and then only the customer's limit is looked at. */
  book?: LendingFacts['book'] | undefined;
}

/** The score, or which column is in its way. */
export type Scored = { assessment: Assessment; fault: null } | { assessment: null; fault: ValueFault };

export type Judgement = Scored & {
  stage: Stage;
  subject: PolicySubject;
  /** With the model's own. */
  facts: PolicyFacts;
  verdict: PolicyVerdict;
  /** Limits of the policy that this loan would break; for a person to weigh, as every rule is. */
  limits: LimitFault[];
  policyVersion: number;
  /** SHA-256 of the model's file. */
  model: string;
  /** Null where there is no challenger for this stage, or it cannot score such a row. */
  challenger: ScoreRecord['challenger'];
};

/** By which models and which policy. */
export interface Judges {
  models: RiskModels;
  /** Says its word in the shadow, at its own stage only. */
  challenger: Model | undefined;
  policy: { version: number; content: PolicyContent };
}

/** Pure: what the model and the policy say of one application. A row that cannot be scored is still judged by the policy. */
export function judgementOf(by: Judges, order: JudgingOrder): Judgement {
  const { stage, evidence, subject } = order;
  const { scorecard } = by.models;
  const model = by.models.models[stage];
  const row = valuesOf(evidence);
  const scored = scoreOf({ model, scorecard }, row);
  const facts = { ...order.facts, ...modelFacts(scored.assessment) };
  return {
    ...scored,
    ...{ stage, subject, facts, model: model.sha256, policyVersion: by.policy.version },
    verdict: judge(by.policy.content, { subject, facts }),
    limits: brokenLimits(by.policy.content, { order, grade: scored.assessment?.grade ?? null }),
    challenger: challengerWord(by, { stage, row }),
  };
}

const uncounted = { whole: '0', product: '0', weakGrades: '0' };

function brokenLimits(
  content: PolicyContent,
  { order, grade }: { order: JudgingOrder; grade: LendingFacts['grade'] },
): LimitFault[] {
  const { exposure } = order.facts;
  const customerExposure = typeof exposure === 'string' ? '0' : exposure.known;
  return limitFaults(content, { customerExposure, grade, book: order.book ?? uncounted });
}

/** The bare values of a row, by column. */
export function valuesOf(evidence: EvidenceRow): Record<string, Value> {
  return Object.fromEntries(Object.entries(evidence).map(([name, { value }]) => [name, value]));
}

function scoreOf(by: { model: Model; scorecard: Scorecard }, row: Record<string, Value>): Scored {
  const assessed = assess(by, row);
  return assessed.ok ? { assessment: assessed.value, fault: null } : { assessment: null, fault: assessed.refusal };
}

/** The probability in per cent with four places, so that a limit means the same as it is read. */
export function modelFacts(assessment: Assessment | null): Pick<PolicyFacts, 'approvalProbability' | 'riskScore'> {
  if (!assessment) return { approvalProbability: 'unknown', riskScore: 'unknown' };
  const known = (value: string): Fact => ({ known: value });
  return {
    approvalProbability: known((assessment.approvalProbability * 100).toFixed(4)),
    riskScore: known(String(assessment.riskScore)),
  };
}

function challengerWord(
  { challenger, models }: Judges,
  { stage, row }: { stage: Stage; row: Record<string, Value> },
): ScoreRecord['challenger'] {
  if (challenger?.stage !== stage) return null;
  const assessed = assess({ model: challenger, scorecard: models.scorecard }, row);
  if (!assessed.ok) return null;
  const { approvalProbability, grade, sha256 } = assessed.value;
  return { model: sha256, approvalProbability, grade };
}
