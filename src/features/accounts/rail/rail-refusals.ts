import { unreachable } from '#core/assert.ts';
import type { Formats } from '#core/format.ts';
import { zero } from '#core/money.ts';
import type { DepositRefusal } from './deposit.service.ts';
import type { DeskRefusal } from './desk.service.ts';
import type { WithdrawalRefusal } from './withdrawal.service.ts';

/** What somebody is told, and at which field of the form; `form` is the whole of it. */
export interface Explained {
  field: 'accountId' | 'amount' | 'form';
  sentence: string;
}

// A freeze is not named: whoever is looked into must not learn of it (e.g. Directive (EU) 2015/849, article 39).
export function explainDeposit(refusal: DepositRefusal, formats: Formats): Explained {
  const say = (field: Explained['field'], sentence: string): Explained => ({ field, sentence });
  switch (refusal.code) {
    case 'not-your-account':
      return say('accountId', 'Choose one of your own accounts. Nothing was collected');
    case 'account-closed':
      return say('accountId', 'This account is closed. Nothing was collected; choose another account');
    case 'account-frozen':
      return say('accountId', 'This account takes no money at the moment. Nothing was collected; please contact us');
    case 'over-rail-limit': {
      const limit = formats.moneyWithCurrency(refusal.limit);
      return say('amount', `One deposit can be at most ${limit}. Nothing was collected; make several smaller ones`);
    }
    case 'key-reused':
      return say(
        'form',
        'This form was sent before with another amount or account. Nothing more was collected; look at your account before you send it again',
      );
    case 'not-booked':
      return say(
        'form',
        'We could not book this deposit. What your other bank shows as taken goes back to it; please contact us if it does not',
      );
    default:
      return unreachable(refusal);
  }
}

const unmoved = 'Nothing was moved';

export function explainWithdrawal(refusal: WithdrawalRefusal, formats: Formats): Explained {
  const say = (field: Explained['field'], sentence: string): Explained => ({ field, sentence });
  const money = (amount: Parameters<Formats['money']>[0]) => formats.moneyWithCurrency(amount);
  switch (refusal.code) {
    case 'not-your-account':
      return say('accountId', `Choose one of your own accounts. ${unmoved}`);
    case 'account-closed':
      return say('accountId', `This account is closed. ${unmoved}; choose another account`);
    case 'account-frozen':
      return say('accountId', `Nothing can be taken from this account at the moment. ${unmoved}; please contact us`);
    case 'short-of-funds':
      return say(
        'amount',
        `This is ${money(refusal.short)} more than is available. ${unmoved}; withdraw less or choose another account`,
      );
    case 'over-transfer-limit':
      return say('amount', `At most ${money(refusal.limit)} can leave this account at once. ${unmoved}; withdraw less`);
    case 'over-daily-limit': {
      const limit = money(refusal.limit);
      if (refusal.left <= zero)
        return say('amount', `The limit of this account, ${limit} a day, is used up. ${unmoved}; try again tomorrow`);
      const left = money(refusal.left);
      return say('amount', `Only ${left} more can leave this account today, of ${limit} a day. ${unmoved}`);
    }
    case 'over-rail-limit':
      return say(
        'amount',
        `One withdrawal can be at most ${money(refusal.limit)}. ${unmoved}; make several smaller ones`,
      );
    case 'key-reused':
      return say(
        'form',
        `This form was sent before with other answers. ${unmoved} this time; look at your account before you send it again`,
      );
    case 'not-taken':
      return say('form', `We could not take this withdrawal. ${unmoved}; please try again later`);
    default:
      return unreachable(refusal);
  }
}

/** What staff are told who decided on a payment. */
export function explainDesk(refusal: DeskRefusal): string {
  switch (refusal.code) {
    case 'own-payment':
      return 'This payment concerns an account of your own. Somebody else has to decide on it. Nothing was changed';
    case 'moved':
      return 'This payment has moved since you opened it. Nothing was changed; look at it as it is now';
    case 'account-blocked':
      return `The customer’s account is ${refusal.state}, so that this cannot be booked. Nothing was changed`;
    default:
      return unreachable(refusal);
  }
}
