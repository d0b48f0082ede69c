import { minus, zero } from '#core/money.ts';
import type { Entry, EntryFilter, Hold, Journal, Ledger, Period, Statement } from '#features/ledger/index.ts';
import { accountModel, type AccountRecord } from '../account.model.ts';
import { bookingDay, isForCustomers, isHoldKind } from './entry-kinds.rules.ts';
import {
  createEntryTexts,
  type EntrySource,
  type EntryTexts,
  type MeasuredEntry,
  type TextedEntry,
} from './entry-texts.ts';
import { createInspection, type Inspection, type InspectionParts } from './inspection.service.ts';
import { atEnd, mergeNewest, type Horizon, type Places, type Stream } from './merge.rules.ts';

/** A hold that is pending, with what it is for. */
export interface TextedHold {
  hold: Hold;
  text: string;
}

export interface FoundPage {
  entries: TextedEntry[];
  /** Where it goes on; undefined at the end. */
  next: Places | undefined;
  /** Where looking further was given up before the page was full; everything since that day was looked at. */
  lookedBackTo: string | undefined;
}

/** What a customer sees of accounts that the caller knows to be theirs: it asks nobody whose they are. */
export interface History {
  /** One page by number, newest first; `total` counts what the ledger keeps, so that a page may have fewer entries. */
  page(query: { account: string; page: number; size: number }): Promise<{ entries: TextedEntry[]; total: number }>;
  /** Entries of several accounts that fit a filter, newest first, from the given places on. */
  find(query: { accounts: readonly string[]; filter: EntryFilter; places: Places; size: number }): Promise<FoundPage>;
  /** Money that is set aside, oldest first. */
  holds(account: string): Promise<TextedHold[]>;
  /** A journal's entry in an account, as one of its holders sees it; undefined where it has none there for customers. */
  entry(query: {
    partyId: string;
    account: string;
    key: string;
  }): Promise<{ entry: TextedEntry; journal: Journal } | undefined>;
  /** Full names of those whose account it is, the owner first. */
  holderNames(account: string): Promise<string[]>;
  statement(period: Period): Promise<Statement>;
  /** The entries of a period that moved money, in the order of their days, in pieces of at most 500. */
  statementLines(period: Period): AsyncIterable<TextedEntry[]>;
  /** What staff see. */
  inspection: Inspection;
}

/** Finds a person's receipt of a journal whose topic stands above accounts, such as a loan's payment. */
export type ReceiptOf = (query: { partyId: string; key: string }) => Promise<string | undefined>;

interface Parts {
  ledger: Pick<Ledger, 'entries' | 'find' | 'holds' | 'journal' | 'statement' | 'statementLines'>;
  texts: EntryTexts;
  receiptOf: ReceiptOf;
}

export function createHistory(
  platform: InspectionParts['platform'],
  deps: Pick<InspectionParts, 'ledger' | 'customers'> & {
    ledger: Parts['ledger'];
    sources: readonly EntrySource[];
    receiptOf: ReceiptOf;
  },
): History {
  const { ledger, customers, sources, receiptOf } = deps;
  const parts: Parts = { ledger, texts: createEntryTexts(sources), receiptOf };
  const accounts = accountModel(platform.database.connection);
  return {
    page: (query) => page(parts, query),
    find: (query) => find(parts, query),
    holds: (account) => holds(parts, account),
    entry: (query) => entry(parts, query),
    holderNames: async (account) => {
      const found = await accounts.findOne({ _id: account }, { holders: 1 }).lean<Pick<AccountRecord, 'holders'>>();
      const names = await customers.names(found?.holders ?? []);
      return (found?.holders ?? []).flatMap((holder) => names.get(holder) ?? []);
    },
    statement: (period) => ledger.statement(period),
    statementLines: (period) => statementLines(parts, period),
    inspection: createInspection({ platform, ledger, customers }),
  };
}

async function page(
  { ledger, texts }: Parts,
  { account, page: number, size }: { account: string; page: number; size: number },
): Promise<{ entries: TextedEntry[]; total: number }> {
  const { entries, total } = await ledger.entries({ account, page: number, size });
  const measured = await withHeldChanges(ledger, { account, entries });
  const shown = await texts.name(account, measured.filter(isForCustomers));
  return { entries: shown, total };
}

/** Holds have no amount of their own: it is what is held after one less what was held after the entry before it. */
async function withHeldChanges(
  ledger: Parts['ledger'],
  { account, entries }: { account: string; entries: readonly Entry[] },
): Promise<MeasuredEntry[]> {
  const heldAfter = new Map(entries.map((entry) => [entry.seq, entry.held]));
  return Promise.all(
    entries.map(async (entry) => {
      if (!isHoldKind(entry.kind)) return entry;
      const known = entry.seq === 1 ? zero : heldAfter.get(entry.seq - 1);
      const before = known ?? (await entryBefore(ledger, { account, before: entry.seq }))?.held ?? zero;
      return { ...entry, heldChange: minus(entry.held, before) };
    }),
  );
}

async function find(
  parts: Parts,
  query: { accounts: readonly string[]; filter: EntryFilter; places: Places; size: number },
): Promise<FoundPage> {
  const { accounts, filter, places, size } = query;
  const streams = await Promise.all(
    accounts.map(async (account): Promise<Stream<Placed>> => {
      const before = places.get(account);
      return before === 0 ? atEnd(account) : streamOf(parts, { account, filter, before, size });
    }),
  );
  const merged = mergeNewest(streams, size);
  return { ...merged, entries: await namedInPlace(parts, merged.entries) };
}

type Placed = MeasuredEntry & { account: string };

async function streamOf(
  { ledger, texts }: Parts,
  query: { account: string; filter: EntryFilter; before: number | undefined; size: number },
): Promise<Stream<Placed>> {
  const { account, before, size } = query;
  const { text } = query.filter;
  const keys = text === undefined ? [] : await texts.find({ accountId: account, text });
  const filter = keys.length > 0 ? { ...query.filter, keys } : query.filter;
  const place = before === undefined ? {} : { before };
  const { entries: found, next } = await ledger.find({ account, filter, size, ...place });
  const measured = await withHeldChanges(ledger, { account, entries: found });
  const entries = measured.filter(isForCustomers).map((entry) => ({ ...entry, account }));
  const last = found.length < size ? undefined : found.at(-1);
  return { account, before, entries, next, horizon: await horizonOf(ledger, { account, next, last }) };
}

/** How far back was looked: a full page says it itself, a search that was cut short has to ask. */
async function horizonOf(
  ledger: Parts['ledger'],
  { account, next, last }: { account: string; next: number | undefined; last: Entry | undefined },
): Promise<Horizon | undefined> {
  if (next === undefined) return undefined;
  const entry = last ?? (await entryBefore(ledger, { account, before: next }));
  return entry && { postedAt: entry.postedAt, on: bookingDay(entry) };
}

async function entryBefore(
  ledger: Parts['ledger'],
  place: { account: string; before: number },
): Promise<Entry | undefined> {
  const { entries } = await ledger.find({ ...place, filter: {}, size: 1 });
  return entries[0];
}

/** Texts are asked for an account at a time; the order of the list is kept. */
async function namedInPlace({ texts }: Parts, entries: readonly Placed[]): Promise<TextedEntry[]> {
  const accounts = [...new Set(entries.map(({ account }) => account))];
  const named = await Promise.all(
    accounts.map((account) =>
      texts.name(
        account,
        entries.filter((entry) => entry.account === account),
      ),
    ),
  );
  const byPlace = new Map(named.flat().map((entry) => [placeOf(entry), entry]));
  return entries.flatMap((entry) => byPlace.get(placeOf(entry)) ?? []);
}

const placeOf = ({ account, seq }: Placed | TextedEntry) => `${account}/${seq}`;

async function holds({ ledger, texts }: Parts, account: string): Promise<TextedHold[]> {
  const pending = await ledger.holds(account);
  const entries = await texts.name(account, pending.map(entryOfHold));
  return pending.map((hold, index) => ({ hold, text: entries[index]?.text.sub ?? '' }));
}

/** A pending hold as the entry that placed it, for the topics to name. */
function entryOfHold(hold: Hold): Entry {
  return {
    key: hold._id,
    hold: hold._id,
    kind: 'hold',
    reference: hold.reference,
    effectiveOn: '',
    late: false,
    postedAt: hold.placedAt,
    amount: zero,
    balanceAfter: zero,
    held: hold.remaining,
    seq: 0,
  };
}

async function entry(
  { ledger, texts, receiptOf }: Parts,
  { partyId, account, key }: { partyId: string; account: string; key: string },
): Promise<{ entry: TextedEntry; journal: Journal } | undefined> {
  const journal = await ledger.journal(key);
  const posting = journal?.postings.find((one) => one.account === account);
  if (!journal || !posting) return undefined;
  const { entries } = await ledger.find({ account, filter: {}, before: posting.seq + 1, size: 1 });
  const measured = await withHeldChanges(ledger, { account, entries });
  const [named] = await texts.name(account, measured.filter(isForCustomers));
  if (!named) return undefined;
  const href = named.text.href ?? (await receiptOf({ partyId, key }));
  return { entry: { ...named, text: { ...named.text, ...(href === undefined ? {} : { href }) } }, journal };
}

async function* statementLines({ ledger, texts }: Parts, period: Period): AsyncGenerator<TextedEntry[]> {
  for await (const piece of ledger.statementLines(period)) {
    const moved = piece.filter((entry) => entry.amount !== zero);
    if (moved.length > 0) yield await texts.name(period.account, moved);
  }
}
