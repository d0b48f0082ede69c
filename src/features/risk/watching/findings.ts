import { calibrationOf, calibrationVerdict, type Calibration, type CalibrationVerdict } from './calibration.rules.ts';
import type { Expectations } from './expectations.ts';
import type { AlertAbout, AlertLevel } from './month.model.ts';
import {
  expectedShares,
  leastRecords,
  sharesOf,
  stabilityIndex,
  stabilityVerdict,
  totalOf,
  type Expected,
  type StabilityVerdict,
} from './stability.rules.ts';
import type { Counted } from './window.ts';

export const unscoredLimits = { watch: 0.05, act: 0.2 } as const;

/** How one column, or the score, stands beside the model file. */
export interface Stability {
  expected: Expected;
  /** By bin, the missing first and what the file does not know last. */
  before: number[];
  now: number[];
  records: number;
  index: number;
  verdict: StabilityVerdict;
}

export interface Unscored {
  records: number;
  share: number;
  verdict: 'too-few' | 'usual' | AlertLevel;
}

export interface Findings {
  /** Undefined where the model's file is not here any more. */
  score: Stability | undefined;
  /** The furthest moved first. */
  features: Stability[];
  unscored: Unscored;
  decisions: Calibration | undefined;
  decisionsVerdict: CalibrationVerdict;
  loans: Calibration | undefined;
  loansVerdict: CalibrationVerdict;
}

/** Every figure with its verdict, of a month or of several together. */
export function findingsOf(counted: Counted, expectations: Expectations | undefined): Findings {
  const { population } = counted;
  const decisions = calibrationOf(counted.decided.tenths);
  const loans = calibrationOf(counted.went.tenths);
  const features = (expectations?.features ?? []).map((expected) =>
    stabilityOf(expected, population.features.find(({ name }) => name === expected.name)?.bins ?? []),
  );
  return {
    score: expectations && stabilityOf(expectations.score, population.score),
    features: features.toSorted((a, b) => b.index - a.index),
    unscored: unscoredOf(counted),
    decisions,
    decisionsVerdict: calibrationVerdict(decisions, 'both'),
    loans,
    // A model of approval says nothing too low of loans that go well: only approved ones are loans.
    loansVerdict: calibrationVerdict(loans, 'below'),
  };
}

function stabilityOf(expected: Expected, bins: readonly number[]): Stability {
  const before = expectedShares(expected);
  const records = totalOf(bins);
  const now = before.map((_share, at) => sharesOf(bins)[at] ?? 0);
  const index = records === 0 ? 0 : stabilityIndex(before, now);
  return { expected, before, now, records, index, verdict: stabilityVerdict({ index, records, expected: before }) };
}

function unscoredOf({ population: { records, unscored } }: Counted): Unscored {
  const share = records === 0 ? 0 : totalOf(unscored.map(({ count }) => count)) / records;
  if (records < leastRecords) return { records, share, verdict: 'too-few' };
  const verdict = share >= unscoredLimits.act ? 'act' : share >= unscoredLimits.watch ? 'watch' : 'usual';
  return { records, share, verdict };
}

export interface Finding {
  about: AlertAbout;
  feature: string | null;
  level: AlertLevel;
  value: number;
  records: number;
}

/** What of the findings passed a threshold. */
export function passed(findings: Findings): Finding[] {
  const { score, features, unscored, decisions, loans } = findings;
  const all = [
    ...(score
      ? [{ about: 'score' as const, feature: null, level: score.verdict, value: score.index, records: score.records }]
      : []),
    ...features.map(({ expected, verdict, index, records }) => ({
      ...{ about: 'feature' as const, feature: expected.name, level: verdict, value: index, records },
    })),
    {
      about: 'unscored' as const,
      feature: null,
      level: unscored.verdict,
      value: unscored.share,
      records: unscored.records,
    },
    ...calibrationFinding('decisions', decisions, findings.decisionsVerdict),
    ...calibrationFinding('loans', loans, findings.loansVerdict),
  ];
  return all.flatMap((one) => (one.level === 'watch' || one.level === 'act' ? [{ ...one, level: one.level }] : []));
}

function calibrationFinding(about: AlertAbout, found: Calibration | undefined, level: CalibrationVerdict) {
  return found ? [{ about, feature: null, level, value: found.gap, records: found.count }] : [];
}

export interface PassedFinding extends Finding {
  over: 'month' | 'year';
}

/** What a month passed, and where it holds too few for a verdict what twelve months to it passed together. */
export function passedByEither(
  counted: { month: Counted; year: Counted },
  expectations: Expectations | undefined,
): PassedFinding[] {
  const month = findingsOf(counted.month, expectations);
  const year = passed(findingsOf(counted.year, expectations));
  return [
    ...passed(month).map((one) => ({ ...one, over: 'month' as const })),
    ...year.filter((one) => verdictOf(month, one) === 'too-few').map((one) => ({ ...one, over: 'year' as const })),
  ];
}

function verdictOf(findings: Findings, { about, feature }: Pick<Finding, 'about' | 'feature'>): string | undefined {
  switch (about) {
    case 'score':
      return findings.score?.verdict;
    case 'feature':
      return findings.features.find(({ expected }) => expected.name === feature)?.verdict;
    case 'unscored':
      return findings.unscored.verdict;
    case 'decisions':
      return findings.decisionsVerdict;
    case 'loans':
      return findings.loansVerdict;
  }
}
