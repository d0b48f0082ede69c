import type { ModelReason } from '../models/model-file.ts';
import type { Contribution } from './additive.ts';

export interface Reason {
  code: string;
  text: string;
  /** How far it moves the log-odds of approval from where they are on average; below 0 in an adverse reason. */
  points: number;
}

// Regulation B's commentary (12 CFR 1002.9(b)(2)-1) holds that more than four reasons seldom help.
export const mostReasons = 4;

/** The reasons of one applicant, worst first. */
export type Explain = (contributions: readonly Contribution[]) => Reason[];

/**
 * What lowers the chance of approval below the average applicant's, worst first. The tables are centred on the rows they
 * were learnt from, so a contribution is itself the distance from the average. A pair's contribution belongs to both of
 * its features by halves, and features that mean the same thing to a person (yearly and monthly income) are one reason:
 * a reason's points are therefore what all its tables say together, and never a share that hides an opposite one.
 */
export function explainerOf(reasons: readonly ModelReason[]): Explain {
  const placesOf = new Map<string, number[]>();
  for (const [place, { features }] of reasons.entries())
    for (const feature of features) placesOf.set(feature, [...(placesOf.get(feature) ?? []), place]);
  return (contributions) => {
    const points = new Float64Array(reasons.length);
    for (const { features, points: amount } of contributions)
      for (const feature of features)
        for (const place of placesOf.get(feature) ?? [])
          points[place] = (points[place] ?? 0) + amount / features.length;
    return adverse(reasons, points);
  };
}

function adverse(reasons: readonly ModelReason[], points: Float64Array): Reason[] {
  const found: Reason[] = [];
  reasons.forEach(({ code, text }, place) => {
    const amount = points[place] ?? 0;
    if (amount < 0) found.push({ code, text, points: amount });
  });
  return found.sort((a, b) => a.points - b.points).slice(0, mostReasons);
}
