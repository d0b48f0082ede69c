interface ReasonWords {
  code: string;
  label: string;
  sentence: string;
  bureau: boolean;
  together?: string;
}

/**
 * Why a loan is not offered: the officer picks the codes, the borrower reads the sentences. They are specific and stand
 * for the principal reasons, as Regulation B asks of a notice of adverse action (12 CFR 1002.9(b)(2) and its model
 * forms). `bureau` marks those that stand on a credit report: whose report it was is told too. `together` is the sentence
 * where somebody else owes the loan too, and what is counted is not the borrower's alone.
 */
export const rejectionReasons = [
  {
    code: 'debt-too-high',
    label: 'Debt takes too much of the income',
    sentence: 'Together with what you already pay each month, the instalment would take too much of your income.',
    bureau: false,
    together:
      'Added to what you and who applies with you together already pay each month, the instalment would take too much of the income of you all.',
  },
  {
    code: 'income-too-low',
    label: 'Income is too low for the instalment',
    sentence: 'The instalment is too high for the income that you told us about.',
    bureau: false,
    together: 'The instalment is too high for the income of you and who applies with you together.',
  },
  {
    code: 'income-unverified',
    label: 'Income could not be verified',
    sentence: 'We could not verify the income that you told us about.',
    bureau: false,
  },
  {
    code: 'security-too-low',
    label: 'Security does not cover the loan',
    sentence: 'The value of the security does not cover a loan of this amount.',
    bureau: false,
  },
  {
    code: 'security-not-suitable',
    label: 'Security is not of a kind that we take',
    sentence: 'What would secure the loan is not of a kind, or not in a state, that we lend against.',
    bureau: false,
  },
  {
    code: 'employment-too-short',
    label: 'Employment is too recent',
    sentence: 'You have been in your present employment for too short a time.',
    bureau: false,
  },
  {
    code: 'employment-unverified',
    label: 'Employment could not be verified',
    sentence: 'We could not verify where you work.',
    bureau: false,
  },
  {
    code: 'income-irregular',
    label: 'Income is temporary or irregular',
    sentence: 'Your income is temporary or changes too much from month to month for this loan.',
    bureau: false,
  },
  {
    code: 'credit-score-too-low',
    label: 'Bureau score is too low',
    sentence: 'The score in the credit report is below what we lend at.',
    bureau: true,
  },
  {
    code: 'payments-late',
    label: 'Late payments in the credit report',
    sentence: 'The credit report shows payments on other loans or cards that were late.',
    bureau: true,
  },
  {
    code: 'default-unpaid',
    label: 'A default or collection in the credit report',
    sentence: 'The credit report shows a debt that was not paid back as agreed.',
    bureau: true,
  },
  {
    code: 'bankruptcy',
    label: 'A bankruptcy in the credit report',
    sentence: 'The credit report shows a bankruptcy.',
    bureau: true,
  },
  {
    code: 'history-too-short',
    label: 'Credit history is too short',
    sentence: 'The credit report goes back too short a time for us to judge by.',
    bureau: true,
  },
  {
    code: 'cards-drawn-too-far',
    label: 'Cards are drawn too far',
    sentence: 'The credit report shows cards that are drawn to too much of their limit.',
    bureau: true,
  },
  {
    code: 'enquiries-too-many',
    label: 'Too many recent enquiries',
    sentence: 'The credit report shows that credit was asked for too often in the last months.',
    bureau: true,
  },
  {
    code: 'own-loans-late',
    label: 'Late payments on loans with us',
    sentence: 'Loans that you have or had with us were paid late.',
    bureau: false,
  },
  {
    code: 'lent-enough',
    label: 'Total lent, this loan included, is above the limit',
    sentence: 'With what you owe us or are promised already, this loan would be more than we lend to one customer.',
    bureau: false,
    together:
      'With what you and who applies with you together owe us or are promised already, this loan would be more than we lend to one customer.',
  },
  {
    code: 'amount-too-high',
    label: 'Amount asked for is above what we lend',
    sentence: 'The amount that you asked for is more than we lend to one customer.',
    bureau: false,
  },
  {
    code: 'identity-unverified',
    label: 'Identity could not be verified',
    sentence: 'We could not verify who you are from what you sent us.',
    bureau: false,
  },
  {
    code: 'residence-unverified',
    label: 'Address could not be verified',
    sentence: 'We could not verify where you live.',
    bureau: false,
  },
  {
    code: 'documents-missing',
    label: 'Application is not complete',
    sentence: 'Documents or answers that we asked for did not reach us.',
    bureau: false,
  },
  {
    code: 'details-inconsistent',
    label: 'Answers do not fit together',
    sentence: 'Some of your answers do not fit together, and we could not clear them up.',
    bureau: false,
  },
  {
    // Whether somebody can sign a contract is the one thing that Regulation B lets age decide (12 CFR 1002.6(b)(2)).
    code: 'under-age',
    label: 'Not old enough to sign',
    sentence: 'You have not reached the age at which somebody may sign for a loan.',
    bureau: false,
  },
  {
    code: 'guarantor-not-enough',
    label: 'Guarantor or co-applicant does not carry the loan',
    sentence: 'The person who applies with you, or stands in for you, could not carry the loan.',
    bureau: false,
  },
  {
    code: 'purpose-not-lent-for',
    label: 'We do not lend for this purpose',
    sentence: 'We do not lend for this purpose.',
    bureau: false,
  },
] as const satisfies readonly ReasonWords[];

/**
 * What a rule of the credit policy may name: all of these, and that the score itself is weak. No borrower is told the
 * last, as a score that is too low is no reason (Official Interpretation of 1002.9(b)(2)): the model's own are.
 */
export const policyReasons: readonly { code: string; label: string }[] = [
  ...rejectionReasons,
  { code: 'score-weak', label: 'The score is weak, or there is none' },
];

export type RejectionReason = (typeof rejectionReasons)[number]['code'];

/** More than four principal reasons tell a borrower nothing (Official Interpretation of 1002.9(b)(2)). */
export const mostReasons = 4;

export function rejectionReason(code: string): (ReasonWords & { code: RejectionReason }) | undefined {
  return rejectionReasons.find((reason) => reason.code === code);
}
