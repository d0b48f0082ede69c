import { counted, type Formats, waited } from '#core/format.ts';
import type { Desk } from '#features/loans/index.ts';
import { paths } from '#web/paths.ts';

type Today = Awaited<ReturnType<Desk['today']>>;
type Entry = Today['mine'][number];

interface OfficerFacts {
  today: Today;
  now: Temporal.Instant;
  formats: Formats;
}

const tab = (name: string, others: Record<string, string> = {}) =>
  `${paths.officer}?${new URLSearchParams({ tab: name, ...others }).toString()}`;

/** `/dashboard` of officers: their own desk by urgency, what waits for a second person, and what is or will be late. */
export function officerHome({ today, now, formats }: OfficerFacts) {
  const { mine, recommended, byTab } = today;
  const nobodys = counted(byTab.unassigned, 'file');
  return {
    title: 'Home',
    scripts: ['desk.js'],
    head: {
      title: 'Your desk today',
      sub: `${counted(byTab.mine, 'file')} on your desk, ${nobodys} on nobody’s`,
    },
    next: paths.nextInLine,
    figures: figuresOf(today),
    lists: [
      {
        title: 'On your desk',
        link: { href: tab('mine'), text: 'See all of them' },
        table: mine.length > 0 ? entryTable('Most urgent first', mine, { now, formats }) : null,
        empty: {
          title: 'Nothing on your desk waits for you',
          text: 'Press “Next in line” to take the most urgent file that nobody has.',
          action: undefined,
        },
      },
      {
        title: 'Waiting for a second person',
        link: { href: tab('recommended'), text: 'See all of them' },
        table:
          recommended.length > 0 ? entryTable('Recommended, most urgent first', recommended, { now, formats }) : null,
        empty: {
          title: 'No recommendation waits',
          text: 'Decisions above an officer’s authority wait here for somebody else.',
          action: undefined,
        },
      },
    ],
  };
}

function figuresOf({ byTab, late, dueToday }: Today) {
  return [
    {
      label: 'Waiting for us',
      value: String(byTab.waiting),
      note: 'on every desk and on none',
      href: tab('waiting'),
    },
    {
      label: 'Late',
      value: String(late),
      note: late === 0 ? 'nothing is over its time limit' : 'over the time limit',
      href: tab('waiting', { sla: 'late' }),
      ...(late > 0 ? { tone: 'danger' } : {}),
    },
    { label: 'Due today', value: String(dueToday), note: 'by midnight', href: tab('waiting', { sla: 'today' }) },
    {
      label: 'Recommended',
      value: String(byTab.recommended),
      note: 'for a second person',
      href: tab('recommended'),
    },
    { label: 'Offers open', value: String(byTab.offered), note: 'the borrower has to answer', href: tab('offered') },
    { label: 'To pay out', value: String(byTab['to-pay']), note: 'accepted, money not out yet', href: tab('to-pay') },
  ];
}

const slaKinds = { late: 'critical', today: 'alert', 'in-time': 'ok', stopped: 'neutral', none: 'neutral' } as const;

function entryTable(caption: string, entries: readonly Entry[], facts: { now: Temporal.Instant; formats: Formats }) {
  const { now, formats } = facts;
  return {
    caption: `${caption}, amounts in ${formats.currency}`,
    captionHidden: true,
    columns: [
      { key: 'who', label: 'Applicant' },
      { key: 'product', label: 'Product', hideSmall: true },
      { key: 'amount', label: `Amount, ${formats.currency}`, kind: 'num', hideSmall: true },
      { key: 'due', label: 'Time limit' },
      { key: 'age', label: 'Waiting', hideSmall: true },
    ],
    rows: entries.map((entry) => ({
      cells: {
        who: {
          // A name may be erased; the file stays, by its reference.
          text: entry.applicant === '' ? entry.reference : entry.applicant,
          href: paths.officerApplication(entry.applicationId),
          sub: entry.reference,
          subSmall: `${entry.productName}, ${formats.money(entry.amount)}`,
        },
        product: entry.productName,
        amount: { text: formats.money(entry.amount), sub: counted(entry.instalments, 'instalment') },
        due: {
          badge: {
            kind: slaKinds[entry.sla.state],
            text: `${entry.sla.text.charAt(0).toUpperCase()}${entry.sla.text.slice(1)}`,
            icon: 'clock',
          },
        },
        age: waited(entry.submittedAt, now).text,
      },
    })),
  };
}
