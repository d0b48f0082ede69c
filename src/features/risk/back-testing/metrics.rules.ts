import { moneyOf, scale, type Money } from '#core/money.ts';

/** The share of the exposure that is lost where a loan defaults: Basel's foundation figure for senior unsecured claims. */
export const lossGivenDefaultPercent = 45n;

const millionths = 1_000_000;

/**
 * Probability of default × exposure × loss given default, to the minor unit. The probability is taken to a millionth;
 * from there on the sum is exact.
 */
export function expectedLoss({ exposure, defaultProbability }: { exposure: Money; defaultProbability: number }): Money {
  const probability = BigInt(Math.round(Math.min(1, Math.max(0, defaultProbability)) * millionths));
  return scale(moneyOf(exposure), {
    numerator: probability * lossGivenDefaultPercent,
    denominator: BigInt(millionths) * 100n,
    mode: 'half-even',
  });
}

export interface SelectionCount {
  group: string;
  members: number;
  selected: number;
}

export interface ImpactRatio extends SelectionCount {
  rate: number;
  /** The rate ÷ that of the reference group; null where there is none to compare with, or too few members to tell. */
  ratio: number | null;
  /** The group with the highest rate. */
  isReference: boolean;
  /** Below four fifths of the reference's rate (29 CFR 1607.4(D)). */
  isAdverse: boolean;
}

/** Below so many members a rate says little: such a group is shown, and neither compared nor taken as the reference. */
export const fewestMembers = 30;
const fourFifths = 0.8;

/** Adverse impact ratios, in the order that the groups were given in. */
export function impactRatios(counts: readonly SelectionCount[]): ImpactRatio[] {
  const rateOf = ({ members, selected }: SelectionCount) => (members === 0 ? 0 : selected / members);
  const compared = counts.filter(({ members }) => members >= fewestMembers);
  const highest = compared.reduce((most, count) => Math.max(most, rateOf(count)), 0);
  const reference = highest > 0 ? compared.find((count) => rateOf(count) === highest) : undefined;
  return counts.map((count) => {
    const rate = rateOf(count);
    const ratio = reference && compared.includes(count) ? rate / highest : null;
    const isReference = count === reference;
    return { ...count, rate, ratio, isReference, isAdverse: ratio !== null && ratio < fourFifths };
  });
}

/**
 * Predictions of one event with what happened, counted by thousandths of the probability: what a hundred thousand of
 * them leave to be kept. By the number of the thousandth, as text.
 */
export type Predictions = Readonly<Record<string, PredictionCell>>;

export interface PredictionCell {
  happened: number;
  failed: number;
  /** Sums over the cell: of the probabilities, and of the squared distances from what happened (Brier). */
  chances: number;
  squares: number;
}

const cellsOfOne = 1_000;

export interface Prediction {
  probability: number;
  happened: boolean;
}

/** The counts with further predictions; a batch at once, since they are copied. */
export function withPredictions(predictions: Predictions, added: readonly Prediction[]): Predictions {
  const cells = new Map(Object.entries(predictions));
  for (const { probability, happened } of added) {
    const place = String(Math.min(cellsOfOne - 1, Math.floor(probability * cellsOfOne)));
    const cell = cells.get(place) ?? { happened: 0, failed: 0, chances: 0, squares: 0 };
    const distance = (happened ? 1 : 0) - probability;
    cells.set(place, {
      happened: cell.happened + (happened ? 1 : 0),
      failed: cell.failed + (happened ? 0 : 1),
      chances: cell.chances + probability,
      squares: cell.squares + distance * distance,
    });
  }
  return Object.fromEntries(cells);
}

export interface PredictionQuality {
  count: number;
  happened: number;
  /** Null where everything or nothing happened. Predictions of one thousandth count as equal. */
  auc: number | null;
  brier: number;
}

/** Undefined where there is no prediction. */
export function qualityOf(predictions: Predictions): PredictionQuality | undefined {
  const cells = inOrder(predictions);
  const happened = cells.reduce((total, cell) => total + cell.happened, 0);
  const failed = cells.reduce((total, cell) => total + cell.failed, 0);
  const count = happened + failed;
  if (count === 0) return undefined;
  let failedBelow = 0;
  let pairsInOrder = 0;
  for (const cell of cells) {
    pairsInOrder += cell.happened * (failedBelow + cell.failed / 2);
    failedBelow += cell.failed;
  }
  const squares = cells.reduce((total, cell) => total + cell.squares, 0);
  const auc = happened === 0 || failed === 0 ? null : pairsInOrder / (happened * failed);
  return { count, happened, auc, brier: squares / count };
}

export interface CalibrationTenth {
  count: number;
  /** Means over the tenth. */
  predicted: number;
  observed: number;
}

const tenths = 10;

/** Ten groups of about as many predictions each, lowest first; fewer where many predictions are alike. */
export function calibrationOf(predictions: Predictions): CalibrationTenth[] {
  const cells = inOrder(predictions);
  const total = cells.reduce((sum, cell) => sum + cell.happened + cell.failed, 0);
  const groups: CalibrationTenth[] = [];
  let before = 0;
  let open = { happened: 0, failed: 0, chances: 0 };
  for (const cell of cells) {
    open = {
      happened: open.happened + cell.happened,
      failed: open.failed + cell.failed,
      chances: open.chances + cell.chances,
    };
    const count = open.happened + open.failed;
    // A group is closed where it has reached the next tenth of all.
    if ((before + count) * tenths < total * (Math.floor((before * tenths) / total) + 1)) continue;
    groups.push({ count, predicted: open.chances / count, observed: open.happened / count });
    before += count;
    open = { happened: 0, failed: 0, chances: 0 };
  }
  return groups;
}

function inOrder(predictions: Predictions): PredictionCell[] {
  return Object.entries(predictions)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, cell]) => cell);
}
