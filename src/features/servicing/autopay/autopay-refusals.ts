import type { MandateRefusal } from './mandates.service.ts';

export interface ExplainedMandate {
  field: 'accountId' | 'form';
  message: string;
  status: 409 | 422;
}

const unchanged = 'Nothing was changed.';

const sentences: Record<MandateRefusal, readonly [ExplainedMandate['field'], 409 | 422, string]> = {
  'loan-not-active': ['form', 409, `This loan is closed, so that there is nothing to take. ${unchanged}`],
  'not-your-account': ['accountId', 422, `Choose one of your accounts. ${unchanged}`],
  'account-closed': ['accountId', 409, `This account is closed. ${unchanged} Choose another account.`],
  'account-frozen': [
    'accountId',
    409,
    `This account is frozen, so that nothing can be taken from it. ${unchanged} Choose another account.`,
  ],
  'wrong-currency': [
    'accountId',
    422,
    `This account is in another currency than the loan. ${unchanged} Choose another account.`,
  ],
  'same-account': ['accountId', 422, `Autopay takes from this account already. ${unchanged}`],
  'already-set-up': ['form', 409, `Autopay was set up for this loan before. ${unchanged} Look at it below.`],
  moved: ['form', 409, `Autopay changed since this page was shown. ${unchanged} Look at it and send it again.`],
  'key-reused': [
    'form',
    422,
    `This page was used for another order before. ${unchanged} Send it again from this page.`,
  ],
};

/** The sentence for the borrower: what is the matter, that nothing changed, what to do. */
export function explainMandate(refusal: MandateRefusal): ExplainedMandate {
  const [field, status, message] = sentences[refusal];
  return { field, status, message };
}
