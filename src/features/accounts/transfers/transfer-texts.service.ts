import { operators } from '#platform/mongo.ts';
import type { AccountRecord } from '../account.model.ts';
import type { TransferParts } from './parts.ts';
import { openSide } from './shown-transfer.service.ts';
import { wordsOf } from './transfer-record.ts';
import type { TransferRecord } from './transfer.model.ts';
import { transferKind } from './transfer.service.ts';

/** A line of an account's history. */
export interface TransferText {
  /** `To A··· K···e` */
  what: string;
  /** `Rent March, transfer 7K3M-92QX` */
  sub: string;
  href?: string;
}

/** What the history asks of each topic for the lines that are its own. */
export interface TransferTexts {
  kinds: readonly string[];
  texts(query: { accountId: string; keys: readonly string[] }): Promise<ReadonlyMap<string, TransferText>>;
  /** Transfers of an account whose reference, or whose payer's name, holds every word of the text; at most 100. */
  find(query: { accountId: string; text: string }): Promise<string[]>;
}

type Parts = Pick<TransferParts, 'platform' | 'transfers' | 'accounts'>;

const mostAsked = 500;
const mostFound = 100;

export function createTransferTexts(parts: Parts): TransferTexts {
  return {
    kinds: [transferKind],
    texts: (query) => transferTexts(parts, query),
    find: (query) => findByWords(parts, query),
  };
}

/** The texts of an account's transfers by journal key; keys of other journals are left out. */
export async function transferTexts(
  parts: Parts,
  { accountId, keys }: { accountId: string; keys: readonly string[] },
): Promise<Map<string, TransferText>> {
  const records = await parts.transfers
    .find({ _id: operators({ $in: keys.slice(0, mostAsked) }) })
    .lean<TransferRecord[]>();
  const own = records.filter(({ fromAccount, toAccount }) => [fromAccount, toAccount].includes(accountId));
  const sides = own.map((record) => ({ record, side: sideOf(record, accountId) }));
  await parts.platform.vault.warm([...new Set(sides.map(({ record, side }) => record[side].name.key))]);
  const called = await namesOfOwn(parts, { accountId, records: own });
  const texts = await Promise.all(
    sides.map(async ({ record, side }) => {
      const { name, reference } = await openSide(parts.platform, { record, side });
      const shown = called.get(otherOf(record, accountId)) ?? name;
      const number = `transfer ${record.number}`;
      return [
        record._id,
        {
          what: side === 'sent' ? `To ${shown}` : `From ${shown}`,
          sub: reference === '' ? `T${number.slice(1)}` : `${reference}, ${number}`,
          href: `/transfer/${record._id}`,
        },
      ] as const;
    }),
  );
  return new Map(texts);
}

function sideOf(record: TransferRecord, accountId: string): 'sent' | 'received' {
  return record.fromAccount === accountId ? 'sent' : 'received';
}

function otherOf(record: TransferRecord, accountId: string): string {
  return record.fromAccount === accountId ? record.toAccount : record.fromAccount;
}

/**
 * What the other accounts are called, where everybody who sees this account's history holds them too: a joint holder does
 * not learn of the other's own accounts.
 */
async function namesOfOwn(
  { accounts, platform }: Parts,
  { accountId, records }: { accountId: string; records: readonly TransferRecord[] },
): Promise<Map<string, string>> {
  const others = [...new Set(records.map((record) => otherOf(record, accountId)))];
  const found = await accounts
    .find({ _id: operators({ $in: [accountId, ...others] }) }, { holders: 1, name: 1, number: 1 })
    .lean<Pick<AccountRecord, '_id' | 'holders' | 'name' | 'number'>[]>();
  const holders = found.find((account) => account._id === accountId)?.holders ?? [];
  const shared = found.filter(
    (account) =>
      account._id !== accountId && holders.length > 0 && holders.every((one) => account.holders.includes(one)),
  );
  const names = await Promise.all(
    shared.map(async ({ _id, name, number }) => {
      const text = await platform.vault.open({ collection: 'accounts', document: _id, field: 'name' }, name);
      return [_id, `${text} ··${number.slice(-4)}`] as const;
    }),
  );
  return new Map(names);
}

async function findByWords(
  { transfers, platform }: Parts,
  { accountId, text }: { accountId: string; text: string },
): Promise<string[]> {
  const words = wordsOf(platform, text);
  if (words.length === 0) return [];
  const holdsAll = operators({ $all: words });
  const keys = (filter: object) =>
    transfers.find(filter, { _id: 1 }).limit(mostFound).lean<Pick<TransferRecord, '_id'>[]>().exec();
  const [sent, received] = await Promise.all([
    keys({ fromAccount: accountId, sentWords: holdsAll }),
    keys({ toAccount: accountId, receivedWords: holdsAll }),
  ]);
  return [...sent, ...received].slice(0, mostFound).map(({ _id }) => _id);
}
