/**
 * What the bank usually lends within: figures beyond it are marked, for officers and on the public calculator. What
 * decides is the credit policy of the risk feature, and a person. Shares in whole per cent.
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

/** From where a figure of somebody who only asks what they could borrow is marked as far over, in tenths of a per cent. */
export const farOverTenths = { debtToIncome: 600n, loanToValue: 1000n } as const;
