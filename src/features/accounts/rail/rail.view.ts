import { unreachable } from '#core/assert.ts';
import type { Formats } from '#core/format.ts';
import { minus, zero } from '#core/money.ts';
import type { RailDirection, RailTerms } from '#platform/payment-rail.ts';
import type { FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import type { DepositAccount } from '../accounts.service.ts';
import { accountOptions } from '../accounts.view.ts';
import type { RailPayment } from './rail.model.ts';
import { reasonText } from './rail.rules.ts';
import type { OwnPayment } from './rail.service.ts';

const texts = {
  in: {
    title: 'Deposit',
    sub: 'Add money from your account at another bank',
    action: paths.deposit,
    other: { href: paths.withdraw, text: 'Withdraw' },
    legend: 'Into which account?',
    button: 'Add the money',
    sandbox: 'No other bank is asked and no real money moves. Bank staff stand in for the other bank.',
    noAccount: 'You have no account to add money to',
    latest: 'Your latest deposits',
    receipt: paths.depositReceipt,
  },
  out: {
    title: 'Withdraw',
    sub: 'Send money to your account at another bank',
    action: paths.withdraw,
    other: { href: paths.deposit, text: 'Deposit' },
    legend: 'From which account?',
    button: 'Withdraw the money',
    sandbox: 'No other bank is paid and no real money moves. Bank staff stand in for the other bank.',
    noAccount: 'You have no account to withdraw from',
    latest: 'Your latest withdrawals',
    receipt: paths.withdrawalReceipt,
  },
} as const;

export interface OrderPageFacts {
  direction: RailDirection;
  accounts: readonly DepositAccount[];
  latest: readonly OwnPayment[];
  terms: RailTerms;
  form: FormState;
  /** A fresh idempotency key: after a refusal the old one keeps its answer. */
  key: string;
  formats: Formats;
}

/** `/deposit` and `/withdraw`. */
export function orderPage(facts: OrderPageFacts) {
  const { direction, accounts, latest, form, formats } = facts;
  const { title, sub, action, other, legend, button, sandbox, noAccount } = texts[direction];
  const chosen = form.values.accountId ?? '';
  const accountId = accounts.some((account) => account.id === chosen) ? chosen : (accounts[0]?.id ?? '');
  return {
    title,
    head: { title, sub, secondary: other },
    action,
    form: { ...form, values: { ...form.values, accountId } },
    key: facts.key,
    options: accountOptions(accounts, formats),
    currency: formats.currency,
    amountHint: `At most ${formats.moneyWithCurrency(facts.terms.largest)}`,
    legend,
    button,
    sandbox,
    destination: direction === 'out',
    noAccount: {
      title: noAccount,
      text: 'Open one first. It has a number at once.',
      action: { href: paths.openAccount, text: 'Open an account' },
    },
    steps: stepsOf(facts),
    latest: latest.length > 0 ? latestTable(direction, { latest, accounts, formats }) : undefined,
  };
}

/** What happens after the button, in order. */
function stepsOf({ direction, terms, formats }: OrderPageFacts): string[] {
  const atOnce = formats.moneyWithCurrency(terms.usuallyAtOnce);
  if (direction === 'in') {
    return [
      'We ask your other bank for the money.',
      `Up to ${atOnce} it is usually on your account at once. A larger amount is there as soon as your other bank has settled it; we tell you.`,
      'Should your other bank send it back, we tell you why. What was booked is then taken off your account again.',
    ];
  }
  return [
    'We set the money aside: it stays on your balance as held, and you cannot spend it twice.',
    `Up to ${atOnce} it is usually sent at once. A larger amount leaves your account as soon as the payment is settled; we tell you.`,
    'Should your other bank send it back, it is yours again and we tell you why.',
  ];
}

function latestTable(
  direction: RailDirection,
  facts: { latest: readonly OwnPayment[]; accounts: readonly DepositAccount[]; formats: Formats },
) {
  const { latest, accounts, formats } = facts;
  const { latest: caption, receipt } = texts[direction];
  const nameOf = new Map(accounts.map(({ id, name, masked }) => [id, `${name} ${masked}`]));
  return {
    caption,
    captionHidden: true,
    columns: [
      { key: 'what', label: direction === 'in' ? 'Into' : 'To', grow: true },
      { key: 'state', label: 'State' },
      { key: 'amount', label: `Amount, ${formats.currency}`, kind: 'num' },
    ],
    rows: latest.map(({ payment, destination }) => ({
      cells: {
        what: {
          text: destination ?? nameOf.get(payment.accountId) ?? 'Account',
          href: receipt(payment._id),
          sub: formats.instant(payment.at),
        },
        state: { badge: railBadge(payment) },
        amount: formats.money(payment.amount),
      },
    })),
  };
}

/** A payment's state in one word. */
export function railBadge({ state, direction }: Pick<RailPayment, 'state' | 'direction'>) {
  switch (state) {
    case 'pending':
      return { kind: 'info', text: 'Pending', icon: 'clock' };
    case 'settled':
      return { kind: 'ok', text: direction === 'in' ? 'Booked' : 'Sent' };
    case 'returned':
      return { kind: 'alert', text: 'Returned' };
    case 'refused':
      return { kind: 'critical', text: 'Refused' };
    default:
      return unreachable(state);
  }
}

/** `/deposit/:key` and `/withdraw/:key`: where it is, and what happens next. */
export function paymentPage(own: OwnPayment, { account, formats }: { account: DepositAccount; formats: Formats }) {
  const { payment, destination } = own;
  const { direction, amount, railReference, reason, settledAt, endedAt } = payment;
  const { title, action, receipt } = texts[direction];
  const heading = headingOf(payment);
  const dated = (label: string, at: Date | null) => (at ? [{ label, value: formats.instant(at) }] : []);
  return {
    title: heading,
    crumbs: [{ text: title, href: action }, { text: heading }],
    head: { title: heading, badge: railBadge(payment) },
    amount: formats.money(amount),
    currency: payment.currency,
    rows: [
      {
        label: direction === 'in' ? 'Into' : 'From',
        value: `${account.name} ${account.masked}`,
        href: paths.account(account.id),
      },
      ...(destination === undefined ? [] : [{ label: 'To', value: destination }]),
      { label: 'Balance now', value: formats.moneyWithCurrency(account.balance) },
      { label: 'Available now', value: formats.moneyWithCurrency(account.available) },
      { label: 'Reference', value: railReference ?? 'Not there yet' },
      ...dated('Ordered', payment.at),
      ...dated(direction === 'in' ? 'Booked' : 'Sent', settledAt),
      ...dated(payment.state === 'refused' ? 'Refused' : 'Returned', endedAt),
      ...(reason === null ? [] : [{ label: 'Why', value: reasonText(reason) }]),
    ],
    next: direction === 'in' ? nextOfDeposit(payment, formats) : nextOfWithdrawal(payment),
    accountHref: paths.account(account.id),
    again: { href: `${action}?account=${account.id}`, text: direction === 'in' ? 'Add more money' : 'Withdraw more' },
    look: payment.state === 'pending' ? { href: receipt(payment._id), text: 'Look again' } : undefined,
  };
}

function headingOf({ direction, state }: RailPayment): string {
  const headings = {
    in: {
      pending: 'Deposit on its way',
      settled: 'Money added',
      returned: 'Deposit returned',
      refused: 'Deposit refused',
    },
    out: {
      pending: 'Withdrawal on its way',
      settled: 'Money sent',
      returned: 'Withdrawal returned',
      refused: 'Withdrawal refused',
    },
  } as const;
  return headings[direction][state];
}

function nextOfDeposit(payment: RailPayment, formats: Formats): string {
  const { state, railReference, settledAt, missing } = payment;
  if (state === 'settled') return 'The money is on your account now and you can use it. You need do nothing more.';
  if (state === 'refused') return 'Nothing was collected and nothing was booked.';
  if (state === 'pending') {
    return railReference === null
      ? 'We have your order, and the payment rail has not answered yet. Nothing is booked so far. We go on asking; please do not send it again.'
      : 'Your other bank has not settled it yet. The money is on your account as soon as it has, and we tell you. You need do nothing.';
  }
  if (settledAt === null) return 'It went back to your other bank. Nothing was booked to your account.';
  const taken = formats.moneyWithCurrency(minus(payment.amount, missing));
  if (missing === zero) return `Your other bank took the money back, so that we took ${taken} off your account again.`;
  return `Your other bank took the money back. We took ${taken} off your account; it had no more, so that you owe us ${formats.moneyWithCurrency(missing)}. Please contact us.`;
}

function nextOfWithdrawal({ state, railReference, settledAt }: RailPayment): string {
  if (state === 'settled') return 'The money has left your account. Your other bank shows it when it has booked it.';
  if (state === 'refused') return 'Nothing was sent. The money is available to you again.';
  if (state === 'pending') {
    return railReference === null
      ? 'We have your order and have set the money aside. The payment rail has not answered yet; we go on asking. Please do not send it again.'
      : 'The money is set aside on your account. It leaves it as soon as the payment is settled, and we tell you. You need do nothing.';
  }
  return settledAt === null
    ? 'Nothing was sent. The money is available to you again.'
    : 'Your other bank sent the money back. It is on your account again.';
}
