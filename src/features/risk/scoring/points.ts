import type { Scorecard } from '../models/model-file.ts';
import type { Values } from './values.ts';

export interface ScorecardResult {
  /** Before anything is decided. The higher, the worse the risk. */
  riskScore: number;
  base: number;
  items: readonly { code: string; feature: string; points: number }[];
}

/** Every item with its points, also where they are none. A missing number reaches no step. */
export function scorecardPoints(card: Scorecard, values: Values): ScorecardResult {
  const items = card.items.map((item) => ({
    code: item.code,
    feature: item.feature,
    points: pointsOf(item, values),
  }));
  return { riskScore: items.reduce((total, { points }) => total + points, card.base), base: card.base, items };
}

function pointsOf(item: Scorecard['items'][number], values: Values): number {
  const value = values.get(item.feature) ?? null;
  if ('otherThan' in item) return value === item.otherThan ? 0 : item.points;
  if (typeof value !== 'number') return 0;
  return item.atLeast.reduce((total, step) => (value >= step.value ? total + step.points : total), 0);
}

/** What the score is expected to be once the loan is decided: S × (1 − (1 − factor) × P). */
export function expectedScore(card: Scorecard, facts: { riskScore: number; approvalProbability: number }): number {
  const { riskScore, approvalProbability } = facts;
  return riskScore * (1 - (1 - card.approvedFactor) * approvalProbability);
}

// More places than a score times its factor has, and fewer than those in which binary fractions go astray.
const decidedPlaces = 12;

/** The score once the loan is decided: 42.4, where the public data has 42.4 or 42.400000000000006 as it was worked out. */
export function decidedScore(card: Scorecard, facts: { riskScore: number; outcome: 'approved' | 'declined' }): number {
  const score = facts.outcome === 'approved' ? facts.riskScore * card.approvedFactor : facts.riskScore;
  return Number(score.toPrecision(decidedPlaces));
}
