import { dateText, type PlainDate } from '#core/calendar.ts';
import { notFound } from '#core/errors.ts';
import { negate, toDecimalString, zero, type Money } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { Accounts } from '#features/accounts/index.ts';
import { hashRequest, ownBookId, type Ledger } from '#features/ledger/index.ts';
import { loanAccounts, type Instalment, type Loan, type LoanTransaction } from '#features/loans/index.ts';
import { noticeRow } from '#features/notices/index.ts';
import { bsonDate } from '#platform/clock.ts';
import type { Companion } from '#platform/companion.ts';
import type { Platform } from '#platform/platform.ts';
import { keptRefusal, payRefusal, type PayRefusal } from './payment-refusals.ts';
import { decidePayment } from './payment.rules.ts';
import { settle } from './replay.ts';

export const paymentKind = 'instalment-payment';

export interface PaymentOrder {
  /** The user who asks, or the name of a job of ours. */
  actor: string;
  partyId: string;
  loanId: string;
  /** The idempotency key of the form: the transaction's and the journal's id. */
  key: string;
  /** The number of the instalment that was shown. */
  instalment: number;
  amountShown: Money;
  /** An amount that the borrower wrote themselves; it is compared and never charged. */
  amount?: Money | undefined;
  /** The deposit account to pay from. */
  accountId: string;
}

/** `replayed` where the key had paid before: that payment's receipt. */
export type PayOutcome = Result<{ key: string; replayed: boolean }, PayRefusal>;

export interface PaymentParts {
  platform: Platform;
  accounts: Pick<Accounts, 'findOwn'>;
  ledger: Ledger;
  findLoan(partyId: string, loanId: string): Promise<Loan | undefined>;
  lastNumber(loanId: string): Promise<number>;
}

export async function payInstalment(parts: PaymentParts, order: PaymentOrder): Promise<PayOutcome> {
  const { platform, ledger } = parts;
  const request = { key: order.key, requestHash: requestHash(order, platform) };
  const loan = await parts.findLoan(order.partyId, order.loanId);
  if (!loan) throw notFound('Loan');
  const known = await ledger.outcomeOf(request);
  if (known) return outcomeOf(known);

  const [account, today] = await Promise.all([
    parts.accounts.findOwn(order.partyId, order.accountId),
    platform.bankDay.today(),
  ]);
  const decision = decidePayment({
    closed: loan.state === 'closed',
    instalments: loan.instalments,
    wanted: order.instalment,
    amountShown: order.amountShown,
    amount: order.amount,
    account,
  });
  const head = {
    ...request,
    kind: paymentKind,
    currency: loan.currency,
    effectiveOn: today,
    actor: order.actor,
    reference: `loan ${loan.number}, instalment ${order.instalment}`,
  };
  // Another request with this key may have paid since we asked: then the ledger answers with that payment.
  if (!decision.ok) return outcomeOf(await ledger.refuse(head, keptRefusal(decision.refusal)));
  const payment = paymentOf({
    order,
    loan,
    row: decision.value,
    today,
    number: (await parts.lastNumber(loan._id)) + 1,
  });
  const transaction = { ...payment, at: bsonDate(platform.clock.now()) };
  const postings = postingsOf(transaction, loan);
  return outcomeOf(await ledger.post({ ...head, postings, companions: companionsOf(platform, { loan, transaction }) }));
}

function requestHash(order: PaymentOrder, { currency }: Platform): string {
  const text = (amount: Money | undefined) => (amount === undefined ? '' : toDecimalString(amount, currency));
  return hashRequest({
    what: paymentKind,
    partyId: order.partyId,
    loanId: order.loanId,
    instalment: String(order.instalment),
    amountShown: text(order.amountShown),
    amount: text(order.amount),
    accountId: order.accountId,
  });
}

function outcomeOf(outcome: Awaited<ReturnType<Ledger['post']>>): PayOutcome {
  if (!outcome.ok) return refuse(payRefusal(outcome.refusal));
  return ok({ key: outcome.value.key, replayed: outcome.value.replayed });
}

function paymentOf(facts: {
  order: PaymentOrder;
  loan: Loan;
  row: Instalment;
  today: PlainDate;
  number: number;
}): Omit<LoanTransaction, 'at'> {
  const { order, loan, row, today, number } = facts;
  return {
    _id: order.key,
    loanId: loan._id,
    partyId: loan.partyId,
    number,
    kind: 'payment',
    on: dateText(today),
    amount: row.total,
    principal: row.principal,
    interest: row.interest,
    fee: row.fee,
    instalment: row.n,
    accountId: order.accountId,
    actor: order.actor,
  };
}

function postingsOf(payment: LoanTransaction, loan: Loan): { account: string; amount: Money }[] {
  const credit = (account: string, amount: Money) => ({ account, amount: negate(amount) });
  return [
    { account: payment.accountId, amount: payment.amount },
    credit(loanAccounts(loan._id).principal, payment.principal),
    credit(ownBookId('interestIncome', loan.currency), payment.interest),
    credit(ownBookId('feeIncome', loan.currency), payment.fee),
  ].filter((posting) => posting.amount !== zero);
}

/** What must be true together with the posting: the transaction, the settled instalment, the audit entry, the notice. */
function companionsOf(platform: Platform, facts: { loan: Loan; transaction: LoanTransaction }): Companion[] {
  const { loan, transaction } = facts;
  const { audit, outbox, formats } = platform;
  const amount = formats.moneyWithCurrency(transaction.amount);
  const number = String(transaction.instalment);
  return [
    { collection: 'loanTransactions', kind: 'insert', document: { ...transaction } },
    settlement(loan, transaction),
    audit.entry({
      actor: transaction.actor,
      action: 'instalment-paid',
      subject: { type: 'loan', id: loan._id },
      details: { loan: loan.number, instalment: number, amount, key: transaction._id },
    }),
    noticeRow(outbox, {
      partyId: loan.partyId,
      title: `Instalment ${number} is paid`,
      text: `We took ${amount} for instalment ${number} of loan ${loan.number} on ${formats.date(transaction.on)}. Your receipt is ready.`,
      href: `/loans/${loan._id}/payments/${transaction._id}`,
    }),
  ];
}

/** Settles the instalment only where it is unsettled and the loan is as it was read: the second guard beside the key. */
function settlement(loan: Loan, payment: LoanTransaction): Companion {
  const { instalments, ...facts } = settle(loan, payment);
  const index = instalments.findIndex((row) => row.n === payment.instalment);
  const place = `instalments.${index}`;
  return {
    collection: 'loans',
    kind: 'update',
    filter: { _id: loan._id, version: loan.version, [`${place}.n`]: payment.instalment, [`${place}.paidOn`]: null },
    change: {
      $set: { ...facts, [`${place}.paidOn`]: payment.on, [`${place}.paidBy`]: payment._id },
      $inc: { version: 1 },
    },
  };
}
