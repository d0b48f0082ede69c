import { formatsIn, type Formats } from '#core/format.ts';
import { sum, zero, type Money } from '#core/money.ts';
import { may, type Actor } from '#core/roles.ts';
import type { ProductVersion } from '#features/products/index.ts';
import { paths } from '#web/paths.ts';
import { bucketBadge, bucketNames } from './buckets.rules.ts';
import { actFacts, type ActName } from './acts.ts';
import type { LoanRecord } from './loan-record.service.ts';
import { stateBadges } from './loan-search.view.ts';
import { nextDue } from '../life/quotes.ts';
import { totalOf } from '../life/due.ts';

export const recordTabs = ['overview', 'schedule', 'transactions', 'terms', 'ledger', 'collections'] as const;
export type RecordTab = (typeof recordTabs)[number];

const tabNames: Record<RecordTab, string> = {
  overview: 'Overview',
  schedule: 'Schedule',
  transactions: 'Transactions',
  terms: 'Terms',
  ledger: 'Ledger',
  collections: 'Collections',
};

export function recordTab(query: unknown): RecordTab {
  const wanted = typeof query === 'object' && query !== null && 'tab' in query ? query.tab : undefined;
  return recordTabs.find((tab) => tab === wanted) ?? 'overview';
}

export interface RecordFacts {
  record: LoanRecord;
  tab: RecordTab;
  actor: Actor;
  formats: Formats;
}

/** `/staff/loans/:id`: what is true of a loan, whatever tab is open. */
export function recordFrame({ record, tab, actor, formats: bank }: RecordFacts) {
  const { loan, product } = record.told;
  const formats = formatsIn(loan.currency, bank);
  const id = loan._id;
  const tabs = recordTabs.filter((one) => one !== 'collections' || may(actor, 'collection:view'));
  return {
    title: `Loan ${loan.number}`,
    crumbs: [{ text: 'Loans', href: paths.staffLoans }, { text: loan.number }],
    head: {
      title: `Loan ${loan.number}`,
      badge: stateBadges[loan.state],
      sub: `${loan.productName} of ${record.borrower}, ${formats.moneyWithCurrency(loan.principal)} paid out on ${formats.date(loan.disbursedOn)}`,
      ...(loan.state === 'active' && may(actor, 'loan:service')
        ? { action: { href: paths.staffLoanAct(id, 'payment'), text: 'Record a payment' } }
        : {}),
    },
    bucket: loan.state === 'closed' ? undefined : withAlias(bucketBadge(bucketNames([product]), loan.arrears.bucket)),
    figures: figuresOf(record, formats),
    tabs: tabs.map((one) => ({
      text: tabNames[one],
      href: one === 'overview' ? paths.staffLoan(id) : paths.staffLoanTab(id, one),
      current: one === tab,
    })),
  };
}

function withAlias({ kind, text, alias }: ReturnType<typeof bucketBadge>) {
  return { kind, text: alias === '' ? text : `${text} (${alias})` };
}

function figuresOf({ told, payoff }: LoanRecord, formats: Formats) {
  const { loan, run } = told;
  const id = loan._id;
  const arrears = totalOf(run.arrears);
  const next = nextDue(run);
  const parts = partsText(run.arrears, formats);
  const isRunning = loan.state === 'active';
  return [
    {
      label: 'Outstanding principal',
      value: formats.money(loan.outstandingPrincipal),
      note: `of ${formats.moneyWithCurrency(loan.principal)}`,
      href: paths.staffLoanTab(id, 'schedule'),
    },
    {
      label: 'In arrears',
      value: formats.money(arrears),
      note: parts === '' ? 'nothing is overdue or due today' : parts,
      href: paths.staffLoanTab(id, 'schedule'),
      ...(arrears > zero ? { tone: 'danger' } : {}),
    },
    {
      label: 'Days past due',
      value: String(loan.arrears.daysPastDue),
      note: loan.arrears.since === null ? 'nothing unpaid' : `since ${formats.date(loan.arrears.since)}`,
    },
    {
      label: 'Next due',
      value: isRunning && next ? formats.money(next.amount) : 'None',
      note: isRunning && next ? `on ${formats.date(next.on)}` : 'nothing is to come',
    },
    {
      label: 'Payoff today',
      value: payoff ? formats.money(payoff.total) : 'None',
      note: payoff ? `${formats.money(payoff.interestADay)} more each day` : 'the loan does not run',
    },
    {
      label: 'Provision',
      value: formats.money(positive(loan.booked.provision)),
      note: `${formats.money(positive(loan.booked.interestSuspense))} interest in suspense`,
      href: paths.staffLoanTab(id, 'ledger'),
    },
  ];
}

/** Income and liabilities are booked as credits, which are negative. */
function positive(amount: Money): Money {
  return amount < zero ? ((0n - amount) as Money) : amount;
}

export function partsText(
  amounts: { principal: Money; interest: Money; fee: Money; penalty: Money },
  formats: Formats,
): string {
  const named = [
    ['principal', amounts.principal],
    ['interest', amounts.interest],
    ['fees', amounts.fee],
    ['penalties', amounts.penalty],
  ] as const;
  return named
    .filter(([, amount]) => amount > zero)
    .map(([name, amount]) => `${name} ${formats.money(amount)}`)
    .join(', ');
}

/** The tab that is opened first. */
export function overviewTab({ record, actor, formats: bank }: RecordFacts) {
  const { told, pending, borrower } = record;
  const { loan, product } = told;
  const formats = formatsIn(loan.currency, bank);
  const terms = loan.terms.at(-1);
  return {
    pending: pending.map(({ id, title, maker, at }) => ({
      title,
      href: paths.approval(id),
      sub: `Asked by ${maker.name} on ${formats.instant(at)}; a second person decides`,
    })),
    groups: actGroups(record, actor),
    noActs:
      loan.state === 'closed'
        ? 'The loan is repaid. A transaction can still be undone from its tab.'
        : 'Your role may look at this loan and not change it.',
    facts: [
      { label: 'Borrower', value: borrower },
      { label: 'Product', value: `${loan.productName}, version ${product.version}` },
      { label: 'Branch', value: loan.branchId },
      { label: 'Rate a year', value: terms ? formats.rate(terms.annualRate) : '' },
      { label: 'Instalments paid', value: `${loan.paidInstalments} of ${loan.instalments.length}` },
      { label: 'Interest paid so far', value: formats.money(sum(loan.instalments.map((row) => row.paid.interest))) },
      { label: 'APR', value: loan.aprPercent === null ? 'Not worked out' : formats.rate(loan.aprPercent) },
      ...(loan.arrears.nonPerformingSince === null
        ? []
        : [{ label: 'Non-performing since', value: formats.date(loan.arrears.nonPerformingSince) }]),
      ...(loan.closedOn === null ? [] : [{ label: 'Repaid on', value: formats.date(loan.closedOn) }]),
      { label: 'Booked to', value: formats.date(loan.bookedOn) },
    ],
  };
}

const groups: { title: string; names: ActName[] }[] = [
  { title: 'Money', names: ['payment', 'bounce', 'recovery', 'charge', 'waiver'] },
  { title: 'Terms', names: ['rate', 'moratorium', 'reschedule', 'restructure'] },
  { title: 'More', names: ['undo', 'write-off'] },
];

function actGroups({ told }: LoanRecord, actor: Actor) {
  return groups
    .map(({ title, names }) => ({
      title,
      items: names
        .filter((name) => may(actor, actFacts[name].permission) && isFitting(name, told))
        .map((name) => ({
          text: actFacts[name].title,
          href: paths.staffLoanAct(told.loan._id, name),
          sub: actFacts[name].lead,
        })),
    }))
    .filter(({ items }) => items.length > 0);
}

function isFitting(
  name: ActName,
  { loan, product }: { loan: LoanRecord['told']['loan']; product: ProductVersion },
): boolean {
  if (name === 'recovery') return loan.state === 'written-off';
  if (name === 'undo') return true;
  if (loan.state !== 'active') return false;
  return name !== 'moratorium' || product.moratorium.mostInstalments > 0;
}
