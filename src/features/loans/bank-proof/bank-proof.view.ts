import { counted, type Formats } from '#core/format.ts';
import { unreachable } from '#core/assert.ts';
import { moneyOf } from '#core/money.ts';
import type { FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import type { Application } from '../applying/application.model.ts';
import type { BankDetails } from '../applying/bank-details.rules.ts';
import { crumbs } from '../applying/application.view.ts';
import { proofLimits, type ProofStanding, type StartRefusal } from './bank-proof.rules.ts';
import type { AnswerRefusal } from './bank-proof.service.ts';

/** `Canary Savings ··8899`: the end of the number is enough to know it by. */
export function accountText(details: BankDetails): string {
  const number = details.route === 'iban' ? details.iban : details.accountNumber;
  return `${details.bankName} ··${number.slice(-4)}`;
}

const exampleAmount = moneyOf(37n);

const badges = {
  none: { kind: 'neutral', text: 'Not proved yet' },
  pending: { kind: 'alert', text: 'Waiting for you' },
  proved: { kind: 'ok', text: 'Proved' },
  failed: { kind: 'critical', text: 'Not proved' },
} as const;

export interface ProofPageFacts {
  application: Application;
  standing: ProofStanding;
  /** `Canary Savings ··8899`; undefined where there are no bank details yet. */
  account: string | undefined;
  statement: { amount: string; text: string } | undefined;
  /** A fresh one. */
  key: string;
  now: Date;
  form: FormState;
  formats: Formats;
}

/** `/loans/apply/:id/bank-proof`: what to do next, by where the test stands. */
export function bankProofPage(facts: ProofPageFacts) {
  const { application, standing, account, form, formats } = facts;
  const action = paths.bankProof(application._id);
  const pending = standing.state === 'pending' && standing.arrived;
  return {
    title: 'Prove your bank account',
    crumbs: crumbs(application, 'Prove your bank account'),
    sub: `Application ${application.reference}`,
    badge: badges[standing.state],
    form,
    key: facts.key,
    currency: formats.currency,
    amountHint: `A very small one, like ${formats.money(exampleAmount)}`,
    account: account ?? 'No bank details yet',
    bankHref: paths.applicationSection(application._id, 'bank'),
    text: textOf(facts),
    start: mayAsk(facts) ? { action: `${action}/start` } : undefined,
    answer: pending ? { action } : undefined,
    statement: pending ? facts.statement : undefined,
    back: { href: paths.application(application._id), text: 'Back to the application' },
  };
}

function mayAsk({ standing, account, now }: ProofPageFacts): boolean {
  if (account === undefined) return false;
  return standing.state === 'none' || (standing.state === 'failed' && now >= standing.again);
}

function textOf({ standing, account, now, formats }: ProofPageFacts): string {
  if (account === undefined)
    return 'First tell us the bank account: it is a section of your application. Then we can test it.';
  switch (standing.state) {
    case 'none':
      return 'We send a tiny amount of our own to this account, with a code. You read both in your other bank’s statement and type them in here, so that we know the account is yours. It costs you nothing, and you may keep the money.';
    case 'pending':
      return standing.arrived
        ? `We sent a tiny amount with a code. Look at the statement of that account and type in both, by ${formats.date(dayOf(standing.until))}. You have ${counted(standing.triesLeft, 'try').replace('trys', 'tries')} left.`
        : 'The test payment is on its way. It usually arrives within a day; look at this page again then.';
    case 'proved':
      return `You proved this account on ${formats.instant(standing.at)}. A loan can be paid out to it.`;
    case 'failed':
      return `${whyText(standing)} ${againText(standing, { now, formats })}`;
    default:
      return unreachable(standing);
  }
}

const dayOf = (date: Date) => date.toISOString().slice(0, 10);

function whyText(standing: Extract<ProofStanding, { state: 'failed' }>): string {
  switch (standing.why) {
    case 'returned':
      return `Your other bank sent the payment back. ${standing.reason}.`;
    case 'tries':
      return 'Three answers were wrong, so this test has ended.';
    case 'expired':
      return `The test was not answered within ${proofLimits.daysOpen} days.`;
    default:
      return unreachable(standing);
  }
}

function againText({ again }: { again: Date }, { now, formats }: { now: Date; formats: Formats }): string {
  if (now >= again) return 'You can start a new test.';
  return `You can start a new test of the same account from ${formats.instant(again)}, or change the bank details and test the other account at once.`;
}

export function explainStart(refusal: StartRefusal, formats: Formats): string {
  switch (refusal.code) {
    case 'not-open':
      return 'This application is closed, so there is nothing to pay out to the account. Nothing was sent';
    case 'no-details':
      return 'Tell us your bank account first. Nothing was sent';
    case 'under-way':
      return 'A test of this account is under way already. Nothing more was sent';
    case 'proved':
      return 'This account is proved already. Nothing was sent';
    case 'wait':
      return `You can start a new test from ${formats.instant(refusal.until)}. Nothing was sent`;
    case 'too-many-today':
      return `We send at most ${proofLimits.mostADay} test payments a day. Try again tomorrow. Nothing was sent`;
    default:
      return unreachable(refusal);
  }
}

export function explainAnswer(refusal: AnswerRefusal): { field: string; text: string } {
  switch (refusal.code) {
    case 'nothing-to-answer':
      return { field: 'form', text: 'There is no test to answer at the moment' };
    case 'not-arrived':
      return { field: 'form', text: 'The test payment has not arrived yet. This was not counted as a try' };
    case 'wrong':
      return { field: 'code', text: wrongText(refusal.left) };
    default:
      return unreachable(refusal);
  }
}

function wrongText(left: number): string {
  if (left === 0) return 'The amount and the code do not fit. That was the last try';
  return `The amount and the code do not fit. Check both; you have ${left === 1 ? 'one try' : `${left} tries`} left`;
}

/** A line of the task list of an application. */
export function bankProofRow(application: Pick<Application, '_id' | 'sections'>, standing: ProofStanding) {
  const text = 'Proof of your bank account';
  if (!application.sections.bank) return { text, state: 'locked' as const };
  const states = { none: 'optional', pending: 'doing', proved: 'done', failed: 'check' } as const;
  return { text, href: paths.bankProof(application._id), state: states[standing.state] };
}

/** What an officer sees of it. */
export function fileBankProof(standing: ProofStanding, formats: Formats) {
  return { label: 'Bank account', value: fileText(standing, formats), badge: badges[standing.state] };
}

function fileText(standing: ProofStanding, formats: Formats): string {
  switch (standing.state) {
    case 'none':
      return 'Not proved: no test payment was sent';
    case 'pending':
      return `Test payment sent, not answered yet; open until ${formats.instant(standing.until)}`;
    case 'proved':
      return `Proved by a test payment on ${formats.instant(standing.at)}`;
    case 'failed':
      return whyFailed[standing.why];
    default:
      return unreachable(standing);
  }
}

const whyFailed = {
  returned: 'Not proved: the other bank sent the test payment back',
  tries: 'Not proved: three wrong answers to the test payment',
  expired: 'Not proved: the test payment was not answered in time',
} as const;
