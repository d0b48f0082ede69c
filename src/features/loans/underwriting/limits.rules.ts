/**
 * What the bank lends within, in one place until products and the credit policy of the risk feature say it themselves.
 * Shares in whole per cent. A file over a limit is not refused by itself: a person decides.
 */
export const lendingLimits = {
  /** Debts a month, this loan included, against income a month (DTI). */
  debtToIncomePercent: 40n,
  /** Debts, rent and every other fixed payment against income (FOIR). */
  fixedToIncomePercent: 50n,
  /** The loan against what secures it (LTV). */
  loanToValuePercent: { property: 80n, vehicle: 90n },
  /** What is added to a floating rate to see whether the loan could still be paid. */
  stressPercent: '2',
} as const;

/** From where the built-in policy says refer, and from where it says decline. */
export const policyLimits = {
  leastAge: 18,
  debtToIncome: { refer: 400n, decline: 600n },
  loanToValue: { refer: { property: 800n, vehicle: 900n }, decline: 1000n },
  bureauScore: { refer: 620, decline: 540 },
  unpaidDefaults: { refer: 1, decline: 2 },
  ownDaysPastDue: { refer: 1, decline: 90 },
} as const;
