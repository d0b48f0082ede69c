import type { PlainDate } from '#core/calendar.ts';
import { formatsIn, type Formats } from '#core/format.ts';
import type { Currency } from '#core/money.ts';
import { paths } from '#web/paths.ts';
import type { DepositAccount } from '../own-accounts.service.ts';
import type { HistoryQuery } from './history-filter.forms.ts';
import { filterView, listHref } from './history-filter.view.ts';
import { historyRows } from './history-rows.view.ts';
import { further, noMatch } from './history.view.ts';
import type { FoundPage } from './history.service.ts';
import { placesText } from './transactions.forms.ts';

export interface TransactionsFacts {
  accounts: readonly DepositAccount[];
  asked: HistoryQuery;
  /** Undefined where the filter was wrong. */
  found: FoundPage | undefined;
  /** The page is not the newest one. */
  older: boolean;
  today: PlainDate;
  currency: Currency;
  formats: Formats;
}

/** `/transactions`: what has moved on all of somebody's accounts, newest first. */
export function transactionsPage(facts: TransactionsFacts) {
  const { accounts, asked, found, today, currency, formats } = facts;
  const path = paths.transactions;
  const rows = found ? rowsOf(facts, found) : [];
  const all = { href: path, text: 'Show everything' };
  return {
    title: 'Transactions',
    head: { title: 'Transactions', sub: 'What has moved on your open accounts, newest first' },
    noAccount: accounts.length === 0 ? noAccount : undefined,
    filters: filterView({ asked, path, today, currency, formats, accounts }),
    form: asked.form,
    table: { caption: caption(accounts), columns: columnsOf(accounts), rows },
    empty: rows.length > 0 ? undefined : emptyText(facts, all),
    further: found && furtherOf(facts, found),
  };
}

const noAccount = {
  title: 'You have no account yet',
  text: 'Open one first. What moves on it is listed here.',
  action: { href: paths.openAccount, text: 'Open an account' },
};

function caption(accounts: readonly DepositAccount[]): string {
  const currencies = [...new Set(accounts.map((account) => account.currency))];
  return `Amounts in ${currencies.join(' and ')}${currencies.length > 1 ? ', each in the currency of its account' : ''}`;
}

function columnsOf(accounts: readonly DepositAccount[]) {
  const [first] = accounts;
  const one = accounts.length === 1 && first;
  return [
    { key: 'what', label: 'What', grow: true },
    ...(one ? [] : [{ key: 'account', label: 'Account', hideSmall: true }]),
    { key: 'amount', label: 'Amount', kind: 'num' },
    { key: 'balance', label: 'Balance after', kind: 'num', hideSmall: true },
  ];
}

/** Amounts by the currency of their account; days are named once, whichever account they begin with. */
function rowsOf({ accounts, formats }: TransactionsFacts, { entries }: FoundPage) {
  const byId = new Map(accounts.map((account) => [account.id, account]));
  const accountName = (id: string) => {
    const account = byId.get(id);
    return account && accounts.length > 1 ? `${account.name} ${account.masked}` : '';
  };
  const inCurrencyOf = (id: string) => formatsIn(byId.get(id)?.currency ?? formats.currency, formats);
  return historyRows(entries, formats, { accountName, inCurrencyOf });
}

function emptyText(facts: TransactionsFacts, all: { href: string; text: string }) {
  const { found, asked, older } = facts;
  if (!found)
    return { title: 'Nothing was looked for', text: 'Correct the filter above, or show everything.', action: all };
  if (asked.filtered || older || found.next) return noMatch({ found, older, all });
  return {
    title: 'Nothing has moved yet',
    text: 'What comes in and goes out is listed here, newest first.',
    action: { href: paths.deposit, text: 'Deposit' },
  };
}

function furtherOf({ asked, older, formats }: TransactionsFacts, found: FoundPage) {
  const href = listHref(paths.transactions, asked.query);
  const next = found.next && `${href}${href.includes('?') ? '&' : '?'}before=${placesText(found.next)}`;
  return further({ found, formats, newest: older ? href : undefined, older: next });
}
