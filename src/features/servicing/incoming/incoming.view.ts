import type { Formats } from '#core/format.ts';
import { toDecimalString, zero } from '#core/money.ts';
import type { RailPayment } from '#features/accounts/index.ts';
import type { Loan, LoanTransaction } from '#features/loans/index.ts';
import type { RailTerms } from '#platform/payment-rail.ts';
import type { FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import type { Told } from '../life/act.service.ts';
import { dueNow } from '../life/due.ts';

/** Where other banks send money for loans. */
const collectionAccount = { holder: 'CloudBank, loan payments', number: '1000 0000 0048' };

export interface TransferFacts {
  told: Told;
  terms: RailTerms;
  /** A fresh idempotency key: after a refusal the old one keeps its answer. */
  key: string;
  form: FormState;
  formats: Formats;
}

function crumbs(loan: Loan) {
  return [
    { text: 'Loans', href: paths.loans },
    { text: `${loan.productName} ${loan.number}`, href: paths.loan(loan._id) },
    { text: 'Pay from another bank' },
  ];
}

/** The rows that a borrower copies into the form of their other bank. */
export function bankDetails({ loan, run }: Pick<Told, 'loan' | 'run'>, formats: Formats) {
  const due = dueNow(run);
  return [
    { label: 'Pay to', value: collectionAccount.holder },
    { label: 'Account number', value: collectionAccount.number },
    { label: 'Reference', value: loan.number },
    ...(due === zero ? [] : [{ label: 'Amount due', value: formats.moneyWithCurrency(due) }]),
  ];
}

/** `/loans/:loanId/transfer` */
export function transferPage({ told, terms, key, form, formats }: TransferFacts) {
  const { loan, run } = told;
  const due = dueNow(run);
  const isOver = run.payoff.total === zero;
  return {
    title: 'Pay from another bank',
    crumbs: crumbs(loan),
    head: { title: 'Pay from another bank', sub: `${loan.productName} ${loan.number}` },
    form: {
      values: { amount: due === zero ? '' : toDecimalString(due, loan.currency), ...form.values },
      errors: form.errors,
    },
    over: isOver && {
      title: 'Nothing is owed',
      text: 'This loan is repaid. Money that arrives for it goes back to the bank it came from.',
      action: { href: paths.loan(loan._id), text: 'See the loan' },
    },
    details: bankDetails(told, formats),
    steps: [
      `Send the money from your other bank with the reference ${loan.number}. Without it we cannot tell which loan it is for.`,
      'It counts from the day it arrives here, usually within a day. You get a notice and a receipt.',
      'A part of what is due is possible. More than is owed goes back.',
    ],
    simulate: {
      action: paths.loanTransfer(loan._id),
      key,
      unit: loan.currency,
      hint: `Up to ${formats.moneyWithCurrency(terms.usuallyAtOnce)} arrives at once; more waits until bank staff settle it.`,
    },
    back: { href: paths.payLoan(loan._id), text: 'Pay from an account here instead' },
  };
}

const states: Record<RailPayment['state'], { kind: string; text: string }> = {
  pending: { kind: 'info', text: 'On its way' },
  settled: { kind: 'ok', text: 'Arrived' },
  returned: { kind: 'alert', text: 'Went back' },
  refused: { kind: 'alert', text: 'Refused' },
};

/** `/loans/:loanId/transfer/:key` */
export function transferStatePage(facts: {
  loan: Loan;
  payment: RailPayment;
  receipt: LoanTransaction | undefined;
  formats: Formats;
}) {
  const { loan, payment, receipt, formats } = facts;
  const { state, amount, at, settledAt, endedAt, railReference } = payment;
  const row = (label: string, when: Date | null) => (when ? [{ label, value: formats.instant(when) }] : []);
  return {
    title: 'Transfer from another bank',
    crumbs: crumbs(loan),
    head: {
      title: 'Transfer from another bank',
      badge: states[state],
      sub: `${loan.productName} ${loan.number}`,
    },
    amount: formats.money(amount),
    currency: loan.currency,
    rows: [
      ...row('Announced', at),
      ...row('Arrived', settledAt),
      ...row(state === 'refused' ? 'Refused' : 'Went back', endedAt),
      ...(receipt ? [{ label: 'Counts from', value: formats.date(receipt.on) }] : []),
      { label: 'Reference', value: railReference ?? 'Not at the rail yet' },
    ],
    next: nextText(payment),
    receipt:
      state === 'settled' && receipt
        ? { href: paths.receipt(loan._id, receipt._id), text: 'See the receipt' }
        : undefined,
    back: { href: paths.loan(loan._id), text: 'See the loan' },
  };
}

function nextText({ state, settledAt }: RailPayment): string {
  if (state === 'pending')
    return 'We wait for the other bank. You get a notice when the money is here; nothing is booked until then.';
  if (state === 'settled') return 'The money is here and booked to your loan.';
  if (settledAt)
    return 'The other bank took the money back. Your loan is as if it had not been paid; look at what is due now.';
  return 'Nothing was booked. What is due stays due: send it again, or pay from an account here.';
}
