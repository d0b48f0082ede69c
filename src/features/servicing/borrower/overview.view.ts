import { dateText } from '#core/calendar.ts';
import { counted, type Formats } from '#core/format.ts';
import { larger, minus, sum, zero, type Money } from '#core/money.ts';
import type { Loan } from '#features/loans/index.ts';
import { paths } from '#web/paths.ts';
import type { Told } from '../life/act.service.ts';
import { coolingOffUntil, wasCancelled } from '../life/cancelling.ts';
import { waiting } from '../life/due.ts';
import { effective } from '../life/story.ts';
import { scheduleChart } from './chart.view.ts';
import { lateRows, type Due } from './due.ts';
import { toComeAlert, type PartToCome } from './to-come.view.ts';
import { timeline } from './history.view.ts';
import { asSentence, rowsText } from './transaction-words.ts';
import { changeNotice } from './terms.view.ts';

export interface OverviewFacts {
  told: Told;
  /** As it stands at the end of the business date. */
  loan: Loan;
  due: Due | undefined;
  /** Agreed and not paid out yet, the next one first. */
  toCome: readonly PartToCome[];
  formats: Formats;
}

/** The tab that opens first: what to know, what to pay next, how far it is repaid, what happened. */
export function overviewTab(facts: OverviewFacts) {
  const { told, loan, due, formats } = facts;
  const next = due && due.on !== null ? { text: nextText(due), on: due.on } : undefined;
  return {
    chart: scheduleChart(loan, formats),
    next: due && dueCard(loan, { due, formats }),
    progress: progressOf(loan, told, formats),
    moves: loan.state === 'active' ? moves(loan, told) : [],
    timeline: timeline({ told, formats, next: loan.state === 'active' ? next : undefined }),
  };
}

function nextText({ rows, when }: Due): string {
  const [first] = rows;
  const verb = when === 'overdue' ? 'fell due' : 'falls due';
  return first ? `Instalment ${first.n} ${verb}` : `A payment ${verb}`;
}

/** What has to be known before anything else, worst first. */
export function alertsOf(facts: OverviewFacts) {
  const { told, loan, due, formats } = facts;
  const kept = waiting(told.run);
  const change = changeNotice(told, formats);
  return [
    ...(loan.state === 'written-off' ? [writtenOff(loan, formats)] : []),
    ...(loan.state === 'active' && due?.when === 'overdue' ? [lateAlert(facts, due)] : []),
    ...(loan.state === 'closed' ? [closedAlert(facts)] : []),
    ...toComeAlert(loan, facts.toCome, formats),
    ...(change ? [{ kind: 'info', ...change }] : []),
    ...(kept > zero && loan.state === 'active'
      ? [
          {
            kind: 'info',
            text: `${formats.moneyWithCurrency(kept)} that you paid ahead is kept for the next instalment and saves interest until then.`,
          },
        ]
      : []),
  ];
}

function lateAlert({ told, loan, formats }: OverviewFacts, due: Due) {
  const count = lateRows(told).length;
  const penalty = due.parts.penalty > zero ? `, with ${formats.moneyWithCurrency(due.parts.penalty)} of penalties` : '';
  const what = count === 1 ? 'An instalment is' : `${counted(count, 'instalment')} are`;
  const since = due.on === null ? '' : ` since ${formats.date(due.on)}`;
  return {
    kind: 'danger',
    title: `${formats.moneyWithCurrency(due.total)} is overdue, ${counted(due.days, 'day')} late`,
    text: `${what} unpaid${since}${penalty}.${dailyText(told)} If you cannot pay all of it, pay a part and write to us.`,
    link: { href: paths.payLoan(loan._id), text: 'Pay now' },
  };
}

function dailyText({ loan }: Told): string {
  const penalty = loan.terms[0]?.penalty;
  return penalty?.basis === 'annual' ? ' The penalty grows every day.' : '';
}

function writtenOff(loan: Loan, formats: Formats) {
  return {
    kind: 'danger',
    title: 'This loan was written off',
    text: `Nothing is added to it any more, and ${formats.moneyWithCurrency(loan.outstandingPrincipal)} is still owed. Write to us to agree how to pay it.`,
    link: { href: paths.contact, text: 'Contact us' },
  };
}

function closedAlert({ loan, told: { transactions }, formats }: OverviewFacts) {
  const on = loan.closedOn === null ? '' : ` on ${formats.date(loan.closedOn)}`;
  return {
    kind: 'success',
    text: `This loan was ${wasCancelled(transactions) ? 'cancelled' : 'repaid in full'}${on}. Nothing is owed any more.`,
    link: { href: paths.loanNoDues(loan._id), text: 'See the certificate of no dues' },
  };
}

/** What there is to pay, part by part. */
export function partRows(due: Due, formats: Formats) {
  const row = (label: string, amount: Money) => (amount > zero ? [{ label, value: formats.money(amount) }] : []);
  const on = due.on === null ? '' : ` ${formats.date(due.on)}`;
  const label = due.when === 'overdue' ? 'Overdue and due now' : `Due${on}`;
  return [
    ...row('Penalty', due.parts.penalty),
    ...row('Fee', due.parts.fee),
    ...row('Interest', due.parts.interest),
    ...row('Principal', due.parts.principal),
    ...(due.waiting > zero ? [{ label: 'Paid ahead', value: formats.money(minus(zero, due.waiting)) }] : []),
    { label, value: formats.moneyWithCurrency(due.total), total: true },
  ];
}

export function rowNames({ rows }: Due): string {
  return rows.length === 0 ? '' : asSentence(rowsText(rows.map(({ n }) => n)));
}

function dueCard(loan: Loan, { due, formats }: { due: Due; formats: Formats }) {
  const pay = loan.state === 'active' && due.total > zero;
  return {
    title: due.when === 'upcoming' ? 'Next instalment' : 'Due now',
    items: partRows(due, formats),
    foot: {
      text: `${rowNames(due)} of ${loan.instalments.length}`,
      ...(pay ? { link: { href: paths.payLoan(loan._id), text: `Pay ${formats.money(due.total)}` } } : {}),
    },
  };
}

function progressOf(loan: Loan, { run, transactions }: Told, formats: Formats) {
  const lent = sum(effective(transactions).map((one) => (one.kind === 'disbursal' ? one.principal : zero)));
  // What was overdue may have been added to the principal.
  const repaid = larger(zero, minus(lent, loan.outstandingPrincipal));
  const interest = sum(run.rows.map((row) => row.paid.interest));
  const last = run.rows.at(-1);
  return {
    percent: lent === zero ? '0.0' : (Number((repaid * 1000n) / lent) / 10).toFixed(1),
    items: [
      { label: 'Repaid', value: formats.money(repaid) },
      { label: 'Outstanding', value: formats.money(loan.outstandingPrincipal) },
      { label: 'Interest paid', value: formats.money(interest) },
      ...(last && loan.state === 'active' ? [{ label: 'Ends', value: formats.date(last.dueOn) }] : []),
    ],
  };
}

function moves(loan: Loan, { product, today }: Told) {
  const { _id } = loan;
  const until = coolingOffUntil(loan, product);
  const mayCancel = until !== undefined && dateText(today) <= until;
  return [
    ...(mayCancel ? [{ href: paths.cancelLoan(_id), text: 'Cancel it', icon: 'x' }] : []),
    { href: paths.payLoan(_id), text: 'Pay', icon: 'pay' },
    { href: paths.prepayLoan(_id), text: 'Repay a part early', icon: 'down' },
    { href: paths.payoffLoan(_id), text: 'Pay it off', icon: 'check' },
    { href: paths.loanAutopay(_id), text: 'Autopay', icon: 'cal' },
  ];
}
