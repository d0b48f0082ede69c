import type { PlainDate } from '#core/calendar.ts';
import type { Formats } from '#core/format.ts';
import type { PolicyOutcome, PolicyVerdict, PolicyVote } from '../policy/policy.ts';
import { asksText, factLabel, factText, limitFaultText } from '../policy/policy-words.ts';
import type { Grade } from '../scoring/grade.rules.ts';
import { changesView } from './changes.view.ts';
import { chanceText, contributionsView } from './contributions.view.ts';
import { evidenceTable, missingView } from './evidence.view.ts';
import type { Explained } from './explaining.service.ts';
import { similarView } from './similar.view.ts';
import { toldReasons } from './telling.ts';

interface Badge {
  kind: 'ok' | 'alert' | 'critical';
  text: string;
}

const votes: Record<PolicyOutcome, Badge> = {
  approve: { kind: 'ok', text: 'Approve' },
  refer: { kind: 'alert', text: 'Refer' },
  decline: { kind: 'critical', text: 'Decline' },
};

const sentences: Record<PolicyOutcome, string> = {
  approve: 'Every rule of the policy is met.',
  refer: 'The policy asks a person to look at it closely.',
  decline: 'The policy would decline. A person may decide otherwise, and says why in the note.',
};

export const gradeKinds: Record<Grade, Badge['kind']> = { A: 'ok', B: 'ok', C: 'ok', D: 'alert', E: 'critical' };

export interface PanelFacts {
  formats: Formats;
  today: PlainDate;
  /** What a reason's code means to staff. */
  reasons: ReadonlyMap<string, string>;
}

/** The score and the policy of a file as an officer reads them. It decides nothing, and says so. */
export function scorePanel(explained: Explained, facts: PanelFacts) {
  const { judgement, model, values, changes, now, similar } = explained;
  const { formats } = facts;
  const { verdict, assessment, policyVersion } = judgement;
  return {
    badge: votes[verdict.outcome],
    sentence: sentences[verdict.outcome],
    demonstration: model.demonstration
      ? 'A demonstration model, learnt from public data and not from this bank’s loans. It shows how a score works; it is no ground for a decision.'
      : null,
    figures: assessment ? figuresOf(assessment, explained) : [],
    missing: missingView(explained),
    contributions:
      assessment && contributionsView(assessment, { locale: formats.locale, ...(values ? { values } : {}) }),
    reasons: reasonsOf(explained, facts),
    unknown: unknownText(verdict),
    policy: {
      title: `The policy, rule by rule (version ${policyVersion})`,
      table: policyTable(verdict.votes, facts),
      limits: judgement.limits.map((fault) => limitFaultText(fault, formats)),
    },
    changes: changes && changesView(changes, { now, formats }),
    similar: similar && similarView(similar, formats),
    evidence: evidenceTable(explained, facts),
    madeBy: `Model ${model.name}, stage ${model.stage}, ${model.sha256.slice(0, 12)}; policy version ${policyVersion}.`,
  };
}

export type ScorePanel = ReturnType<typeof scorePanel>;

function figuresOf(
  { grade, riskScore, expectedRiskScore, approvalProbability }: NonNullable<Explained['judgement']['assessment']>,
  { model }: Explained,
) {
  const stage = model.stage === 'quoted' ? 'with the rate offered' : 'before a rate';
  return [
    { label: 'Grade', value: grade, note: 'A is the best, E the weakest' },
    { label: 'Approval', value: chanceText(approvalProbability), note: `probability, ${stage}` },
    {
      label: 'Risk score',
      value: String(riskScore),
      note: `the higher the worse; expected ${expectedRiskScore.toFixed(1)}`,
    },
  ];
}

/** What speaks against it: the model's reasons, and those of the rules that voted so by what is known. */
function reasonsOf({ judgement, evidence }: Explained, { reasons }: PanelFacts) {
  const { assessment, verdict } = judgement;
  return [
    ...toldReasons(assessment, evidence).map(({ text }) => ({ from: 'Model', text })),
    ...verdict.reasons.map((code) => ({ from: 'Policy', text: reasons.get(code) ?? code })),
  ];
}

/** What a rule found nothing of speaks neither for nor against anybody. */
function unknownText({ unknown }: PolicyVerdict): string | null {
  if (unknown.length === 0) return null;
  return `Not known: ${unknown.map(factLabel).join(', ')}. A rule that asks for it votes without it, and that is no reason against anybody.`;
}

function policyTable(all: readonly PolicyVote[], { formats, reasons }: PanelFacts) {
  return {
    caption: 'How the policy votes',
    captionHidden: true,
    columns: [
      { key: 'rule', label: 'Rule' },
      { key: 'value', label: 'This file', kind: 'num' },
      { key: 'limit', label: 'Limits', hideSmall: true },
      { key: 'vote', label: 'Vote' },
    ],
    rows: all.map(({ rule, fact, outcome }) => {
      const limit = asksText(rule, formats);
      const against =
        outcome === 'approve' || fact === 'unknown' ? {} : { sub: reasons.get(rule.reason) ?? rule.reason };
      return {
        cells: {
          rule: { text: factLabel(rule.fact), subSmall: limit, ...against },
          value: fact === 'none' ? '' : fact === 'unknown' ? 'not known' : factText(rule.fact, fact.known, formats),
          limit,
          vote: { badge: votes[outcome] },
        },
      };
    }),
  };
}
