import { featureNames, type FeatureName } from '../../scoring/scoring.ts';
import type { Vote } from '../../scoring/policy.rules.ts';
import type { OfficerFile } from './file.service.ts';

const votes: Record<Vote['outcome'], { kind: 'ok' | 'alert' | 'critical'; text: string }> = {
  approve: { kind: 'ok', text: 'Approve' },
  refer: { kind: 'alert', text: 'Refer' },
  decline: { kind: 'critical', text: 'Decline' },
};

const sentences: Record<Vote['outcome'], string> = {
  approve: 'Every rule of the policy is met.',
  refer: 'The policy asks a person to look at it closely.',
  decline: 'The policy would decline. A person may decide otherwise, and says why in the note.',
};

/** The model's score, if there is one, and how the policy votes rule by rule. */
export function scoreCard({ assessment, policy, features }: OfficerFile) {
  const outcome = assessment?.outcome ?? policy.outcome;
  const rules = assessment?.policy ?? policy.votes;
  return {
    badge: votes[outcome],
    sentence: sentences[outcome],
    model: assessment
      ? {
          rows: [{ label: 'Score', value: `${assessment.score}, grade ${assessment.grade}` }],
          reasons: assessment.reasons,
        }
      : null,
    noModel: 'No scoring model is loaded. The rules below are the bank’s own policy and no score.',
    table: {
      caption: 'How the policy votes',
      captionHidden: true,
      columns: [
        { key: 'rule', label: 'Rule' },
        { key: 'value', label: 'This file', kind: 'num' },
        { key: 'limit', label: 'Limit', hideSmall: true },
        { key: 'vote', label: 'Vote' },
      ],
      rows: rules.map(({ rule, value, limit, outcome: vote }) => ({
        cells: { rule: { text: rule, subSmall: limit }, value, limit, vote: { badge: votes[vote] } },
      })),
    },
    features: {
      caption: 'What a model would read, and where it is from',
      captionHidden: true,
      columns: [
        { key: 'name', label: 'Input' },
        { key: 'value', label: 'Value', kind: 'num' },
        { key: 'source', label: 'From', hideSmall: true },
      ],
      rows: featureNames.map((name) => ({
        cells: { name: nameOf(name), value: features[name].value ?? 'not known', source: features[name].source },
      })),
    },
  };
}

/** `annualIncome` as it is read: `Annual income`. */
function nameOf(name: FeatureName): string {
  const words = name.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
