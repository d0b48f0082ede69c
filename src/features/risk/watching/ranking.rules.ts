/**
 * How well a probability ranks: the area under the receiver's curve, the chance that one of those it happened to stands
 * above one of those it did not. From counts by log-odds, so that a month needs no list of its records; those in one
 * bin (a fifth of a unit of log-odds) count as equal.
 */

export interface Ranks {
  yes: number[];
  no: number[];
}

const furthest = 16;
const binsAUnit = 5;
export const rankBins = 2 * furthest * binsAUnit;

export function emptyRanks(): Ranks {
  const none = () => Array.from({ length: rankBins }, () => 0);
  return { yes: none(), no: none() };
}

export function rankOf(probability: number): number {
  const logit = Math.log(probability / (1 - probability));
  const kept = Math.min(furthest, Math.max(-furthest, logit));
  return Math.min(rankBins - 1, Math.trunc((kept + furthest) * binsAUnit));
}

export function rankIn(ranks: Ranks, one: { probability: number; happened: boolean }): void {
  const counts = one.happened ? ranks.yes : ranks.no;
  const place = rankOf(one.probability);
  counts[place] = (counts[place] ?? 0) + 1;
}

/** Undefined where one of the two kinds is empty. */
export function areaUnderCurve({ yes, no }: Ranks): number | undefined {
  let [below, won] = [0, 0];
  let [allYes, allNo] = [0, 0];
  yes.forEach((above, place) => {
    const level = no[place] ?? 0;
    won += above * (below + level / 2);
    below += level;
    allYes += above;
    allNo += level;
  });
  return allYes === 0 || allNo === 0 ? undefined : won / (allYes * allNo);
}
