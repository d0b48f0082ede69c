import { present } from '#core/assert.ts';
import type { Formats } from '#core/format.ts';
import { sum } from '#core/money.ts';
import type { Loan, LoanTransaction } from '#features/loans/index.ts';
import { paths } from '#web/paths.ts';
import type { Standing } from './standing.rules.ts';

/** The tab of payments: every transaction of the loan, newest first. */
export function paymentTable(transactions: readonly LoanTransaction[], formats: Formats) {
  return {
    caption: `Payments and the payout, newest first, amounts in ${formats.currency}`,
    columns: [
      { key: 'what', label: 'What' },
      { key: 'on', label: 'Date', hideSmall: true },
      { key: 'principal', label: 'Principal', kind: 'num', hideSmall: true },
      { key: 'interest', label: 'Interest', kind: 'num', hideSmall: true },
      { key: 'amount', label: 'Amount', kind: 'num' },
    ],
    rows: transactions.map((one) => {
      const on = formats.date(one.on);
      const paid = one.kind === 'payment';
      return {
        cells: {
          what: paid
            ? { text: `Instalment ${one.instalment}`, href: paths.receipt(one.loanId, one._id), subSmall: on }
            : { text: 'Loan paid out', subSmall: on },
          on,
          principal: formats.money(one.principal),
          interest: paid ? formats.money(one.interest) : '',
          amount: formats.money(one.amount),
        },
      };
    }),
  };
}

/** The tab of terms: what was agreed. */
export function termRows(loan: Loan, formats: Formats) {
  const terms = present(loan.terms.at(-1), 'The terms of a loan');
  const last = present(loan.instalments.at(-1), 'The last instalment');
  const total = (key: 'interest' | 'total') => formats.money(sum(loan.instalments.map((row) => row[key])));
  return [
    { label: 'Contract', value: loan.number },
    { label: `Amount borrowed, ${loan.currency}`, value: formats.money(loan.principal) },
    { label: 'Fee kept back at payout', value: formats.money(loan.fee) },
    { label: 'Interest rate a year', value: `${formats.rate(terms.annualRate)}, fixed` },
    ...(loan.aprPercent === null ? [] : [{ label: 'Annual percentage rate', value: formats.rate(loan.aprPercent) }]),
    { label: 'Days are counted by', value: terms.dayCount },
    { label: 'Repaid in', value: `${terms.instalments} equal monthly instalments` },
    { label: 'Each instalment', value: formats.money(terms.instalment) },
    { label: 'Paid out on', value: formats.date(loan.disbursedOn) },
    { label: 'First instalment', value: formats.date(terms.firstDueOn) },
    { label: 'Last instalment', value: formats.date(last.dueOn) },
    { label: 'Interest in all', value: total('interest') },
    { label: 'Repaid in all', value: total('total'), total: true },
  ];
}

interface TimelineFacts {
  loan: Loan;
  standing: Standing | undefined;
  transactions: readonly LoanTransaction[];
  formats: Formats;
}

const eventsShown = 4;

/** What happened last, and what comes next, newest first. */
export function timeline({ loan, standing, transactions, formats }: TimelineFacts) {
  const next = standing && {
    text: `Instalment ${standing.next.n} ${standing.when === 'overdue' ? 'fell' : 'falls'} due`,
    time: formats.date(standing.next.dueOn),
    datetime: standing.next.dueOn,
    state: 'next',
  };
  const payout = {
    text: `Loan paid out, ${formats.money(loan.principal)}`,
    time: formats.instant(loan.openedAt),
    datetime: loan.openedAt.toISOString(),
  };
  const paid = transactions
    .filter((one) => one.kind === 'payment')
    .slice(0, eventsShown)
    .map((one) => ({
      text: `Instalment ${one.instalment} paid, ${formats.money(one.amount)}`,
      time: formats.instant(one.at),
      datetime: one.at.toISOString(),
    }));
  const events = [...paid, payout].map((event, index) => ({ ...event, state: index === 0 ? 'now' : 'past' }));
  return next ? [next, ...events] : events;
}
