import { unreachable } from '#core/assert.ts';
import type { Formats } from '#core/format.ts';
import { zero } from '#core/money.ts';
import { compareRates } from '#core/rate.ts';
import type { LedgerRefusal } from '#features/ledger/index.ts';
import { rejectionReason } from './deciding/reasons.rules.ts';
import type { BureauRefusal } from '../bureau/bureau.service.ts';
import type { RefusedDecision } from './deciding/decidable.ts';

/** What an officer is told, and at which field of the form; `form` is the whole of it. */
export interface Explained {
  field: string;
  text: string;
  /** 422 where another input would do, 409 where the state is in the way. */
  status: 409 | 422;
}

const nothing = 'Nothing was changed.';
const guarantorMissing =
  'This loan needs a guarantor and has none any more. Give the application back, so that the borrower can invite somebody.';

export function explainDecision(refusal: RefusedDecision, formats: Formats): Explained {
  const input = (field: string, text: string): Explained => ({ field, text, status: 422 });
  const barred = (text: string): Explained => ({ field: 'form', text: `${text} ${nothing}`, status: 409 });
  switch (refusal.code) {
    case 'own-application':
      return barred('This is your own application. Another officer has to decide on it.');
    case 'co-applicant':
      return barred('You are on this application yourself. Another officer has to decide on it.');
    case 'relative':
      return barred('Somebody close to you is on this application. Another officer has to decide on it.');
    case 'decided-before':
      return barred(
        'You decided on this application before, and the borrower contests that. Somebody else decides now.',
      );
    case 'senior-only':
      return barred('This application waits for a senior officer.');
    case 'locked-by-other':
      return barred(`${refusal.name} is working on this application until ${formats.instant(refusal.until)}.`);
    case 'not-waiting':
    case 'not-now':
      return barred('This application is no longer waiting for a decision.');
    case 'moved':
      return barred('This application changed while you looked at it. Open it again.');
    case 'proposed':
      return barred('A decision was recommended, and a second person decides on that.');
    case 'already-recommended':
      return barred('A decision was already recommended, or this form was sent before with other answers.');
    case 'kyc-rejected':
      return barred(`The identity check was rejected for ${refusal.names.join(', ')}: the loan cannot be approved.`);
    case 'people-incomplete':
      return barred(`Not everybody has finished their part: ${refusal.names.join(', ')}.`);
    case 'guarantor-missing':
      return barred(guarantorMissing);
    case 'untrue-reason':
      return input(
        'reason',
        `No credit report on this file shows this: ${rejectionReason(refusal.reason)?.label ?? refusal.reason}. Choose reasons that are true`,
      );
    case 'above-authority':
      return { field: 'amount', text: aboveAuthority(refusal, formats), status: 409 };
    case 'amount-outside':
    case 'instalments-outside':
    case 'rate-outside':
    case 'rate-needs-note':
    case 'no-schedule':
      return explainTerms(refusal, formats);
    default:
      return unreachable(refusal);
  }
}

type TermsRefusal = Extract<
  RefusedDecision,
  { code: 'amount-outside' | 'instalments-outside' | 'rate-outside' | 'rate-needs-note' | 'no-schedule' }
>;

function explainTerms(refusal: TermsRefusal, formats: Formats): Explained {
  const at = (field: string, text: string): Explained => ({ field, text, status: 422 });
  switch (refusal.code) {
    case 'amount-outside':
      return at(
        'amount',
        `This product lends from ${formats.money(refusal.least)} to ${formats.moneyWithCurrency(refusal.most)}`,
      );
    case 'instalments-outside':
      return at('instalments', `This product runs over ${refusal.least} to ${refusal.most} monthly instalments`);
    case 'rate-outside':
      return at(
        'annualRate',
        `The rate may be from half to double of the product’s: ${formats.rate(refusal.least)} to ${formats.rate(refusal.most)}`,
      );
    case 'rate-needs-note':
      return at('note', needsNote(refusal, formats));
    case 'no-schedule':
      return at('amount', 'These terms give no schedule. Change the amount, the rate or the term');
  }
}

function needsNote(
  { productRate, policyRate }: Extract<TermsRefusal, { code: 'rate-needs-note' }>,
  formats: Formats,
): string {
  const usual =
    compareRates(productRate, policyRate) === 0
      ? `the product’s ${formats.rate(productRate)}`
      : `the policy’s ${formats.rate(policyRate)} or the product’s ${formats.rate(productRate)}`;
  return `Say why you lend at another rate than ${usual} for these terms`;
}

export function explainBureau(refusal: BureauRefusal | RefusedDecision, formats: Formats): string {
  switch (refusal.code) {
    case 'no-consent':
      return 'This person did not let us ask a credit bureau. Nothing was asked.';
    case 'no-tax-id':
      return 'There is no tax number to ask the bureau by. Nothing was asked.';
    case 'unavailable':
      return 'The bureau could not be asked. Nothing was changed; try again in a moment.';
    default:
      return explainDecision(refusal, formats).text;
  }
}

function aboveAuthority(
  { room, needed }: Extract<RefusedDecision, { code: 'above-authority' }>,
  formats: Formats,
): string {
  const who =
    needed === 'two-seniors'
      ? 'Two senior officers decide together: one recommends, another follows.'
      : 'Recommend it to a senior officer.';
  const most =
    room === zero
      ? 'What this customer owes us already is all that you may lend by yourself.'
      : `With what this customer owes already, you can approve up to ${formats.moneyWithCurrency(room)} by yourself.`;
  return `${most} ${who} ${nothing}`;
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
