import { counted, type Formats, waited } from '#core/format.ts';
import type { Underwriting } from '#features/loans/index.ts';
import { paths } from '#web/paths.ts';

type Queue = Awaited<ReturnType<Underwriting['queue']>>;

interface OfficerFacts {
  queue: Queue;
  now: Temporal.Instant;
  formats: Formats;
}

/** `/dashboard` of officers: what waits for a decision, the longest waiting first. */
export function officerHome({ queue, now, formats }: OfficerFacts) {
  const { entries, byState } = queue;
  const [oldest] = entries;
  const age = (at: Date) => waited(at, now).text;
  return {
    title: 'Home',
    head: {
      title: 'Your queue today',
      sub:
        byState.submitted === 0
          ? 'Nothing waits for a decision'
          : `${counted(byState.submitted, 'application')} to decide`,
      ...(oldest && { action: { href: paths.officerApplication(oldest.applicationId), text: 'Open the oldest' } }),
    },
    figures: [
      {
        label: 'Waiting for a decision',
        value: String(byState.submitted),
        note: 'sent by borrowers',
        href: paths.officer,
      },
      {
        label: 'Oldest of them',
        value: oldest ? age(oldest.submittedAt) : 'None',
        note: oldest ? `since ${formats.instant(oldest.submittedAt)}` : 'the queue is empty',
      },
      { label: 'Offers open', value: String(byState.offered), note: 'the borrower has to answer' },
      { label: 'To be paid out', value: String(byState.accepted), note: 'accepted, money not out yet' },
    ],
    link: { href: paths.officer, text: 'See the whole queue' },
    queue: entries.length > 0 && queueTable(entries, { age, formats }),
    empty: {
      title: 'Nothing to decide',
      text: 'Applications appear here when borrowers send them.',
      action: undefined,
    },
  };
}

function queueTable(entries: Queue['entries'], facts: { age: (at: Date) => string; formats: Formats }) {
  const { age, formats } = facts;
  return {
    caption: `Oldest first, amounts in ${formats.currency}`,
    columns: [
      { key: 'who', label: 'Applicant' },
      { key: 'product', label: 'Product', hideSmall: true },
      { key: 'amount', label: 'Amount', kind: 'num' },
      { key: 'sent', label: 'Sent', hideSmall: true },
      { key: 'age', label: 'Waiting', kind: 'num', hideSmall: true },
    ],
    rows: entries.map((entry) => ({
      cells: {
        who: {
          // A name may be erased; the file stays, by its reference.
          text: entry.applicant === '' ? entry.reference : entry.applicant,
          href: paths.officerApplication(entry.applicationId),
          sub: entry.reference,
          subSmall: `${entry.productName}, waiting ${age(entry.submittedAt)}`,
        },
        product: entry.productName,
        amount: { text: formats.money(entry.amount), sub: counted(entry.instalments, 'instalment') },
        sent: formats.instant(entry.submittedAt),
        age: age(entry.submittedAt),
      },
    })),
  };
}
