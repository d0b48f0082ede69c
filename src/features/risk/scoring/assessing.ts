import { ok, type Result } from '#core/result.ts';
import type { Model } from '../models/loading.ts';
import type { Scorecard } from '../models/model-file.ts';
import type { Contribution } from './additive.ts';
import { addDerived, withDerived } from './derived.ts';
import { gradeOf, type Grade } from './grade.rules.ts';
import { expectedScore, scorecardPoints, type ScorecardResult } from './points.ts';
import type { Reason } from './reasons.ts';
import { readValues, type ValueFault, type Values } from './values.ts';

export interface Assessment {
  /** Of the model that said so. */
  sha256: string;
  scorecard: ScorecardResult;
  riskScore: number;
  expectedRiskScore: number;
  approvalProbability: number;
  grade: Grade;
  reasons: readonly Reason[];
  /** Log-odds: the intercept and the contributions sum to the logit. */
  intercept: number;
  contributions: readonly Contribution[];
  logit: number;
}

export interface Assessor {
  model: Model;
  scorecard: Scorecard;
}

/** An applicant's score with all that it consists of, from a row under the model's column names. */
export function assess(by: Assessor, row: Readonly<Record<string, unknown>>): Result<Assessment, ValueFault> {
  const values = readValues(by.model.inputs, row);
  if (!values.ok) return values;
  addDerived(values.value, by.model.derived);
  return ok(assessment(by, values.value));
}

/** The same for values that were read already. */
export function assessValues(by: Assessor, values: Values): Assessment {
  return assessment(by, withDerived(values, by.model.derived));
}

function assessment({ model, scorecard }: Assessor, values: Values): Assessment {
  const points = scorecardPoints(scorecard, values);
  const { riskScore } = points;
  const { intercept, contributions, logit, approvalProbability } = model.evaluate(values);
  return {
    sha256: model.sha256,
    scorecard: points,
    riskScore,
    expectedRiskScore: expectedScore(scorecard, { riskScore, approvalProbability }),
    approvalProbability,
    grade: gradeOf(approvalProbability),
    reasons: model.explain(contributions),
    intercept,
    contributions,
    logit,
  };
}
