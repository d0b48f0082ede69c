import { explaining } from '#features/risk/index.ts';
import type { Application } from '../../applying/application.model.ts';
import type { LendingParts } from '../file/lending-parts.ts';
import { scoredFile } from '../file/scored-file.ts';
import type { AdverseFacts } from './adverse-action.model.ts';

/** The score that was before whoever declined, for the applicant's notice; null where the model could not score. */
export async function noticeScore(parts: LendingParts, application: Application): Promise<AdverseFacts['model']> {
  const today = await parts.platform.bankDay.today();
  const { judgement, evidence } = await scoredFile(parts, { application, today });
  const { assessment, stage } = judgement;
  if (!assessment) return null;
  const { name, demonstration } = parts.risk.models.models[stage];
  return {
    ...{ name: `${name}, ${stage}`, demonstration, score: assessment.riskScore, grade: assessment.grade },
    reasons: explaining.toldReasons(assessment, evidence).map(({ text }) => text),
  };
}
