import type { Values } from '../scoring/values.ts';
import type { Lever, LoanBasis } from './change.ts';

/** Of what is worked out from the row alone. */
const mostTries = 480;
/** Of what takes a schedule of the product at each place. */
const mostAmounts = 50;
const mostTerms = 40;

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
  const longer = Math.max(0, most.months - months);
  const shorter = Math.max(0, months - least.months);
  return [
    {
      lever: 'amount',
      from: amount,
      places: below(amount, { step: roundStep(amount, mostAmounts), least: least.amount }),
    },
    { lever: 'longer', from: months, places: above(months, { step: termStep(longer), by: longer }) },
    { lever: 'shorter', from: months, places: below(months, { step: termStep(shorter), least: least.months }) },
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

/** About a hundredth of a value (or another part), as one, two or five of a power of ten; at least one unit of money. */
export function roundStep(value: number, parts = 100): number {
  let power = 1;
  while (power * 10 * parts <= value) power *= 10;
  return [1, 2, 5, 10].map((size) => size * power).find((step) => step * parts >= value) ?? power * 10;
}

/** Every month where that is not too many; else every quarter, half a year or whole years. */
export function termStep(span: number): number {
  const years = Math.trunc((span - 1) / (mostTerms * 12)) + 1;
  return [1, 3, 6].find((step) => span <= step * mostTerms) ?? 12 * years;
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

function numberIn(values: Values | undefined, name: string): number | null {
  const value = values?.get(name);
  return typeof value === 'number' ? value : null;
}
