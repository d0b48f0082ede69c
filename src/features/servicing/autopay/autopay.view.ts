import { zero, type Money } from '#core/money.ts';
import type { Formats } from '#core/format.ts';
import type { DepositAccount } from '#features/accounts/index.ts';
import type { Loan } from '#features/loans/index.ts';
import type { ProductVersion } from '#features/products/index.ts';
import type { FormState } from '#web/forms.ts';
import { pagingView } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import { eventFee } from '../life/due.ts';
import { failureText } from './autopay-notices.ts';
import { autopayRule, type Place } from './autopay.rules.ts';
import type { Mandate, MandateEvent } from './mandate.model.ts';
import { accountFault, type Outlook, type ShownTaking } from './mandates.service.ts';

export const takingsShown = 10;

export interface AutopayFacts {
  loan: Loan;
  mandate: Mandate | undefined;
  /** The account it takes from, as the borrower sees it; undefined where it is no longer theirs. */
  from: DepositAccount | undefined;
  next: Pick<Place, 'dueOn' | 'tryOn' | 'attempt'>;
  outlook: Outlook | undefined;
  accounts: readonly DepositAccount[];
  takings: readonly ShownTaking[];
  total: number;
  page: number;
  product: ProductVersion | undefined;
  /** A fresh idempotency key for setting it up. */
  key: string;
  form: FormState;
  formats: Formats;
}

/** `/loans/:loanId/autopay` */
export function autopayPage(facts: AutopayFacts) {
  const { loan, mandate, form } = facts;
  const isOver = loan.state !== 'active';
  return {
    title: 'Autopay',
    crumbs: [
      { text: 'Loans', href: paths.loans },
      { text: `${loan.productName} ${loan.number}`, href: paths.loan(loan._id) },
      { text: 'Autopay' },
    ],
    head: { title: 'Autopay', badge: badgeOf(mandate), sub: `${loan.productName} ${loan.number}` },
    form,
    over: isOver && {
      title: 'There is nothing to take',
      text: 'This loan is closed. Autopay is for loans that are being repaid.',
      action: { href: paths.loan(loan._id), text: 'See the loan' },
    },
    warning: isOver ? undefined : warningOf(facts),
    next: isOver ? undefined : nextCard(facts),
    order: isOver ? undefined : orderCard(facts),
    terms: isOver ? undefined : termsOf(facts),
    // Whoever has not agreed yet reads before the form; later the terms stand below what can be done.
    termsFirst: mandate === undefined,
    cancel: !isOver && mandate && cancelCard(mandate),
    takings: mandate || facts.total > 0 ? takingsCard(facts) : undefined,
    timeline: (mandate?.history ?? [])
      .map((event, index, all) => eventItem(event, { isLast: index === all.length - 1, ...facts }))
      .reverse(),
  };
}

function badgeOf(mandate: Mandate | undefined) {
  if (!mandate) return { kind: 'neutral', text: 'Off' };
  return mandate.state === 'paused' ? { kind: 'alert', text: 'Paused' } : { kind: 'ok', text: 'On' };
}

function warningOf({ mandate, from, outlook, next, formats }: AutopayFacts) {
  if (!mandate) return undefined;
  if (mandate.state === 'paused') {
    const text = 'The account it took from is gone, so that nothing is taken. Choose another account below.';
    return { kind: 'warn', title: 'Autopay is paused', text };
  }
  if (next.attempt > 1) {
    const text = `We could not take what was due on ${formats.date(next.dueOn)}. We try again on ${formats.date(next.tryOn)}; have the money there by then, or pay it yourself.`;
    return { kind: 'warn', title: 'The last try failed', text };
  }
  const short = outlook && from ? outlook.total - from.available : zero;
  if (short <= zero || !from) return undefined;
  const text = `${from.name} has ${formats.moneyWithCurrency(short as Money)} too little for the next taking. Add money by ${formats.date(next.tryOn)}.`;
  return { kind: 'warn', title: undefined, text, link: { href: paths.deposit, text: 'Add money' } };
}

function nextCard({ mandate, next, from, outlook, formats, loan }: AutopayFacts) {
  const active = mandate?.state === 'active';
  const title = active ? 'What we take next' : 'What we would take next';
  if (!outlook || outlook.total === zero) {
    return {
      title,
      items: [{ label: 'Amount', value: 'Nothing is due' }],
      text: `Looked at again on ${formats.date(next.tryOn)}.`,
      link: undefined,
    };
  }
  const { principal, interest, fee, penalty } = outlook.parts;
  const row = (label: string, amount: Money) => (amount === zero ? [] : [{ label, value: formats.money(amount) }]);
  return {
    title,
    items: [
      { label: 'On', value: `End of ${formats.date(next.tryOn)}` },
      ...(active && from
        ? [{ label: 'From', value: `${from.name} ${from.masked}`, href: paths.account(from.id) }]
        : []),
      ...row('Principal', principal),
      ...row('Interest', interest),
      ...row('Fees', fee),
      ...row('Penalty', penalty),
      { label: 'In all', value: formats.moneyWithCurrency(outlook.total), total: true },
    ],
    text: 'With everything that is overdue by then. What you pay before is taken off.',
    link: { href: paths.payLoan(loan._id), text: 'Pay now instead' },
  };
}

function orderCard(facts: AutopayFacts) {
  const { mandate, loan, accounts, form, formats, key } = facts;
  const usable = accounts.filter((account) => accountFault(account, loan) === undefined);
  const chosen =
    form.values.accountId ?? (usable.some(({ id }) => id === mandate?.accountId) ? mandate?.accountId : undefined);
  const preferred = chosen ?? usable.find(({ id }) => id === loan.payoutAccountId)?.id ?? usable[0]?.id ?? '';
  return {
    title: mandate ? 'Change the account' : 'Set up autopay',
    action: mandate ? `${paths.loanAutopay(loan._id)}/account` : paths.loanAutopay(loan._id),
    hidden: mandate ? { name: 'version', value: String(mandate.version) } : { name: 'key', value: key },
    form: { values: { ...form.values, accountId: preferred }, errors: form.errors },
    options: usable.map((account) => ({
      value: account.id,
      text: `${account.name} ${account.masked}`,
      sub: `${formats.moneyWithCurrency(account.available)} available${account.joint ? ', joint account' : ''}`,
    })),
    consent: `I agree that the bank takes what is due on loan ${loan.number} from this account on each due date, until I cancel.`,
    button: buttonOf(mandate),
    noAccount: usable.length === 0 && {
      title: 'You have no account that autopay can take from',
      text: 'Open an account and put money in; then set autopay up here.',
      action: { href: paths.openAccount, text: 'Open an account' },
    },
  };
}

function buttonOf(mandate: Mandate | undefined): string {
  if (!mandate) return 'Set up autopay';
  return mandate.state === 'paused' ? 'Go on with this account' : 'Take from this account';
}

/** What the borrower agrees to, in the order in which it happens. */
function termsOf({ product, outlook, formats }: AutopayFacts): string[] {
  const days = autopayRule.triesAfterDays.filter((day) => day > 0).map(String);
  const { amount } = product ? eventFee(product, { code: 'bounce', base: outlook?.total ?? zero }) : { amount: zero };
  const fee =
    amount === zero
      ? 'We charge nothing for a try that fails.'
      : `After the last failed try we charge ${formats.moneyWithCurrency(amount)}, once an instalment.`;
  return [
    `${autopayRule.remindDaysBefore} days before each due date we tell you the amount, the date and the account, and whether the money is there.`,
    'At the end of the due date we take exactly what has fallen due and is unpaid. Paying it yourself before is always possible.',
    `Where the money is not there, nothing is taken. We try again ${days.join(' and ')} days after the due date, and tell you each time.`,
    `${fee} What stays unpaid is late, as if autopay were off.`,
    'You can change the account or cancel here at any time, to the end of the due date.',
  ];
}

function cancelCard(mandate: Mandate) {
  return {
    action: `${paths.loanAutopay(mandate.loanId)}/cancel`,
    version: String(mandate.version),
    text: 'After you cancel, nothing is taken any more. What is due stays due: pay each instalment yourself.',
  };
}

function takingsCard({ takings, total, page, loan, formats }: AutopayFacts) {
  return {
    table: {
      caption: `Amounts in ${formats.currency}`,
      captionHidden: false,
      columns: [
        { key: 'on', label: 'Tried on' },
        { key: 'due', label: 'Due on', hideSmall: true },
        { key: 'outcome', label: 'Outcome' },
        { key: 'amount', label: 'Amount', kind: 'num' },
      ],
      rows: takings.map((taking) => ({ cells: cellsOf(taking, { loan, formats }) })),
    },
    paging: pagingView({ page, total, size: takingsShown, path: paths.loanAutopay(loan._id) }),
    empty: takings.length === 0 && {
      title: 'Nothing was taken yet',
      text: 'What autopay takes, and what it could not take, appears here.',
    },
  };
}

function cellsOf(taking: ShownTaking, { loan, formats }: Pick<AutopayFacts, 'loan' | 'formats'>) {
  const { outcome, taken, amount, attempt, dueOn, reason, short, againOn, fee } = taking;
  const on = formats.date(taking.on);
  const due = `Due ${formats.date(dueOn)}`;
  if (outcome === 'taken') {
    return {
      on: { text: on, href: paths.receipt(loan._id, taking._id), subSmall: due },
      due: formats.date(dueOn),
      outcome: { badge: { kind: 'ok', text: 'Taken' }, sub: attempt > 1 ? `At try ${attempt}` : undefined },
      amount: taken === null ? '' : formats.money(taken),
    };
  }
  const again = againOn === null ? 'Not tried again' : `Next try ${formats.date(againOn)}`;
  const charged = fee === null || fee === zero ? '' : `. Fee ${formats.money(fee)}`;
  const why = failureText(reason, { short, formats });
  return {
    on: { text: on, subSmall: due },
    due: formats.date(dueOn),
    outcome: {
      badge: { kind: 'alert', text: 'Not taken' },
      sub: `Try ${attempt}: ${why}. ${again}${charged}`,
    },
    amount: amount === null ? '' : formats.money(amount),
  };
}

const eventTexts: Record<MandateEvent['what'], string> = {
  'set-up': 'You set autopay up',
  'account-changed': 'You chose another account',
  resumed: 'You chose an account, and autopay went on',
  paused: 'Autopay was paused',
  cancelled: 'You cancelled autopay',
  'loan-ended': 'Autopay ended with the loan',
};

function eventItem({ what, on }: MandateEvent, { isLast, formats }: { isLast: boolean; formats: Formats }) {
  return { text: eventTexts[what], time: formats.date(on), datetime: on, state: isLast ? 'now' : 'past' };
}
