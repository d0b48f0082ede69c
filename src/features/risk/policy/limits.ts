import { RateDecimal } from '#core/rate.ts';
import type { Grade } from '../scoring/grade.rules.ts';
import type { PolicyContent, PolicyLimits } from './policy.ts';

/** What is lent already, this loan included: amounts in units of the bank's currency, as decimal text. */
export interface LendingFacts {
  /** Everything that this customer owes and was promised. */
  customerExposure: string;
  /** All loans, those of this loan's product, and those of the grades D and E. */
  book: { whole: string; product: string; weakGrades: string };
  /** Of this loan; null where it has none. */
  grade: Grade | null;
}

export interface LimitFault {
  limit: keyof PolicyLimits;
  /** An amount for the exposure, per cent with at most two decimals for a share. */
  value: string;
  most: string;
}

export const weakGrades: readonly Grade[] = ['D', 'E'];

/** Which limits this loan would break. A loan that is not weak makes the share of the weak ones no worse. */
export function limitFaults({ limits }: Pick<PolicyContent, 'limits'>, facts: LendingFacts): LimitFault[] {
  const { customerExposure, book, grade } = facts;
  const weak = grade !== null && weakGrades.includes(grade);
  return [
    ...exposureFault(limits.customerExposure, customerExposure),
    ...shareFault('productShare', { most: limits.productShare, part: book.product, whole: book.whole }),
    ...(weak
      ? shareFault('weakGradesShare', { most: limits.weakGradesShare, part: book.weakGrades, whole: book.whole })
      : []),
  ];
}

function exposureFault(most: string | null, value: string): LimitFault[] {
  if (most === null || new RateDecimal(value).lte(most)) return [];
  return [{ limit: 'customerExposure', value, most }];
}

function shareFault(
  limit: 'productShare' | 'weakGradesShare',
  { most, part, whole }: { most: string | null; part: string; whole: string },
): LimitFault[] {
  if (most === null || new RateDecimal(whole).lte(0)) return [];
  const share = new RateDecimal(part).times(100).div(whole);
  return share.lte(most) ? [] : [{ limit, value: share.toDecimalPlaces(2).toFixed(), most }];
}
