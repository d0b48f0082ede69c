import type { PlainDate } from '#core/calendar.ts';
import { counted, type Formats } from '#core/format.ts';
import { larger, minus, zero, type Money } from '#core/money.ts';
import type { DepositAccount, TextedEntry } from '#features/accounts/index.ts';
import { loanPeople, type Application, type Loan, type Participants } from '#features/loans/index.ts';
import { loanStates, standingOf, type Due } from '#features/servicing/index.ts';
import { paths } from '#web/paths.ts';
import { inboxItems, recentEntries, type NoticeFacts } from './borrower-lists.view.ts';

export interface BorrowerFacts {
  today: PlainDate;
  loans: readonly Loan[];
  /** The loan to pay first, with what there is to pay on it. */
  urgent: Urgent | undefined;
  accounts: readonly DepositAccount[];
  applications: readonly Application[];
  /** Loans of others that they are asked to join or have joined. */
  joint: Awaited<ReturnType<Participants['listJoint']>>;
  entries: readonly TextedEntry[];
  notices: readonly NoticeFacts[];
  formats: Formats;
}

/** `/dashboard` of a borrower: what to pay next, what there is, what to do. */
export function borrowerHome(facts: BorrowerFacts) {
  const { accounts, formats, today, urgent } = facts;
  const tasks = tasksOf(facts);
  return {
    title: 'Home',
    head: { title: 'Your money today', sub: weekday(today, formats) },
    next: urgent && nextCard(urgent, { accounts, formats, others: activeLoans(facts.loans).length - 1 }),
    loan: urgent && loanCard(urgent.loan, formats),
    noLoan: urgent ? undefined : noLoanCard(facts),
    accounts: accounts.map((account) => accountCard(account, formats)),
    moves: [
      { href: paths.deposit, text: 'Deposit', icon: 'plus' },
      ...(urgent ? [{ href: paths.payLoan(urgent.loan._id), text: 'Pay', icon: 'pay' }] : []),
      { href: paths.apply, text: 'Borrow', icon: 'loans' },
    ],
    noAccount: accounts.length === 0 && {
      title: 'You have no account yet',
      text: 'Open one in a minute: loans are paid out to it and paid back from it.',
      action: { href: paths.openAccount, text: 'Open an account' },
    },
    entries: recentEntries(facts.entries, { accounts, formats }),
    tasks,
    tasksNote: tasks.length > 0 ? counted(tasks.length, 'task') : undefined,
    inbox: inboxItems(facts.notices, formats),
  };
}

export interface Urgent {
  loan: Loan;
  due: Due;
}

function activeLoans(loans: readonly Loan[]): Loan[] {
  return loans.filter((loan) => loan.state === 'active');
}

/** The loan whose oldest unpaid instalment was or is due first. */
export function mostUrgentLoan(loans: readonly Loan[], today: PlainDate): Loan | undefined {
  const dueOn = (loan: Loan) => standingOf(loan.instalments, today)?.next.dueOn ?? '9999-12-31';
  return activeLoans(loans).toSorted((a, b) => (dueOn(a) < dueOn(b) ? -1 : 1))[0];
}

function nextCard(
  { loan, due }: Urgent,
  facts: { accounts: readonly DepositAccount[]; formats: Formats; others: number },
) {
  const { formats, others } = facts;
  const late = due.when === 'overdue' ? due.rows.length : 0;
  return {
    title: late > 1 ? 'Overdue instalments' : 'Next instalment',
    badge: loanStates.dueBadge(due),
    amount: formats.money(due.total),
    unit: loan.currency,
    due: dueText({ loan, due }, formats),
    cover: due.total === zero ? 'Nothing to pay now' : coverText(due.total, { loan, accounts: facts.accounts }),
    pay: due.total > zero && { href: paths.payLoan(loan._id), text: `Pay ${formats.money(due.total)}` },
    foot: late > 1 ? `${late} instalments of ${loan.productName} are unpaid` : loan.productName,
    link:
      others > 0
        ? { href: paths.loans, text: `See ${counted(others, 'other loan')}` }
        : { href: paths.loanTab(loan._id, 'schedule'), text: 'See the schedule' },
  };
}

function dueText({ loan, due }: Urgent, formats: Formats): string {
  const [first] = due.rows;
  if (due.on === null || !first) return 'A penalty is due';
  const on = formats.date(due.on);
  if (due.total === zero) return `The instalment of ${on} is paid ahead`;
  const what = `instalment ${first.n} of ${loan.instalments.length}`;
  const kept = due.waiting > zero ? `, ${formats.money(due.waiting)} of it is paid ahead` : '';
  return `${due.when === 'overdue' ? 'Was due' : 'Due'} ${on}, ${what}${kept}`;
}

function coverText(due: Money, facts: { loan: Loan; accounts: readonly DepositAccount[] }): string {
  const covering = facts.accounts.filter((account) => account.available >= due);
  const account = covering.find((one) => one.id === facts.loan.payoutAccountId) ?? covering[0];
  if (account) return `From ${account.name} ${account.masked}, which covers it today`;
  return facts.accounts.length === 0 ? 'Open an account to pay from' : 'None of your accounts covers it today';
}

function loanCard(loan: Loan, formats: Formats) {
  // Later tranches and what was added to the principal may make it more than was lent first.
  const repaid = larger(zero, minus(loan.principal, loan.outstandingPrincipal));
  const last = loan.instalments.at(-1);
  return {
    title: loan.productName,
    link: { href: paths.loan(loan._id), text: 'See the loan' },
    percent: (Number((repaid * 1000n) / loan.principal) / 10).toFixed(1),
    items: [
      { label: 'Repaid', value: formats.money(repaid) },
      { label: 'Still to repay', value: formats.money(loan.outstandingPrincipal) },
      ...(last ? [{ label: 'Last one', value: formats.date(last.dueOn) }] : []),
    ],
  };
}

function noLoanCard({ applications }: BorrowerFacts) {
  const open = applications.some((one) => loanStates.applicationState(one.state).place !== 'over');
  return open
    ? {
        title: 'Your application is under way',
        text: 'You find its state under Loans, and we write to your inbox when there is news.',
        action: { href: paths.loans, text: 'See your applications' },
      }
    : {
        title: 'You have nothing to repay',
        text: 'See what you can borrow and what it would cost each month.',
        action: { href: paths.apply, text: 'Apply for a loan' },
      };
}

function accountCard(account: DepositAccount, formats: Formats) {
  return {
    id: `a-${account.id}`,
    href: paths.account(account.id),
    name: account.name,
    masked: account.masked,
    balance: formats.money(account.balance),
    unit: account.currency,
    note: `${formats.money(account.available)} available`,
  };
}

function tasksOf({ applications, joint, formats }: BorrowerFacts) {
  const asked = joint.filter((one) => loanPeople.waits(one)).map((one) => loanPeople.homeItem(one, formats));
  const own = applications
    .filter((one) => loanStates.applicationState(one.state).place === 'borrower')
    .map((one) => ({
      href: loanStates.applicationHref(one),
      title: loanStates.applicationState(one.state).task ?? 'Look at your application',
      sub:
        one.offer && one.state === 'offered'
          ? `${one.productName}, ${formats.moneyWithCurrency(one.offer.amount)}. By ${formats.date(one.offer.validUntil)}`
          : `${one.productName}, ${one.reference}`,
      badge: loanStates.applicationState(one.state).badge,
    }));
  return [...asked, ...own];
}

function weekday(date: PlainDate, formats: Formats): string {
  const name = new Intl.DateTimeFormat(formats.locale, { weekday: 'long', timeZone: 'UTC' });
  return `${name.format(new Date(Date.UTC(date.year, date.month - 1, date.day)))}, ${formats.date(date)}`;
}
