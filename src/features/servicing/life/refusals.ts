import type { Formats } from '#core/format.ts';
import type { LedgerRefusal } from '#features/ledger/index.ts';
import { actRefusals, type ActRefusal } from './act.ts';

/** A refusal as the ledger keeps it under the order's key, so that the same key gives the same answer again. */
export function keptRefusal({ code, amount }: ActRefusal): LedgerRefusal {
  return { code: 'by-policy', reason: code, ...(amount === undefined ? {} : { short: amount }) };
}

/** The way back from what the ledger keeps, or says itself at the moment of posting. */
export function actRefusal(kept: LedgerRefusal): ActRefusal {
  switch (kept.code) {
    case 'by-policy': {
      const code = actRefusals.find((one) => one === kept.reason);
      // A key of another order of ours, refused for a reason that nothing done to a loan has.
      if (!code) return { code: 'key-reused' };
      return { code, ...(kept.short === undefined ? {} : { amount: kept.short }) };
    }
    case 'insufficient-funds':
      return { code: 'short-of-funds', amount: kept.short };
    case 'unknown-account':
    case 'closed-account':
    case 'frozen':
    case 'wrong-currency':
      return { code: 'account-unusable' };
    case 'held-by-guard':
      return { code: 'held' };
    case 'key-reused':
      return { code: 'key-reused' };
    // What is done to a loan takes from no hold, counts towards no limits and closes nothing.
    case 'over-transfer-limit':
    case 'over-daily-limit':
    case 'unknown-hold':
    case 'hold-settled':
    case 'exceeds-hold':
    case 'not-empty':
    case 'guard-missed':
    case 'already-reversed':
      return { code: 'changed-meanwhile' };
  }
}

/** Which part of a form a sentence is about. */
export type RefusedField = 'amount' | 'accountId' | 'effect' | 'on' | 'annualRate' | 'form';

export interface Explanation {
  field: RefusedField;
  message: string;
  /** 422 where what was sent is the reason, 409 where the bank's state is. */
  status: 409 | 422;
}

const unmoved = 'Nothing was moved.';

/** The sentence for whoever asked: what is the matter, that no money moved, what to do. */
export function explainAct({ code, amount }: ActRefusal, formats: Pick<Formats, 'moneyWithCurrency'>): Explanation {
  const [field, status, text] = sentences[code];
  const money = amount === undefined ? '' : formats.moneyWithCurrency(amount);
  return { field, status, message: text.replace('{amount}', money) };
}

const sentences: Record<ActRefusal['code'], readonly [RefusedField, 409 | 422, string]> = {
  'loan-not-active': ['form', 409, `This loan is closed. ${unmoved}`],
  'not-written-off': ['form', 409, `Only a loan that was written off has recoveries. ${unmoved}`],
  'not-your-account': ['accountId', 422, `Choose one of your accounts. ${unmoved}`],
  'account-unusable': ['accountId', 409, `This account cannot be used. ${unmoved} Choose another account.`],
  'short-of-funds': [
    'accountId',
    409,
    `The balance is {amount} short. ${unmoved} Add money or choose another account.`,
  ],
  'nothing-due': ['form', 409, `Nothing is due on this loan. ${unmoved}`],
  'amount-changed': [
    'form',
    409,
    `The amount is now {amount}, not the one the page showed. ${unmoved} Look at it and send it again.`,
  ],
  'not-positive': ['amount', 422, `Enter an amount of more than nothing. ${unmoved}`],
  'too-much': ['amount', 422, `This is more than is owed or can be paid ahead. Enter {amount} or less. ${unmoved}`],
  'pays-off': [
    'amount',
    409,
    `This would repay the whole loan. Pay it off instead, which costs {amount} with the fee for repaying early. ${unmoved}`,
  ],
  'prepayment-not-allowed': ['form', 409, `This loan cannot be repaid in part before its time. ${unmoved}`],
  'locked-in': ['form', 409, `Early repayment is possible after the first instalments have fallen due. ${unmoved}`],
  'effect-not-offered': ['effect', 422, `Choose one of the ways shown. ${unmoved}`],
  'below-minimum': ['amount', 422, `The least early repayment is {amount}. ${unmoved}`],
  'in-arrears': ['form', 409, `First pay the {amount} that is overdue or due today. ${unmoved}`],
  'date-in-future': ['on', 422, `Enter today’s business date or an earlier one. ${unmoved}`],
  'date-before-loan': ['on', 422, `Enter a date on which the loan was already paid out. ${unmoved}`],
  'unknown-transaction': ['form', 409, `This loan has no such transaction. ${unmoved}`],
  'already-reversed': ['form', 409, `This was undone before. It was not undone a second time.`],
  'cannot-reverse': [
    'form',
    409,
    `This cannot be undone: it is no payment that can come back, or later transactions rest on it. ${unmoved}`,
  ],
  'cooling-off-over': [
    'form',
    409,
    `This loan cannot be cancelled any more: its cooling-off time is over, or it has none. ${unmoved} You can pay it off instead.`,
  ],
  'tranche-paid': ['form', 409, `This part was paid out before. It was not paid out a second time.`],
  'nothing-to-waive': ['form', 409, `Nothing of this kind is owed. Nothing was let go.`],
  'same-rate': ['annualRate', 422, `The loan has this rate already. Nothing was changed.`],
  'no-schedule': ['form', 409, `No repayment schedule follows from this. Nothing was changed.`],
  'not-a-due-date': ['on', 422, `Choose a due date that is still to come. Nothing was changed.`],
  'too-long': ['form', 422, `The product does not allow so many instalments. Nothing was changed.`],
  'changed-meanwhile': [
    'form',
    409,
    `The loan has changed since this page was shown. ${unmoved} Look at it again before you send it once more.`,
  ],
  held: ['form', 409, `We have to look at this before we do it. ${unmoved} Please contact us.`],
  'key-reused': ['form', 422, `This page was used for another order before. ${unmoved} Send it again from this page.`],
};
