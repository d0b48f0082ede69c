import type { Grade } from '../scoring/grade.rules.ts';
import type { PolicyContent, PricingCell } from './policy.ts';

/** The product of the lines that stand for every product without its own. */
export const everyProduct = '*';

/**
 * What the policy adds to a product's rate, in percentage points; undefined where it has no price for such a loan. A
 * product with lines of its own is priced by them alone, and of its bands the shortest that holds the term counts.
 */
export function priceFor(
  { pricing }: Pick<PolicyContent, 'pricing'>,
  { product, grade, months }: { product: string; grade: Grade; months: number },
): string | undefined {
  const own = pricing.filter((cell) => cell.product === product);
  const lines = own.length > 0 ? own : pricing.filter((cell) => cell.product === everyProduct);
  const fitting = lines.filter((cell) => cell.grade === grade && holds(cell, months));
  return fitting.sort(byBand)[0]?.spread;
}

const holds = ({ upToMonths }: PricingCell, months: number) => upToMonths === null || months <= upToMonths;

/** The shortest band first, the one without an end last. */
export function byBand(a: Pick<PricingCell, 'upToMonths'>, b: Pick<PricingCell, 'upToMonths'>): number {
  if (a.upToMonths === b.upToMonths) return 0;
  return (a.upToMonths ?? Infinity) - (b.upToMonths ?? Infinity);
}

export interface PricingBand {
  product: string;
  upToMonths: number | null;
  /** By grade; a grade that is not there has no price. */
  spreads: Readonly<Partial<Record<Grade, string>>>;
}

/** The grid as it is shown: a line for each product and band, the line for every product first. */
export function bandsOf(pricing: readonly PricingCell[]): PricingBand[] {
  const products = [...new Set(pricing.map(({ product }) => product))].sort(byProduct);
  return products.flatMap((product) => {
    const cells = pricing.filter((cell) => cell.product === product);
    const ends = [...new Set(cells.map(({ upToMonths }) => upToMonths))];
    return ends.map((upToMonths) => ({ product, upToMonths, spreads: spreadsOf(cells, upToMonths) })).sort(byBand);
  });
}

function spreadsOf(cells: readonly PricingCell[], end: number | null): PricingBand['spreads'] {
  return Object.fromEntries(
    cells.filter(({ upToMonths }) => upToMonths === end).map(({ grade, spread }) => [grade, spread]),
  );
}

function byProduct(a: string, b: string): number {
  if (a === everyProduct || b === everyProduct) return a === b ? 0 : a === everyProduct ? -1 : 1;
  return a < b ? -1 : Number(a > b);
}
