import { operators } from '#platform/mongo.ts';
import type { Platform } from '#platform/platform.ts';
import { wordsOf } from '../transfers/transfer-record.ts';
import { sealedPlace, type RailPayment } from './rail.model.ts';
import type { RailParts } from './rail-parts.ts';
import { paymentKeyOf, railKeys, reasonText } from './rail.rules.ts';

/** A line of an account's history. */
export interface RailText {
  what: string;
  sub: string;
  href?: string;
}

/** What the history asks of each topic for the lines that are its own. */
export interface RailTexts {
  kinds: readonly string[];
  texts(query: { keys: readonly string[] }): Promise<ReadonlyMap<string, RailText>>;
  /** Journals of withdrawals whose bank's name holds every word of the text; at most 100. */
  find(query: { accountId: string; text: string }): Promise<string[]>;
}

type Parts = Pick<RailParts, 'platform' | 'payments'>;

const mostKeys = 500;
const mostFound = 100;

export function createRailTexts(parts: Parts): RailTexts {
  return {
    kinds: ['deposit', 'withdrawal'],
    texts: (query) => railTexts(parts, query),
    find: (query) => findByWords(parts, query),
  };
}

/** What a customer reads of the journals of deposits and withdrawals, holds by the key that placed them. */
export async function railTexts(parts: Parts, { keys }: { keys: readonly string[] }): Promise<Map<string, RailText>> {
  const wanted = keys.slice(0, mostKeys);
  const ids = [...new Set(wanted.map(paymentKeyOf))];
  const found = await parts.payments.find({ _id: operators({ $in: ids }) }).lean<RailPayment[]>();
  const payments = new Map(found.map((payment) => [payment._id, payment]));
  const { vault } = parts.platform;
  await vault.warm([...new Set(found.flatMap(({ bankName }) => bankName?.key ?? []))]);
  const texts = wanted.map(async (key) => {
    const payment = payments.get(paymentKeyOf(key));
    return payment ? [[key, await textOf(vault, payment, key)] as const] : [];
  });
  return new Map((await Promise.all(texts)).flat());
}

async function textOf(vault: Platform['vault'], payment: RailPayment, key: string): Promise<RailText> {
  const { _id, direction, railReference, reason } = payment;
  const href = direction === 'in' ? `/deposit/${_id}` : `/withdraw/${_id}`;
  if (key.startsWith('rail-return:')) {
    return { what: direction === 'in' ? 'Deposit taken back' : 'Withdrawal came back', sub: reasonText(reason), href };
  }
  const destination = await destinationOf(vault, payment);
  const other = direction === 'in' ? 'From your other bank' : `To ${destination ?? 'another bank'}`;
  const sub = railReference === null ? other : `${other}, ${railReference}`;
  return { what: direction === 'in' ? 'Deposit' : 'Withdrawal', sub, href };
}

/** Where a withdrawal goes, in words: `Sandpiper Savings ··6789`. */
export async function destinationOf(
  vault: Platform['vault'],
  { _id, bankName, bankAccount }: Pick<RailPayment, '_id' | 'bankName' | 'bankAccount'>,
): Promise<string | undefined> {
  if (!bankName || !bankAccount) return undefined;
  const [name, account] = await Promise.all([
    vault.open(sealedPlace(_id, 'bankName'), bankName),
    vault.open(sealedPlace(_id, 'bankAccount'), bankAccount),
  ]);
  return `${name} ${account}`;
}

/** Each payment found has a few journals; the history passes over keys that stand for none. */
async function findByWords(
  { payments, platform }: Parts,
  { accountId, text }: { accountId: string; text: string },
): Promise<string[]> {
  const words = wordsOf(platform, text);
  if (words.length === 0) return [];
  const found = await payments
    .find({ accountId, bankWords: operators({ $all: words }) }, { _id: 1 })
    .sort({ _id: -1 })
    .limit(mostFound)
    .lean<{ _id: string }[]>();
  const journals = found.flatMap(({ _id }) => [railKeys.withdrawal(_id), railKeys.takeBack(_id, 1), _id]);
  return journals.slice(0, mostFound);
}
