import { z } from 'zod';
import { isBefore, type PlainDate } from '#core/calendar.ts';
import type { Formats } from '#core/format.ts';
import { parseMoney, zero, type Currency, type Money } from '#core/money.ts';
import type { EntryFilter } from '#features/ledger/index.ts';
import { dateField, optionalText } from '#web/fields.ts';
import { parseForm, type FormState, withError } from '#web/forms.ts';
import { kindGroupNames, kindGroups, type KindGroup } from './entry-kinds.rules.ts';

export const quickPeriods = ['this-month', 'last-month', 'this-year'] as const;
export type QuickPeriod = (typeof quickPeriods)[number];

export interface Dates {
  from?: PlainDate | undefined;
  to?: PlainDate | undefined;
}

/** In the order they stand in an address, so that one list has one address. */
export const filterNames = ['account', 'period', 'from', 'to', 'direction', 'kind', 'q', 'as'] as const;
export type FilterName = (typeof filterNames)[number];
/** A filter as it stands in an address: only what is given, nothing that is wrong. */
export type FilterQuery = Partial<Record<FilterName, string>>;

/** What a history is asked for. */
export interface HistoryQuery {
  /** What was typed, and a sentence at what is wrong. */
  form: FormState;
  fits: boolean;
  query: FilterQuery;
  /** Without `text`'s sealed finds, which the service adds. */
  filter: EntryFilter;
  filtered: boolean;
  account: string | undefined;
}

const typedForm = z.strictObject({
  from: dateField({ what: 'the first day' }).optional(),
  to: dateField({ what: 'the last day' }).optional(),
  q: optionalText({ what: 'the search', max: 60 }),
});

/** What nobody types: where it is none of ours it is passed over. */
const chosenQuery = z.object({
  period: z.enum(quickPeriods).optional().catch(undefined),
  direction: z.enum(['in', 'out']).optional().catch(undefined),
  kind: z.enum(kindGroupNames).optional().catch(undefined),
  as: z.literal('text').optional().catch(undefined),
  account: z.string().optional().catch(undefined),
});
type Chosen = z.output<typeof chosenQuery>;

const typedNames = ['from', 'to', 'q'] as const;

export function historyQuery(
  query: unknown,
  facts: { today: PlainDate; currency: Currency; accounts: readonly string[] },
): HistoryQuery {
  const given = typeof query === 'object' && query !== null ? { ...query } : {};
  const chosen = chosenOf(given, facts.accounts);
  const parsed = parseForm(typedForm, typedOf(given));
  const typed = parsed.ok ? parsed.value : { q: '' };
  const backwards = typed.from && typed.to && isBefore(typed.to, typed.from);
  const form = backwards ? withError(parsed.form, 'to', 'Choose a last day that is not before the first') : parsed.form;
  const dates = (typed.from ?? typed.to) ? {} : datesOf(chosen.period, facts.today);
  const filter = filterOf({ ...dates, ...typed, ...chosen }, facts.currency);
  return {
    form,
    fits: parsed.ok && !backwards,
    query: addressOf(chosen, form),
    filter,
    filtered: Object.keys(filter).length > 0,
    account: chosen.account,
  };
}

/** An account that is not one of the list's is passed over like anything else that nobody chose here. */
function chosenOf(given: object, accounts: readonly string[]): Chosen {
  const { account, ...chosen } = chosenQuery.parse(given);
  return account !== undefined && accounts.includes(account) ? { ...chosen, account } : chosen;
}

/** Only what was filled in: a form sends its empty fields too. */
function typedOf(given: object): Record<string, unknown> {
  const entries = Object.entries(given).filter(
    ([name, value]) => (typedNames as readonly string[]).includes(name) && value !== '',
  );
  return Object.fromEntries(entries);
}

function addressOf({ period, ...chosen }: Chosen, { values, errors }: FormState): FilterQuery {
  const dated = values.from !== undefined || values.to !== undefined;
  const all = { ...(dated ? {} : { period }), ...chosen, ...values };
  const given = new Map<string, string | undefined>(Object.entries(all));
  const kept: FilterQuery = {};
  for (const name of filterNames) {
    const value = given.get(name);
    if (value !== undefined && errors[name] === undefined) kept[name] = value;
  }
  return kept;
}

/** The days of a quick choice, as of the business date. */
export function datesOf(period: QuickPeriod | undefined, today: PlainDate): Dates {
  const firstOfMonth = today.with({ day: 1 });
  switch (period) {
    case 'this-month':
      return { from: firstOfMonth, to: today };
    case 'last-month':
      return { from: firstOfMonth.subtract({ months: 1 }), to: firstOfMonth.subtract({ days: 1 }) };
    case 'this-year':
      return { from: today.with({ month: 1, day: 1 }), to: today };
    default:
      return {};
  }
}

function filterOf(
  asked: Dates & {
    q: string;
    direction?: 'in' | 'out' | undefined;
    kind?: KindGroup | undefined;
    as?: 'text' | undefined;
  },
  currency: Currency,
): EntryFilter {
  const { from, to, q, direction, kind } = asked;
  const amount = asked.as === 'text' ? undefined : amountIn(q, currency);
  return {
    ...(from ? { from } : {}),
    ...(to ? { to } : {}),
    ...(direction ? { direction } : {}),
    ...(kind ? { kinds: kindGroups[kind].kinds } : {}),
    ...(amount === undefined ? {} : { amount }),
    ...(q !== '' && amount === undefined ? { text: q } : {}),
  };
}

/** What is searched for is an amount where it reads as one: `50`, `1,200.00`. */
export function amountIn(text: string, currency: Currency): Money | undefined {
  const parsed = parseMoney(text, currency);
  return parsed.ok && parsed.value > zero ? parsed.value : undefined;
}

const wholeNumber = z
  .string()
  .regex(/^[1-9]\d{0,8}$/)
  .transform(Number)
  .optional()
  .catch(undefined);
const placeQuery = z.object({ page: wholeNumber, before: wholeNumber });

/** Where in a list the page is: a page's number (any, since a page is a range of entry numbers) or the entry it comes before. */
export function historyPlace(query: unknown): { page: number; before: number | undefined } {
  const { page = 1, before } = placeQuery.parse(query ?? {});
  return { page, before };
}

export function periodText({ from, to }: Dates, formats: Pick<Formats, 'date'>): string {
  if (from && to) return from.equals(to) ? formats.date(from) : `${formats.date(from)} to ${formats.date(to)}`;
  if (from) return `From ${formats.date(from)}`;
  return to ? `Until ${formats.date(to)}` : 'Any time';
}
