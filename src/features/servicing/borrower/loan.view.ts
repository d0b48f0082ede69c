import { counted } from '#core/format.ts';
import { sum, zero } from '#core/money.ts';
import { paths } from '#web/paths.ts';
import { loanBadge } from '../states.view.ts';
import type { LoanTab } from './borrower.forms.ts';
import { documentsTab } from './documents.view.ts';
import { historyTab } from './history.view.ts';
import { alertsOf, overviewTab, type OverviewFacts } from './overview.view.ts';
import { scheduleTab } from './schedule.view.ts';
import { rateNow } from './terms.view.ts';
import { paidOutNote } from './to-come.view.ts';

export interface LoanFacts extends OverviewFacts {
  tab: LoanTab;
  /** As the URL names it; a schedule without one opens where the loan stands. */
  page: number | undefined;
}

/** `/loans/:loanId`: head and figures, and below them the tab that the URL names. */
export function loanPage(facts: LoanFacts) {
  const { loan, due, formats, tab } = facts;
  const pays = loan.state === 'active' && due !== undefined && due.total > zero;
  return {
    title: `${loan.productName} ${loan.number}`,
    crumbs: [{ text: 'Home', href: paths.dashboard }, { text: 'Loans', href: paths.loans }, { text: loan.productName }],
    head: {
      title: loan.productName,
      badge: loanBadge(loan, due),
      sub: `Contract ${loan.number}, ${facts.toCome.length === 0 ? 'paid out' : 'first part paid out'} ${formats.date(loan.disbursedOn)}, ${counted(loan.instalments.length, 'instalment')}`,
      ...(pays && { action: { href: paths.payLoan(loan._id), text: `Pay ${formats.money(due.total)}` } }),
    },
    figures: figuresOf(facts),
    alerts: tab === 'overview' ? alertsOf(facts) : [],
    tabs: tabsOf(facts),
    ...tabBody(facts),
  };
}

function figuresOf(facts: LoanFacts) {
  const { told, loan, formats } = facts;
  const rows = told.run.rows;
  const interestPaid = sum(rows.map((row) => row.paid.interest));
  const last = rows.at(-1);
  const schedule = paths.loanTab(loan._id, 'schedule');
  return [
    {
      label: 'Outstanding principal',
      value: formats.money(loan.outstandingPrincipal),
      note: paidOutNote(loan, facts.toCome, formats),
      href: schedule,
    },
    dueFigure(facts, schedule),
    {
      label: 'Interest rate',
      value: formats.rate(rateNow(told)),
      note: 'a year',
      href: paths.loanTab(loan._id, 'documents'),
    },
    {
      label: 'Interest paid so far',
      value: formats.money(interestPaid),
      note: `of ${formats.money(sum(rows.map((row) => row.interest)))} in all`,
      href: paths.loanTab(loan._id, 'payments'),
    },
    {
      label: 'Instalments paid',
      value: `${loan.paidInstalments} of ${rows.length}`,
      note: last ? `last one ${formats.date(last.dueOn)}` : '',
      href: schedule,
    },
  ];
}

function dueFigure({ loan, due, formats }: LoanFacts, href: string) {
  if (!due || loan.state !== 'active') return { label: 'Next due', value: 'None', note: 'nothing will fall due' };
  const on = due.on === null ? '' : formats.date(due.on);
  if (due.when === 'overdue') {
    const penalty = due.parts.penalty > zero ? `, ${formats.money(due.parts.penalty)} of it penalties` : '';
    const note = `${counted(due.days, 'day')} late, since ${on}${penalty}`;
    return { label: 'Overdue', value: formats.money(due.total), note, href, tone: 'danger' };
  }
  if (due.total === zero) return { label: 'Next due', value: formats.money(zero), note: `${on} is paid ahead`, href };
  return { label: 'Next due', value: formats.money(due.total), note: due.when === 'due' ? 'today' : on, href };
}

const tabNames: Record<LoanTab, string> = {
  overview: 'Overview',
  schedule: 'Schedule',
  payments: 'Payments',
  documents: 'Documents',
};

function tabsOf({ loan, tab }: LoanFacts) {
  return (Object.keys(tabNames) as LoanTab[]).map((name) => ({
    text: tabNames[name],
    href: name === 'overview' ? paths.loan(loan._id) : paths.loanTab(loan._id, name),
    current: name === tab,
  }));
}

function tabBody(facts: LoanFacts) {
  const { told, loan, formats, page } = facts;
  switch (facts.tab) {
    case 'overview':
      return { overview: overviewTab(facts) };
    case 'schedule':
      return { schedule: scheduleTab({ told, page, formats }) };
    case 'payments':
      return { payments: historyTab({ told, loanId: loan._id, page: page ?? 1, formats }) };
    case 'documents':
      return { documents: documentsTab({ told, loan, toCome: facts.toCome, formats }) };
  }
}
