import { mostRows } from '../terms.ts';
import { apply, countUpTo } from './events.ts';
import type { Payoff } from './payoff.ts';
import { closePeriod, isFinished } from './rows.ts';
import { firstOpenRow, solve } from './solve.ts';
import { inOrder, type Contract, type LoanEvent } from './story.ts';
import { accrueTo, openPeriod, unused, type Walk } from './walk.ts';

type Rescheduling = Extract<LoanEvent, { kind: 'reschedule' }>;

/**
 * Walks through a loan's life, day by day where something happens and period by period where nothing does. `seen` is
 * called once with the walk as it stands at the end of `asOf`; after it, all arrears count as paid on that day and
 * every later row on its own. Linear in rows and events.
 */
export function walkThrough(
  contract: Contract,
  story: {
    events: readonly LoanEvent[];
    asOf: number | null;
    seen?: (walk: Walk) => void;
    /** Called before a payoff is made. */
    quote?: (walk: Walk, event: Payoff) => void;
  },
): Walk {
  const walk = startOf(contract, story.asOf);
  const reschedulings = story.events.filter((event) => event.kind === 'reschedule');
  const waiting = reschedulings.toSorted((a, b) => a.fromDay - b.fromDay || a.day - b.day);
  const events = inOrder(story.events.filter((event) => event.kind !== 'reschedule'));
  solve(walk, 'interest');
  openRow(walk, waiting);
  let isTold = story.asOf === null;
  for (const event of events) {
    if (!isTold && story.asOf !== null && event.day > story.asOf) {
      isTold = true;
      bringCurrent(walk, { waiting, asOf: story.asOf, seen: story.seen });
    }
    goTo(walk, { day: event.day, waiting, before: event.kind === 'rate' });
    if (event.kind === 'payoff') {
      countUpTo(walk, event.day);
      story.quote?.(walk, event);
    }
    apply(walk, event);
    if (walk.fault !== null) return walk;
    openRow(walk, waiting);
  }
  if (!isTold && story.asOf !== null) bringCurrent(walk, { waiting, asOf: story.asOf, seen: story.seen });
  while (walk.rows.length < walk.rowCount && walk.rows.length < mostRows) endPeriod(walk, waiting);
  return walk;
}

function startOf(contract: Contract, asOf: number | null): Walk {
  const { principal } = contract;
  return {
    contract,
    asOf,
    rows: [],
    rowCount: contract.instalments ?? mostRows + 1,
    open: 0,
    prepaid: 0n,
    charges: 0n,
    rate: contract.rate,
    scheduled: principal,
    actual: principal,
    held: 0n,
    ahead: 0n,
    relief: 0n,
    heldRelief: 0n,
    accruedTo: contract.timeline.period(0).start,
    actualSum: 0n,
    scheduledSum: 0n,
    lentSum: 0n,
    charged: 0n,
    carried: 0n,
    deferred: 0n,
    lent: principal,
    flatByRow: contract.dayCount.startsWith('actual/'),
    flatInterest: [],
    instalment: 0n,
    firstInstalment: null,
    graces: [],
    shortened: false,
    solveAtNextRow: false,
    stopped: false,
    ended: false,
    overpaid: 0n,
    unsettledFrom: 0,
    applied: new Map(),
    using: unused(),
    waiting: unused(),
    usingId: null,
    waitingId: null,
    fault: null,
  };
}

/** Lets every period end that is over by the day, and counts interest up to it; a new rate governs the day itself. */
function goTo(walk: Walk, to: { day: number; waiting: Rescheduling[]; before: boolean }): void {
  const last = to.before ? to.day - 1 : to.day;
  while (openPeriod(walk).due <= last && !isOver(walk)) endPeriod(walk, to.waiting);
  accrueTo(walk, last);
}

/** Nothing is left that could bear interest, however long one waits. */
function isOver(walk: Walk): boolean {
  return walk.rows.length >= walk.rowCount && walk.actual === 0n && walk.held === 0n;
}

function endPeriod(walk: Walk, waiting: Rescheduling[]): void {
  closePeriod(walk);
  openRow(walk, waiting);
}

/** What waits for the row that is now the next one: a new instalment after a prepayment, an agreement about that row. */
function openRow(walk: Walk, waiting: Rescheduling[]): void {
  if (isFinished(walk)) walk.rowCount = Math.min(walk.rowCount, walk.rows.length);
  if (walk.solveAtNextRow && walk.accruedTo === openPeriod(walk).start) {
    walk.solveAtNextRow = false;
    solve(walk, 'principal');
  }
  for (let next = waiting[0]; next !== undefined && isAbout(walk, next); next = waiting[0]) {
    apply(walk, next);
    waiting.shift();
  }
}

/** An agreement counts from the day the period of its row begins; rows that were paid ahead by then stand. */
function isAbout(walk: Walk, { fromDay }: Rescheduling): boolean {
  return firstOpenRow(walk) < walk.rowCount && openPeriod(walk).due >= fromDay;
}

/** The end of what is known. */
function bringCurrent(
  walk: Walk,
  now: { asOf: number; waiting: Rescheduling[]; seen: ((walk: Walk) => void) | undefined },
): void {
  goTo(walk, { day: now.asOf, waiting: now.waiting, before: false });
  countUpTo(walk, now.asOf);
  now.seen?.(walk);
  walk.actual = walk.scheduled - walk.relief;
}
