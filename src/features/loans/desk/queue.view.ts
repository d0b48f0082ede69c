import { counted, waited } from '#core/format.ts';
import { pageSize, pagingView } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import { filterFields, hrefOf, removableChips } from './queue-filters.view.ts';
import type { QueueForm } from './desk.forms.ts';
import type { QueueFacts } from './queue-facts.view.ts';
import { keyHelp } from './keys.view.ts';
import { mostCounted, queueTabs, type Queue, type QueueEntry, type QueueTab } from './queue.service.ts';
import type { Sla } from './sla.rules.ts';

interface TabText {
  tab: string;
  sub: string;
  empty: { title: string; text: string };
}

const tabTexts: Record<QueueTab, TabText> = {
  waiting: {
    tab: 'Waiting',
    sub: 'Every application that waits for an officer.',
    empty: {
      title: 'Nothing waits for a decision',
      text: 'New applications appear here as soon as borrowers send them.',
    },
  },
  mine: {
    tab: 'Mine',
    sub: 'What is on your desk.',
    empty: { title: 'Your desk is empty', text: 'Press “Next in line” to take the most urgent file that nobody has.' },
  },
  unassigned: {
    tab: 'Unassigned',
    sub: 'What is on nobody’s desk yet.',
    empty: {
      title: 'Every file is on somebody’s desk',
      text: 'New applications appear here as soon as borrowers send them.',
    },
  },
  borrower: {
    tab: 'With the borrower',
    sub: 'Asked or given back. The time limit stands still.',
    empty: { title: 'No borrower owes us an answer', text: 'Files that you ask about or give back wait here.' },
  },
  recommended: {
    tab: 'Recommended',
    sub: 'An officer recommends a decision; a second person decides.',
    empty: {
      title: 'No recommendation waits',
      text: 'Files above an officer’s authority wait here for a second person.',
    },
  },
  offered: {
    tab: 'Offered',
    sub: 'Offers that the borrower has not answered yet.',
    empty: { title: 'No offer is open', text: 'Offers stay here until the borrower answers or they expire.' },
  },
  'to-pay': {
    tab: 'To pay out',
    sub: 'Accepted offers whose money is not, or not all, paid out.',
    empty: { title: 'Every accepted loan is paid out', text: 'Accepted loans wait here until their money is out.' },
  },
};

export function queuePage(facts: QueueFacts) {
  const { queue, filters, page, formats, search } = facts;
  const { tab } = filters;
  const { sub, empty } = tabTexts[tab];
  const query = Object.fromEntries(Object.entries(filters).flatMap(([name, value]) => (value ? [[name, value]] : [])));
  return {
    title: 'Queue',
    scripts: ['desk.js'],
    form: search,
    head: { title: 'Queue', sub },
    next: { action: paths.nextInLine, waiting: countText(queue.byTab.unassigned) },
    tabs: queueTabs.map((one) => ({
      href: hrefOf({ tab: one }),
      text: tabTexts[one].tab,
      count: countText(queue.byTab[one]),
      current: one === tab,
    })),
    chips: productChips(facts),
    filters: filterFields(facts),
    removable: removableChips(facts),
    clear: hrefOf({ tab }),
    search: { action: paths.officerFind, form: search },
    keys: keyHelp('queue'),
    loads: facts.loads.map(({ userId, name, files }) => ({
      label: userId === facts.userId ? `${name} (you)` : name,
      value: counted(files, 'file'),
      href: hrefOf({ tab: 'waiting', with: userId }),
    })),
    table: tableOf(facts),
    paging: pagingView({ page, total: queue.total, path: paths.officer, query, size: pageSize }),
    empty: queue.entries.length > 0 ? null : emptyState({ filters, page, empty }),
    currency: formats.currency,
  };
}

function countText(count: number): string {
  return count >= mostCounted ? `${mostCounted}+` : String(count);
}

function emptyState(facts: { filters: QueueForm; page: number; empty: TabText['empty'] }) {
  const { filters, page, empty } = facts;
  const { tab, sort: _sort, ...others } = filters;
  const narrowed = Object.values(others).some((value) => value !== undefined);
  const action = { href: hrefOf({ tab }), text: narrowed ? 'Remove the filters' : 'Go to the first page' };
  if (narrowed) return { title: 'Nothing fits these filters', text: 'Other files may be waiting.', action };
  return page > 1
    ? { title: 'There is nothing on this page', text: 'The files before it are still there.', action }
    : empty;
}

function productChips({ queue, filters }: QueueFacts) {
  const { tab, product } = filters;
  const all = queue.byProduct.reduce((sum, one) => sum + one.count, 0);
  return [
    {
      href: hrefOf({ ...filters, product: undefined, tab }),
      text: 'All products',
      count: String(all),
      current: product === undefined,
    },
    ...queue.byProduct.map((one) => ({
      href: hrefOf({ ...filters, product: one.productCode }),
      text: one.productName,
      count: String(one.count),
      current: one.productCode === product,
    })),
  ];
}

export function tableOf(facts: Pick<QueueFacts, 'now' | 'formats' | 'userId'> & { queue: Pick<Queue, 'entries'> }) {
  const { queue, formats } = facts;
  return {
    caption: `Applications, amounts in ${formats.currency}`,
    captionHidden: true,
    columns: [
      { key: 'applicant', label: 'Applicant' },
      { key: 'product', label: 'Product', hideSmall: true },
      { key: 'amount', label: `Amount, ${formats.currency}`, kind: 'num', hideSmall: true },
      { key: 'due', label: 'Time limit' },
      { key: 'age', label: 'Waiting', hideSmall: true },
      { key: 'with', label: 'On the desk of', hideSmall: true },
    ],
    rows: queue.entries.map((entry) => ({ cells: cellsOf(entry, facts) })),
  };
}

function cellsOf(entry: QueueEntry, facts: Pick<QueueFacts, 'now' | 'formats' | 'userId'>) {
  const { now, formats, userId } = facts;
  const notes = notesOf(entry);
  const desk = entry.assignee === null ? 'Nobody' : entry.assignee.userId === userId ? 'You' : entry.assignee.name;
  return {
    applicant: {
      // A name may be erased; the file stays, by its reference.
      text: entry.applicant === '' ? entry.reference : entry.applicant,
      href: paths.officerApplication(entry.applicationId),
      sub: [entry.reference, ...notes].join(', '),
      subSmall: `${entry.productName}, ${formats.money(entry.amount)}, ${desk === 'Nobody' ? 'on nobody’s desk' : `with ${desk === 'You' ? 'you' : desk}`}`,
    },
    product: entry.productName,
    amount: { text: formats.money(entry.amount), sub: counted(entry.instalments, 'instalment') },
    due: { badge: slaBadge(entry.sla) },
    age: { text: waited(entry.submittedAt, now).text, sub: formats.instant(entry.submittedAt) },
    with: { text: desk, sub: entry.lockedBy === null ? undefined : `${entry.lockedBy} works on it now` },
  };
}

function notesOf(entry: QueueEntry): string[] {
  return [...(entry.level === 'senior' ? ['for a senior'] : []), ...(entry.contested ? ['contested'] : [])];
}

const slaKinds = { late: 'critical', today: 'alert', 'in-time': 'ok', stopped: 'neutral', none: 'neutral' } as const;

export function slaBadge({ state, text }: Sla) {
  return { kind: slaKinds[state], text: `${text.charAt(0).toUpperCase()}${text.slice(1)}`, icon: 'clock' };
}
