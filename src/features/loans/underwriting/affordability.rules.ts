import { divideRounded, minus, moneyOf, plus, sum, zero, type Money } from '#core/money.ts';

/** What the bank lends within, in whole per cent. A file over a limit is not refused by itself: a person decides. */
export const affordabilityLimits = {
  /** Fixed obligations to income (FOIR): all instalments a month against income a month. */
  debtToIncomePercent: 40n,
  /** The loan against the value of the property that secures it. */
  loanToValuePercent: 80n,
} as const;

/** All amounts a month, except the loan and the property. */
export interface AffordabilityFacts {
  salary: Money;
  otherIncome: Money;
  /** What the applicant declared to pay elsewhere. */
  declaredObligations: Money;
  /** Running loans at this bank. */
  ownLoans: readonly { number: string; instalment: Money }[];
  /** Of the loan asked for. */
  instalment: Money;
  amount: Money;
  /** Null for a loan without security. */
  propertyValue: Money | null;
}

export interface Ratio {
  /** In tenths of a per cent, for charts. */
  tenths: bigint;
  /** `27.7`. */
  percent: string;
  limitPercent: string;
  within: boolean;
}

export interface Affordability {
  facts: AffordabilityFacts;
  income: Money;
  /** Declared and own, without the loan asked for. */
  obligations: Money;
  /** Null where no income was declared: nothing can be compared with it. */
  debtNow: Ratio | null;
  debtWithLoan: Ratio | null;
  leftAfterBills: Money;
  /** What all instalments together could still grow by up to the limit; negative where they are over it. */
  instalmentRoom: Money;
  /** Null without security, or where the property has no value. */
  loanToValue: Ratio | null;
  /** What could still be lent against the property up to the limit; negative where the loan is over it. */
  lendingRoom: Money | null;
}

export function affordabilityOf(facts: AffordabilityFacts): Affordability {
  const income = plus(facts.salary, facts.otherIncome);
  const obligations = plus(facts.declaredObligations, sum(facts.ownLoans.map((loan) => loan.instalment)));
  const withLoan = plus(obligations, facts.instalment);
  const limit = affordabilityLimits.debtToIncomePercent;
  const mostObligations = moneyOf(divideRounded(income * limit, 100n, 'down'));
  const loanToValue = ratio({
    part: facts.amount,
    whole: facts.propertyValue ?? zero,
    limit: affordabilityLimits.loanToValuePercent,
  });
  return {
    facts,
    income,
    obligations,
    debtNow: ratio({ part: obligations, whole: income, limit }),
    debtWithLoan: ratio({ part: withLoan, whole: income, limit }),
    leftAfterBills: minus(income, withLoan),
    instalmentRoom: minus(mostObligations, withLoan),
    loanToValue,
    lendingRoom: loanToValue && minus(mostAgainst(facts.propertyValue ?? zero), facts.amount),
  };
}

function mostAgainst(propertyValue: Money): Money {
  return moneyOf(divideRounded(propertyValue * affordabilityLimits.loanToValuePercent, 100n, 'down'));
}

/**
 * Rounded up to a tenth, so that what is shown and the verdict agree: 40.04 % is shown as 40.1 % and is over 40 %,
 * and whatever is shown as 40.0 % is within it.
 */
function ratio({ part, whole, limit }: { part: Money; whole: Money; limit: bigint }): Ratio | null {
  if (whole <= zero) return null;
  const tenths = divideRounded(part * 1000n, whole, 'up');
  return {
    tenths,
    percent: `${tenths / 10n}.${tenths % 10n}`,
    limitPercent: String(limit),
    within: part * 100n <= whole * limit,
  };
}
