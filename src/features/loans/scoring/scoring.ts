/** One input of a score, with where it came from, so that an officer can follow every figure. */
export interface Feature {
  /** Amounts in units of the currency and shares as fractions, as decimal text; words as they are. Null where not known. */
  value: string | null;
  source: string;
}

/** What a score may be made of. Age, marital status and dependants are never among it. */
export const featureNames = [
  'annualIncome',
  'employmentStatus',
  'jobTenureYears',
  'loanAmount',
  'loanMonths',
  'loanPurpose',
  'interestRate',
  'monthlyDebtPayments',
  'debtToIncome',
  'totalDebtToIncome',
  'loanToValue',
  'creditScore',
  'cardUtilisation',
  'openCreditLines',
  'creditEnquiries',
  'bankruptcies',
  'previousDefaults',
  'lateMonths',
  'creditHistoryYears',
  'totalLiabilities',
  'ownDaysPastDue',
] as const;
export type FeatureName = (typeof featureNames)[number];
export type Features = Record<FeatureName, Feature>;

export const outcomes = ['approve', 'refer', 'decline'] as const;
export type PolicyOutcome = (typeof outcomes)[number];

/** How one rule of the credit policy voted, with what it compared. */
export interface PolicyVote {
  rule: string;
  value: string;
  limit: string;
  outcome: PolicyOutcome;
}

export interface Assessment {
  score: number;
  /** From A, the best. */
  grade: string;
  /** What raised or lowered the score most, in words for the borrower. */
  reasons: string[];
  policy: PolicyVote[];
  outcome: PolicyOutcome;
  /** Such as `scorecard 3 of 2 March 2026`. */
  model: string;
}

/** What makes a score of an application: undefined as long as no model is loaded. */
export interface Scoring {
  assess(features: Features): Promise<Assessment | undefined>;
}

/** Until the risk feature brings a model. */
export const noModel: Scoring = { assess: () => Promise.resolve(undefined) };
