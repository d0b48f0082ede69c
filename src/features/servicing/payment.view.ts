import { present } from '#core/assert.ts';
import type { PlainDate } from '#core/calendar.ts';
import type { Formats } from '#core/format.ts';
import { toDecimalString } from '#core/money.ts';
import type { DepositAccount } from '#features/accounts/index.ts';
import type { Loan, LoanTransaction } from '#features/loans/index.ts';
import type { FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import { standingOf } from './standing.rules.ts';
import { dueBadge } from './states.view.ts';

export interface PayFacts {
  loan: Loan;
  accounts: readonly DepositAccount[];
  today: PlainDate;
  /** A fresh idempotency key: after a refusal the old one keeps its answer. */
  key: string;
  formats: Formats;
  /** What was sent before, with its faults; absent on the first showing. */
  sent?: FormState;
}

/** `/loans/:loanId/pay`; undefined where nothing is left to pay. */
export function payPage(facts: PayFacts) {
  const { loan, accounts, formats, sent } = facts;
  const standing = standingOf(loan.instalments, facts.today);
  if (!standing) return undefined;
  const { next } = standing;
  const amount = formats.money(next.total);
  const covering = accounts.filter((account) => account.available >= next.total);
  const chosen = covering.find((account) => account.id === loan.payoutAccountId) ?? covering[0] ?? accounts[0];
  return {
    title: `Pay instalment ${next.n}`,
    crumbs: crumbs(loan, 'Pay'),
    head: {
      title: `Pay instalment ${next.n}`,
      badge: dueBadge(standing),
      sub: `${loan.productName} ${loan.number}, instalment ${next.n} of ${loan.instalments.length}`,
    },
    action: paths.payLoan(loan._id),
    back: paths.loan(loan._id),
    form: {
      values: { accountId: chosen?.id ?? '', ...(sent?.values.accountId ? { accountId: sent.values.accountId } : {}) },
      errors: sent?.errors ?? {},
    },
    hidden: [
      { name: 'key', value: facts.key },
      { name: 'instalment', value: String(next.n) },
      { name: 'amountShown', value: toDecimalString(next.total, loan.currency) },
    ],
    split: splitRows({ ...next, label: `Due ${formats.date(next.dueOn)}` }, formats),
    accounts: accounts.map((account) => ({
      value: account.id,
      text: `${account.name} ${account.masked}`,
      sub: `${formats.moneyWithCurrency(account.available)} available`,
    })),
    noAccount: accounts.length === 0 && {
      title: 'You have no account to pay from',
      text: 'Open an account and put money in; then pay this instalment from it.',
      action: { href: paths.openAccount, text: 'Open an account' },
    },
    notCovered:
      accounts.length > 0 && covering.length === 0
        ? {
            text: 'None of your accounts covers this instalment today.',
            link: { href: paths.deposit, text: 'Add money' },
          }
        : undefined,
    button: `Pay ${amount}`,
  };
}

function crumbs(loan: Loan, last: string) {
  return [
    { text: 'Loans', href: paths.loans },
    { text: `${loan.productName} ${loan.number}`, href: paths.loan(loan._id) },
    { text: last },
  ];
}

function splitRows(
  row: {
    principal: LoanTransaction['principal'];
    interest: LoanTransaction['interest'];
    fee: LoanTransaction['fee'];
    total: LoanTransaction['amount'];
    label: string;
  },
  formats: Formats,
) {
  return [
    { label: 'Principal', value: formats.money(row.principal) },
    { label: 'Interest', value: formats.money(row.interest) },
    ...(row.fee > 0n ? [{ label: 'Fee', value: formats.money(row.fee) }] : []),
    { label: row.label, value: formats.moneyWithCurrency(row.total), total: true },
  ];
}

/** `/loans/:loanId/payments/:key`: what was paid, as it stood right after this payment. */
export function receiptPage(facts: {
  loan: Loan;
  payment: LoanTransaction;
  account: DepositAccount | undefined;
  formats: Formats;
}) {
  const { loan, payment, account, formats } = facts;
  const index = loan.instalments.findIndex((row) => row.n === payment.instalment);
  const row = present(loan.instalments[index], 'The instalment of a payment');
  const next = loan.instalments[index + 1];
  return {
    title: `Receipt, instalment ${row.n}`,
    crumbs: crumbs(loan, 'Receipt'),
    head: {
      title: `Instalment ${row.n} is paid`,
      badge: { kind: 'ok', text: 'Paid' },
      sub: `${loan.productName} ${loan.number}, ${formats.instant(payment.at)}`,
    },
    amount: formats.money(payment.amount),
    unit: loan.currency,
    split: splitRows({ ...payment, total: payment.amount, label: 'Paid' }, formats),
    facts: [
      { label: 'Receipt number', value: `${loan.number}-${payment.number}` },
      { label: 'Paid on', value: formats.date(payment.on) },
      ...(account
        ? [{ label: 'From', value: `${account.name} ${account.masked}`, href: paths.account(account.id) }]
        : []),
      { label: 'Instalment', value: `${row.n} of ${loan.instalments.length}, due ${formats.date(row.dueOn)}` },
      { label: 'Still to repay after it', value: formats.moneyWithCurrency(row.balance) },
      { label: 'Bank’s reference', value: payment._id },
    ],
    next: next
      ? `The next instalment, ${formats.moneyWithCurrency(next.total)}, is due ${formats.date(next.dueOn)}.`
      : 'This was the last instalment: the loan is repaid and closed.',
    back: { href: paths.loan(loan._id), text: 'See the loan' },
  };
}
