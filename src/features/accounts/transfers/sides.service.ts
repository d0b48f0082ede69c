import { present } from '#core/assert.ts';
import { zero } from '#core/money.ts';
import type { Balance } from '#features/ledger/index.ts';
import { isDuplicateKey } from '#platform/mongo.ts';
import { bsonDate, instantOf } from '#platform/clock.ts';
import type { AccountRecord } from '../account.model.ts';
import type { Target, TransferParts } from './parts.ts';
import type { Acquaintance, PayeeRecord } from './payee.model.ts';
import { maskName, transferPolicy, type SideFacts, type TransferFacts } from './transfer.rules.ts';

/** The account that money is to go to, and how who asks stands to it. */
export interface Receiver {
  account: AccountRecord;
  /** `own` where who asks is one of its holders. */
  relation: 'own' | 'other';
  /** What who asks is shown: the holder's masked name, or what the own account is called. */
  shownName: string;
  payee: PayeeRecord | undefined;
  /** Whether who asks has confirmed this very name for this very account. */
  nameKnown: boolean;
}

/** One of the person's own or joint accounts. */
export async function findFrom(
  { accounts }: TransferParts,
  { partyId, fromId }: { partyId: string; fromId: string },
): Promise<AccountRecord | undefined> {
  return (await accounts.findOne({ _id: fromId, holders: partyId }).lean<AccountRecord>()) ?? undefined;
}

/** Undefined where there is no such account, or it is not one that this person may name in this way. */
export async function findReceiver(
  parts: TransferParts,
  { partyId, target }: { partyId: string; target: Target },
): Promise<Receiver | undefined> {
  const account = await accountOf(parts, { partyId, target });
  if (!account) return undefined;
  if (account.holders.includes(partyId)) {
    const place = { collection: 'accounts', document: account._id, field: 'name' };
    const shownName = await parts.platform.vault.open(place, account.name);
    return { account, relation: 'own', shownName, payee: undefined, nameKnown: true };
  }
  const payee = (await parts.payees.findOne({ partyId, accountId: account._id }).lean<PayeeRecord>()) ?? undefined;
  const shownName = await maskedNameOf(parts, account.partyId);
  const confirmed = payee && payee.state !== 'removed' ? await confirmedName(parts, payee) : undefined;
  return { account, relation: 'other', shownName, payee, nameKnown: confirmed === shownName };
}

async function accountOf(
  { accounts, payees }: TransferParts,
  { partyId, target }: { partyId: string; target: Target },
): Promise<AccountRecord | null> {
  switch (target.kind) {
    case 'own':
      return accounts.findOne({ _id: target.accountId, holders: partyId }).lean<AccountRecord>();
    case 'number':
      return accounts.findOne({ number: target.number }).lean<AccountRecord>();
    case 'payee': {
      const payee = await payees.findOne({ _id: target.payeeId, partyId, state: 'saved' }).lean<PayeeRecord>();
      return payee && accounts.findOne({ _id: payee.accountId }).lean<AccountRecord>();
    }
  }
}

export async function maskedNameOf({ customers }: TransferParts, partyId: string): Promise<string> {
  return maskName((await customers.names([partyId])).get(partyId) ?? '');
}

function confirmedName({ platform }: TransferParts, payee: PayeeRecord): Promise<string> {
  return platform.vault.open({ collection: 'payees', document: payee._id, field: 'maskedName' }, payee.maskedName);
}

/** What the rules judge, read at this moment. */
export async function factsOf(
  parts: TransferParts,
  order: { partyId: string; from: AccountRecord | undefined; receiver: Receiver | undefined },
): Promise<TransferFacts> {
  const { from, receiver, partyId } = order;
  const ids = [from?._id, receiver?.account._id].filter((id) => id !== undefined);
  const [balances, acquaintance] = await Promise.all([
    parts.ledger.balances(ids),
    receiver ? findAcquaintance(parts, { partyId, otherId: receiver.account.partyId }) : undefined,
  ]);
  const balanceOf = (id: string) => present(balances.get(id), 'The ledger account of a deposit account');
  const isNew = receiver !== undefined && isCoolingOff(parts, { partyId, receiver, acquaintance });
  return {
    currency: parts.platform.currency,
    from: from && { ...sideOf(balanceOf(from._id)), ...moneyOn(balanceOf(from._id)) },
    to: receiver && sideOf(balanceOf(receiver.account._id)),
    sentWhileNew: isNew ? (acquaintance?.sentWhileNew ?? zero) : undefined,
  };
}

function sideOf({ account, currency, state, freeze }: Balance): SideFacts {
  return { id: account, currency, state, freeze };
}

function moneyOn({ available, limits, spent }: Balance): Pick<Balance, 'available' | 'limits' | 'spent'> {
  return { available, limits, spent };
}

/**
 * Cooling-off goes by the owner of the account: money to an account of one's own is always free, and one that a
 * stranger has shared with its sender is still the stranger's.
 */
export function isCoolingOff(
  { platform }: TransferParts,
  facts: { partyId: string; receiver: Receiver; acquaintance: Acquaintance | undefined },
): boolean {
  const { partyId, receiver, acquaintance } = facts;
  if (receiver.account.partyId === partyId) return false;
  if (!acquaintance) return true;
  return Temporal.Instant.compare(platform.clock.now(), instantOf(acquaintance.newUntil)) < 0;
}

interface Pair {
  partyId: string;
  otherId: string;
}

async function findAcquaintance({ acquaintances }: TransferParts, pair: Pair): Promise<Acquaintance | undefined> {
  return (await acquaintances.findOne({ _id: pairId(pair) }).lean<Acquaintance>()) ?? undefined;
}

function pairId({ partyId, otherId }: Pair): string {
  return `${partyId}:${otherId}`;
}

/** The acquaintance of two persons, begun now where there was none; the hours of cooling-off count from then. */
export async function beginAcquaintance({ acquaintances, platform }: TransferParts, pair: Pair): Promise<Acquaintance> {
  const now = platform.clock.now();
  const begun = {
    since: bsonDate(now),
    newUntil: bsonDate(now.add({ hours: transferPolicy.newPayee.hours })),
    sentWhileNew: zero,
  };
  const _id = pairId(pair);
  try {
    await acquaintances.updateOne({ _id }, { $setOnInsert: begun }, { upsert: true });
  } catch (error) {
    // Two first transfers at once: the other one's stands.
    if (!isDuplicateKey(error)) throw error;
  }
  return present(await acquaintances.findOne({ _id }).lean<Acquaintance>(), 'An acquaintance that was begun');
}
