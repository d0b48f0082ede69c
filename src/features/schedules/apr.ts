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
  const shares = [
    ...terms.advances.map((flow) => flowOf(flow, { advanced, sign: 1 })),
    ...terms.payments.map((flow) => flowOf(flow, { advanced, sign: -1 })),
  ].sort((a, b) => a.unitPeriods - b.unitPeriods);
  if (paid === advanced) return ok(inPercent(0));

  const worth = terms.compounding === 'actuarial' ? actuarialWorth(shares) : effectiveWorth(shares);
  const rate = rootOf(worth);
  if (rate === null) return refuse({ code: 'no-rate' });
  const aYear = terms.unitPeriodsPerYear;
  return ok(inPercent(terms.compounding === 'actuarial' ? rate * aYear : (1 + rate) ** aYear - 1));
}

function total(flows: readonly CashFlow[]): bigint {
  return flows.reduce((sum, flow) => sum + flow.amount, 0n);
}

function flowOf(flow: CashFlow, scale: { advanced: bigint; sign: 1 | -1 }): Flow {
  const share = (scale.sign * Number(flow.amount)) / Number(scale.advanced);
  return { share, unitPeriods: flow.unitPeriods, fraction: flow.fraction };
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

/** What all flows are worth at the first advance, at a rate a unit period. */
type Worth = (rate: number) => number;

function actuarialWorth(flows: readonly Flow[]): Worth {
  return (rate) => {
    const perPeriod = 1 / (1 + rate);
    let worth = 0;
    let discount = 1;
    let at = 0;
    for (const flow of flows) {
      // Most flows lie one period apart; a multiplication there instead of a power keeps long schedules cheap.
      for (; at < flow.unitPeriods; at += 1) discount *= perPeriod;
      worth += (flow.share * discount) / (1 + flow.fraction * rate);
    }
    return worth;
  };
}

function effectiveWorth(flows: readonly Flow[]): Worth {
  return (rate) => {
    let worth = 0;
    for (const flow of flows) worth += flow.share * (1 + rate) ** -(flow.unitPeriods + flow.fraction);
    return worth;
  };
}

// A rate of a million times the money a unit period is no loan; looking further would only find rounding noise.
const highestRate = 1e6;

/** The lowest positive root. At no interest the flows are worth less than nothing, as more is paid than advanced. */
function rootOf(worth: Worth): number | null {
  let low = 0;
  let high = 1 / 1024;
  while (worth(high) < 0) {
    low = high;
    high *= 2;
    if (high > highestRate) return null;
  }
  return bisected(worth, { low, high });
}

/** Halves the bracket until its ends are neighbours: slower than a secant by microseconds, and it cannot run away. */
function bisected(worth: Worth, ends: { low: number; high: number }): number {
  let { low, high } = ends;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high || high - low < 1e-16) return middle;
    if (worth(middle) < 0) low = middle;
    else high = middle;
  }
}
