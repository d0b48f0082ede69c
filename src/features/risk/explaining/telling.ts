import type { EvidenceRow } from '../records/record.ts';
import type { Assessment } from '../scoring/assessing.ts';
import type { Reason } from '../scoring/reasons.ts';

/** A reason of the model as a person may be told it. */
export type ToldReason = Pick<Reason, 'code' | 'text'>;

/** Instead of the model's words, where what is low or high is not the applicant's alone. */
const ofAll: Readonly<Record<string, string>> = {
  income: 'The income of you and who applies with you together is low for a loan like this',
  'instalment-to-income': 'The instalment is high beside the income of you and who applies with you together',
  'debt-to-income': 'The debts of you and who applies with you together are high beside the income of you all',
  savings: 'The balances in savings and current accounts of you and who applies with you together are low',
  'net-worth': 'What you and who applies with you together own is little beside what you all owe',
};

/** How the source of the years in a job ends where there is no job: also in records of before. */
const withoutWork = ': without work';

/**
 * The model's reasons, worst first, without what would be untrue of this person: nobody is too short a time in a job that
 * they do not have, and what several owe and earn together is not called theirs. Empty without an assessment.
 */
export function toldReasons(assessment: Pick<Assessment, 'reasons'> | null, evidence: EvidenceRow): ToldReason[] {
  const together = Object.values(evidence).some((one) => one.together === true);
  const jobless = evidence.JobTenure?.source.endsWith(withoutWork);
  return (assessment?.reasons ?? [])
    .filter(({ code }) => jobless !== true || code !== 'job-tenure')
    .map(({ code, text }) => ({ code, text: (together ? ofAll[code] : undefined) ?? text }));
}
