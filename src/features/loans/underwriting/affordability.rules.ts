import { divideRounded, minus, moneyOf, plus, sum, zero, type Money } from '#core/money.ts';
import { lendingLimits } from './limits.rules.ts';

/** All amounts a month, except the loan and what secures it. */
export interface AffordabilityFacts {
  /** Of the applicant. */
  salary: Money;
  otherIncome: Money;
  /** Of everybody else who owes the loan with them. */
  coIncome?: Money;
  /** Loans and cards elsewhere, of everybody who owes the loan: the higher of what was declared and reported. */
  declaredObligations: Money;
  /** Rent and what else is paid every month and is no debt. */
  otherFixed?: Money;
  /** Running loans at this bank. */
  ownLoans: readonly { number: string; instalment: Money }[];
  /** Of the loan asked for, turned into a month. */
  instalment: Money;
  amount: Money;
  /** Null for a loan without security. */
  propertyValue: Money | null;
  security?: 'property' | 'vehicle';
  /** The instalment a month if a floating rate rose; left out where the rate is fixed. */
  stressedInstalment?: Money;
}

export interface Ratio {
  /** In tenths of a per cent, for charts. */
  tenths: bigint;
  /** `27.7`. */
  percent: string;
  limitPercent: string;
  within: boolean;
  part: Money;
  whole: Money;
}

export interface Affordability {
  facts: AffordabilityFacts;
  income: Money;
  /** Everything that is paid every month without the loan asked for, and what of it is debts. */
  obligations: Money;
  debts: Money;
  /** Null where no income was declared: nothing can be compared with it. */
  debtNow: Ratio | null;
  debtWithLoan: Ratio | null;
  /** Everything that is paid every month, this loan included, against income. */
  fixedWithLoan: Ratio | null;
  /** Debts with this loan, if its floating rate rose; null where it is fixed. */
  debtStressed: Ratio | null;
  leftAfterBills: Money;
  /** What all instalments together could still grow by up to the limit; negative where they are over it. */
  instalmentRoom: Money;
  /** Null without security, or where it has no value. */
  loanToValue: Ratio | null;
  /** What could still be lent against the security up to the limit; negative where the loan is over it. */
  lendingRoom: Money | null;
}

export function affordabilityOf(facts: AffordabilityFacts): Affordability {
  const { otherFixed = zero, stressedInstalment } = facts;
  const income = sum([facts.salary, facts.otherIncome, facts.coIncome ?? zero]);
  const debts = plus(facts.declaredObligations, sum(facts.ownLoans.map((loan) => loan.instalment)));
  const withLoan = plus(debts, facts.instalment);
  const limit = lendingLimits.debtToIncomePercent;
  const mostObligations = shareOf(income, limit);
  const limitToValue = lendingLimits.loanToValuePercent[facts.security ?? 'property'];
  const value = facts.propertyValue ?? zero;
  const loanToValue = ratio({ part: facts.amount, whole: value, limit: limitToValue });
  const fixed = plus(withLoan, otherFixed);
  return {
    facts,
    income,
    obligations: plus(debts, otherFixed),
    debts,
    debtNow: ratio({ part: debts, whole: income, limit }),
    debtWithLoan: ratio({ part: withLoan, whole: income, limit }),
    fixedWithLoan: ratio({ part: fixed, whole: income, limit: lendingLimits.fixedToIncomePercent }),
    debtStressed:
      stressedInstalment === undefined ? null : ratio({ part: plus(debts, stressedInstalment), whole: income, limit }),
    leftAfterBills: minus(income, fixed),
    instalmentRoom: minus(mostObligations, withLoan),
    loanToValue,
    lendingRoom: loanToValue && minus(shareOf(value, limitToValue), facts.amount),
  };
}

function shareOf(amount: Money, percent: bigint): Money {
  return moneyOf(divideRounded(amount * percent, 100n, 'down'));
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
    part,
    whole,
  };
}
