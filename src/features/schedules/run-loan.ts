import { calendarDay, dayNumber, textOfDay, type DateText, type PlainDate } from '#core/calendar.ts';
import { divideRounded, moneyOf, type Money } from '#core/money.ts';
import { refuse, ok, type Result } from '#core/result.ts';
import { contractOf } from './agreement.ts';
import { payoffOf, type Payoff } from './run/payoff.ts';
import { accruedInterest, flatInterestOf } from './run/rows.ts';
import { walkThrough } from './run/run.ts';
import type { LoanEvent } from './run/story.ts';
import { openPeriod, unpaid, type Amounts, type Applied, type Walk, type WalkRow } from './run/walk.ts';
import { rowOf, type ScheduleRow } from './schedule.ts';
import { faultOf } from './terms.rules.ts';
import { parts, type Part, type ScheduleRefusal, type ScheduleTerms } from './terms.ts';

export type PartAmounts = Record<Part, Money>;

/** A row with what became of it by the day that was asked for; of a row to come only what was repaid early. */
export interface RunRow extends ScheduleRow {
  /** Whether it had fallen due, or was paid before it did. */
  known: boolean;
  paid: PartAmounts;
  waived: PartAmounts;
  moved: PartAmounts;
  settledOn: DateText | null;
  /** The event that settled it. */
  settledBy: string | null;
}

/** Of one part: all that was ever owed less what was let go, and what of it is still owed. */
export interface Earned {
  earned: Money;
  receivable: Money;
}

/** Where a loan stands at the end of a day, and how it goes on if what is in arrears were paid that day. */
export interface LoanRun {
  instalment: Money;
  rows: RunRow[];
  /** Principal that bears interest: all advances less what was repaid, also ahead of its day. */
  outstandingPrincipal: Money;
  /** Interest with what has run since the last due date. */
  interest: Earned;
  fee: Earned;
  penalty: Earned;
  /** Of rows that have fallen due. */
  arrears: PartAmounts;
  /** The oldest due date of which principal, interest or a fee is unpaid; null where nothing is. */
  oldestUnpaidDueOn: DateText | null;
  /** Principal let go without payment. */
  principalWaived: Money;
  overpaid: Money;
  /** Of money that waits for a row to come, what is more than the principal that it lowers meanwhile. */
  unused: Money;
  /** What each event with an id was used for by that day. */
  applied: ReadonlyMap<string, Record<keyof Applied, Money>>;
  /** What it costs to be done on the day. */
  payoff: PartAmounts & { total: Money };
}

/**
 * Tells a loan's story up to the end of a day. The terms give the agreement only; everything that happened is in the
 * events, whose amounts are minor units and whose days are day numbers of #core/calendar.ts.
 */
export function runLoan(
  terms: ScheduleTerms,
  story: { events: readonly LoanEvent[]; asOf: PlainDate; payoffInterest?: 'to-date' | 'to-due-date' },
): Result<LoanRun, ScheduleRefusal> {
  const fault = faultOf(terms);
  if (fault) return refuse(fault);
  const contract = contractOf(terms, { principal: terms.principal, lent: terms.principal });
  const asOf = dayNumber(story.asOf);
  const quote: Payoff = { kind: 'payoff', day: asOf, amount: null, interest: story.payoffInterest ?? 'to-date' };
  const seen: { now?: Seen } = {};
  const walk = walkThrough(contract, {
    events: story.events,
    asOf,
    seen: (at) => {
      seen.now = stateOf(at, quote);
    },
  });
  if (walk.fault !== null) return refuse({ code: 'too-large', field: 'prepayments' });
  if (!seen.now || walk.scheduled !== 0n) return refuse({ code: 'too-small', field: 'fixedInstalment' });
  const { known, settled, ...now } = seen.now;
  const rows = walk.rows.map((row, index) =>
    runRow(row, { known: index < known, settled: settled[index] ?? unsettled }),
  );
  return ok({ ...now, instalment: moneyOf(walk.instalment), rows });
}

interface Seen extends Omit<LoanRun, 'rows' | 'instalment'> {
  known: number;
  settled: Settled[];
}

type Settled = Pick<WalkRow, 'settledOn' | 'settledBy'>;
const unsettled: Settled = { settledOn: null, settledBy: null };

function stateOf(walk: Walk, quote: Payoff): Seen {
  const running = runningInterest(walk);
  const { due, rest } = payoffOf(walk, quote);
  const oldest = walk.rows.find((row) => parts.some((part) => part !== 'penalty' && unpaid(row, part) > 0n));
  const payoff = lessAhead(walk, { due, rest });
  return {
    known: walk.rows.length,
    settled: walk.rows.map(({ settledOn, settledBy }) => ({ settledOn, settledBy })),
    outstandingPrincipal: moneyOf(walk.actual),
    interest: earned(walk, 'interest', running),
    fee: earned(walk, 'fee', walk.charges),
    penalty: earned(walk, 'penalty', 0n),
    arrears: partsBy((part) => total(walk, (row) => unpaid(row, part))),
    oldestUnpaidDueOn: oldest?.dueOn ?? null,
    principalWaived: moneyOf(total(walk, (row) => row.waived.principal)),
    overpaid: moneyOf(walk.overpaid),
    unused: moneyOf(walk.ahead - walk.relief),
    applied: new Map(Array.from(walk.applied, ([id, amounts]) => [id, appliedOf(amounts)])),
    payoff: { ...payoff, total: moneyOf(parts.reduce((sum, part) => sum + payoff[part], 0n)) },
  };
}

/** What is owed in all, less the money that waits: it would be used first for the principal that it already lowers. */
function lessAhead(walk: Walk, { due, rest }: { due: Amounts; rest: Amounts }): PartAmounts {
  const owed = partsBy((part) => due[part] + rest[part]);
  let waiting = walk.ahead;
  for (const part of ['principal', 'interest', 'fee', 'penalty'] as const) {
    const used = waiting < owed[part] ? waiting : owed[part];
    owed[part] = moneyOf(owed[part] - used);
    waiting -= used;
  }
  return owed;
}

function earned(walk: Walk, part: Part, running: bigint): Earned {
  return {
    earned: moneyOf(total(walk, (row) => row.owed[part] - row.waived[part]) + running),
    receivable: moneyOf(total(walk, (row) => unpaid(row, part)) + running),
  };
}

/** Interest of the open period up to the day, and what waits for a row to come. */
function runningInterest(walk: Walk): bigint {
  if (walk.open >= walk.rowCount) return 0n;
  if (walk.contract.method !== 'flat') {
    // Under `period` rest a row paid early has the whole period's interest, which is more than has run so far.
    const open = accruedInterest(walk) + walk.carried;
    return (open > 0n ? open : 0n) + walk.deferred;
  }
  if (walk.open < walk.rows.length) return walk.deferred;
  const { start, days } = openPeriod(walk);
  const elapsed = BigInt(walk.accruedTo - start);
  return walk.deferred + divideRounded(flatInterestOf(walk, walk.open) * elapsed, days, walk.contract.mode);
}

function total(walk: Walk, amountOf: (row: WalkRow) => bigint): bigint {
  return walk.rows.reduce((sum, row) => sum + amountOf(row), 0n);
}

function partsBy(amountOf: (part: Part) => bigint): PartAmounts {
  return {
    penalty: moneyOf(amountOf('penalty')),
    fee: moneyOf(amountOf('fee')),
    interest: moneyOf(amountOf('interest')),
    principal: moneyOf(amountOf('principal')),
  };
}

function appliedOf(amounts: Applied): Record<keyof Applied, Money> {
  return { ...partsBy((part) => amounts[part]), ahead: moneyOf(amounts.ahead), over: moneyOf(amounts.over) };
}

const none: PartAmounts = partsBy(() => 0n);

function runRow(row: WalkRow, facts: { known: boolean; settled: Settled }): RunRow {
  const { known } = facts;
  const { settledOn, settledBy } = facts.settled;
  const amounts = (of: Amounts) => (known ? partsBy((part) => of[part]) : none);
  // What was repaid early of a row to come is a part of its principal, and not asked for again when it falls due.
  const prepaid: PartAmounts = { ...none, principal: moneyOf(row.prepaid) };
  return {
    ...rowOf(row, 1),
    known,
    paid: known ? amounts(row.paid) : prepaid,
    waived: amounts(row.waived),
    moved: amounts(row.moved),
    settledBy,
    settledOn: settledOn === null ? null : textOfDay(calendarDay(settledOn)),
  };
}
