// Credit risk: the integer scorecard and the additive model of approval, each point of which has a reason.
// Credit policies, records of what was scored, back-tests and monitoring stand on them. Risk never decides on a loan.
export { loadShippedModels, stages, type RiskModels, type Stage } from './models/shipped.ts';
export { loadModel, type Model } from './models/loading.ts';
export type { InputColumn, Scorecard } from './models/model-file.ts';
export { assess, assessValues, type Assessment, type Assessor } from './scoring/assessing.ts';
export { readValues, type Value, type ValueFault, type Values } from './scoring/values.ts';
export type { Contribution } from './scoring/additive.ts';
export type { Reason } from './scoring/reasons.ts';
export type { Grade } from './scoring/grade.rules.ts';
export { explaining } from './explaining/explaining.view.ts';
export type { BorrowersScore, Explained, Explaining, ExplainingOrder } from './explaining/explaining.service.ts';
export type { InstalmentOf, LoanBasis } from './changes/change.ts';
export { decidedScore } from './scoring/points.ts';
export { createRisk, type Risk } from './risk.service.ts';
export { riskRoutes } from './risk.routes.ts';
export type { Judgement, JudgingOrder } from './judging/judgement.ts';
export type { Records } from './records/records.service.ts';
export type { Evidence, EvidenceRow, LoanOutcome, Moment, RiskPorts, ScoreRecord } from './records/record.ts';
export type {
  Fact,
  FactName,
  PolicyFacts,
  PolicyOutcome,
  PolicySubject,
  PolicyVerdict,
  PolicyVote,
} from './policy/policy.ts';
