import { zero } from '#core/money.ts';
import { sandboxCollection, type SandboxPayment } from '#platform/sandbox-rail.ts';
import type { Database } from '#platform/mongo.ts';
import type { Migration } from '#platform/schema.ts';
import type { AccountRecord } from '../account.model.ts';
import { railCollection, type RailPayment } from './rail.model.ts';

/** A deposit as it was kept before there were withdrawals and states: every one of them settled at once. */
interface FormerDeposit {
  _id: string;
  accountId: string;
  partyId: string;
  amount: RailPayment['amount'];
  railReference: string;
  at: Date;
}

const batchSize = 500;

/** Deposits become settled payments, known to the sandbox too, so that they can still come back. */
export const railMigration: Migration = {
  id: 'deposits-to-rail-payments',
  run: async (database) => {
    const deposits = database.db.collection<FormerDeposit>('deposits');
    for (let after = ''; ;) {
      const batch = await deposits
        .find({ _id: { $gt: after } })
        .sort({ _id: 1 })
        .limit(batchSize)
        .toArray();
      const last = batch.at(-1);
      if (!last) break;
      await move(database, batch);
      after = last._id;
    }
    await deposits.drop();
  },
};

async function move({ db }: Database, batch: FormerDeposit[]): Promise<void> {
  const accounts = await db
    .collection<AccountRecord>('accounts')
    .find({ _id: { $in: batch.map(({ accountId }) => accountId) } }, { projection: { currency: 1 } })
    .toArray();
  const journals = await db
    .collection<{ _id: string; requestHash: string; actor: string }>('journals')
    .find({ _id: { $in: batch.map(({ _id }) => _id) } }, { projection: { requestHash: 1, actor: 1 } })
    .toArray();
  const currencyOf = new Map(accounts.map(({ _id, currency }) => [_id, currency]));
  const journalOf = new Map(journals.map((journal) => [journal._id, journal]));
  const payments = batch.flatMap((deposit) => {
    const currency = currencyOf.get(deposit.accountId);
    const journal = journalOf.get(deposit._id);
    return currency && journal ? [paymentOf(deposit, { ...journal, currency })] : [];
  });
  if (payments.length === 0) return;
  const kept = <T extends { _id: string }>({ _id, ...document }: T) => ({
    updateOne: { filter: { _id }, update: { $setOnInsert: document }, upsert: true },
  });
  await db.collection<{ _id: string }>(sandboxCollection).bulkWrite(payments.map((one) => kept(sandboxPaymentOf(one))));
  await db.collection<{ _id: string }>(railCollection).bulkWrite(payments.map(kept));
}

function paymentOf(
  deposit: FormerDeposit,
  { requestHash, actor, currency }: Pick<RailPayment, 'requestHash' | 'actor' | 'currency'>,
): RailPayment & { railReference: string } {
  return {
    ...deposit,
    direction: 'in',
    actor,
    currency,
    requestHash,
    state: 'settled',
    bankName: null,
    bankAccount: null,
    bankWords: [],
    reason: null,
    note: null,
    missing: zero,
    pendingSince: null,
    settledAt: deposit.at,
    endedAt: null,
    askAt: null,
    version: 2,
  };
}

function sandboxPaymentOf(payment: RailPayment & { railReference: string }): SandboxPayment {
  const { _id, direction, amount, currency, railReference, at } = payment;
  const settled = { state: 'settled' as const, settledAt: at, reason: null, returnedAt: null, decisions: [] };
  return { _id, direction, amount, currency, railReference, at, ...settled };
}
