import { formatsIn, type Formats } from '#core/format.ts';
import { negate, zero, type Money } from '#core/money.ts';
import type { Entry, Freeze, Hold } from '#features/ledger/index.ts';
import type { FormState } from '#web/forms.ts';
import { pagingView } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import { bookingDay } from './entry-kinds.rules.ts';
import { spaced } from './history.view.ts';
import type { AccountSearch, InspectedAccount } from './inspection.service.ts';

const kindNames = { current: 'Current account', savings: 'Savings account' } as const;

/** `/staff/accounts`: an account by its number, a customer's by their name or address, or the newest. */
export function staffAccountsPage(facts: {
  form: FormState;
  search: AccountSearch | undefined;
  found: { accounts: readonly InspectedAccount[]; total: number; page: number } | undefined;
  formats: Formats;
}) {
  const { form, search, found, formats } = facts;
  const q = form.values.q?.trim() ?? '';
  return {
    title: 'Accounts',
    head: { title: 'Accounts', sub: 'Every look at an account is kept in the audit trail' },
    form,
    action: paths.staffAccounts,
    clear: q === '' ? undefined : paths.staffAccounts,
    empty: found?.total === 0 ? nothingFound(search) : undefined,
    list: found && found.total > 0 ? { ...listOf(found, formats), paging: pagingOf(found, q) } : undefined,
  };
}

function pagingOf(found: { total: number; page: number }, q: string) {
  return pagingView({ ...found, path: paths.staffAccounts, query: q === '' ? {} : { q } });
}

function listOf({ accounts }: { accounts: readonly InspectedAccount[] }, formats: Formats) {
  return {
    caption: 'Newest first, each balance in the currency of its account',
    columns: [
      { key: 'account', label: 'Account' },
      { key: 'holders', label: 'Holders', hideSmall: true },
      { key: 'opened', label: 'Opened', hideSmall: true },
      { key: 'state', label: 'State' },
      { key: 'balance', label: 'Balance', kind: 'num' },
    ],
    rows: accounts.map(({ account, holders, balance }) => ({
      cells: {
        account: {
          text: `··${account.number.slice(-4)}`,
          href: paths.staffAccount(account._id),
          sub: kindNames[account.kind],
          subSmall: holders.join(', '),
        },
        holders: holders.join(', '),
        opened: formats.date(account.openedOn),
        state: { badge: stateBadge(account.state, balance.freeze) },
        balance: { text: formatsIn(account.currency, formats).money(balance.balance), sub: account.currency },
      },
    })),
  };
}

function nothingFound(search: AccountSearch | undefined) {
  const action = { href: paths.staffAccounts, text: 'Show the newest' };
  switch (search?.by) {
    case 'number':
      return { title: 'There is no account with this number', text: 'Check it with the customer.', action };
    case 'email':
      return {
        title: 'No customer with this address has an account',
        text: 'Addresses are looked for as a whole.',
        action,
      };
    case 'name':
      return {
        title: 'No customer of this name has an account',
        text: 'Names are looked for by whole words, without regard to accents and capitals.',
        action,
      };
    default:
      return { title: 'No account is open yet', text: 'Accounts appear here when customers open them.' };
  }
}

const freezeTexts: Record<Exclude<Freeze, 'none'>, string> = {
  debit: 'Frozen for debits',
  credit: 'Frozen for credits',
  full: 'Frozen',
};

export function stateBadge(state: 'open' | 'closed', freeze: Freeze) {
  if (freeze !== 'none') return { kind: 'alert', text: freezeTexts[freeze] };
  return state === 'open' ? { kind: 'ok', text: 'Open' } : { kind: 'neutral', text: 'Closed' };
}

export interface StaffAccountFacts {
  inspected: InspectedAccount;
  holds: readonly Hold[];
  history: { entries: readonly Entry[]; total: number; page: number };
  formats: Formats;
}

/** `/staff/accounts/:id`: whose it is, what it may do, and its side of the ledger. */
export function staffAccountPage(facts: StaffAccountFacts) {
  const { inspected, holds, history } = facts;
  const { account, balance, holders } = inspected;
  const formats = formatsIn(account.currency, facts.formats);
  const title = `Account ${spaced(account.number)}`;
  return {
    title,
    crumbs: [{ text: 'Accounts', href: paths.staffAccounts }, { text: `··${account.number.slice(-4)}` }],
    head: {
      title,
      sub: `${kindNames[account.kind]} of ${holders.join(' and ')}`,
      badge: stateBadge(account.state, balance.freeze),
    },
    figures: [
      { label: 'Balance', value: formats.money(balance.balance), note: account.currency },
      { label: 'Available', value: formats.money(balance.available), note: 'balance less holds and floor' },
      { label: 'Held', value: formats.money(balance.held), note: 'by pending holds' },
      { label: 'Floor', value: limitText(balance.floor, formats), note: 'the least it may be' },
    ],
    facts: factRows(inspected, formats),
    holds: holds.length > 0 ? holdTable(holds, formats) : undefined,
    entries: entryTable(account._id, history.entries, formats),
    noEntries: noEntries(history),
    paging: pagingView({ ...history, path: paths.staffAccount(account._id) }),
  };
}

function limitText(amount: Money | null, formats: Formats): string {
  return amount === null ? 'None' : formats.money(amount);
}

function factRows({ account, balance, holders }: InspectedAccount, formats: Formats) {
  return [
    { label: holders.length > 1 ? 'Holders' : 'Holder', value: holders.join(', ') },
    { label: 'Type', value: kindNames[account.kind] },
    { label: 'State', value: account.state === 'open' ? 'Open' : 'Closed' },
    { label: 'Freeze', value: balance.freeze === 'none' ? 'None' : freezeTexts[balance.freeze] },
    { label: 'Most a transfer', value: limitText(balance.limits.perTransfer, formats) },
    { label: 'Most a day', value: limitText(balance.limits.perDay, formats) },
    { label: 'Opened', value: formats.date(account.openedOn) },
    ...(account.closedOn === undefined ? [] : [{ label: 'Closed', value: formats.date(account.closedOn) }]),
    { label: 'Branch', value: account.branchId },
    { label: 'Ledger account', value: account._id },
    { label: 'Entries', value: String(balance.entries) },
  ];
}

function holdTable(holds: readonly Hold[], formats: Formats) {
  return {
    caption: `Pending, oldest first, amounts in ${formats.currency}`,
    columns: [
      { key: 'what', label: 'Reference' },
      { key: 'until', label: 'Until', hideSmall: true },
      { key: 'remaining', label: 'Still held', kind: 'num' },
      { key: 'amount', label: 'Placed', kind: 'num', hideSmall: true },
    ],
    rows: holds.map((hold) => {
      const until = hold.expiresAt ? formats.instant(hold.expiresAt) : 'Settled or released';
      const what = { text: hold.reference, sub: `Since ${formats.instant(hold.placedAt)}`, subSmall: `Until ${until}` };
      const amounts = { remaining: formats.money(hold.remaining), amount: formats.money(hold.amount) };
      return { cells: { what, until: unbroken(until), ...amounts } };
    }),
  };
}

/** A date that a narrow column does not break. */
const unbroken = (text: string) => text.replaceAll(' ', '\u00a0');

/** The bank owes what lies on a deposit account: what raises it is a credit. */
function entryTable(accountId: string, entries: readonly Entry[], formats: Formats) {
  return {
    caption: `By entry number, newest first, amounts in ${formats.currency}`,
    columns: [
      { key: 'seq', label: 'No.', kind: 'num', hideSmall: true },
      { key: 'what', label: 'Journal' },
      { key: 'effective', label: 'Counts from', hideSmall: true },
      { key: 'booked', label: 'Booked on', hideSmall: true },
      { key: 'debit', label: 'Debit', kind: 'num' },
      { key: 'credit', label: 'Credit', kind: 'num' },
      { key: 'balance', label: 'Balance', kind: 'num', hideSmall: true },
    ],
    rows: entries.map((entry) => ({
      ...(entry.amount === zero ? { state: 'soft' } : {}),
      cells: {
        seq: String(entry.seq),
        what: {
          text: entry.kind,
          href: paths.staffJournal(accountId, entry.key),
          ...(entry.late ? { badge: { kind: 'info', text: 'Late' } } : {}),
          sub: entry.reference,
          subSmall: `No. ${entry.seq}, ${formats.date(bookingDay(entry))}`,
        },
        effective: unbroken(formats.date(entry.effectiveOn)),
        booked: unbroken(formats.date(bookingDay(entry))),
        debit: entry.amount < zero ? formats.money(negate(entry.amount)) : '',
        credit: entry.amount > zero ? formats.money(entry.amount) : '',
        balance: formats.money(entry.balanceAfter),
      },
    })),
  };
}

function noEntries({ entries, total }: StaffAccountFacts['history']) {
  if (entries.length > 0) return undefined;
  return total > 0
    ? { title: 'There is nothing on this page', text: 'The entries before it are still there.' }
    : { title: 'No entry yet', text: 'What is posted to this account appears here.' };
}
