import type { Formats } from '#core/format.ts';
import { zero } from '#core/money.ts';
import type { DepositAccount } from '#features/accounts/index.ts';
import type { Loan, LoanTransaction } from '#features/loans/index.ts';
import { paths } from '#web/paths.ts';
import type { Told } from '../life/act.service.ts';
import { dueOf } from './due.ts';
import { asSentence, rowsText, usesOf } from './transaction-words.ts';

interface Facts {
  told: Told;
  loan: Loan;
  payment: LoanTransaction;
  account: DepositAccount | undefined;
  formats: Formats;
}

/** `/loans/:loanId/payments/:key`: what was paid and what it was used for, as it was recorded. */
export function receiptPage(facts: Facts) {
  const { told, loan, payment, account, formats } = facts;
  const undone = told.transactions.find(({ reverses }) => reverses === payment._id);
  const title = titleOf(facts);
  return {
    title: 'Receipt',
    crumbs: loanCrumbs(loan, 'Receipt'),
    head: {
      title,
      badge: undone ? { kind: 'critical', text: 'Undone' } : { kind: 'ok', text: 'Paid' },
      sub: `${loan.productName} ${loan.number}, ${formats.instant(payment.at)}`,
    },
    undone: undone && {
      kind: 'warn',
      text: `This was undone on ${formats.date(undone.recordedOn)}: it counts as if it had never been paid. What it paid is owed again.`,
    },
    amount: formats.money(payment.amount),
    unit: loan.currency,
    uses: [
      ...usesOf(payment, formats),
      { label: 'In all', value: formats.moneyWithCurrency(payment.amount), total: true },
    ],
    facts: [
      { label: 'Receipt number', value: `${loan.number}-${payment.number}` },
      { label: 'Paid on', value: formats.date(payment.on) },
      ...(payment.recordedOn === payment.on ? [] : [{ label: 'Recorded on', value: formats.date(payment.recordedOn) }]),
      { label: 'From', ...fromOf(payment, account) },
      ...settledOf(facts),
      ...effectRow(payment),
      { label: 'Bank’s reference', value: payment._id },
    ],
    next: nextText(facts),
    certificate:
      (payment.kind === 'payoff' || payment.kind === 'cancellation') &&
      loan.state === 'closed' &&
      paths.loanNoDues(loan._id),
    back: { href: paths.loan(loan._id), text: 'See the loan' },
  };
}

export function loanCrumbs(loan: Loan, last: string) {
  return [
    { text: 'Loans', href: paths.loans },
    { text: `${loan.productName} ${loan.number}`, href: paths.loan(loan._id) },
    { text: last },
  ];
}

function settledRows({ told, payment }: Facts): number[] {
  return told.run.rows.filter((row) => row.known && row.settledBy === payment._id).map(({ n }) => n);
}

function titleOf(facts: Facts): string {
  const { payment, formats } = facts;
  if (payment.kind === 'payoff') return 'Your loan is paid off';
  if (payment.kind === 'cancellation') return 'Your loan is cancelled';
  if (payment.kind === 'prepayment') return `${formats.money(payment.principal)} is repaid early`;
  const numbers = settledRows(facts);
  if (numbers.length === 0) return `We received ${formats.money(payment.amount)}`;
  return `${asSentence(rowsText(numbers))} ${numbers.length === 1 ? 'is' : 'are'} paid`;
}

function fromOf(payment: LoanTransaction, account: DepositAccount | undefined) {
  if (account) return { value: `${account.name} ${account.masked}`, href: paths.account(account.id) };
  return { value: payment.accountId.startsWith('bank:') ? 'Paid from outside' : 'An account that you no longer hold' };
}

function settledOf(facts: Facts) {
  const numbers = settledRows(facts);
  if (numbers.length === 0 || facts.payment.kind !== 'payment') return [];
  return [{ label: 'Paid in full', value: `${asSentence(rowsText(numbers))} of ${facts.told.run.rows.length}` }];
}

function effectRow({ kind, effect }: LoanTransaction) {
  if (kind !== 'prepayment') return [];
  return [
    { label: 'What it does', value: effect === 'lower-instalment' ? 'Lowers the instalments' : 'Ends the loan sooner' },
  ];
}

/** How the loan goes on, as it stands today. */
function nextText({ told, loan, formats }: Facts): string {
  if (loan.state === 'closed') return 'The loan is repaid and closed. Nothing is owed any more.';
  if (loan.state === 'written-off') return 'The loan was written off. What was owed then is still owed.';
  const due = dueOf(told);
  if (!due) return '';
  const amount = formats.moneyWithCurrency(due.total);
  const on = due.on === null ? '' : formats.date(due.on);
  if (due.when === 'overdue') return `${amount} is still overdue.`;
  if (due.when === 'due') return `${amount} is still due today.`;
  if (due.total === zero) return `The next instalment, due ${on}, is paid ahead.`;
  return `Next, ${amount} is due ${on}.`;
}
