import { counted, waited, type Formats } from '#core/format.ts';
import { zero } from '#core/money.ts';
import { may, type Actor } from '#core/roles.ts';
import type { RailDirection } from '#platform/payment-rail.ts';
import { emptyForm, type FormState } from '#web/forms.ts';
import { pagingView } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import type { DeskPayment } from './desk.service.ts';
import type { DeskList, ListedPayment } from './desk-list.service.ts';
import type { RailPayment } from './rail.model.ts';
import { railStates, reasonText, returnReasons, type RailState } from './rail.rules.ts';
import { railBadge } from './rail.view.ts';

const stateNames: Record<RailState, string> = {
  pending: 'Pending',
  settled: 'Settled',
  returned: 'Returned',
  refused: 'Refused',
};

interface Filters {
  state?: RailState | undefined;
  direction?: RailDirection | undefined;
}

export interface DeskFacts extends Filters {
  list: DeskList;
  page: number;
  now: Temporal.Instant;
  formats: Formats;
}

function hrefOf({ state, direction }: Filters): string {
  const query = new URLSearchParams({ ...(state ? { state } : {}), ...(direction ? { direction } : {}) }).toString();
  return query === '' ? paths.rail : `${paths.rail}?${query}`;
}

/** `/rail`: pending payments first, whatever else is looked at below them. */
export function deskPage(facts: DeskFacts) {
  const { list, state, direction, page, formats } = facts;
  const { pending, payments, total } = list;
  const waiting = pending.in + pending.out;
  const query = { ...(state ? { state } : {}), ...(direction ? { direction } : {}) };
  const tab = (one: RailState | undefined, text: string) => ({
    href: hrefOf({ state: one, direction }),
    text,
    current: one === state,
  });
  return {
    title: 'Rail',
    head: {
      title: 'Rail',
      sub: waiting === 0 ? 'Nothing waits for another bank' : `${counted(waiting, 'payment')} pending at another bank`,
    },
    tabs: [tab(undefined, 'All'), ...railStates.map((one) => tab(one, stateNames[one]))],
    chips: [
      { text: 'Both ways', href: hrefOf({ state }), current: direction === undefined },
      { text: 'Deposits', href: hrefOf({ state, direction: 'in' }), current: direction === 'in', count: pending.in },
      {
        text: 'Withdrawals',
        href: hrefOf({ state, direction: 'out' }),
        current: direction === 'out',
        count: pending.out,
      },
    ].map(({ count, ...chip }) => ({ ...chip, note: count ? `${count} pending` : '' })),
    table: {
      caption: 'Payments over the rail',
      captionHidden: true,
      columns: [
        { key: 'what', label: 'Payment' },
        { key: 'account', label: 'Account', hideSmall: true },
        { key: 'at', label: 'Ordered', hideSmall: true },
        { key: 'state', label: 'State' },
        { key: 'amount', label: `Amount, ${formats.currency}`, kind: 'num' },
      ],
      rows: payments.map((payment) => ({ cells: cellsOf(payment, facts) })),
    },
    paging: pagingView({ page, total, path: paths.rail, query }),
    empty: payments.length > 0 ? null : emptyList(facts),
  };
}

function emptyList({ state, direction, page }: DeskFacts) {
  if (page === 1 && state === undefined && direction === undefined)
    return { title: 'No payment yet', text: 'Deposits and withdrawals of customers appear here as they are ordered.' };
  const action = { href: paths.rail, text: 'Show all payments' };
  return { title: 'Nothing here', text: 'No payment fits what you chose.', action };
}

function cellsOf(payment: ListedPayment, { now, formats }: DeskFacts) {
  const { _id, railReference, at, state } = payment;
  return {
    what: {
      text: kindName(payment),
      href: paths.railPayment(_id),
      sub: railReference ?? 'Not at the rail yet',
      subSmall: formats.instant(at),
    },
    account: whoseOf(payment),
    at: formats.instant(at),
    state: {
      badge: railBadge(payment),
      ...(state === 'pending' ? { sub: `for ${waited(at, now).text}` } : {}),
    },
    amount: formats.money(payment.amount),
  };
}

function whoseOf({ loan, proof, accountNumber }: ListedPayment): string {
  if (loan) return `Loan ${loan.number}`;
  return proof ? 'The bank’s own' : grouped(accountNumber);
}

function kindName({ direction, loan, proof }: Pick<RailPayment, 'direction' | 'loan' | 'proof'>): string {
  if (loan) return 'Loan payment';
  if (proof) return 'Account check';
  return direction === 'in' ? 'Deposit' : 'Withdrawal';
}

function grouped(number: string): string {
  return number.replace(/(\d{4})(?=\d)/g, '$1 ');
}

export interface DeskForms {
  /** A fresh key for either decision. */
  key: string;
  failed?: { which: 'settle' | 'return'; form: FormState };
}

/** `/rail/:key`: what it is, what happened, and what can be decided. */
export function deskPaymentPage(
  found: DeskPayment,
  { forms, actor, formats }: { forms: DeskForms; actor: Actor; formats: Formats },
) {
  const { payment, own, choices } = found;
  const { _id, amount, railReference } = payment;
  const title = `${kindName(payment)} of ${formats.moneyWithCurrency(amount)}`;
  const formOf = (which: 'settle' | 'return') => (forms.failed?.which === which ? forms.failed.form : emptyForm);
  return {
    title,
    crumbs: [{ text: 'Rail', href: paths.rail }, { text: railReference ?? 'Payment' }],
    head: { title, badge: railBadge(payment), sub: railReference ?? 'Not at the rail yet' },
    rows: rowsOf(found, { actor, formats }),
    timeline: timelineOf(found, { userId: actor.userId, formats }),
    blocked:
      own && choices.length > 0
        ? 'This payment concerns an account of your own. Somebody else has to decide on it.'
        : undefined,
    // What the summary on top lists is about one of the forms below.
    form: forms.failed?.form ?? emptyForm,
    hidden: { key: forms.key, version: payment.version },
    settle: !own && choices.includes('settle') ? settleCard(payment, formats) : undefined,
    giveBack: !own && choices.includes('return') ? { ...returnCard(payment), form: formOf('return') } : undefined,
    listHref: hrefOf({ state: 'pending' }),
    action: { settle: `${paths.railPayment(_id)}/settle`, giveBack: `${paths.railPayment(_id)}/return` },
  };
}

function rowsOf(found: DeskPayment, { actor, formats }: { actor: Actor; formats: Formats }) {
  const { payment, accountNumber, bank, note, text } = found;
  const { direction, accountId, amount, missing, reason, _id, loan, proof } = payment;
  const account = { label: direction === 'in' ? 'Into account' : 'From account', value: grouped(accountNumber) };
  return [
    { label: 'Amount', value: formats.moneyWithCurrency(amount) },
    ...(loan ? [{ label: 'For loan', value: loan.number }] : []),
    ...(loan || proof
      ? []
      : [may(actor, 'account:inspect') ? { ...account, href: paths.staffAccount(accountId) } : account]),
    ...(bank ? [{ label: 'To', value: `${bank.name} ${bank.account}` }] : []),
    ...(text === undefined ? [] : [{ label: 'Text on the statement there', value: text }]),
    ...(reason === null ? [] : [{ label: 'Why', value: reasonText(reason) }]),
    ...(note === undefined ? [] : [{ label: 'Note', value: note }]),
    ...(missing === zero ? [] : [{ label: 'Claim on the customer', value: formats.moneyWithCurrency(missing) }]),
    { label: 'Key', value: _id },
  ];
}

/** What happened, newest first. */
function timelineOf({ payment, decisions }: DeskPayment, facts: { userId: string; formats: Formats }) {
  const { formats, userId } = facts;
  const { state, at, pendingSince, settledAt, endedAt, railReference } = payment;
  const past = (text: string, when: Date | null) => (when ? [{ text, when }] : []);
  const decided = (to: 'settled' | 'returned') =>
    decisions
      .filter((one) => one.to === to)
      .flatMap(({ by, at: when }) => past(`${by === userId ? 'You' : 'A colleague'} ${to} it`, when));
  const events = [
    ...past(payment.proof ? 'Ordered by the bank, to prove an account' : 'Ordered by the customer', at),
    ...past('Taken by the rail, pending there', pendingSince),
    ...decided('settled'),
    ...past('Settled and booked', settledAt),
    ...decided('returned'),
    ...past(state === 'refused' ? 'Refused by the rail' : 'Returned', endedAt),
  ];
  const told = events
    .toSorted((a, b) => a.when.getTime() - b.when.getTime())
    .map(({ text, when }) => ({ text, time: formats.instant(when), datetime: when.toISOString(), state: 'past' }));
  const waiting = { time: `Since ${formats.instant(at)}`, datetime: at.toISOString(), state: 'now' };
  const open = railReference === null ? 'The rail has not answered yet' : 'Waiting for the other bank';
  return [...told, ...(state === 'pending' ? [{ text: open, ...waiting }] : [])].reverse();
}

function settleCard({ direction, amount, loan, proof }: RailPayment, formats: Formats) {
  if (proof)
    return { button: 'Settle and book it', hint: 'It is an expense of the bank, and has arrived at the other bank.' };
  if (loan) {
    const hint = `${formats.moneyWithCurrency(amount)} is booked to loan ${loan.number} as of its arrival.`;
    return { button: 'Settle and book it', hint };
  }
  return direction === 'in'
    ? {
        button: 'Settle and book it',
        hint: `${formats.moneyWithCurrency(amount)} is booked to the customer’s account at once.`,
      }
    : { button: 'Settle and book it', hint: 'The money that is set aside leaves the customer’s account at once.' };
}

function returnCard({ direction, state, loan, proof }: RailPayment) {
  const reasons = returnReasons.map(({ code, text }) => ({ value: code, text }));
  const loanHint =
    state === 'settled'
      ? 'The loan is as if it had never been paid, and the product’s fee for it is charged.'
      : 'Nothing is booked to the loan.';
  const proofHint = 'The account is not proved by it, and the bank has its money back.';
  const hints = {
    in: {
      pending: 'Nothing is booked to the customer’s account.',
      settled: 'It is taken off the customer’s account. What is not there any more becomes a claim of the bank.',
    },
    out: {
      pending: 'The money that is set aside is available to the customer again.',
      settled: 'It is credited to the customer’s account again.',
    },
  };
  return {
    hint: proof ? proofHint : loan ? loanHint : hints[direction][state === 'settled' ? 'settled' : 'pending'],
    reasons: [{ value: '', text: 'Choose a reason' }, ...reasons],
  };
}
