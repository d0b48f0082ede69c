import type { Formats } from '#core/format.ts';
import { chanceText, contributionsView } from '../explaining/contributions.view.ts';
import { gradeKinds } from '../explaining/score-panel.view.ts';
import { asksText, factLabel, factText, spreadText } from '../policy/policy-words.ts';
import type { PolicyOutcome, PolicyVote } from '../policy/policy.ts';
import type { Stage } from '../models/shipped.ts';
import type { Value } from '../scoring/values.ts';
import type { Tried } from './trying.ts';

/** What was found, for above the form. */
export function triedView(
  { assessment, policy }: Tried,
  { row, formats }: { row: Readonly<Record<string, Value>>; formats: Formats },
) {
  const { grade, riskScore, expectedRiskScore, approvalProbability, reasons } = assessment;
  return {
    title: `Grade ${grade}, approval ${chanceText(approvalProbability)}`,
    badge: { kind: gradeKinds[grade], text: `Grade ${grade}` },
    figures: [
      { label: 'Risk score', value: String(riskScore), note: 'the higher, the worse' },
      { label: 'Expected once decided', value: expectedRiskScore.toFixed(1) },
      { label: 'Probability of approval', value: chanceText(approvalProbability) },
      { label: 'Grade', value: grade, note: 'A is the best, E the weakest' },
      ...(policy?.price ? [priceFigure(policy.price, formats)] : []),
    ],
    contributions: contributionsView(assessment, { locale: formats.locale, values: new Map(Object.entries(row)) }),
    reasons: reasons.map(({ text }) => text),
    policy: policy && policyOf(policy, formats),
  };
}

function priceFigure(price: { productRate: string; spread: string; annualRate: string }, formats: Formats) {
  return {
    label: 'Rate by the pricing grid',
    value: formats.rate(price.annualRate),
    note: `${formats.rate(price.productRate)}, and ${spreadText(price.spread, formats)} points for the grade and the term`,
  };
}

const verdicts: Record<PolicyOutcome, { badge: { kind: string; text: string }; text: string }> = {
  approve: { badge: { kind: 'ok', text: 'Approve' }, text: 'No rule is against it. A person decides.' },
  refer: { badge: { kind: 'alert', text: 'Refer' }, text: 'A person has to look at it.' },
  decline: { badge: { kind: 'critical', text: 'Decline' }, text: 'A rule is against it. A person decides.' },
};

function policyOf({ product, judgement, price }: NonNullable<Tried['policy']>, formats: Formats) {
  const { verdict, policyVersion } = judgement;
  return {
    ...verdicts[verdict.outcome],
    title: `Policy, version ${policyVersion}: ${product.name}`,
    price: price ? undefined : 'The pricing grid has no rate for this grade and term.',
    unknown: unknownText(verdict.votes),
    note: shareNotes[judgement.stage],
    table: {
      caption: 'Rule by rule',
      captionHidden: true,
      columns: [
        { key: 'rule', label: 'Rule' },
        { key: 'value', label: 'Here', kind: 'num' },
        { key: 'asked', label: 'Asked', hideSmall: true },
        { key: 'vote', label: 'Vote' },
      ],
      rows: verdict.votes.map((vote) => voteRow(vote, formats)),
    },
  };
}

/** Debts to income are what a file is judged by, and not the ratio without the loan that is typed above. */
const shareNotes: Record<Stage, string> = {
  application:
    'Debts to income are with this loan: monthly debts and the instalment that the model works with, as no rate is offered yet. A file takes the instalment of its product.',
  quoted: 'Debts to income are with this loan, as typed.',
};

/** What a rule asks and nobody answered; undefined where all is known. */
function unknownText(votes: readonly PolicyVote[]): string | undefined {
  const unknown = new Set(votes.flatMap(({ rule, fact }) => (fact === 'unknown' ? [factLabel(rule.fact)] : [])));
  if (unknown.size === 0) return undefined;
  const names = [...unknown].map((label) => label.charAt(0).toLowerCase() + label.slice(1));
  return `Not known here: ${names.join(', ')}. Each rule below says what it makes of that.`;
}

function voteRow({ rule, fact, outcome }: PolicyVote, formats: Formats) {
  const asked = asksText(rule, formats);
  return {
    cells: {
      rule: { text: factLabel(rule.fact), subSmall: asked },
      value: typeof fact === 'string' ? 'not known' : factText(rule.fact, fact.known, formats),
      asked,
      vote: { badge: verdicts[outcome].badge },
    },
  };
}
