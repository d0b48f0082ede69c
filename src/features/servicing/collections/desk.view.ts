import { counted, formatsIn, type Formats } from '#core/format.ts';
import { pagingView } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import type { CollectionTask } from './collection.model.ts';
import { owed } from './collection-parts.ts';
import { queueTabs, type Queue, type QueueLine, type QueueTab } from './queue.service.ts';

const tabNames: Record<QueueTab, string> = { mine: 'Yours', unassigned: 'Nobody’s', all: 'All' };

interface DeskFacts {
  queue: Queue;
  tasks: readonly { task: CollectionTask; what: string }[];
  tab: QueueTab;
  page: number;
  today: string;
  formats: Formats;
}

/** `/collections`: loans in arrears by what needs somebody first, and what this person still has to do. */
export function deskPage({ queue, tasks, tab, page, today, formats }: DeskFacts) {
  return {
    title: 'Collections',
    head: {
      title: 'Collections',
      sub: 'Broken promises first, then by days past due and amount as of the last close of day',
      secondary: { href: paths.delinquency, text: 'Delinquency list' },
    },
    tasks: tasks.map(({ task, what }) => ({
      title: what,
      href: paths.collection(task.loanId),
      sub: `Loan ${task.loanNumber}, due ${formats.date(task.dueOn)}`,
      badge: task.dueOn < today ? { kind: 'critical', text: 'Overdue' } : undefined,
    })),
    tabs: queueTabs.map((one) => ({
      text: `${tabNames[one]} (${queue.counts[one]})`,
      href: one === 'mine' ? paths.collections : `${paths.collections}?tab=${one}`,
      current: one === tab,
    })),
    table: queue.lines.length > 0 ? queueTable(queue.lines, { today, formats }) : undefined,
    empty: queue.lines.length > 0 ? undefined : emptyOf(tab, queue),
    paging: pagingView({ page, total: queue.total, path: paths.collections, query: tab === 'mine' ? {} : { tab } }),
  };
}

function queueTable(lines: readonly QueueLine[], facts: { today: string; formats: Formats }) {
  return {
    caption: 'Loans in arrears, amounts in the currency of each',
    captionHidden: true,
    columns: [
      { key: 'loan', label: 'Loan' },
      { key: 'borrower', label: 'Borrower', hideSmall: true },
      { key: 'promise', label: 'Promise' },
      { key: 'days', label: 'Days past due', kind: 'num', hideSmall: true },
      { key: 'arrears', label: 'In arrears', kind: 'num' },
      { key: 'collector', label: 'Looked after by', hideSmall: true },
    ],
    rows: lines.map((line) => ({ cells: cellsOf(line, facts) })),
  };
}

function cellsOf({ file, loan, borrower, promise }: QueueLine, facts: { today: string; formats: Formats }) {
  const formats = formatsIn(file.currency, facts.formats);
  // Money may have come in since the queue was sorted.
  const days = loan?.arrears.daysPastDue ?? file.daysPastDue;
  const isCured = days === 0;
  return {
    loan: { text: file.loanNumber, href: paths.collection(file._id), subSmall: `${borrower}, ${counted(days, 'day')}` },
    borrower,
    promise: promiseCell({ file, promise }, formats),
    days: isCured ? { badge: { kind: 'ok', text: 'Caught up' } } : String(days),
    arrears: formats.money(loan ? owed(loan.arrears) : file.amount),
    collector: file.collector?.name ?? 'Nobody',
  };
}

function promiseCell({ file, promise }: Pick<QueueLine, 'file' | 'promise'>, formats: Formats) {
  if (file.broken) return { badge: { kind: 'critical', text: 'Broken' } };
  if (!promise) return '';
  return { text: formats.money(promise.amount), sub: `by ${formats.date(promise.payOn)}`.replaceAll(' ', '\u00a0') };
}

function emptyOf(tab: QueueTab, { counts, total }: Queue) {
  const all = { href: `${paths.collections}?tab=all`, text: 'Show all' };
  if (total > 0) return { title: 'Nothing on this page', text: 'The loans before it are there.', action: all };
  if (tab === 'mine') {
    const action = { href: `${paths.collections}?tab=unassigned`, text: 'See those that nobody looks after' };
    return { title: 'You look after no loan', text: `${counts.unassigned} in arrears wait for somebody.`, action };
  }
  if (tab === 'unassigned')
    return { title: 'Every loan has somebody', text: 'Nothing waits to be taken.', action: all };
  return {
    title: 'No loan is in arrears',
    text: 'Loans appear here with the close of day after an instalment was missed.',
    action: undefined,
  };
}
