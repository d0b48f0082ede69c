import { counted, type Formats, waited } from '#core/format.ts';
import { pagingView } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import { queueStates, type Queue, type QueueEntry, type QueueState } from './underwriting-queue.ts';

const stateTexts: Record<QueueState, { tab: string; sub: string; empty: { title: string; text: string } }> = {
  submitted: {
    tab: 'To decide',
    sub: 'Applications that wait for a decision, oldest first.',
    empty: {
      title: 'Nothing waits for a decision',
      text: 'New applications appear here as soon as borrowers send them.',
    },
  },
  offered: {
    tab: 'Offered',
    sub: 'Offers that the borrower has not answered yet.',
    empty: { title: 'No offer is open', text: 'Offers stay here until the borrower answers or they expire.' },
  },
  accepted: {
    tab: 'To pay out',
    sub: 'Accepted offers whose money could not be paid out yet.',
    empty: { title: 'Every accepted loan is paid out', text: 'A payout that the ledger refuses appears here.' },
  },
};

/** From this age on an application has waited too long. */
const slowAfterHours = 72;

export interface QueueFacts {
  queue: Queue;
  state: QueueState;
  productCode: string | undefined;
  page: number;
  now: Temporal.Instant;
  formats: Formats;
}

export function queuePage(facts: QueueFacts) {
  const { queue, state, productCode, page, formats } = facts;
  const { sub, empty } = stateTexts[state];
  const query = { state, ...(productCode === undefined ? {} : { product: productCode }) };
  return {
    title: 'Queue',
    head: { title: 'Queue', sub },
    tabs: queueStates.map((one) => ({
      href: hrefOf({ state: one }),
      text: stateTexts[one].tab,
      count: String(queue.byState[one]),
      current: one === state,
    })),
    chips: chips(facts),
    table: {
      caption: `${stateTexts[state].tab}, amounts in ${formats.currency}`,
      captionHidden: true,
      columns: [
        { key: 'applicant', label: 'Applicant' },
        { key: 'product', label: 'Product', hideSmall: true },
        { key: 'amount', label: `Amount, ${formats.currency}`, kind: 'num' },
        { key: 'term', label: 'Term', kind: 'num', hideSmall: true },
        { key: 'sent', label: 'Sent', hideSmall: true },
        { key: 'age', label: 'Waiting' },
      ],
      rows: queue.entries.map((entry) => ({ cells: cellsOf(entry, facts) })),
    },
    paging: pagingView({ page, total: queue.total, path: paths.officer, query }),
    empty: queue.entries.length > 0 ? null : emptyState({ productCode, empty, state }),
  };
}

function emptyState(facts: {
  productCode: string | undefined;
  empty: { title: string; text: string };
  state: QueueState;
}) {
  if (facts.productCode === undefined) return facts.empty;
  const action = { href: hrefOf({ state: facts.state }), text: 'Show all products' };
  return { title: 'Nothing of this product', text: 'Other products may have applications waiting.', action };
}

function chips({ queue, state, productCode }: QueueFacts) {
  const all = queue.byProduct.reduce((sum, one) => sum + one.count, 0);
  return [
    { href: hrefOf({ state }), text: 'All products', count: String(all), current: productCode === undefined },
    ...queue.byProduct.map((one) => ({
      href: hrefOf({ state, product: one.productCode }),
      text: one.productName,
      count: String(one.count),
      current: one.productCode === productCode,
    })),
  ];
}

function hrefOf(query: Record<string, string>): string {
  return `${paths.officer}?${new URLSearchParams(query).toString()}`;
}

function cellsOf(entry: QueueEntry, { now, formats }: QueueFacts) {
  const age = waited(entry.submittedAt, now);
  const slow = entry.state === 'submitted' && age.hours >= slowAfterHours;
  return {
    applicant: {
      text: entry.applicant,
      href: paths.officerApplication(entry.applicationId),
      sub: entry.reference,
      subSmall: entry.productName,
    },
    product: entry.productName,
    amount: formats.money(entry.amount),
    term: counted(entry.instalments, 'month'),
    sent: formats.instant(entry.submittedAt),
    age: slow ? { badge: { kind: 'alert', text: age.text } } : age.text,
  };
}
