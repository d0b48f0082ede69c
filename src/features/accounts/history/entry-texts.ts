import type { Money } from '#core/money.ts';
import type { Entry } from '#features/ledger/index.ts';
import { asSentence, baseKind, entryName, isHoldKind } from './entry-kinds.rules.ts';

/** An entry as a customer reads it. */
export interface EntryText {
  what: string;
  /** Whom it came from or went to, and the reference. */
  sub: string;
  /** Its receipt. */
  href?: string;
}

/** A topic that knows more of its journals than their kind and reference. */
export interface EntrySource {
  /** The kinds of journals it knows, without `-reversal`; holds are asked for by the key that placed them. */
  kinds: readonly string[];
  texts(query: { accountId: string; keys: readonly string[] }): Promise<ReadonlyMap<string, EntryText>>;
  /** Journals of an account whose sealed texts hold every word that is looked for; at most 100. */
  find?(query: { accountId: string; text: string }): Promise<readonly string[]>;
}

export interface MeasuredEntry extends Entry {
  /** By how much a hold changed what is held; given for holds only. */
  heldChange?: Money;
}

/** An entry with its text and the account that it stands in. */
export interface TextedEntry extends MeasuredEntry {
  account: string;
  text: EntryText;
}

const mostKeys = 100;

export interface EntryTexts {
  /** The same entries with their texts: one question to each topic, whatever the number of entries. */
  name(accountId: string, entries: readonly MeasuredEntry[]): Promise<TextedEntry[]>;
  find(query: { accountId: string; text: string }): Promise<string[]>;
}

export function createEntryTexts(sources: readonly EntrySource[]): EntryTexts {
  return {
    name: async (accountId, entries) => {
      const known = await Promise.all(sources.map((source) => textsOf(source, { accountId, entries })));
      return entries.map((entry) => {
        const text = known.find((texts) => texts.has(subjectOf(entry)))?.get(subjectOf(entry));
        return { ...entry, account: accountId, text: text ? told(entry, text) : ownText(entry) };
      });
    },
    find: async (query) => {
      const found = await Promise.all(sources.map(async (source) => (await source.find?.(query)) ?? []));
      return [...new Set(found.flat())].slice(0, mostKeys);
    },
  };
}

async function textsOf(source: EntrySource, facts: { accountId: string; entries: readonly Entry[] }) {
  const known = facts.entries.filter(({ kind }) => isHoldKind(kind) || source.kinds.includes(baseKind(kind)));
  const keys = [...new Set(known.map(subjectOf))];
  return keys.length > 0 ? await source.texts({ accountId: facts.accountId, keys }) : new Map<string, EntryText>();
}

/** What a topic knows a journal by: holds by the order that placed them. */
function subjectOf(entry: Entry): string {
  return isHoldKind(entry.kind) ? (entry.hold ?? entry.key) : entry.key;
}

/** A hold is told as a hold, with what it is for below. */
function told(entry: Entry, text: EntryText): EntryText {
  if (!isHoldKind(entry.kind)) return text;
  const sub = [text.what, text.sub].filter(Boolean).join(', ');
  return { ...text, what: entryName(entry.kind), sub };
}

/**
 * What the journal says itself. The reference of a hold is not shown: one that no topic of the customer's own placed may
 * speak of what the bank looks into.
 */
export function ownText(entry: Pick<Entry, 'kind' | 'reference'>): EntryText {
  return { what: entryName(entry.kind), sub: isHoldKind(entry.kind) ? '' : asSentence(entry.reference) };
}
