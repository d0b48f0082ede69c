import { unreachable } from '#core/assert.ts';
import type { Formats } from '#core/format.ts';
import type { LedgerRefusal } from '#features/ledger/index.ts';
import type { DecisionRefusal } from './underwriting.rules.ts';
import type { RetryRefusal } from './underwriting.service.ts';

/** What an officer is told, and at which field of the form; `form` is the whole of it. */
export interface Explained {
  field: string;
  text: string;
  /** 422 where another input would do, 409 where the state is in the way. */
  status: 409 | 422;
}

export function explainDecision(refusal: DecisionRefusal, formats: Formats): Explained {
  const input = (field: string, text: string): Explained => ({ field, text, status: 422 });
  switch (refusal.code) {
    case 'own-application':
      return {
        field: 'form',
        text: 'This is your own application. Another officer has to decide on it. Nothing was changed.',
        status: 409,
      };
    case 'not-waiting':
      return {
        field: 'form',
        text: 'This application is no longer waiting for a decision. Nothing was changed.',
        status: 409,
      };
    case 'amount-outside':
      return input(
        'amount',
        `This product lends from ${formats.money(refusal.least)} to ${formats.moneyWithCurrency(refusal.most)}`,
      );
    case 'instalments-outside':
      return input('instalments', `This product runs over ${refusal.least} to ${refusal.most} monthly instalments`);
    case 'rate-outside':
      return input(
        'annualRate',
        `The rate may be from half to double of the product’s: ${formats.rate(refusal.least)} to ${formats.rate(refusal.most)}`,
      );
    case 'no-schedule':
      return input('amount', 'These terms give no schedule. Change the amount, the rate or the term');
    default:
      return unreachable(refusal);
  }
}

export function explainRetry(refusal: RetryRefusal, formats: Formats): string {
  switch (refusal.code) {
    case 'own-application':
      return 'This is your own loan. Another officer has to pay it out. No money has moved.';
    case 'not-accepted':
      return 'There is nothing to pay out: the offer is not accepted. No money has moved.';
    case 'ledger-refused':
      return `The loan could not be paid out. ${explainLedger(refusal.refusal, formats)} No money has moved.`;
    default:
      return unreachable(refusal);
  }
}

/** Why the ledger took no posting, for staff. */
export function explainLedger(refusal: LedgerRefusal, formats: Formats): string {
  switch (refusal.code) {
    case 'unknown-account':
      return 'An account of the posting is not in the ledger.';
    case 'closed-account':
      return 'The account that was to be paid into is closed.';
    case 'frozen':
      return 'The account that was to be paid into is frozen.';
    case 'wrong-currency':
      return 'An account of the posting is in another currency.';
    case 'insufficient-funds':
      return `An account would fall ${formats.moneyWithCurrency(refusal.short)} below what it may.`;
    case 'held-by-guard':
      return `The posting is held for a check: ${refusal.reason}`;
    case 'guard-missed':
      return 'The application changed while it was being paid out.';
    case 'over-transfer-limit':
    case 'over-daily-limit':
    case 'unknown-hold':
    case 'hold-settled':
    case 'exceeds-hold':
    case 'not-empty':
    case 'by-policy':
    case 'already-reversed':
    case 'key-reused':
      return 'The ledger did not take the posting.';
    default:
      return unreachable(refusal);
  }
}
