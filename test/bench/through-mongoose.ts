import { createConnection, Schema, type ClientSession, type Model } from 'mongoose';
import { operators } from '#platform/mongo.ts';
import {
  durable,
  durableClient,
  plainAccounts,
  plainJournal,
  sides,
  totalOf,
  type PlainAccount,
  type PlainJournal,
} from './plain-driver.ts';
import type { Chart, Contender, Transfer } from './workload.ts';

const accountSchema = new Schema(
  { _id: { type: String, required: true }, balance: { type: BigInt, required: true } },
  { versionKey: false },
);

const journalSchema = new Schema(
  {
    _id: { type: String, required: true },
    requestHash: { type: String, required: true },
    kind: { type: String, required: true },
    outcome: { type: String, required: true },
    currency: { type: String, required: true },
    effectiveOn: { type: String, required: true },
    postedAt: { type: Date, required: true },
    actor: { type: String, required: true },
    reference: { type: String, required: true },
    postings: [{ _id: false, account: { type: String, required: true }, amount: { type: BigInt, required: true } }],
  },
  { versionKey: false },
);

interface Models {
  accounts: Model<PlainAccount>;
  journals: Model<PlainJournal>;
}

/** The plain transaction as most programs would write it: Mongoose models inside `connection.transaction`. */
export async function openMongoose(options: { uri: string; maxPoolSize: number; chart: Chart }): Promise<Contender> {
  const { uri, maxPoolSize, chart } = options;
  const connection = createConnection(uri, { maxPoolSize, useBigInt64: true, autoIndex: false, ...durableClient });
  await connection.asPromise();
  const models: Models = {
    accounts: connection.model<PlainAccount>('Account', accountSchema as never),
    journals: connection.model<PlainJournal>('Journal', journalSchema as never),
  };
  await models.journals.createCollection();
  await models.accounts.insertMany(plainAccounts(chart));
  return {
    transfer: async (transfer) => {
      await connection.transaction((session) => move(models, transfer, session), durable);
      return 'posted';
    },
    settle: () => Promise.resolve(),
    total: () => totalOf(models.accounts.collection),
    close: () => connection.close(),
  };
}

async function move({ accounts, journals }: Models, transfer: Transfer, session: ClientSession): Promise<void> {
  const { from, to, cents } = sides(transfer);
  await journals.create([plainJournal(transfer)], { session });
  const enough = operators({ $gte: cents });
  const debited = await accounts.updateOne({ _id: from, balance: enough }, { $inc: { balance: -cents } }, { session });
  if (debited.matchedCount !== 1) throw new Error('The account has not enough');
  await accounts.updateOne({ _id: to }, { $inc: { balance: cents } }, { session });
}
