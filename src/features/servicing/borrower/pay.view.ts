import { counted, type Formats } from '#core/format.ts';
import { plus, sum, toDecimalString, zero, type Money } from '#core/money.ts';
import type { DepositAccount } from '#features/accounts/index.ts';
import type { Loan } from '#features/loans/index.ts';
import { emptyForm, type FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import type { Told } from '../life/act.service.ts';
import { dueNow, leftOf } from '../life/due.ts';
import { mostToPay } from '../life/limits.ts';
import { paymentPreview } from '../life/quotes.ts';
import { dueBadge } from '../states.view.ts';
import { accountChoice } from './accounts.view.ts';
import { dueOf, seenNumber, type Due } from './due.ts';
import { partRows, rowNames } from './overview.view.ts';
import { loanCrumbs } from './receipt.view.ts';
import { rowsText } from './transaction-words.ts';

export interface PayFacts {
  told: Told;
  /** As it stands at the end of the business date. */
  loan: Loan;
  accounts: readonly DepositAccount[];
  /** A fresh idempotency key: after a refusal the old one keeps its answer. */
  key: string;
  /** An amount of the borrower's own; undefined for what is due. */
  amount: Money | undefined;
  /** What was sent before, with its faults; absent on the first showing. */
  sent?: FormState;
  formats: Formats;
}

/** `/loans/:loanId/pay`: what is due with what it is made of, or another amount with what it would be used for. */
export function payPage(facts: PayFacts) {
  const { told, loan, sent, amount } = facts;
  const due = dueOf(told);
  // An amount that cannot be paid is asked for again; nothing can be sent until it is right.
  const isAsked = sent?.errors.amount !== undefined || !due || due.total === zero || isFarAhead(told, due);
  const part = isAsked ? askPart(facts, due) : duePart(facts, due);
  return {
    title: 'Pay',
    crumbs: loanCrumbs(loan, 'Pay'),
    back: paths.loan(loan._id),
    form: sent ?? emptyForm,
    other: otherAmount(facts, due),
    ...(amount !== undefined && sent?.errors.amount === undefined ? ownPart(facts, amount) : part),
  };
}

/** Where the product has its price for repaying early, only a few instalments are paid ahead. */
function isFarAhead(told: Told, due: Due): boolean {
  return due.total > mostToPay({ ...told, on: told.today });
}

function headOf(loan: Loan, title: string) {
  return { title, sub: `${loan.productName} ${loan.number}` };
}

function duePart(facts: PayFacts, due: Due) {
  const { told, loan, formats, key } = facts;
  return {
    head: {
      ...headOf(loan, due.when === 'upcoming' ? 'Pay the next instalment' : 'Pay what is due'),
      badge: dueBadge(due),
    },
    pay: {
      title: 'What it is made of',
      action: paths.payLoan(loan._id),
      hidden: [
        { name: 'key', value: key },
        { name: 'seen', value: seenNumber(told) },
        { name: 'shown', value: toDecimalString(due.total, loan.currency) },
      ],
      button: `Pay ${formats.money(due.total)}`,
      ...accountChoice({ ...facts, amount: due.total, sent: facts.sent }),
    },
    uses: {
      title: 'What it is made of',
      items: partRows(due, formats),
      text: `${rowNames(due)} of ${loan.instalments.length}`,
    },
  };
}

function ownPart(facts: PayFacts, amount: Money) {
  const { told, loan, formats, key } = facts;
  const preview = paymentPreview({ ...told, on: told.today }, amount);
  const { used, rows } = preview;
  const row = (label: string, value: Money) => (value > zero ? [{ label, value: formats.money(value) }] : []);
  const settled = rows.map(({ n }) => n);
  return {
    head: headOf(loan, `Pay ${formats.moneyWithCurrency(amount)}`),
    pay: {
      title: 'What it will be used for',
      action: paths.payLoan(loan._id),
      hidden: [
        { name: 'key', value: key },
        { name: 'seen', value: seenNumber(told) },
        { name: 'amount', value: toDecimalString(amount, loan.currency) },
      ],
      button: `Pay ${formats.money(amount)}`,
      ...accountChoice({ ...facts, amount, sent: facts.sent }),
    },
    uses: {
      items: [
        ...row('Penalty', used.penalty),
        ...row('Fee', used.fee),
        ...row('Interest', used.interest),
        ...row('Principal', used.principal),
        ...row('Kept for the next instalment', used.ahead),
        { label: 'In all', value: formats.moneyWithCurrency(amount), total: true },
      ],
      text: settled.length === 0 ? 'It pays no instalment in full.' : `It pays ${rowsText(settled)} in full.`,
    },
  };
}

function askPart({ told, loan, formats }: PayFacts, due: Due | undefined) {
  const text = askText(told, due);
  return {
    head: headOf(loan, 'Pay'),
    note: text === undefined ? undefined : { kind: 'info', text },
    unit: formats.currency,
  };
}

function askText(told: Told, due: Due | undefined): string | undefined {
  if (due && isFarAhead(told, due))
    return 'Nothing is due: the next instalments are paid ahead. More than that is repaid early.';
  if (due?.total !== zero) return undefined;
  return 'Nothing is due: the next instalment is paid ahead. You can still pay more in advance.';
}

const suggestedRows = 3;

/** Another amount: part of what is due, several instalments, or in advance. */
function otherAmount({ told, loan, amount, sent, formats }: PayFacts, due: Due | undefined) {
  const typed = sent?.values.amount ?? (amount === undefined ? '' : toDecimalString(amount, loan.currency));
  const error = sent?.errors.amount;
  return {
    action: paths.payLoan(loan._id),
    form: { values: { amount: typed }, errors: error === undefined ? {} : { amount: error } },
    unit: formats.currency,
    most: mostText(told, formats),
    due:
      (amount !== undefined || error !== undefined) && due && due.total > zero && !isFarAhead(told, due)
        ? { href: paths.payLoan(loan._id), text: `Pay what is due instead, ${formats.money(due.total)}` }
        : undefined,
    suggestions: suggestions(told, { loan, due, formats }),
    payoff: { href: paths.payoffLoan(loan._id), text: 'Pay the loan off' },
    prepay: { href: paths.prepayLoan(loan._id), text: 'Repay a part early' },
    transfer: { href: paths.loanTransfer(loan._id), text: 'Pay from another bank' },
  };
}

function mostText(told: Told, formats: Formats): string {
  const most = mostToPay({ ...told, on: told.today });
  if (most === zero) return 'Nothing can be paid ahead now.';
  const upTo = formats.moneyWithCurrency(most);
  // A product may ask that nothing is paid ahead.
  if (most <= dueNow(told.run)) return `A part of what is due, up to ${upTo}.`;
  return `A part of what is due, or more than that in advance, up to ${upTo}.`;
}

/** What is due with the next one to three instalments on top. */
function suggestions(told: Told, { loan, due, formats }: { loan: Loan; due: Due | undefined; formats: Formats }) {
  if (!due) return [];
  const { run } = told;
  const most = mostToPay({ ...told, on: told.today });
  const coming = run.rows.filter((row) => !row.known && !due.rows.includes(row));
  return coming.slice(0, suggestedRows - 1).flatMap((_row, index) => {
    const rows = coming.slice(0, index + 1);
    const amount = plus(due.total, sum(rows.map(leftOf)));
    if (amount > most) return [];
    const count = due.rows.length + rows.length;
    return [
      {
        href: `${paths.payLoan(loan._id)}?amount=${toDecimalString(amount, loan.currency)}`,
        text: `${counted(count, 'instalment')}, ${formats.money(amount)}`,
      },
    ];
  });
}
