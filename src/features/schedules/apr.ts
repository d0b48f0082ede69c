import { divideRounded, type Money } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { Distance } from './unit-periods.ts';

/** Money that moves at a distance from the first advance. */
export interface CashFlow extends Distance {
  amount: Money;
}

export interface AprTerms {
  advances: readonly CashFlow[];
  payments: readonly CashFlow[];
  unitPeriodsPerYear: number;
  /**
   * `actuarial`: (1 + fraction × i)(1 + i)^unitPeriods and a nominal year (Regulation Z, Appendix J (b)(8));
   * `effective`: (1 + i)^(unitPeriods + fraction) and a compounded year (Directive 2008/48/EC, Annex I).
   */
  compounding: 'actuarial' | 'effective';
}

export interface Apr {
  /** In per cent, to two places: what is disclosed. */
  aprPercent: string;
  /** In per cent, to eight places: what was solved. */
  solvedPercent: string;
}

export type AprRefusal =
  | { code: 'nothing-advanced' }
  /** All payments together are less than what was advanced. */
  | { code: 'payments-below-advances' }
  /** No rate makes the payments worth what was advanced, as where they are due before the money is out. */
  | { code: 'no-rate' };

interface Flow {
  /** Positive for an advance, negative for a payment, as a share of all that is advanced. */
  share: number;
  unitPeriods: number;
  fraction: number;
}

/** The rate at which the payments are worth the advances. Floating point is enough: no amount is computed from it. */
export function solveApr(terms: AprTerms): Result<Apr, AprRefusal> {
  const advanced = total(terms.advances);
  if (advanced <= 0n) return refuse({ code: 'nothing-advanced' });
  const paid = total(terms.payments);
  if (paid < advanced) return refuse({ code: 'payments-below-advances' });
  if (paid === advanced) return ok(inPercent(0));
  const shares = [...flowsOf(terms.advances, Number(advanced)), ...flowsOf(terms.payments, -Number(advanced))].sort(
    (a, b) => a.unitPeriods - b.unitPeriods,
  );
  const rate = rootOf(terms.compounding === 'actuarial' ? actuarialCurve(shares) : effectiveCurve(shares));
  if (rate === null) return refuse({ code: 'no-rate' });
  const aYear = terms.unitPeriodsPerYear;
  return ok(inPercent(terms.compounding === 'actuarial' ? rate * aYear : (1 + rate) ** aYear - 1));
}

function total(flows: readonly CashFlow[]): bigint {
  return flows.reduce((sum, flow) => sum + flow.amount, 0n);
}

function flowsOf(flows: readonly CashFlow[], whole: number): Flow[] {
  return flows.map(({ amount, unitPeriods, fraction }) => ({ share: Number(amount) / whole, unitPeriods, fraction }));
}

function inPercent(yearly: number): Apr {
  const solved = BigInt(Math.round(yearly * 1e10));
  return {
    aprPercent: decimalText(divideRounded(solved, 1_000_000n, 'half-up'), 2),
    solvedPercent: decimalText(solved, 8),
  };
}

/** A whole number of the last place as a decimal string; a rate is never negative here. */
function decimalText(units: bigint, places: number): string {
  const digits = units.toString().padStart(places + 1, '0');
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** What all flows are worth at the first advance at a rate a unit period, and how fast that grows with the rate. */
type Curve = (rate: number) => { worth: number; slope: number };

function actuarialCurve(flows: readonly Flow[]): Curve {
  return (rate) => {
    const perPeriod = 1 / (1 + rate);
    let worth = 0;
    let slope = 0;
    let discount = 1;
    let at = 0;
    for (const { share, unitPeriods, fraction } of flows) {
      // Most flows lie one period apart; a multiplication there instead of a power keeps long schedules cheap.
      for (; at < unitPeriods; at += 1) discount *= perPeriod;
      const rest = 1 / (1 + fraction * rate);
      const part = share * discount * rest;
      worth += part;
      slope -= part * (unitPeriods * perPeriod + fraction * rest);
    }
    return { worth, slope };
  };
}

function effectiveCurve(flows: readonly Flow[]): Curve {
  return (rate) => {
    let worth = 0;
    let slope = 0;
    for (const { share, unitPeriods, fraction } of flows) {
      const time = unitPeriods + fraction;
      const part = share * (1 + rate) ** -time;
      worth += part;
      slope -= (part * time) / (1 + rate);
    }
    return { worth, slope };
  };
}

// A rate of a million times the money a unit period is no loan; looking further would only find rounding noise.
const highestRate = 1e6;

/** The lowest positive root. At no interest the flows are worth less than nothing, as more is paid than advanced. */
function rootOf(curve: Curve): number | null {
  let low = 0;
  let high = 1 / 1024;
  while (curve(high).worth < 0) {
    low = high;
    high *= 2;
    if (high > highestRate) return null;
  }
  return rootWithin(curve, { low, high });
}

// Far more than Newton's steps need; even halving alone would have closed the bracket by then.
const mostSteps = 200;

/** Newton's steps inside a bracket, which is halved where a step would leave it: quick, and it cannot run away. */
function rootWithin(curve: Curve, ends: { low: number; high: number }): number {
  let { low, high } = ends;
  let rate = (low + high) / 2;
  for (let step = 0; step < mostSteps; step += 1) {
    const { worth, slope } = curve(rate);
    if (worth === 0) return rate;
    if (worth < 0) low = rate;
    else high = rate;
    const tangent = rate - worth / slope;
    const next = tangent >= low && tangent <= high ? tangent : (low + high) / 2;
    // Neighbours in floating point, or nearer than any place that is told.
    if (Math.abs(next - rate) <= 1e-15 * (1 + rate)) return next;
    rate = next;
  }
  return rate;
}
