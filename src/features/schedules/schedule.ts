import type { DateText } from '#core/calendar.ts';
import { dayNumber } from '#core/calendar.ts';
import { minus, moneyOf, plus, sum, zero, type Money } from '#core/money.ts';
import { percentOf } from '#core/rate.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { contractOf, eventsOf } from './agreement.ts';
import { feesDue } from './fees.ts';
import { payoffOf, type Payoff } from './run/payoff.ts';
import { walkThrough } from './run/run.ts';
import { nothing, type Walk, type WalkRow } from './run/walk.ts';
import { scheduleApr } from './schedule-apr.ts';
import { faultOf } from './terms.rules.ts';
import type { Part, ScheduleRefusal, ScheduleTerms } from './terms.ts';

export interface ScheduleTotals {
  principal: Money;
  interest: Money;
  fee: Money;
  penalty: Money;
  total: Money;
}

/** One due date: what it asks for, and the principal still owed after it. */
export interface ScheduleRow extends ScheduleTotals {
  n: number;
  dueOn: DateText;
  balance: Money;
}

export interface Schedule {
  /** The instalment of the first row outside grace. */
  instalment: Money;
  rows: ScheduleRow[];
  totals: ScheduleTotals;
  /** Kept back from the first advance, and so in no row. */
  feeAtDisbursement: Money;
  /** Regulation Z, to two places; null where no rate solves the cash flows. */
  aprPercent: string | null;
  /** What it costs to be done on `payoffOn`, where that was asked. */
  payoff?: ScheduleTotals;
}

/** The repayment schedule that follows from the terms. Pure, exact, linear in rows and events. */
export function buildSchedule(terms: ScheduleTerms): Result<Schedule, ScheduleRefusal> {
  const fault = faultOf(terms);
  if (fault) return refuse(fault);
  const advances = advancesOf(terms);
  const lent = sum(advances.map((advance) => advance.amount));
  const first = advances[0]?.amount ?? zero;
  const mode = terms.rounding?.mode ?? 'half-even';
  const down = terms.downPaymentPercent ? percentOf(first, terms.downPaymentPercent, mode) : zero;
  const feeAtDisbursement = feesDue(terms.fees ?? [], {
    when: 'disbursement',
    base: { principal: lent, interest: zero, loan: lent },
    mode,
  });
  if (feeAtDisbursement >= minus(first, down)) return refuse({ code: 'too-large', field: 'fees' });
  if ((terms.balloon ?? zero) >= minus(lent, down)) return refuse({ code: 'too-large', field: 'balloon' });

  const contract = contractOf(terms, { principal: minus(first, down), lent });
  const told = tell(terms, contract);
  if (!told.ok) return told;
  const { walk, payoff } = told.value;
  const repayments = walk.rows.map((row) => rowOf(row, down > 0n ? 2 : 1));
  const rows = down > 0n ? [downPaymentRow(terms, minus(first, down), down), ...repayments] : repayments;
  return ok({
    instalment: moneyOf(walk.firstInstalment ?? walk.instalment),
    rows,
    totals: totalsOf(rows),
    feeAtDisbursement,
    aprPercent: aprOf(terms, { advances, keptBack: plus(down, feeAtDisbursement), rows: repayments }),
    ...(payoff ? { payoff } : {}),
  });
}

function advancesOf(terms: ScheduleTerms): readonly { on: Temporal.PlainDate; amount: Money }[] {
  return terms.disbursements ?? [{ on: terms.disbursedOn, amount: terms.principal }];
}

type Told = Result<{ walk: Walk; payoff: ScheduleTotals | undefined }, ScheduleRefusal>;

function tell(terms: ScheduleTerms, contract: ReturnType<typeof contractOf>): Told {
  let payoff: ScheduleTotals | undefined;
  const asOf = terms.asOf ? dayNumber(terms.asOf) : null;
  const walk = walkThrough(contract, {
    events: eventsOf(terms),
    asOf,
    quote: (at, event) => {
      payoff = quoteOf(at, event);
    },
  });
  if (walk.fault !== null) return refuse({ code: 'too-large', field: 'prepayments' });
  const endsInTime = Number(walk.rows.at(-1)?.dueOn.split('-')[0] ?? 0) <= 9999;
  if (walk.scheduled !== 0n || !endsInTime) return refuse({ code: 'too-small', field: 'fixedInstalment' });
  return ok({ walk, payoff });
}

/** What has fallen due and the rest, less money that waits; a row taken to be paid on this very day is part of it. */
function quoteOf(walk: Walk, event: Payoff): ScheduleTotals {
  const { due, rest } = payoffOf(walk, event);
  const today = paidToday(walk, event.day);
  const owed = today ? { ...today.owed, principal: today.owed.principal - today.prepaid } : nothing();
  let waiting = walk.ahead + (today?.ahead ?? 0n);
  const part = (name: Part) => {
    const whole = due[name] + rest[name] + owed[name];
    const used = whole < waiting ? whole : waiting;
    waiting -= used;
    return moneyOf(whole - used);
  };
  // Money paid ahead lowers the principal first, and what is left of it the rest.
  const amounts = {
    principal: part('principal'),
    interest: part('interest'),
    fee: part('fee'),
    penalty: part('penalty'),
  };
  return { ...amounts, total: sum(Object.values(amounts)) };
}

function paidToday(walk: Walk, day: number): WalkRow | undefined {
  const before = walk.rows[walk.open - 1];
  const isTaken = before?.due === day && (walk.asOf === null || day > walk.asOf);
  return isTaken && before.settledOn === day ? before : undefined;
}

export function rowOf(row: WalkRow, firstNumber: number): ScheduleRow {
  const { owed, index, dueOn, balance } = row;
  const total = owed.principal + owed.interest + owed.fee + owed.penalty;
  return {
    n: index + firstNumber,
    dueOn,
    principal: moneyOf(owed.principal),
    interest: moneyOf(owed.interest),
    fee: moneyOf(owed.fee),
    penalty: moneyOf(owed.penalty),
    total: moneyOf(total),
    balance: moneyOf(balance),
  };
}

function downPaymentRow(terms: ScheduleTerms, balance: Money, paid: Money): ScheduleRow {
  const dueOn = terms.disbursedOn.toString() as DateText;
  return { n: 1, dueOn, principal: paid, interest: zero, fee: zero, penalty: zero, total: paid, balance };
}

function aprOf(
  terms: ScheduleTerms,
  flows: { advances: ReturnType<typeof advancesOf>; keptBack: Money; rows: readonly ScheduleRow[] },
): string | null {
  const advances = flows.advances.map((advance, index) =>
    index === 0 ? { ...advance, amount: minus(advance.amount, flows.keptBack) } : advance,
  );
  return scheduleApr({ ...terms, advances, rows: flows.rows });
}

export function totalsOf(rows: readonly ScheduleTotals[]): ScheduleTotals {
  const totals = { principal: 0n, interest: 0n, fee: 0n, penalty: 0n, total: 0n };
  for (const row of rows) {
    totals.principal += row.principal;
    totals.interest += row.interest;
    totals.fee += row.fee;
    totals.penalty += row.penalty;
    totals.total += row.total;
  }
  return {
    principal: moneyOf(totals.principal),
    interest: moneyOf(totals.interest),
    fee: moneyOf(totals.fee),
    penalty: moneyOf(totals.penalty),
    total: moneyOf(totals.total),
  };
}
