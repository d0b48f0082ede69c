import type { PlainDate } from '#core/calendar.ts';
import { formatsIn, type Formats } from '#core/format.ts';
import type { Currency } from '#core/money.ts';
import { kindGroups, kindGroupNames } from './entry-kinds.rules.ts';
import {
  amountIn,
  filterNames,
  periodText,
  quickPeriods,
  type FilterName,
  type FilterQuery,
  type HistoryQuery,
  type QuickPeriod,
} from './history-filter.forms.ts';

interface Chip {
  href: string;
  text: string;
  current: boolean;
}

export interface FilterFacts {
  asked: HistoryQuery;
  /** The page that is filtered. */
  path: string;
  today: PlainDate;
  currency: Currency;
  formats: Formats;
  /** To choose from, where the list is over several accounts. */
  accounts?: readonly { id: string; name: string; masked: string }[];
}

const periodNames: Record<QuickPeriod, string> = {
  'this-month': 'This month',
  'last-month': 'Last month',
  'this-year': 'This year',
};
const directionNames = { in: 'Money in', out: 'Money out' } as const;

type Changes = Partial<Record<FilterName, string | undefined>>;

/** An address of the list with some filters changed; an undefined one is left out. Where the list was is not kept. */
export function listHref(path: string, query: FilterQuery, change: Changes = {}): string {
  const all: Changes = { ...query, ...change };
  const parameters = new URLSearchParams();
  for (const name of filterNames) if (all[name]) parameters.set(name, all[name]);
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** The search box, the chips that are one press away, and what is filtered by now. */
export function filterView(facts: FilterFacts) {
  const { asked, path, accounts } = facts;
  const { query, form } = asked;
  const hidden = (['period', 'direction', 'kind', 'account'] as const).flatMap((name) => {
    const value = query[name];
    return value === undefined ? [] : [{ name, value }];
  });
  const dated = form.values.from !== undefined || form.values.to !== undefined;
  return {
    action: path,
    form,
    // A quick period gives way to days that are typed.
    hidden: hidden.filter(({ name }) => name !== 'period'),
    quick: [...periodChips(facts), ...directionChips(facts)],
    kinds: kindChips(facts),
    accounts: accounts && accounts.length > 1 ? accountChips(facts, accounts) : [],
    open: dated || query.account !== undefined || query.kind !== undefined || Object.keys(form.errors).length > 0,
    removable: asked.fits ? removableChips(facts) : [],
    reading: asked.fits ? otherReading(facts) : undefined,
    clear: Object.keys(query).length > 0 ? path : undefined,
  };
}

/** Pressed again, a chip that is on goes off. */
function toggle(facts: FilterFacts, chosen: { name: FilterName; value: string; text: string }): Chip {
  const { query } = facts.asked;
  const { name, value, text } = chosen;
  const current = query[name] === value;
  const dates = name === 'period' ? { from: undefined, to: undefined } : {};
  const href = listHref(facts.path, query, { ...dates, [name]: current ? undefined : value });
  return { href, text, current };
}

const periodChips = (facts: FilterFacts) =>
  quickPeriods.map((value) => toggle(facts, { name: 'period', value, text: periodNames[value] }));

const directionChips = (facts: FilterFacts) =>
  (['in', 'out'] as const).map((value) => toggle(facts, { name: 'direction', value, text: directionNames[value] }));

const kindChips = (facts: FilterFacts) =>
  kindGroupNames.map((value) => toggle(facts, { name: 'kind', value, text: kindGroups[value].text }));

function accountChips(facts: FilterFacts, accounts: NonNullable<FilterFacts['accounts']>): Chip[] {
  return accounts.map(({ id, name, masked }) =>
    toggle(facts, { name: 'account', value: id, text: `${name} ${masked}` }),
  );
}

/** What the list is narrowed by and no chip above shows, each with the address that takes it off. */
function removableChips(facts: FilterFacts) {
  const { query, filter } = facts.asked;
  const { from, to } = facts.asked.form.values;
  const typed = from !== undefined || to !== undefined;
  const kind = kindGroupNames.find((name) => name === query.kind);
  const account = facts.accounts?.find(({ id }) => id === query.account);
  return [
    ...(typed ? [{ text: periodText(filter, facts.formats), href: off(facts, 'from', 'to') }] : []),
    ...(kind ? [{ text: kindGroups[kind].text, href: off(facts, 'kind') }] : []),
    ...(account ? [{ text: `${account.name} ${account.masked}`, href: off(facts, 'account') }] : []),
    ...(filter.amount === undefined ? [] : [{ text: amountText(facts), href: off(facts, 'q', 'as') }]),
    ...(filter.text === undefined ? [] : [{ text: `“${filter.text}”`, href: off(facts, 'q', 'as') }]),
  ];
}

function amountText({ asked, currency, formats }: FilterFacts): string {
  const { amount } = asked.filter;
  return amount === undefined ? '' : `Amount ${formatsIn(currency, formats).money(amount)}`;
}

function off({ asked, path }: FilterFacts, ...names: FilterName[]): string {
  return listHref(path, asked.query, Object.fromEntries(names.map((name) => [name, undefined])));
}

/** A number may be meant as part of a reference: then the same search is made for it as text, and back. */
function otherReading(facts: FilterFacts): { text: string; href: string } | undefined {
  const { asked, path, currency, formats } = facts;
  const { q } = asked.query;
  if (q === undefined) return undefined;
  if (asked.filter.amount !== undefined)
    return { text: `Look for “${q}” in the texts instead`, href: listHref(path, asked.query, { as: 'text' }) };
  const amount = amountIn(q, currency);
  if (amount === undefined) return undefined;
  const shown = formatsIn(currency, formats).money(amount);
  return { text: `Look for the amount ${shown} instead`, href: listHref(path, asked.query, { as: undefined }) };
}
