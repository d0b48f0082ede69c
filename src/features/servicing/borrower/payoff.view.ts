import { dateText, type PlainDate } from '#core/calendar.ts';
import type { Formats } from '#core/format.ts';
import { plus, toDecimalString, zero, type Money } from '#core/money.ts';
import type { DepositAccount } from '#features/accounts/index.ts';
import type { Loan } from '#features/loans/index.ts';
import { emptyForm, type FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import type { PayoffQuote } from '../life/quotes.ts';
import { accountChoice } from './accounts.view.ts';
import { loanCrumbs } from './receipt.view.ts';

/** How many days ahead a quote is given. */
export const quoteDays = 30;

export interface PayoffFacts {
  loan: Loan;
  quote: PayoffQuote;
  today: PlainDate;
  accounts: readonly DepositAccount[];
  key: string;
  seen: string;
  formats: Formats;
  sent?: FormState;
}

/** `/loans/:loanId/payoff`: what it costs to be done on a date, and the button that does it today. */
export function payoffPage(facts: PayoffFacts) {
  const { loan, quote, today, formats, key, sent } = facts;
  const isToday = quote.on === dateText(today);
  const total = formats.money(quote.total);
  return {
    title: 'Pay the loan off',
    crumbs: loanCrumbs(loan, 'Pay off'),
    head: { title: 'Pay the loan off', sub: `${loan.productName} ${loan.number}` },
    form: sent ?? emptyForm,
    back: paths.loan(loan._id),
    quote: {
      title: `To be done on ${formats.date(quote.on)}`,
      amount: total,
      unit: formats.currency,
      items: quoteRows(quote, formats),
      text: validText(quote, { isToday: isToday ? 'today' : 'later', formats }),
    },
    ask: {
      action: paths.payoffLoan(loan._id),
      form: { values: { on: sent?.values.on ?? quote.on }, errors: sent?.errors ?? {} },
      min: dateText(today),
      max: dateText(today.add({ days: quoteDays })),
      today: isToday ? undefined : { href: paths.payoffLoan(loan._id), text: 'See what it costs today' },
    },
    pay: isToday && {
      title: 'Where the money comes from',
      action: paths.payoffLoan(loan._id),
      hidden: [
        { name: 'key', value: key },
        { name: 'seen', value: facts.seen },
        { name: 'shown', value: toDecimalString(quote.total, loan.currency) },
      ],
      button: `Pay ${total} and close the loan`,
      ...accountChoice({ loan, accounts: facts.accounts, amount: quote.total, sent, formats }),
    },
    later: isToday
      ? undefined
      : { kind: 'info', text: `To pay it off on ${formats.date(quote.on)}, open this page on that day.` },
  };
}

function quoteRows(quote: PayoffQuote, formats: Formats) {
  const row = (label: string, amount: Money) => (amount > zero ? [{ label, value: formats.money(amount) }] : []);
  return [
    { label: 'Principal', value: formats.money(quote.principal) },
    ...row('Interest to that day', quote.interest),
    ...row('Fee', quote.fee),
    ...row('Penalty', quote.penalty),
    ...row('Fee for paying off early', quote.charge),
    { label: 'In all', value: formats.moneyWithCurrency(quote.total), total: true },
  ];
}

function validText(quote: PayoffQuote, facts: { isToday: 'today' | 'later'; formats: Formats }): string {
  const { formats } = facts;
  const aDay = plus(quote.interestADay, quote.penaltyADay);
  const until = `This amount is right until the end of ${formats.date(quote.on)}`;
  const condition = facts.isToday === 'today' ? '' : ', if nothing else is paid or charged until then';
  const grows = aDay > zero ? ` Each day after it adds ${formats.moneyWithCurrency(aDay)}.` : '';
  return `${until}${condition}.${grows}`;
}

/** The page of a loan that has nothing left to pay off. */
export function nothingToPayOff(loan: Loan, form: FormState) {
  return {
    title: 'Nothing left to pay',
    crumbs: loanCrumbs(loan, 'Pay'),
    head: { title: 'Nothing left to pay', sub: `${loan.productName} ${loan.number}` },
    form,
    back: paths.loan(loan._id),
    blocked: {
      kind: 'info',
      text:
        loan.state === 'written-off'
          ? 'This loan was written off. Write to us to agree how to pay what is owed.'
          : 'This loan is closed. Nothing is owed any more.',
    },
  };
}
