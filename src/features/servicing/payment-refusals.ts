import type { Formats } from '#core/format.ts';
import type { Money } from '#core/money.ts';
import type { LedgerRefusal } from '#features/ledger/index.ts';
import type { PaymentRefusal } from './payment.rules.ts';

/** What may become of a payment that is not taken: our own policy, or what the ledger says at the moment of posting. */
export type PayRefusal =
  | PaymentRefusal
  | { code: 'account-unusable' }
  | { code: 'changed-meanwhile' }
  | { code: 'held' }
  | { code: 'key-reused' };

/** A refusal as the ledger keeps it under the payment's key, so that the same key gives the same answer again. */
export function keptRefusal(refusal: PaymentRefusal): LedgerRefusal {
  const { code: reason } = refusal;
  if ('due' in refusal) return { code: 'by-policy', reason, short: refusal.due };
  if ('short' in refusal) return { code: 'by-policy', reason, short: refusal.short };
  return { code: 'by-policy', reason };
}

/** The way back from what the ledger keeps. */
export function payRefusal(kept: LedgerRefusal): PayRefusal {
  switch (kept.code) {
    case 'by-policy':
      return policyRefusal(kept.reason, kept.short);
    case 'insufficient-funds':
      return { code: 'short-of-funds', short: kept.short };
    case 'unknown-account':
    case 'closed-account':
    case 'frozen':
    case 'wrong-currency':
      return { code: 'account-unusable' };
    case 'held-by-guard':
      return { code: 'held' };
    case 'key-reused':
      return { code: 'key-reused' };
    // A payment takes from no hold, counts towards no limits and closes nothing: those are another order's answers.
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

const withDue = ['amount-changed', 'too-little', 'too-much'] as const;
const plain = ['already-paid', 'loan-closed', 'unknown-instalment', 'not-the-oldest', 'not-your-account'] as const;

function policyRefusal(reason: string, amount: Money | undefined): PayRefusal {
  const code = plain.find((one) => one === reason);
  if (code) return { code };
  const dueCode = withDue.find((one) => one === reason);
  if (dueCode && amount !== undefined) return { code: dueCode, due: amount };
  if (reason === 'short-of-funds' && amount !== undefined) return { code: reason, short: amount };
  // A key of another order of ours, refused for a reason that no payment has.
  return { code: 'key-reused' };
}

export interface Explanation {
  /** The field of the payment form that the sentence stands at; `form` where it is about all of it. */
  field: 'accountId' | 'amount' | 'form';
  message: string;
  /** 422 where what was sent is the reason, 409 where the bank's state is. */
  status: 409 | 422;
}

const unmoved = 'Nothing has left your account.';

export function explainPayment(refusal: PayRefusal, formats: Formats): Explanation {
  const say = (field: Explanation['field'], message: string, status: 409 | 422 = 409) => ({ field, message, status });
  switch (refusal.code) {
    case 'already-paid':
      return say('form', 'This instalment is already paid. It was not paid a second time.');
    case 'loan-closed':
      return say('form', `This loan is repaid and closed. ${unmoved}`);
    case 'unknown-instalment':
      return say('form', `This loan has no instalment of that number. ${unmoved}`, 422);
    case 'not-the-oldest':
      return say('form', `An earlier instalment is still unpaid and comes first. ${unmoved}`);
    case 'amount-changed': {
      const due = formats.moneyWithCurrency(refusal.due);
      return say(
        'form',
        `The amount due is ${due}, not the one the page showed. ${unmoved} Look at it and send it again.`,
      );
    }
    case 'too-little':
      return say(
        'amount',
        `This is less than is due. Pay exactly ${formats.moneyWithCurrency(refusal.due)}. ${unmoved}`,
        422,
      );
    case 'too-much':
      return say(
        'amount',
        `This is more than is due. Pay exactly ${formats.moneyWithCurrency(refusal.due)}. ${unmoved}`,
        422,
      );
    case 'not-your-account':
      return say('accountId', `Choose one of your accounts. ${unmoved}`, 422);
    case 'short-of-funds': {
      const short = formats.moneyWithCurrency(refusal.short);
      return say('accountId', `Your balance is ${short} short. ${unmoved} Add money or choose another account.`);
    }
    case 'account-unusable':
      return say('accountId', `This account cannot be paid from. ${unmoved} Choose another account.`);
    case 'changed-meanwhile':
      return say('form', `The loan changed at the same moment. ${unmoved} Look at what is due now and send it again.`);
    case 'held':
      return say('form', `We have to look at this payment before we take it. ${unmoved} Please contact us.`);
    case 'key-reused':
      return say('form', `This page was used for another order before. ${unmoved} Send it again from this page.`, 422);
  }
}
