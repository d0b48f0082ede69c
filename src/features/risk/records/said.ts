import type { Judgement } from '../judging/judgement.ts';
import type { QuotedWord } from './record.ts';

/** What of a judgement is on record. */
export function saidBy(judgement: Judgement) {
  const { stage, subject, model, policyVersion, assessment, fault, verdict, challenger } = judgement;
  return {
    ...{ stage, subject, model, policyVersion, challenger },
    outcome: verdict.outcome,
    scored: assessment && {
      riskScore: assessment.riskScore,
      expectedRiskScore: assessment.expectedRiskScore,
      approvalProbability: assessment.approvalProbability,
      grade: assessment.grade,
    },
    // What a fault says names the value, which lies sealed; here it is only which column it is about.
    fault: fault && { field: fault.field, message: 'could not be read by the model' },
  };
}

/** Its score alone: the policy's word is that of the other judgement. */
export function quotedBy({ assessment, model, challenger }: Judgement): QuotedWord | null {
  if (!assessment) return null;
  const { approvalProbability, grade, riskScore } = assessment;
  return { model, approvalProbability, grade, riskScore, challenger };
}
