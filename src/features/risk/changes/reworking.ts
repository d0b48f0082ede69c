import { Decimal } from 'decimal.js';
import { RateDecimal } from '#core/rate.ts';
import type { FactName, PolicyFacts } from '../policy/policy.ts';
import type { Value, Values } from '../scoring/values.ts';
import type { InstalmentOf, LoanBasis, Move, Rework, Row } from './change.ts';

/**
 * What follows from a change of the loan or of what somebody owes or owns, in the model's columns and in the policy's
 * facts alike. Numbers of the model are binary fractions by nature; no money is booked by any of this. Rounded against
 * the borrower, as the affordability is: what is said to be enough is enough. Null where no such loan is made.
 */
export function reworkOf(row: Row, { basis, instalmentOf }: { basis: LoanBasis; instalmentOf: InstalmentOf }): Rework {
  const instalmentAt = remembered(instalmentOf);
  return (move) => {
    const then = moved(basis, { move, instalmentAt });
    if (!then) return null;
    return {
      values: row.values && valuesAfter(row.values, { basis, then, move }),
      facts: factsAfter(row.facts, { basis, then }),
    };
  };
}

interface Then {
  amount: number;
  months: number;
  instalment: number;
  debts: number | null;
}

interface Turn {
  basis: LoanBasis;
  then: Then;
  move: Move;
}

function moved(basis: LoanBasis, { move, instalmentAt }: { move: Move; instalmentAt: InstalmentOf }): Then | null {
  const { lever, to } = move;
  const isOfLoan = lever === 'amount' || lever === 'longer' || lever === 'shorter';
  const amount = lever === 'amount' ? to : basis.amount;
  const months = isOfLoan && lever !== 'amount' ? to : basis.months;
  const instalment = isOfLoan ? instalmentAt({ amount, months }) : basis.instalment;
  return instalment === null ? null : { amount, months, instalment, debts: lever === 'debts' ? to : basis.debts };
}

/** A schedule is worked out for each: what is asked for again costs nothing. */
function remembered(instalmentOf: InstalmentOf): InstalmentOf {
  const found = new Map<string, number | null>();
  return (loan) => {
    const key = `${loan.amount} ${loan.months}`;
    const known = found.get(key);
    if (known !== undefined) return known;
    const instalment = instalmentOf(loan);
    found.set(key, instalment);
    return instalment;
  };
}

function valuesAfter(values: Values, { basis, then, move }: Turn): Values {
  const after = new Map(values);
  const set = (name: string, change: (value: number) => Value) => {
    const value = after.get(name);
    if (typeof value === 'number') after.set(name, change(value));
  };
  const income = incomeOf(values, basis);
  const lessDebts = (basis.debts ?? 0) - (then.debts ?? 0);
  const toIncome = (amount: number) => (income === null ? 0 : amount / income);
  set('LoanAmount', () => then.amount);
  set('LoanDuration', () => then.months);
  set('MonthlyLoanPayment', (value) => value + then.instalment - basis.instalment);
  set('MonthlyDebtPayments', (value) => Math.max(0, value - lessDebts));
  set('DebtToIncomeRatio', (value) => Math.max(0, value - toIncome(lessDebts)));
  set('TotalDebtToIncomeRatio', (value) =>
    Math.max(0, value + toIncome(then.instalment - basis.instalment - lessDebts)),
  );
  if (move.lever === 'cards') set('CreditCardUtilizationRate', () => move.to);
  if (move.lever === 'savings') addSavings(after, { to: move.to, set });
  return after;
}

/** What is saved is owned too. */
function addSavings(
  values: Values,
  { to, set }: { to: number; set: (name: string, change: (value: number) => Value) => void },
): void {
  const saved = values.get('SavingsAccountBalance');
  if (typeof saved !== 'number') return;
  set('SavingsAccountBalance', () => to);
  set('TotalAssets', (value) => value + to - saved);
  set('NetWorth', (value) => value + to - saved);
}

function incomeOf(values: Values, { income }: LoanBasis): number | null {
  const monthly = values.get('MonthlyIncome');
  if (typeof monthly === 'number' && monthly > 0) return monthly;
  return income !== null && income > 0 ? income : null;
}

function factsAfter(facts: PolicyFacts, { basis, then }: Omit<Turn, 'move'>): PolicyFacts {
  const monthly = then.instalment - basis.instalment - ((basis.debts ?? 0) - (then.debts ?? 0));
  const share = basis.income !== null && basis.income > 0 ? (monthly / basis.income) * 100 : 0;
  const after = { ...facts };
  const set = (name: FactName, change: (value: RateDecimal) => RateDecimal) => {
    const fact = facts[name];
    if (fact === 'unknown' || fact === 'none') return;
    after[name] = { known: RateDecimal.max(0, change(new RateDecimal(fact.known))).toFixed() };
  };
  set('amount', () => new RateDecimal(then.amount));
  set('months', () => new RateDecimal(then.months));
  set('exposure', (value) => value.plus(then.amount).minus(basis.amount));
  set('debtToIncome', (value) => upToTenth(value.plus(share)));
  set('fixedToIncome', (value) => upToTenth(value.plus(share)));
  if (then.amount !== basis.amount)
    set('loanToValue', (value) => upToTenth(value.times(then.amount).div(basis.amount)));
  return after;
}

// Far under a tenth, and over what binary fractions go astray by.
const straying = 1e-9;

/** As the affordability has its shares: up to the next tenth of a per cent. */
function upToTenth(value: RateDecimal): RateDecimal {
  return value.minus(straying).toDecimalPlaces(1, Decimal.ROUND_CEIL);
}
