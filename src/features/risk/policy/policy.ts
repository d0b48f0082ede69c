import type { Grade } from '../scoring/grade.rules.ts';

/**
 * What a rule of a credit policy may look at. Money in units of the bank's currency, shares in per cent, and months,
 * days and counts as they are: all as decimal text, so that nothing is lost on the way. Age is here for one reason, the
 * least age at which somebody may sign; no score reads it.
 */
export const factNames = [
  'age',
  'monthlyIncome',
  'debtToIncome',
  'fixedToIncome',
  'loanToValue',
  'creditScore',
  'creditHistoryMonths',
  'unpaidDefaults',
  'bankruptcies',
  'ownDaysPastDue',
  'exposure',
  'amount',
  'months',
  'approvalProbability',
  'riskScore',
] as const;
export type FactName = (typeof factNames)[number];

/** A value as decimal text; `unknown` where nobody knows it (yet), `none` where there is no such thing (no security, no loan). */
export type Fact = { known: string } | 'unknown' | 'none';
export type PolicyFacts = Readonly<Record<FactName, Fact>>;

export const outcomes = ['approve', 'refer', 'decline'] as const;
export type PolicyOutcome = (typeof outcomes)[number];

/** One rule: `at-least` asks for as much as its limits, `at-most` for no more. */
export interface PolicyRule {
  /** Its own, unchanged from version to version: what a vote and a back-test name it by. */
  code: string;
  fact: FactName;
  comparison: 'at-least' | 'at-most';
  /** From the one on a person looks at it, from the other on the policy declines; null for never. Decimal text. */
  refer: string | null;
  decline: string | null;
  /** What it votes where the fact is not known. */
  whenUnknown: 'refer' | 'decline';
  /** Only for loans of these products, or with this security; empty and null for all. */
  products: readonly string[];
  security: 'none' | 'property' | 'vehicle' | null;
  /** Of the reasons that a borrower may be told (loans' list of them). */
  reason: string;
}

/** What is added to a product's rate for a grade, in percentage points as decimal text (it may be below nought). */
export interface PricingCell {
  /** A product's code, or `*` for every one without its own line. */
  product: string;
  grade: Grade;
  /** Terms of up to so many months; the last band of a product has none. */
  upToMonths: number | null;
  spread: string;
}

/** The most that may be lent: an amount in units of the currency, or a share of the whole book in per cent. */
export interface PolicyLimits {
  /** To one customer, everything owed and promised; null for no limit. */
  customerExposure: string | null;
  /** The share of the book that one product may have, and those of the grades D and E together; null for no limit. */
  productShare: string | null;
  weakGradesShare: string | null;
}

export interface PolicyContent {
  rules: readonly PolicyRule[];
  pricing: readonly PricingCell[];
  limits: PolicyLimits;
}

/** What of an application decides which rules are about it. */
export interface PolicySubject {
  product: string;
  security: 'none' | 'property' | 'vehicle';
}

/** How one rule voted, with what it compared. */
export interface PolicyVote {
  rule: PolicyRule;
  fact: Fact;
  outcome: PolicyOutcome;
}

export interface PolicyVerdict {
  outcome: PolicyOutcome;
  votes: readonly PolicyVote[];
  /**
   * Reasons of the rules that declined, or where none did of those that referred; each once. Only of what is known: a
   * rule that found nothing has nothing to hold against anybody.
   */
  reasons: readonly string[];
  /** What rules looked for and nobody knows (yet); each once. */
  unknown: readonly FactName[];
}
