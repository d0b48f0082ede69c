import { unreachable } from '#core/assert.ts';
import type { Formats } from '#core/format.ts';
import { zero, type Money } from '#core/money.ts';
import type { LedgerRefusal } from '#features/ledger/index.ts';
import { acquaintanceCollection } from './payee.model.ts';
import { newPayeeLimit, transferPolicy, type TransferRefusal } from './transfer.rules.ts';

/** A refusal of ours as the ledger keeps it under the transfer's key, so that the same key gives the same answer again. */
export function keptRefusal(refusal: TransferRefusal): LedgerRefusal {
  const { code: reason } = refusal;
  if ('short' in refusal) return { code: 'by-policy', reason, short: refusal.short };
  if ('limit' in refusal) return { code: 'by-policy', reason, short: refusal.limit };
  if ('left' in refusal) return { code: 'by-policy', reason, short: refusal.left };
  return { code: 'by-policy', reason };
}

/** The way back from what the ledger keeps, or says by itself at the moment of posting. */
export function transferRefusal(kept: LedgerRefusal, sides: { from: string }): TransferRefusal {
  switch (kept.code) {
    case 'by-policy':
      return policyRefusal(kept.reason, kept.short);
    case 'insufficient-funds':
      return { code: 'short-of-funds', short: kept.short };
    case 'over-transfer-limit':
      return { code: 'over-transfer-limit', limit: kept.limit };
    case 'over-daily-limit':
      return { code: 'over-daily-limit', limit: kept.limit, left: kept.left };
    case 'unknown-account':
    case 'closed-account':
    case 'wrong-currency':
    case 'frozen':
      return { code: kept.account === sides.from ? 'cannot-send' : 'cannot-receive' };
    case 'guard-missed':
      return kept.collection === acquaintanceCollection
        ? { code: 'over-new-payee-limit', left: zero }
        : { code: 'changed-meanwhile' };
    case 'held-by-guard':
      return { code: 'held' };
    case 'key-reused':
      return { code: 'key-reused' };
    case 'unknown-hold':
    case 'hold-settled':
    case 'exceeds-hold':
    case 'not-empty':
    case 'already-reversed':
      return { code: 'changed-meanwhile' };
    default:
      return unreachable(kept);
  }
}

const plain = [
  'not-your-account',
  'cannot-send',
  'unknown-target',
  'same-account',
  'cannot-receive',
  'name-unconfirmed',
  'name-changed',
] as const;

function policyRefusal(reason: string, amount: Money | undefined): TransferRefusal {
  const code = plain.find((one) => one === reason);
  if (code) return { code };
  if (amount !== undefined && reason === 'short-of-funds') return { code: reason, short: amount };
  if (amount !== undefined && reason === 'over-transfer-limit') return { code: reason, limit: amount };
  if (amount !== undefined && reason === 'over-new-payee-limit') return { code: reason, left: amount };
  // A key of another order of ours, refused for a reason that no transfer has.
  return { code: 'key-reused' };
}

export interface Explanation {
  /** The field of the form that the sentence stands at; `form` where it is about all of it. */
  field: 'fromId' | 'to' | 'amount' | 'confirmed' | 'form';
  sentence: string;
  /** 422 where what was sent is the reason, 409 where the bank's state is. */
  status: 409 | 422;
}

const unmoved = 'Nothing was moved';

export function explainTransfer(refusal: TransferRefusal, formats: Formats): Explanation {
  const say = (field: Explanation['field'], sentence: string, status: 409 | 422 = 409) => ({ field, sentence, status });
  const money = (amount: Money) => formats.moneyWithCurrency(amount);
  switch (refusal.code) {
    case 'not-your-account':
      return say('fromId', `Choose one of your own accounts. ${unmoved}`, 422);
    case 'cannot-send':
      return say('fromId', `No money can leave this account now. ${unmoved}. Choose another one, or contact us`);
    case 'unknown-target':
      return say('to', `We have no account of this number. ${unmoved}. Check it and try again`, 422);
    case 'same-account':
      return say('to', `This is the account the money comes from. ${unmoved}. Choose another one`, 422);
    case 'cannot-receive':
      return say('to', `This account cannot receive money now. ${unmoved}`);
    case 'name-unconfirmed':
      return say('confirmed', 'Look at the name, and confirm that it is who you mean', 422);
    case 'name-changed':
      return say('form', `The name of the account’s holder has changed. ${unmoved}. Check it again`);
    case 'short-of-funds':
      return say(
        'amount',
        `This is ${money(refusal.short)} more than you can use. ${unmoved}. Send less, or add money`,
      );
    case 'over-transfer-limit':
      return say('amount', `One transfer from this account can be at most ${money(refusal.limit)}. ${unmoved}`);
    case 'over-daily-limit':
      return say(
        'amount',
        `At most ${money(refusal.limit)} may leave this account in a day, and ${money(refusal.left)} of it is left today. ${unmoved}`,
      );
    case 'over-new-payee-limit':
      return say('amount', `${newPayeeSentence(formats)}. ${leftSentence(refusal.left, formats)}. ${unmoved}`);
    case 'held':
      return say('form', `We have to look at this transfer before it is made. ${unmoved}. Please contact us`);
    case 'changed-meanwhile':
      return say('form', `Something changed at the same moment. ${unmoved}. Check the transfer and send it again`);
    case 'key-reused':
      return say(
        'form',
        'This page was sent before with something else in it. Nothing more was moved. Look at your account, then check the transfer again',
        422,
      );
    default:
      return unreachable(refusal);
  }
}

export function newPayeeSentence(formats: Formats): string {
  const limit = formats.moneyWithCurrency(newPayeeLimit(formats.currency));
  return `In the first ${transferPolicy.newPayee.hours} hours, at most ${limit} in total can go to somebody new`;
}

function leftSentence(left: Money, formats: Formats): string {
  return left > zero ? `${formats.moneyWithCurrency(left)} of it is left` : 'It is used up, or less of it is left';
}

/** Why a scheduled transfer was not made, in a clause. No amounts: it stands in lists and in the inbox. */
export function failureReason(code: string): string {
  return reasons[code] ?? 'it could not be booked';
}

const reasons: Partial<Record<string, string>> = {
  'not-your-account': 'the account it comes from is no longer yours',
  'cannot-send': 'no money can leave the account now',
  'unknown-target': 'the receiving account is not there',
  'cannot-receive': 'the receiving account cannot receive money now',
  'short-of-funds': 'there was not enough money on the account',
  'over-transfer-limit': 'it is more than one transfer may be',
  'over-daily-limit': 'the daily limit of the account was used up',
  'over-new-payee-limit': 'it is more than may go to somebody new in the first day',
  held: 'we have to look at it first',
};
