// Credit risk: the integer scorecard and the additive model of approval, each point of which has a reason.
// Exact and pure but for reading its own model files; it stores nothing, fetches nothing and never decides on a loan.
export { loadShippedModels, stages, type RiskModels, type Stage } from './models/shipped.ts';
export { loadModel, type Model } from './models/loading.ts';
export type { InputColumn, Scorecard } from './models/model-file.ts';
export { assess, assessValues, type Assessment, type Assessor } from './scoring/assessing.ts';
export { readValues, type Value, type ValueFault, type Values } from './scoring/values.ts';
export type { Contribution } from './scoring/additive.ts';
export type { Reason } from './scoring/reasons.ts';
export { gradeBands, type Grade } from './scoring/grade.rules.ts';
export { decidedScore } from './scoring/points.ts';
