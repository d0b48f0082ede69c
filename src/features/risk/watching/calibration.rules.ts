/** Whether what a model says comes true: what it predicted against what happened, by tenths of the probability. */

export interface Tenth {
  count: number;
  /** The sum of the predicted probabilities, and of p · (1 − p): what chance may move the sum by. */
  predicted: number;
  spread: number;
  happened: number;
}

export const tenthCount = 10;
export const calibrationLimits = { watch: 0.05, act: 0.1 } as const;
/** Fewer than this and chance moves the share that happened too far. */
export const leastJudged = 100;

export function emptyTenths(): Tenth[] {
  return Array.from({ length: tenthCount }, () => ({ count: 0, predicted: 0, spread: 0, happened: 0 }));
}

/** 0 for less than a tenth, 9 for nine tenths and more. */
export function tenthOf(probability: number): number {
  return Math.min(tenthCount - 1, Math.max(0, Math.trunc(probability * tenthCount)));
}

/** Counts one in, in place: a month has thousands. */
export function countIn(tenths: readonly Tenth[], one: { probability: number; happened: boolean }): void {
  const tenth = tenths[tenthOf(one.probability)];
  if (!tenth) return;
  tenth.count += 1;
  tenth.predicted += one.probability;
  tenth.spread += one.probability * (1 - one.probability);
  tenth.happened += one.happened ? 1 : 0;
}

export interface Calibration {
  count: number;
  predicted: number;
  happened: number;
  /** What happened less what was predicted; below nought the model promised too much. */
  gap: number;
  /** Twice the standard error of the gap under a model that is right. */
  chance: number;
}

/** Undefined where nothing was counted. Shares, not per cent. */
export function calibrationOf(tenths: readonly Tenth[]): Calibration | undefined {
  const sums = tenths.reduce(
    (all, one) => ({
      count: all.count + one.count,
      predicted: all.predicted + one.predicted,
      spread: all.spread + one.spread,
      happened: all.happened + one.happened,
    }),
    { count: 0, predicted: 0, spread: 0, happened: 0 },
  );
  const { count } = sums;
  if (count === 0) return undefined;
  const [predicted, happened] = [sums.predicted / count, sums.happened / count];
  return { count, predicted, happened, gap: happened - predicted, chance: (2 * Math.sqrt(sums.spread)) / count };
}

export type CalibrationVerdict = 'too-few' | 'right' | 'watch' | 'act';

/** A gap counts where it is both large and more than chance. `below`: only a model that promised too much is at fault. */
export function calibrationVerdict(found: Calibration | undefined, side: 'both' | 'below'): CalibrationVerdict {
  if (!found || found.count < leastJudged) return 'too-few';
  const size = side === 'below' ? -found.gap : Math.abs(found.gap);
  if (!reaches(size, calibrationLimits.watch) || size <= found.chance) return 'right';
  return reaches(size, calibrationLimits.act) ? 'act' : 'watch';
}

/** A gap that equals its limit reaches it, also where the sum of thousands of fractions is a hair below. */
function reaches(size: number, limit: number): boolean {
  return size > limit - 1e-9;
}
