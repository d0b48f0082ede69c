import type { PlainDate } from '#core/calendar.ts';
import { minus, plus, sum, zero, type Money, type RoundingMode } from '#core/money.ts';
import { percentOf } from '#core/rate.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { amortise, type RepaymentRow } from './amortise.ts';
import { nominalFraction } from './day-count.ts';
import { feesDue } from './fees.ts';
import { multiplyFractions, rateFraction } from './fraction.ts';
import { bullet } from './methods/bullet.ts';
import { equalInstalment } from './methods/equal-instalment.ts';
import { equalPrincipal } from './methods/equal-principal.ts';
import { flat } from './methods/flat.ts';
import type { Loan, Method } from './methods/method.ts';
import { scheduleApr } from './schedule-apr.ts';
import { faultOf } from './terms.rules.ts';
import type { ScheduleRefusal, ScheduleTerms } from './terms.ts';
import { createTimeline } from './timeline.ts';

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
  dueOn: PlainDate;
  balance: Money;
}

export interface Schedule {
  /** The instalment solved; where rows differ (equal principal, bullet), the first one after the grace. */
  instalment: Money;
  rows: ScheduleRow[];
  totals: ScheduleTotals;
  /** Kept back from the advance, and so in no row. */
  feeAtDisbursement: Money;
  /** Regulation Z, to two places; null where no rate solves the cash flows. */
  aprPercent: string | null;
}

/** The repayment schedule that follows from the terms. Pure, exact, linear in the rows. */
export function buildSchedule(terms: ScheduleTerms): Result<Schedule, ScheduleRefusal> {
  const fault = faultOf(terms);
  if (fault) return refuse(fault);
  const mode = terms.rounding?.mode ?? 'half-even';
  const downPayment = terms.downPaymentPercent ? percentOf(terms.principal, terms.downPaymentPercent, mode) : zero;
  const loan = loanOf(terms, minus(terms.principal, downPayment));
  const feeAtDisbursement = feesDue(terms.fees ?? [], {
    when: 'disbursement',
    base: { principal: terms.principal, interest: zero, loan: terms.principal },
    mode,
  });
  if (feeAtDisbursement >= terms.principal) return refuse({ code: 'too-large', field: 'fees' });
  if (loan.balloon >= loan.principal) return refuse({ code: 'too-large', field: 'balloon' });

  const method = methodOf(terms, loan);
  const repayments = amortise(loan, method);
  if (!repayments || (repayments.at(-1)?.dueOn.year ?? 0) > 9999) {
    return refuse({ code: 'too-small', field: 'fixedInstalment' });
  }

  const down = downPayment > 0n ? downPaymentRow(terms, loan.principal, downPayment) : [];
  const rows = [...down, ...repayments.map((row, index) => withFee(terms, row, { n: down.length + index + 1, mode }))];
  return ok({
    instalment: method.instalment ?? firstPayment(repayments, loan),
    rows,
    totals: totalsOf(rows),
    feeAtDisbursement,
    aprPercent: scheduleApr({
      ...terms,
      advance: minus(loan.principal, feeAtDisbursement),
      rows: rows.slice(down.length),
    }),
  });
}

function loanOf(terms: ScheduleTerms, principal: Money): Loan {
  const rounding = terms.rounding ?? {};
  return {
    principal,
    balloon: terms.balloon ?? zero,
    instalments: terms.fixedInstalment === undefined ? (terms.instalments ?? null) : null,
    principalGrace: terms.principalGraceInstalments ?? 0,
    interestGrace: terms.interestGraceInstalments ?? 0,
    rounding,
    mode: rounding.mode ?? 'half-even',
    timeline: createTimeline(terms),
  };
}

function methodOf(terms: ScheduleTerms, loan: Loan): Method {
  switch (terms.method) {
    case 'equal-instalment': {
      const nominal = terms.instalmentBasis === 'nominal';
      const rate = rateFraction(terms.annualRate);
      return equalInstalment(loan, {
        fixed: terms.fixedInstalment,
        nominalFactor: nominal ? multiplyFractions(rate, nominalFraction(terms.frequency)) : null,
      });
    }
    case 'equal-principal':
      return equalPrincipal(loan);
    case 'flat':
      return flat(loan, terms.dayCount);
    case 'bullet':
      return bullet(loan);
  }
}

function downPaymentRow(terms: ScheduleTerms, balance: Money, paid: Money): ScheduleRow[] {
  const row = {
    n: 1,
    dueOn: terms.disbursedOn,
    principal: paid,
    interest: zero,
    fee: zero,
    penalty: zero,
    total: paid,
  };
  return [{ ...row, balance }];
}

function withFee(terms: ScheduleTerms, row: RepaymentRow, place: { n: number; mode: RoundingMode }): ScheduleRow {
  const { principal, interest } = row;
  const base = { principal, interest, loan: terms.principal };
  const fee = terms.fees ? feesDue(terms.fees, { when: 'instalment', base, mode: place.mode }) : zero;
  const total = plus(plus(principal, interest), fee);
  return { n: place.n, dueOn: row.dueOn, principal, interest, fee, penalty: zero, total, balance: row.balance };
}

function firstPayment(rows: readonly RepaymentRow[], loan: Loan): Money {
  const first = rows[Math.max(loan.principalGrace, loan.interestGrace)];
  return first ? plus(first.principal, first.interest) : zero;
}

function totalsOf(rows: readonly ScheduleRow[]): ScheduleTotals {
  const column = (key: keyof ScheduleTotals) => sum(rows.map((row) => row[key]));
  return {
    principal: column('principal'),
    interest: column('interest'),
    fee: column('fee'),
    penalty: column('penalty'),
    total: column('total'),
  };
}
