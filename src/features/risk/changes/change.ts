import type { Grade } from '../scoring/grade.rules.ts';
import type { PolicyFacts, PolicyOutcome } from '../policy/policy.ts';
import type { Values } from '../scoring/values.ts';

/** What a borrower can change by themselves; two of the same term, since a longer and a shorter one are two choices. */
export const levers = ['amount', 'longer', 'shorter', 'debts', 'cards', 'savings'] as const;
export type Lever = (typeof levers)[number];

/** A lever at a new value: units of the currency, months, or for cards the share of their limits (0.3). */
export interface Move {
  lever: Lever;
  to: number;
}

/** What the models read (undefined where the row cannot be scored) and what the policy looks at. */
export interface Row {
  values: Values | undefined;
  facts: PolicyFacts;
}

/** The row as it would be after a move: everything that follows from it moves with it. Null where no such loan is made. */
export type Rework = (move: Move) => Row | null;

/**
 * What a loan of another amount or term takes a month by its product's own schedule, in units of the currency; null
 * where the product does not lend it.
 */
export type InstalmentOf = (loan: { amount: number; months: number }) => number | null;

/** What the policy says, and the model where it could score. */
export interface Standing {
  outcome: PolicyOutcome;
  approvalProbability: number | null;
  grade: Grade | null;
}

/** The smallest change of one thing that makes a standing better, and what it would be then. */
export interface Change extends Move {
  from: number;
  /** The value one step short of it, which is not enough. Equal to `from` where the first step does. */
  short: number;
  standing: Standing;
}

/** What stands behind the row: a month's amounts and the loan, in units of the currency. */
export interface LoanBasis {
  amount: number;
  months: number;
  /** A month's. */
  instalment: number;
  /** A month's: of everybody who owes the loan; null where it is not known. */
  income: number | null;
  /** Paid on debts a month, without this loan; null where it is not known. */
  debts: number | null;
  /** What the product allows. */
  least: { amount: number; months: number };
  most: { months: number };
}
