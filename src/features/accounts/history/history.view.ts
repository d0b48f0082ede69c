import type { PlainDate } from '#core/calendar.ts';
import { formatsIn, type Formats } from '#core/format.ts';
import { zero } from '#core/money.ts';
import { pageSize } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import type { DepositAccount } from '../own-accounts.service.ts';
import type { TextedEntry } from './entry-texts.ts';
import type { HistoryQuery } from './history-filter.forms.ts';
import { filterView, listHref } from './history-filter.view.ts';
import { historyColumns, historyRows } from './history-rows.view.ts';
import type { FoundPage, TextedHold } from './history.service.ts';

/** An account's page of entries: by number where nothing is filtered, by cursor where something is. */
export type Listed =
  | { by: 'number'; entries: readonly TextedEntry[]; page: number; total: number }
  | { by: 'cursor'; found: FoundPage; before: number | undefined }
  | { by: 'none' };

export interface AccountPageFacts {
  account: DepositAccount;
  holds: readonly TextedHold[];
  asked: HistoryQuery;
  listed: Listed;
  today: PlainDate;
  formats: Formats;
}

/** `/accounts/:id`: what there is, what to do, and what has moved. */
export function accountPage(facts: AccountPageFacts) {
  const { account, listed, asked, today } = facts;
  const formats = formatsIn(account.currency, facts.formats);
  const path = paths.account(account.id);
  const rows = historyRows(entriesOf(listed), formats);
  return {
    title: account.name,
    crumbs: [{ text: 'Accounts', href: paths.accounts }, { text: account.name }],
    head: headOf(account),
    figures: figuresOf(account, formats),
    holds: holdTable(facts.holds, formats),
    links: {
      details: { href: paths.accountDetails(account.id), text: 'Account details' },
      statements: { href: paths.statement(account.id), text: 'Statements' },
    },
    filters: filterView({ asked, path, today, currency: account.currency, formats }),
    form: asked.form,
    table: { caption: `Newest first, amounts in ${account.currency}`, columns: historyColumns, rows },
    empty: rows.length > 0 ? undefined : emptyText(facts),
    pages: listed.by === 'number' ? numbered(path, listed) : undefined,
    further: listed.by === 'cursor' ? furtherOf(facts, listed) : undefined,
  };
}

function entriesOf(listed: Listed): readonly TextedEntry[] {
  if (listed.by === 'none') return [];
  return listed.by === 'number' ? listed.entries : listed.found.entries;
}

function headOf(account: DepositAccount) {
  const closed = account.state === 'closed';
  const from = (path: string) => `${path}?account=${account.id}`;
  return {
    title: account.name,
    sub: `${account.typeName} ${spaced(account.number)}${account.joint ? ', held together' : ''}`,
    badge: closed ? { kind: 'neutral', text: 'Closed' } : undefined,
    actions: closed
      ? []
      : [
          { href: from(paths.transfer), text: 'Transfer', icon: 'swap', tone: 'primary' },
          { href: from(paths.deposit), text: 'Deposit', icon: 'plus', tone: 'outline' },
          { href: from(paths.withdraw), text: 'Withdraw', icon: 'out', tone: 'outline' },
        ],
  };
}

/** `1234 5678 9012`, as a person reads a number aloud. */
export function spaced(number: string): string {
  return number.replace(/(\d{4})(?=\d)/g, '$1 ');
}

function figuresOf(account: DepositAccount, formats: Formats) {
  const { currency } = account;
  return [
    { label: 'Balance', value: formats.money(account.balance), note: currency, href: paths.accountBalance(account.id) },
    { label: 'Available', value: formats.money(account.available), note: 'to use now' },
    { label: 'Held', value: formats.money(account.held), note: 'set aside' },
  ];
}

/** Above the history: what is set aside now, and until when. */
function holdTable(holds: readonly TextedHold[], formats: Formats) {
  if (holds.length === 0) return undefined;
  return {
    caption: `Money that is set aside, amounts in ${formats.currency}`,
    captionHidden: true,
    columns: [
      { key: 'what', label: 'For' },
      { key: 'until', label: 'Until', hideSmall: true },
      { key: 'amount', label: 'Amount', kind: 'num' },
    ],
    rows: holds.map(({ hold, text }) => {
      const until = hold.expiresAt ? formats.instant(hold.expiresAt) : 'It is settled or released';
      return {
        cells: {
          what: {
            text: text === '' ? 'Money set aside' : text,
            sub: `Since ${formats.instant(hold.placedAt)}`,
            subSmall: hold.expiresAt ? `Until ${until}` : undefined,
          },
          until,
          amount: formats.money(hold.remaining),
        },
      };
    }),
  };
}

/** Pages are ranges of entry numbers, so that the last of many costs what the first does. */
function numbered(path: string, { page, total }: { page: number; total: number }) {
  const pages = Math.max(1, Math.ceil(total / historySize));
  const href = (number: number) => (number === 1 ? path : `${path}?page=${number}`);
  return {
    text: `Page ${page} of ${pages}`,
    several: pages > 1 || page > 1,
    newest: page > 1 ? href(1) : undefined,
    // From a page past the end the way back leads to the last one.
    newer: page > 1 ? href(Math.min(page - 1, pages)) : undefined,
    older: page < pages ? href(page + 1) : undefined,
    oldest: page < pages ? href(pages) : undefined,
  };
}

export interface Further {
  text: string | undefined;
  newest: string | undefined;
  older: { href: string; text: string } | undefined;
}

function furtherOf(
  { account, asked, formats }: AccountPageFacts,
  listed: { found: FoundPage; before: number | undefined },
): Further {
  const { found, before } = listed;
  const path = paths.account(account.id);
  const next = found.next?.get(account.id);
  const href = listHref(path, asked.query);
  const joined = (place: number) => `${href}${href.includes('?') ? '&' : '?'}before=${place}`;
  return further({
    found,
    formats,
    newest: before === undefined ? undefined : href,
    older: next ? joined(next) : undefined,
  });
}

/** Below a filtered list: where it goes on, or how far was looked. */
export function further(facts: {
  found: FoundPage;
  formats: Formats;
  newest: string | undefined;
  older: string | undefined;
}): Further {
  const { found, formats, newest, older } = facts;
  const { lookedBackTo } = found;
  const looked = lookedBackTo ? `We looked back to ${formats.date(lookedBackTo)}.` : undefined;
  return {
    text: looked,
    newest,
    older: older === undefined ? undefined : { href: older, text: looked ? 'Look further' : 'Older entries' },
  };
}

function emptyText({ account, listed }: AccountPageFacts) {
  const path = paths.account(account.id);
  const all = { href: path, text: 'Show everything' };
  if (listed.by === 'none')
    return { title: 'Nothing was looked for', text: 'Correct the filter above, or show everything.', action: all };
  if (listed.by === 'cursor') return noMatch({ found: listed.found, older: listed.before !== undefined, all });
  if (listed.page > 1)
    return {
      title: 'There is nothing on this page',
      text: 'The entries before it are still there.',
      action: { href: path, text: 'Go to the newest' },
    };
  const action =
    account.state === 'closed' ? undefined : { href: `${paths.deposit}?account=${account.id}`, text: 'Deposit' };
  return { title: 'Nothing has moved yet', text: 'What comes in and goes out is listed here, newest first.', action };
}

export function noMatch(facts: { found: FoundPage; older: boolean; all: { href: string; text: string } }) {
  const { found, older, all } = facts;
  if (found.next)
    return { title: 'Nothing found so far', text: 'There are older entries that were not looked at yet.' };
  if (older) return { title: 'Nothing older fits', text: 'All entries were looked at.', action: all };
  return { title: 'Nothing fits', text: 'Take a filter off or choose a longer period.', action: all };
}

/** `/accounts/:id/balance`: what there is at this moment. */
export function balancePage({ account, now, formats: own }: { account: DepositAccount; now: Date; formats: Formats }) {
  const formats = formatsIn(account.currency, own);
  return {
    title: 'Balance',
    crumbs: [
      { text: 'Accounts', href: paths.accounts },
      { text: account.name, href: paths.account(account.id) },
      { text: 'Balance' },
    ],
    name: account.name,
    masked: account.masked,
    asOf: `At ${formats.instant(now)}`,
    balance: formats.money(account.balance),
    currency: account.currency,
    available: `${formats.money(account.available)} available`,
    rows: account.held === zero ? [] : [{ label: 'Set aside by holds', value: formats.money(account.held) }],
    href: paths.account(account.id),
  };
}

export const historySize = pageSize;
