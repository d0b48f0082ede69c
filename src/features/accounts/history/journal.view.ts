import { isCurrency, negate, sum, zero, type Money } from '#core/money.ts';
import { formatsIn, type Formats } from '#core/format.ts';
import { paths } from '#web/paths.ts';
import type { InspectedJournal } from './inspection.service.ts';
import { spaced } from './history.view.ts';

/** `/staff/accounts/:id/journals/:key`: the journal as the ledger keeps it, with the side of every account in it. */
export function journalPage(facts: InspectedJournal & { accountId: string; formats: Formats }) {
  const { journal, accountId, numbers } = facts;
  const { currency } = journal;
  const formats = currency !== null && isCurrency(currency) ? formatsIn(currency, facts.formats) : facts.formats;
  return {
    title: 'Journal',
    crumbs: [
      { text: 'Accounts', href: paths.staffAccounts },
      { text: `··${(numbers.get(accountId) ?? '').slice(-4)}`, href: paths.staffAccount(accountId) },
      { text: 'Journal' },
    ],
    head: {
      title: `Journal: ${journal.kind}`,
      sub: journal.reference,
      badge: journal.late ? { kind: 'info', text: 'Late' } : { kind: 'ok', text: 'Posted' },
    },
    rows: journalRows(facts, formats),
    table: postingTable(facts, formats),
  };
}

function journalRows({ journal, accountId }: InspectedJournal & { accountId: string }, formats: Formats) {
  return [
    { label: 'Key', value: journal._id },
    { label: 'Counts from', value: formats.date(journal.effectiveOn) },
    { label: 'Booked on', value: formats.date(journal.bookedOn ?? journal.effectiveOn) },
    { label: 'Posted at', value: formats.instant(journal.postedAt) },
    { label: 'Ordered by', value: journal.actor },
    { label: 'Currency', value: journal.currency ?? 'None' },
    ...(journal.reverses === undefined
      ? []
      : [{ label: 'Reverses', value: journal.reverses, href: paths.staffJournal(accountId, journal.reverses) }]),
    ...(journal.hold === undefined
      ? []
      : [{ label: 'Hold', value: journal.hold, href: paths.staffJournal(accountId, journal.hold) }]),
    { label: 'Written as', value: `line ${journal.line} of writer ${journal.writer}` },
  ];
}

function postingTable(
  { journal, chart, numbers, accountId }: InspectedJournal & { accountId: string },
  formats: Formats,
) {
  const { postings } = journal;
  const side = (pick: (amount: Money) => boolean) => sum(postings.map(({ amount }) => amount).filter(pick));
  const debits = side((amount) => amount > zero);
  const credits = negate(side((amount) => amount < zero));
  return {
    caption: `Postings, amounts in ${formats.currency}`,
    columns: [
      { key: 'account', label: 'Account', grow: true },
      { key: 'side', label: 'Raised by a', hideSmall: true },
      { key: 'debit', label: 'Debit', kind: 'num' },
      { key: 'credit', label: 'Credit', kind: 'num' },
      { key: 'after', label: 'Balance after', kind: 'num', hideSmall: true },
    ],
    rows: postings.map(({ account, amount, seq, balanceAfter }) => {
      const known = chart.get(account);
      const number = numbers.get(account);
      const after = known?.side === 'credit' ? negate(balanceAfter) : balanceAfter;
      return {
        ...(account === accountId ? { state: 'now' } : {}),
        cells: {
          account: {
            text: number === undefined ? (known?.name ?? account) : `Account ${spaced(number)}`,
            ...(number === undefined ? {} : { href: paths.staffAccount(account) }),
            sub: `Entry ${seq}${known ? `, ${known.kind}` : ''}`,
            ...(known ? { subSmall: `Raised by a ${known.side}` } : {}),
          },
          side: known?.side ?? '',
          debit: amount > zero ? formats.money(amount) : '',
          credit: amount < zero ? formats.money(negate(amount)) : '',
          after: formats.money(after),
        },
      };
    }),
    foot: {
      cells: { account: 'All', side: '', debit: formats.money(debits), credit: formats.money(credits), after: '' },
    },
  };
}
