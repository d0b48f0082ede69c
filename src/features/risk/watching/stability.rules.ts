/**
 * The population stability index: how far the shares of a population have moved from those that a model was trained on,
 * Σ (seen − expected) · ln(seen ÷ expected) over the bins. Below 0.1 is usual, from 0.25 on the model meets other people
 * (N. Siddiqi, Credit Risk Scorecards, 2006). Shares, not per cent.
 */

export type BinnedValue = number | string | null;

/** How a column's values are told apart; a number equal to an edge lies above it, as the trainer has it. */
export type Binning =
  { kind: 'number'; edges: readonly number[] } | { kind: 'category'; categories: readonly string[] };

/** What a model file expects of one column: the share that is missing, and those of the bins. They sum to one. */
export interface Expected {
  name: string;
  binning: Binning;
  missing: number;
  shares: readonly number[];
}

/** Fewer records than this have no verdict: chance alone moves the index too far. */
export const leastRecords = 100;
export const stabilityLimits = { watch: 0.1, act: 0.25 } as const;

/** A bin that nobody is in would make the index infinite. */
const leastShare = 0.0001;
/** A column whose records nearly all lie in one bin of the file cannot show a change. */
const flatShare = 0.995;

/** The first bin is for what is missing and the last for what the file does not know; the file's own lie between. */
export function expectedShares({ missing, shares }: Pick<Expected, 'missing' | 'shares'>): number[] {
  return [missing, ...shares, 0];
}

export function emptyBins({ shares }: Pick<Expected, 'shares'>): number[] {
  return Array.from({ length: shares.length + 2 }, () => 0);
}

/** The place of a value among the bins of `expectedShares`. */
export function binOf({ binning, shares }: Pick<Expected, 'binning' | 'shares'>, value: BinnedValue): number {
  const stranger = shares.length + 1;
  if (value === null) return 0;
  if (binning.kind === 'category') {
    const place = typeof value === 'string' ? binning.categories.indexOf(value) : -1;
    return place < 0 || place >= shares.length ? stranger : place + 1;
  }
  if (typeof value !== 'number' || Number.isNaN(value)) return stranger;
  const above = binning.edges.findIndex((edge) => value < edge);
  return Math.min((above < 0 ? binning.edges.length : above) + 1, shares.length);
}

export function sharesOf(counts: readonly number[]): number[] {
  const whole = totalOf(counts);
  return counts.map((count) => (whole === 0 ? 0 : count / whole));
}

export function totalOf(counts: readonly number[]): number {
  return counts.reduce((all, count) => all + count, 0);
}

/** Never negative; nought for equal shares; the same whatever the order of the bins. */
export function stabilityIndex(expected: readonly number[], seen: readonly number[]): number {
  return expected.reduce((all, share, at) => {
    const before = Math.max(share, leastShare);
    const now = Math.max(seen[at] ?? 0, leastShare);
    return all + (now - before) * Math.log(now / before);
  }, 0);
}

/** Whether the file's shares can show a change at all. */
export function tellsApart(expected: readonly number[]): boolean {
  return expected.every((share) => share < flatShare);
}

export type StabilityVerdict = 'too-few' | 'not-told' | 'stable' | 'watch' | 'act';

/**
 * The index's word on so many records. Among few of them chance alone reaches 0.1, so that a watch has to be above what
 * 99 samples of 100 stay below: times the records, the index of unmoved shares is distributed like χ² of one degree of
 * freedom less than there are bins (B. Yurdakul, Statistical Properties of PSI, 2018). It matters below some 230 records.
 */
export function stabilityVerdict(facts: {
  index: number;
  records: number;
  expected: readonly number[];
}): StabilityVerdict {
  const { index, records, expected } = facts;
  if (!tellsApart(expected)) return 'not-told';
  if (records < leastRecords) return 'too-few';
  if (index >= stabilityLimits.act) return 'act';
  const bins = expected.filter((share) => share > 0).length;
  return index >= Math.max(stabilityLimits.watch, chanceIndex(bins, records)) ? 'watch' : 'stable';
}

/** What the index of an unmoved population stays below in 99 samples of 100 (E. Wilson and M. Hilferty, 1931). */
export function chanceIndex(bins: number, records: number): number {
  const freedom = Math.max(bins - 1, 1);
  const spread = 2 / (9 * freedom);
  return (freedom * (1 - spread + 2.326 * Math.sqrt(spread)) ** 3) / records;
}
