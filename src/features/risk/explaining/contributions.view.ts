import type { Assessment } from '../scoring/assessing.ts';
import type { Contribution } from '../scoring/additive.ts';
import type { Value } from '../scoring/values.ts';
import { columnValue, termLabel } from './columns.ts';
import { drawWaterfall, type WaterfallStep } from './waterfall.view.ts';

const mostBars = 8;
// A finger's breadth of log-odds: what rounds to nothing is not said to push either way.
const leastPush = 0.005;

export interface ShownValues {
  locale: string;
  /** Of the model's columns, derived ones too where the caller has them; without it the table has no values. */
  values?: ReadonlyMap<string, Value>;
}

type Scored = Pick<Assessment, 'intercept' | 'contributions' | 'logit' | 'approvalProbability'>;

/**
 * What raised and lowered the chance of approval, for `risk/contributions`: a chart from the average applicant over the
 * biggest contributions to this one, and the same as a table with what the rest is made of. All numbers are log-odds.
 */
export function contributionsView(scored: Scored, shown: ShownValues) {
  const ordered = [...scored.contributions].sort((a, b) => Math.abs(b.points) - Math.abs(a.points));
  const big = ordered.slice(0, mostBars);
  const rest = ordered.slice(mostBars);
  const steps = stepsOf(scored, { big, rest });
  return {
    lead: leadOf(scored, big),
    chart: {
      label: `Waterfall from the average applicant to this one. ${leadOf(scored, big)} The figures are in the table below.`,
      zeroText: 'even chance',
      ...drawWaterfall(steps),
    },
    summary: 'See the same as a table, with every input',
    table: tableOf({ scored, steps, big, rest, shown }),
    note: 'In log-odds of approval: +0.7 doubles the odds, −0.7 halves them. Where the bars cross “even chance” approval is as likely as not.',
  };
}

export type ContributionsView = ReturnType<typeof contributionsView>;

function stepsOf(
  { intercept, logit }: Scored,
  { big, rest }: { big: readonly Contribution[]; rest: readonly Contribution[] },
): WaterfallStep[] {
  const steps: WaterfallStep[] = [total('Average applicant', intercept)];
  let at = intercept;
  for (const { features, points } of big) {
    steps.push(push(termLabel(features), { at, points }));
    at += points;
  }
  // What is left to the logit, so that rounding in another order of adding leaves no gap.
  if (rest.length > 0) steps.push(push(`${rest.length} smaller inputs together`, { at, points: logit - at }));
  return [...steps, total('This applicant', logit)];
}

function total(label: string, points: number): WaterfallStep {
  return { label, text: signed(points), tone: 'base', from: 0, to: points };
}

function push(label: string, { at, points }: { at: number; points: number }): WaterfallStep {
  return { label, text: signed(points), tone: points < 0 ? 'danger' : 'ok', from: at, to: at + points };
}

function leadOf({ approvalProbability }: Scored, big: readonly Contribution[]): string {
  const up = big.find(({ points }) => points > leastPush);
  const down = big.find(({ points }) => points < -leastPush);
  const pushes = [
    ...(up ? [`${inSentence(termLabel(up.features))} helps most`] : []),
    ...(down ? [`${inSentence(termLabel(down.features))} costs most`] : []),
  ];
  const chance = `The probability of approval is ${chanceText(approvalProbability)}`;
  return pushes.length === 0 ? `${chance}.` : `${chance}: ${pushes.join(', ')}.`;
}

/** A name that is no word, as of another model's column, stays as it is. */
function inSentence(label: string): string {
  return /^[A-Z][a-z]/.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label;
}

function tableOf(facts: {
  scored: Scored;
  steps: readonly WaterfallStep[];
  big: readonly Contribution[];
  rest: readonly Contribution[];
  shown: ShownValues;
}) {
  const { scored, steps, big, rest, shown } = facts;
  const value = (one: Contribution | undefined) => (one && shown.values ? valueText(one, shown.values, shown) : '');
  const line = (step: WaterfallStep, one?: Contribution) => ({
    cells: {
      name: { text: step.label, ...(value(one) ? { subSmall: value(one) } : {}) },
      value: value(one),
      points: step.text,
      chance: chanceText(chanceAt(step.to)),
    },
  });
  return {
    caption: 'From the average applicant to this one',
    columns: [
      { key: 'name', label: 'Input', grow: true },
      ...(shown.values ? [{ key: 'value', label: 'Value', kind: 'num', hideSmall: true }] : []),
      { key: 'points', label: 'Adds', kind: 'num' },
      { key: 'chance', label: 'Chance by then', kind: 'num' },
    ],
    rows: [
      ...steps.slice(0, -1).map((step, index) => line(step, big[index - 1])),
      ...(rest.length > 0 ? [{ group: 'What the smaller inputs are' }] : []),
      ...rest.map((one) => ({
        cells: {
          name: { text: termLabel(one.features), ...(value(one) ? { subSmall: value(one) } : {}) },
          value: value(one),
          points: signed(one.points),
          chance: '',
        },
      })),
    ],
    foot: {
      cells: {
        name: 'This applicant',
        value: '',
        points: signed(scored.logit),
        chance: chanceText(scored.approvalProbability),
      },
    },
  };
}

/** Nothing for a column that the caller does not have. */
function valueText({ features }: Contribution, values: ReadonlyMap<string, Value>, shown: ShownValues): string {
  const known = features.filter((name) => values.has(name));
  return known.map((name) => columnValue(name, values.get(name), shown)).join(', ');
}

function chanceAt(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

/** `+1.25` or `−0.40`: log-odds to two places. */
export function signed(points: number): string {
  const rounded = Math.abs(points).toFixed(2);
  if (rounded === '0.00') return rounded;
  return points < 0 ? `−${rounded}` : `+${rounded}`;
}

/** A probability as per cent, never rounded to a certainty that it is not. */
export function chanceText(probability: number): string {
  if (probability < 0.001) return 'under 0.1%';
  if (probability > 0.999) return 'over 99.9%';
  return `${(probability * 100).toFixed(1)}%`;
}
