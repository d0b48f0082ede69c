import { divideRounded } from '#core/money.ts';
import type { DateText } from '#core/calendar.ts';
import type { Fraction } from '../fraction.ts';
import type { Part } from '../terms.ts';
import type { Period } from '../timeline.ts';
import type { Contract, LoanEvent } from './story.ts';

export type Amounts = Record<Part, bigint>;

/** A row that has fallen due, or was paid before it did. */
export interface WalkRow {
  index: number;
  due: number;
  dueOn: DateText;
  /** What it asks for, and what of that was paid, or was let go. */
  owed: Amounts;
  paid: Amounts;
  waived: Readonly<Amounts>;
  /** What of it was added to the principal of the rows to come when the loan was restructured. */
  moved: Readonly<Amounts>;
  /** The part of its principal that came on top of the instalment. */
  prepaid: bigint;
  /** What of it was paid with money that was waiting, where it is taken to be paid on its day. */
  ahead: bigint;
  /** The part of its interest that ran after the last due date, and so is not part of the instalment. */
  late: bigint;
  /** Scheduled principal after the row. */
  balance: bigint;
  /** The day from which nothing of it was owed any more. */
  settledOn: number | null;
  /** The id of the event that settled it. */
  settledBy: string | null;
  /** Penalty so far as an exact sum of amount × days, and the day up to which it is counted. */
  penaltySum: bigint;
  penaltyTo: number;
  penalised: boolean;
}

/** Where a walk stands. One object, changed in place by the steps of the walk and seen by nobody else. */
export interface Walk {
  readonly contract: Contract;
  readonly asOf: number | null;
  readonly rows: WalkRow[];
  /** Rows in all; infinite where the term follows from a fixed instalment. */
  rowCount: number;
  /** The index of the period that interest is running in, and its own row's prepaid principal and charges. */
  open: number;
  prepaid: bigint;
  charges: bigint;
  rate: bigint;
  /** Principal as scheduled, and as really outstanding. */
  scheduled: bigint;
  actual: bigint;
  /** Principal repaid inside a period that still bears interest until its end. */
  held: bigint;
  /** Money paid ahead that is short of a row, and the principal that it lowers meanwhile. */
  ahead: bigint;
  relief: bigint;
  heldRelief: bigint;
  /** Interest of the open period as sums of principal × rate × days, up to and with the day. */
  accruedTo: number;
  actualSum: bigint;
  scheduledSum: bigint;
  lentSum: bigint;
  /** Of the open period's interest, what an early payment has already made due. */
  charged: bigint;
  /** Interest that falls due inside the next row, and on top of the first row after an interest grace. */
  carried: bigint;
  deferred: bigint;
  /** All that was lent so far, which flat interest runs on; whether each row rounds its own flat interest. */
  lent: bigint;
  flatByRow: boolean;
  flatInterest: bigint[];
  instalment: bigint;
  /** The instalment that the first row outside grace asked for. */
  firstInstalment: bigint | null;
  graces: { kind: 'principal' | 'interest'; from: number; until: number }[];
  /** Shortened by a prepayment: the row that can clear the rest is the last one. */
  shortened: boolean;
  solveAtNextRow: boolean;
  stopped: boolean;
  ended: boolean;
  /** Money beyond all that was owed. */
  overpaid: bigint;
  /** Rows before this one owe nothing. */
  unsettledFrom: number;
  /** What each payment was used for, by the event's id; the one at work, and the one whose money waits. */
  applied: Map<string, Applied>;
  using: Applied;
  waiting: Applied;
  usingId: string | null;
  waitingId: string | null;
  /** Why the story cannot be told: an event asks for more than there is. */
  fault: LoanEvent['kind'] | null;
}

/** What one payment was used for; `ahead` waits for the next row, `over` is more than all that is owed. */
export interface Applied extends Amounts {
  ahead: bigint;
  over: bigint;
}

/** A rate in millionths of a per cent is this many times too large. */
const rateScale = 100_000_000n;

export const unused = (): Applied => ({ ...nothing(), ahead: 0n, over: 0n });

export const nothing = (): Amounts => ({ penalty: 0n, fee: 0n, interest: 0n, principal: 0n });

export function openPeriod(walk: Walk): Period {
  return walk.contract.timeline.period(walk.open);
}

/** Counts interest up to and with a day of the open period. */
export function accrueTo(walk: Walk, day: number): void {
  if (day <= walk.accruedTo) return;
  const days = BigInt(day - walk.accruedTo);
  walk.accruedTo = day;
  if (walk.stopped) return;
  const perDay = walk.rate * days;
  walk.actualSum += (walk.actual + walk.held) * perDay;
  walk.scheduledSum += walk.scheduled * perDay;
  walk.lentSum += walk.lent * days;
}

/** A sum of principal × rate × days as interest, exact: the period's factor is split by its actual days. */
export function exactInterest(
  sum: bigint,
  period: Pick<Period, 'share' | 'days'>,
): { numerator: bigint; denominator: bigint } {
  const { numerator, denominator } = period.share;
  return { numerator: sum * numerator, denominator: denominator * rateScale * period.days };
}

export function roundedInterest(walk: Walk, sum: bigint): bigint {
  const { numerator, denominator } = exactInterest(sum, openPeriod(walk));
  return divideRounded(numerator, denominator, walk.contract.mode);
}

/** The share of the year that the instalment is solved with. */
export function shareAt({ contract }: Walk, index: number): Fraction {
  return contract.nominalInstalment ? contract.timeline.nominalShare : contract.timeline.period(index).share;
}

/** The factor of a whole period at the rate that now applies. */
export function factorAt(walk: Walk, index: number): Fraction {
  const { rate } = walk;
  const share = shareAt(walk, index);
  return { numerator: share.numerator * rate, denominator: share.denominator * rateScale };
}

export function isPrincipalGrace({ contract, graces }: Walk, index: number): boolean {
  return index < contract.principalGrace || isWithin(graces, 'principal', index);
}

export function isInterestGrace({ contract, graces }: Walk, index: number): boolean {
  return index < contract.interestGrace || isWithin(graces, 'interest', index);
}

function isWithin(graces: Walk['graces'], kind: 'principal' | 'interest', index: number): boolean {
  return graces.some((grace) => grace.kind === kind && grace.from <= index && index < grace.until);
}

/** Whether a row pays no principal: with equal instalments and bullets an interest grace holds principal back as well. */
export function paysNoPrincipal(walk: Walk, index: number): boolean {
  const { method } = walk.contract;
  if (isPrincipalGrace(walk, index)) return true;
  return isInterestGrace(walk, index) && (method === 'equal-instalment' || method === 'bullet');
}

/** Whether what happens on the day is known to have happened, and not foreseen. */
export function isReal(walk: Walk, day: number): boolean {
  return walk.asOf !== null && day <= walk.asOf;
}

export function unpaid(row: WalkRow, part: Part): bigint {
  return row.owed[part] - row.paid[part] - row.waived[part] - row.moved[part];
}

export function unpaidOf(row: WalkRow): bigint {
  return unpaid(row, 'penalty') + unpaid(row, 'fee') + unpaid(row, 'interest') + unpaid(row, 'principal');
}
