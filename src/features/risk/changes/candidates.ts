import type { Values } from '../scoring/values.ts';
import type { Lever, LoanBasis } from './change.ts';

/** No lever is tried at more places than a term has months. */
const mostTries = 480;

export interface LeverRange {
  lever: Lever;
  from: number;
  /** From the smallest change to the largest. */
  places: readonly number[];
}

/** Where each lever is tried: at round values, from the one nearest to what is so now. */
export function leverRanges({ basis, values }: { basis: LoanBasis; values: Values | undefined }): LeverRange[] {
  const { amount, months, debts, least, most } = basis;
  const cards = numberIn(values, 'CreditCardUtilizationRate');
  const savings = numberIn(values, 'SavingsAccountBalance');
  return [
    { lever: 'amount', from: amount, places: below(amount, { step: roundStep(amount), least: least.amount }) },
    { lever: 'longer', from: months, places: wholeMonths({ after: months, to: most.months }) },
    { lever: 'shorter', from: months, places: below(months, { step: 1, least: least.months }) },
    ...(debts === null || debts <= 0
      ? []
      : [{ lever: 'debts' as const, from: debts, places: below(debts, { step: roundStep(debts), least: 0 }) }]),
    ...(cards === null
      ? []
      : [
          {
            lever: 'cards' as const,
            from: cards,
            places: below(cards * 100, { step: 1, least: 0 }).map((percent) => percent / 100),
          },
        ]),
    // Nobody is told to save more than they ask for.
    ...(savings === null
      ? []
      : [
          { lever: 'savings' as const, from: savings, places: above(savings, { step: roundStep(amount), by: amount }) },
        ]),
  ];
}

/** About a hundredth of a value, as one, two or five of a power of ten; at least one unit of money. */
export function roundStep(value: number): number {
  let power = 1;
  while (power * 1000 <= value) power *= 10;
  return [1, 2, 5, 10].map((size) => size * power).find((step) => step * 100 >= value) ?? power * 10;
}

/** The multiples of a step under a value, downwards. */
function below(value: number, { step, least }: { step: number; least: number }): number[] {
  const places: number[] = [];
  let index = Math.trunc(value / step);
  if (index * step >= value) index -= 1;
  for (; index >= 0 && index * step >= least && places.length < mostTries; index -= 1) places.push(index * step);
  return places;
}

function above(value: number, { step, by }: { step: number; by: number }): number[] {
  const places: number[] = [];
  for (let index = Math.trunc(value / step) + 1; index * step <= value + by && places.length < mostTries; index += 1)
    places.push(index * step);
  return places;
}

function wholeMonths({ after, to }: { after: number; to: number }): number[] {
  return Array.from({ length: Math.min(Math.max(0, to - after), mostTries) }, (_, index) => after + index + 1);
}

function numberIn(values: Values | undefined, name: string): number | null {
  const value = values?.get(name);
  return typeof value === 'number' ? value : null;
}
