import { present } from '#core/assert.ts';
import { notFound } from '#core/errors.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether } from '#platform/companion.ts';
import { operators } from '#platform/mongo.ts';
import type { AccountRecord } from '../account.model.ts';
import { rememberPayee, sealForPayee } from './known-names.service.ts';
import type { TransferParts } from './parts.ts';
import type { PayeeRecord } from './payee.model.ts';
import { beginAcquaintance, factsOf, findReceiver, type Receiver } from './sides.service.ts';
import { judgeName, judgeReceiver, transferPolicy, type TransferRefusal } from './transfer.rules.ts';

/** A saved payee as the person who saved it sees it. */
export interface Payee {
  id: string;
  nickname: string;
  maskedName: string;
  /** The account's number, which the person typed once themselves. */
  number: string;
  createdAt: Date;
  version: number;
}

export type PayeeRefusal = TransferRefusal | { code: 'own-account' } | { code: 'too-many-payees' };

export interface Payees {
  /** The saved ones in the order of their nicknames; at most `transferPolicy.mostPayees`. */
  list(partyId: string): Promise<Payee[]>;
  find(partyId: string, payeeId: string): Promise<Payee | undefined>;
  /** Whose account a number is, as far as a stranger may know, before it is saved. */
  check(query: { partyId: string; number: string }): Promise<Result<{ maskedName: string }, PayeeRefusal>>;
  /** Saves the account as a payee, or names it anew where it is one. Cooling-off begins with it. */
  save(order: SavePayee): Promise<Result<{ id: string }, PayeeRefusal>>;
  /** A fault of kind `conflict` where it was changed since the page was shown. */
  rename(change: PayeeChange & { nickname: string }): Promise<void>;
  remove(change: PayeeChange): Promise<void>;
}

export interface SavePayee {
  actor: string;
  partyId: string;
  number: string;
  nickname: string;
  nameShown: string;
  confirmed: 'yes' | 'no';
}

interface PayeeChange {
  actor: string;
  partyId: string;
  payeeId: string;
  version: number;
}

export function createPayees(parts: TransferParts): Payees {
  const saved = async (partyId: string, payeeId: string) =>
    (await parts.payees.findOne({ _id: payeeId, partyId, state: 'saved' }).lean<PayeeRecord>()) ?? undefined;
  return {
    list: async (partyId) => {
      const records = await parts.payees
        .find({ partyId, state: 'saved' })
        .limit(transferPolicy.mostPayees)
        .lean<PayeeRecord[]>();
      const payees = await asShown(parts, records);
      return payees.sort((a, b) => a.nickname.localeCompare(b.nickname, parts.platform.formats.locale));
    },
    find: async (partyId, payeeId) => {
      const record = await saved(partyId, payeeId);
      return record && (await asShown(parts, [record]))[0];
    },
    check: async (query) => {
      const receiver = await judged(parts, query);
      return receiver.ok ? ok({ maskedName: receiver.value.shownName }) : receiver;
    },
    save: (order) => save(parts, order),
    rename: async (change) => {
      const { partyId, payeeId, nickname } = change;
      if (!(await saved(partyId, payeeId))) throw notFound('Payee');
      const sealed = await sealForPayee(parts, { id: payeeId, partyId, field: 'nickname', text: nickname });
      await write(parts, { ...change, action: 'payee-renamed', set: { nickname: sealed } });
    },
    remove: async (change) => {
      if (!(await saved(change.partyId, change.payeeId))) throw notFound('Payee');
      await write(parts, { ...change, action: 'payee-removed', set: { state: 'removed', nickname: null } });
    },
  };
}

async function asShown(parts: TransferParts, records: readonly PayeeRecord[]): Promise<Payee[]> {
  const { vault } = parts.platform;
  const accounts = await parts.accounts
    .find({ _id: operators({ $in: records.map((record) => record.accountId) }) }, { number: 1 })
    .lean<Pick<AccountRecord, '_id' | 'number'>[]>();
  const numbers = new Map(accounts.map(({ _id, number }) => [_id, number]));
  return Promise.all(
    records.map(async ({ _id: id, nickname, maskedName, accountId, createdAt, version }) => {
      const place = (field: string) => ({ collection: 'payees', document: id, field });
      return {
        id,
        nickname: await vault.open(place('nickname'), present(nickname, 'The nickname of a saved payee')),
        maskedName: await vault.open(place('maskedName'), maskedName),
        number: present(numbers.get(accountId), 'The account of a payee'),
        createdAt,
        version,
      };
    }),
  );
}

async function judged(
  parts: TransferParts,
  { partyId, number }: { partyId: string; number: string },
): Promise<Result<Receiver, PayeeRefusal>> {
  const receiver = await findReceiver(parts, { partyId, target: { kind: 'number', number } });
  if (!receiver) return refuse({ code: 'unknown-target' });
  if (receiver.relation === 'own') return refuse({ code: 'own-account' });
  const { to, currency } = await factsOf(parts, { partyId, from: undefined, receiver });
  const judgement = judgeReceiver(to, currency);
  if (!judgement.ok) return judgement;
  const count = await parts.payees.countDocuments({ partyId, state: 'saved' }).limit(transferPolicy.mostPayees);
  const full = count >= transferPolicy.mostPayees && receiver.payee?.state !== 'saved';
  return full ? refuse({ code: 'too-many-payees' }) : ok(receiver);
}

async function save(parts: TransferParts, order: SavePayee): Promise<Result<{ id: string }, PayeeRefusal>> {
  const { partyId, actor, nickname: text } = order;
  const found = await judged(parts, order);
  if (!found.ok) return found;
  const receiver = found.value;
  const name = judgeName(order, receiver);
  if (!name.ok) return name;
  await rememberPayee(parts, { partyId, receiver });
  await beginAcquaintance(parts, { partyId, otherId: receiver.account.partyId });
  const here = { partyId, accountId: receiver.account._id };
  const known = present(await parts.payees.findOne(here).lean<PayeeRecord>(), 'A payee that was just noted');
  const nickname = await sealForPayee(parts, { id: known._id, partyId, field: 'nickname', text });
  const createdAt = known.state === 'saved' ? known.createdAt : bsonDate(parts.platform.clock.now());
  // Without a version: the same form sent twice saves the same payee, and the last nickname stands.
  await commitTogether(parts.platform.database, [
    {
      collection: 'payees',
      kind: 'update',
      filter: { _id: known._id },
      change: { $set: { state: 'saved', nickname, createdAt }, $inc: { version: 1 } },
    },
    auditOf(parts, { actor, payeeId: known._id, action: 'payee-saved' }),
  ]);
  return ok({ id: known._id });
}

function write(parts: TransferParts, change: PayeeChange & { action: string; set: Record<string, unknown> }) {
  const { payeeId, partyId, version, set } = change;
  return commitTogether(parts.platform.database, [
    {
      collection: 'payees',
      kind: 'update',
      filter: { _id: payeeId, partyId, version, state: 'saved' },
      change: { $set: set, $inc: { version: 1 } },
    },
    auditOf(parts, change),
  ]);
}

function auditOf({ platform }: TransferParts, fact: { actor: string; payeeId: string; action: string }) {
  return platform.audit.entry({
    actor: fact.actor,
    action: fact.action,
    subject: { type: 'payee', id: fact.payeeId },
  });
}
