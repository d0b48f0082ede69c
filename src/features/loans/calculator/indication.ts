import { moneyOf, zero, type Money } from '#core/money.ts';
import type { EmploymentStatus } from '../applying/application-sections.ts';
import { affordabilityOf, type Affordability } from '../underwriting/affordability.rules.ts';
import { farOverTenths } from '../underwriting/limits.rules.ts';

/** What somebody says of themselves; amounts a month in minor units. Nothing of it tells who they are. */
export interface IndicativeFacts {
  work: EmploymentStatus;
  income: Money;
  /** Loans and cards. */
  debts: Money;
  /** Rent and what else has to be paid. */
  fixed: Money;
  amount: Money;
  /** Null for a loan without security. */
  security: { kind: 'property' | 'vehicle'; value: Money } | null;
}

/** What an amount would cost a month; undefined where it cannot be worked out. */
export type MonthlyCost = (amount: Money) => { instalment: Money; stressedInstalment?: Money | undefined } | undefined;

export type IndicativeReason =
  | 'within-income'
  | 'no-income'
  | 'debts-over-limit'
  | 'debts-far-over-limit'
  | 'fixed-over-limit'
  | 'nothing-left'
  | 'rate-might-rise'
  | 'covered'
  | 'value-under-limit'
  | 'value-under-loan'
  | 'no-regular-work';

export interface Indication {
  verdict: 'likely' | 'may-be' | 'unlikely';
  reasons: IndicativeReason[];
  affordability: Affordability;
}

/** Those whose income usually goes on: what else there is needs a person to look at it. */
const regular: readonly EmploymentStatus[] = ['employed', 'self-employed', 'retired'];

const against: readonly IndicativeReason[] = ['no-income', 'debts-far-over-limit', 'nothing-left', 'value-under-loan'];
const inFavour: readonly IndicativeReason[] = ['within-income', 'covered'];

/** By the same rules that an officer sees a file by: whatever is over a limit there is never likely here. */
export function indicate(facts: IndicativeFacts, cost: NonNullable<ReturnType<MonthlyCost>>): Indication {
  const affordability = affordabilityFor(facts, cost);
  const reasons = [...incomeReasons(affordability), ...securityReasons(facts, affordability)];
  if (!regular.includes(facts.work)) reasons.push('no-regular-work');
  const verdict = reasons.some((reason) => against.includes(reason))
    ? 'unlikely'
    : reasons.every((reason) => inFavour.includes(reason))
      ? 'likely'
      : 'may-be';
  return { verdict, reasons, affordability };
}

function affordabilityFor(facts: IndicativeFacts, cost: NonNullable<ReturnType<MonthlyCost>>): Affordability {
  const { income, debts, fixed, amount, security } = facts;
  const { instalment, stressedInstalment } = cost;
  return affordabilityOf({
    ...{ salary: income, otherIncome: zero, declaredObligations: debts, otherFixed: fixed, ownLoans: [] },
    ...{ instalment, amount, propertyValue: security?.value ?? null },
    ...(security ? { security: security.kind } : {}),
    ...(stressedInstalment === undefined ? {} : { stressedInstalment }),
  });
}

function incomeReasons(found: Affordability): IndicativeReason[] {
  const { debtWithLoan, fixedWithLoan, debtStressed, leftAfterBills } = found;
  if (!debtWithLoan || !fixedWithLoan) return ['no-income'];
  const reasons: IndicativeReason[] = [];
  if (debtWithLoan.tenths > farOverTenths.debtToIncome) reasons.push('debts-far-over-limit');
  else if (!debtWithLoan.within) reasons.push('debts-over-limit');
  if (leftAfterBills < zero) reasons.push('nothing-left');
  else if (!fixedWithLoan.within) reasons.push('fixed-over-limit');
  if (debtWithLoan.within && debtStressed?.within === false) reasons.push('rate-might-rise');
  return reasons.length === 0 ? ['within-income'] : reasons;
}

function securityReasons({ security }: IndicativeFacts, { loanToValue }: Affordability): IndicativeReason[] {
  if (!security) return [];
  if (!loanToValue || loanToValue.tenths > farOverTenths.loanToValue) return ['value-under-loan'];
  return loanToValue.within ? ['covered'] : ['value-under-limit'];
}

function isWithinLimits({ debtWithLoan, fixedWithLoan, debtStressed, loanToValue }: Affordability): boolean {
  const asked = [debtWithLoan, fixedWithLoan];
  const where = [debtStressed, loanToValue].filter((ratio) => ratio !== null);
  return asked.every((ratio) => ratio?.within === true) && where.every((ratio) => ratio.within);
}

/**
 * The most that could be lent within every limit, in whole steps; undefined where not even the least. A larger loan
 * costs more each month and takes more of the security, so that halving the range finds it.
 */
export function mostLendable(
  facts: Omit<IndicativeFacts, 'amount'>,
  search: { least: Money; most: Money; step: Money; cost: MonthlyCost },
): Money | undefined {
  const fits = (amount: Money) => {
    const cost = search.cost(amount);
    return cost !== undefined && isWithinLimits(affordabilityFor({ ...facts, amount }, cost));
  };
  if (fits(search.most)) return search.most;
  if (!fits(search.least)) return undefined;
  const { least, step } = search;
  let low = 0n;
  let high = (search.most - least) / step + 1n;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    const amount = moneyOf(least + middle * step);
    if (amount <= search.most && fits(amount)) low = middle;
    else high = middle;
  }
  return moneyOf(least + low * step);
}
