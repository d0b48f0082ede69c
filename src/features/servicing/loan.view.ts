import { present } from '#core/assert.ts';
import type { PlainDate } from '#core/calendar.ts';
import { counted, type Formats } from '#core/format.ts';
import { sum } from '#core/money.ts';
import type { Loan, LoanTransaction } from '#features/loans/index.ts';
import { pagingView } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import { scheduleChart } from './chart.view.ts';
import { scheduleTable } from './schedule.view.ts';
import type { LoanTab } from './servicing.forms.ts';
import { standingOf, type Standing } from './standing.rules.ts';
import { loanBadge } from './states.view.ts';
import { paymentTable, termRows, timeline } from './loan-tabs.view.ts';

export interface LoanFacts {
  loan: Loan;
  today: PlainDate;
  tab: LoanTab;
  fold: 'folded' | 'unfolded';
  page: number;
  transactions: readonly LoanTransaction[];
  total: number;
  formats: Formats;
}

/** `/loans/:loanId`: head and figures, and below them the tab that the URL names. */
export function loanPage(facts: LoanFacts) {
  const { loan, formats } = facts;
  const standing = standingOf(loan.instalments, facts.today);
  return {
    title: `${loan.productName} ${loan.number}`,
    crumbs: [{ text: 'Home', href: paths.dashboard }, { text: 'Loans', href: paths.loans }, { text: loan.productName }],
    head: {
      title: loan.productName,
      badge: loanBadge(loan, standing),
      sub: `Contract ${loan.number}, paid out ${formats.date(loan.disbursedOn)}, ${counted(loan.instalments.length, 'instalment')}`,
      ...(standing && {
        action: { href: paths.payLoan(loan._id), text: `Pay ${formats.money(standing.next.total)}` },
      }),
    },
    figures: figuresOf(loan, { standing, formats }),
    tabs: tabsOf(facts),
    ...tabBody(facts, standing),
  };
}

function figuresOf(loan: Loan, { standing, formats }: { standing: Standing | undefined; formats: Formats }) {
  const terms = present(loan.terms.at(-1), 'The terms of a loan');
  const rows = loan.instalments;
  const paidInterest = sum(rows.filter((row) => row.paidOn !== null).map((row) => row.interest));
  const schedule = `${paths.loan(loan._id)}#schedule`;
  const last = present(rows.at(-1), 'The last instalment');
  const late = standing?.when === 'overdue';
  return [
    {
      label: 'Outstanding principal',
      value: formats.money(loan.outstandingPrincipal),
      note: `of ${formats.moneyWithCurrency(loan.principal)}`,
      href: schedule,
    },
    {
      label: 'Next instalment',
      value: standing ? formats.money(standing.next.total) : 'None',
      note: standing ? `${late ? 'was due' : 'due'} ${formats.date(standing.next.dueOn)}` : 'all are paid',
      href: schedule,
      ...(late ? { tone: 'danger' } : {}),
    },
    {
      label: 'Interest rate',
      value: formats.rate(terms.annualRate),
      note: `fixed, ${terms.dayCount}`,
      href: `${paths.loan(loan._id)}?tab=terms`,
    },
    {
      label: 'Interest paid so far',
      value: formats.money(paidInterest),
      note: `of ${formats.money(sum(rows.map((row) => row.interest)))} in all`,
      href: `${paths.loan(loan._id)}#chart`,
    },
    {
      label: 'Instalments paid',
      value: `${loan.paidInstalments} of ${rows.length}`,
      note: `last one ${formats.date(last.dueOn)}`,
      href: `${paths.loan(loan._id)}?tab=payments`,
    },
  ];
}

const tabNames: Record<LoanTab, string> = { overview: 'Overview', payments: 'Payments', terms: 'Terms' };

function tabsOf({ loan, tab }: LoanFacts) {
  return (Object.keys(tabNames) as LoanTab[]).map((name) => ({
    text: tabNames[name],
    href: name === 'overview' ? paths.loan(loan._id) : `${paths.loan(loan._id)}?tab=${name}`,
    current: name === tab,
  }));
}

function tabBody(facts: LoanFacts, standing: Standing | undefined) {
  const { loan, formats, page, total } = facts;
  switch (facts.tab) {
    case 'overview':
      return {
        overview: {
          chart: scheduleChart(loan, formats),
          schedule: scheduleTable(facts),
          foldHref: facts.fold === 'unfolded' ? `${paths.loan(loan._id)}#schedule` : undefined,
          next: standing && nextCard(loan, { standing, formats }),
          timeline: timeline({ loan, standing, transactions: facts.transactions, formats }),
        },
      };
    case 'payments':
      return {
        payments: {
          table: paymentTable(facts.transactions, formats),
          paging: pagingView({ page, total, path: paths.loan(loan._id), query: { tab: 'payments' } }),
        },
      };
    case 'terms':
      return { terms: { items: termRows(loan, formats) } };
  }
}

function nextCard(loan: Loan, { standing, formats }: { standing: Standing; formats: Formats }) {
  const row = present(
    loan.instalments.find((one) => one.n === standing.next.n),
    'The next instalment',
  );
  return {
    items: [
      { label: 'Principal', value: formats.money(row.principal) },
      { label: 'Interest', value: formats.money(row.interest) },
      ...(row.fee > 0n ? [{ label: 'Fee', value: formats.money(row.fee) }] : []),
      { label: `Due ${formats.date(row.dueOn)}`, value: formats.money(row.total), total: true },
    ],
    foot: {
      text: `Instalment ${row.n} of ${loan.instalments.length}`,
      link: { href: paths.payLoan(loan._id), text: `Pay ${formats.money(row.total)}` },
    },
    late: lateText(standing, formats),
  };
}

function lateText({ next, days, overdue }: Standing, formats: Formats): string | undefined {
  const { count, amount } = overdue;
  if (count === 0) return undefined;
  if (count === 1) return `Instalment ${next.n} is ${counted(days, 'day')} late.`;
  return `${count} instalments are late, ${formats.moneyWithCurrency(amount)} together. The oldest comes first.`;
}
