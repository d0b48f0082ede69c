import type { PlainDate } from '#core/calendar.ts';
import type { Formats } from '#core/format.ts';
import type { Application, Loan } from '#features/loans/index.ts';
import { paths } from '#web/paths.ts';
import { standingOf } from '../standing.rules.ts';
import { applicationHref, applicationState, loanBadge } from '../states.view.ts';

interface Facts {
  applications: readonly Application[];
  loans: readonly Loan[];
  today: PlainDate;
  formats: Formats;
}

/** `/loans`: what is being applied for, what runs, and what is over. */
export function loanListPage({ applications, loans, today, formats }: Facts) {
  const running = loans.filter((loan) => loan.state !== 'closed');
  const closed = loans.filter((loan) => loan.state === 'closed');
  const open = applications.filter((one) => applicationState(one.state).place !== 'over');
  const over = applications.filter((one) => applicationState(one.state).place === 'over' && one.state !== 'disbursed');
  const empty = applications.length === 0 && loans.length === 0;
  return {
    title: 'Loans',
    head: {
      title: 'Loans',
      sub: 'What you borrow, and what you have asked for',
      ...(empty ? {} : { action: { href: paths.apply, text: 'Apply for a loan', icon: 'plus' } }),
    },
    empty: empty && {
      title: 'You have no loan yet',
      text: 'See what you can borrow, what it would cost each month, and apply in about ten minutes.',
      action: { href: paths.apply, text: 'Apply for a loan' },
    },
    applications: open.map((one) => applicationItem(one, formats)),
    earlier: over.map((one) => applicationItem(one, formats)),
    running: running.length > 0 && runningTable(running, { today, formats }),
    closed: closed.length > 0 && closedTable(closed, formats),
  };
}

function applicationItem(application: Application, formats: Formats) {
  const amount = application.offer?.amount ?? application.sections.terms?.amount;
  const wanted = amount === undefined ? 'Amount not chosen yet' : formats.moneyWithCurrency(amount);
  return {
    href: applicationHref(application),
    title: application.productName,
    sub: `${wanted}, application ${application.reference}`,
    badge: applicationState(application.state).badge,
  };
}

function runningTable(loans: readonly Loan[], { today, formats }: Pick<Facts, 'today' | 'formats'>) {
  return {
    caption: `Amounts in ${formats.currency}`,
    columns: [
      { key: 'loan', label: 'Loan' },
      { key: 'due', label: 'Next due', hideSmall: true },
      { key: 'next', label: 'To pay then', kind: 'num', hideSmall: true },
      { key: 'left', label: 'Outstanding', kind: 'num' },
      { key: 'state', label: 'State' },
    ],
    rows: loans.map((loan) => runningRow(loan, { today, formats })),
  };
}

function runningRow(loan: Loan, { today, formats }: Pick<Facts, 'today' | 'formats'>) {
  const standing = loan.state === 'active' ? standingOf(loan.instalments, today) : undefined;
  const isLate = standing?.when === 'overdue';
  const amount = standing && formats.money(isLate ? standing.overdue.amount : standing.next.left);
  const due = standing ? formats.date(standing.next.dueOn) : '';
  return {
    cells: {
      loan: {
        text: loan.productName,
        href: paths.loan(loan._id),
        sub: loan.number,
        subSmall: amount && `${amount} ${isLate ? 'was due' : 'due'} ${due}`,
      },
      due,
      next: amount ?? '',
      left: formats.money(loan.outstandingPrincipal),
      state: { badge: loanBadge(loan, standing) },
    },
  };
}

function closedTable(loans: readonly Loan[], formats: Formats) {
  return {
    caption: `Amounts in ${formats.currency}`,
    columns: [
      { key: 'loan', label: 'Loan' },
      { key: 'closed', label: 'Repaid on', hideSmall: true },
      { key: 'principal', label: 'Borrowed', kind: 'num' },
    ],
    rows: loans.map((loan) => ({
      cells: {
        loan: { text: loan.productName, href: paths.loan(loan._id), sub: loan.number },
        closed: loan.closedOn === null ? '' : formats.date(loan.closedOn),
        principal: formats.money(loan.principal),
      },
    })),
  };
}
