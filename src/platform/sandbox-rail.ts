import { createHash } from 'node:crypto';
import type { Connection, Model } from 'mongoose';
import { assert, present } from '#core/assert.ts';
import { Fault } from '#core/errors.ts';
import { ofDollarSize, type Currency } from '#core/money.ts';
import { ok, refuse } from '#core/result.ts';
import { bsonDate, type Clock } from './clock.ts';
import { commitTogether } from './companion.ts';
import { isDuplicateKey, type Database } from './mongo.ts';
import type { Outbox } from './outbox.ts';
import type { DeskDecision, PaymentRail, RailDirection, RailOrder, RailStatus } from './payment-rail.ts';
import { documentSchema } from './schema.ts';

/** A payment as the sandbox has it. Staff decide here what another bank would decide. */
export interface SandboxPayment {
  _id: string;
  direction: RailDirection;
  amount: bigint;
  currency: Currency;
  /** As the other bank shows it to its customer. */
  text?: string;
  state: RailStatus['state'];
  railReference: string;
  reason: string | null;
  at: Date;
  settledAt: Date | null;
  returnedAt: Date | null;
  /** Keys of the decisions that were taken. */
  decisions: string[];
}

export const sandboxCollection = 'sandboxPayments';

const paymentSchema = documentSchema(
  {
    direction: { type: String, required: true },
    amount: { type: BigInt, required: true },
    currency: { type: String, required: true },
    text: { type: String },
    state: { type: String, required: true },
    railReference: { type: String, required: true },
    reason: { type: String, default: null },
    at: { type: Date, required: true },
    settledAt: { type: Date, default: null },
    returnedAt: { type: Date, default: null },
    decisions: { type: [String], required: true },
  },
  sandboxCollection,
);

const paymentModel = (connection: Connection): Model<SandboxPayment> =>
  connection.model<SandboxPayment>('SandboxPayment', paymentSchema as never);

export interface SandboxOptions {
  database: Database;
  clock: Clock;
  outbox: Outbox;
  /** In units of the dollar's size: what one payment may be, and up to where it settles at once. */
  largest: number;
  settlesAtOnce: Record<RailDirection, number>;
}

interface Parts extends SandboxOptions {
  payments: Model<SandboxPayment>;
}

const movedTopic = 'rail-payment-moved';

/**
 * The embedded default: it keeps its payments in the bank's database, so that several instances share it, and behaves
 * like a rail otherwise. No money leaves the machine. Its calls back are rows of the outbox.
 */
export function createSandboxRail(options: SandboxOptions): PaymentRail {
  const parts: Parts = { ...options, payments: paymentModel(options.database.connection) };
  return {
    terms: (direction, currency) => ({
      largest: ofDollarSize(options.largest, currency),
      usuallyAtOnce: ofDollarSize(options.settlesAtOnce[direction], currency),
    }),
    submit: (order) => submit(parts, order),
    statusOf: async (key) => {
      const payment = await find(parts, key);
      return payment && statusOf(payment);
    },
    giveBack: (order) => giveBack(parts, order),
    onMoved: (listener) => {
      options.outbox.handle(movedTopic, async ({ payload: { key } }) => {
        assert(typeof key === 'string', 'A row about a payment names it');
        await listener(key);
      });
    },
    desk: { decide: (decision) => decide(parts, decision) },
  };
}

async function find({ payments }: Parts, key: string): Promise<SandboxPayment | undefined> {
  return (await payments.findOne({ _id: key }).lean<SandboxPayment>()) ?? undefined;
}

function statusOf({ railReference, state, settledAt, reason }: SandboxPayment): RailStatus {
  return { railReference, state, ...(settledAt ? { settledAt } : {}), ...(reason === null ? {} : { reason }) };
}

const submit = async (parts: Parts, order: RailOrder): ReturnType<PaymentRail['submit']> => {
  const { key, direction, amount, currency, text } = order;
  const limit = ofDollarSize(parts.largest, currency);
  if (amount > limit) return refuse({ code: 'over-limit', limit });
  const atOnce = amount <= ofDollarSize(parts.settlesAtOnce[direction], currency);
  const at = bsonDate(parts.clock.now());
  const payment: SandboxPayment = {
    _id: key,
    direction,
    amount,
    currency,
    ...(text === undefined ? {} : { text }),
    state: atOnce ? 'settled' : 'pending',
    railReference: sandboxReference(key),
    reason: null,
    at,
    settledAt: atOnce ? at : null,
    returnedAt: null,
    decisions: [],
  };
  try {
    await parts.payments.create(payment);
    return ok(statusOf(payment));
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const known = present(await find(parts, key), 'The payment of a key that is taken');
    const same = known.direction === direction && known.amount === amount && known.currency === currency;
    assert(same, 'A key of the rail stands for one payment');
    return ok(statusOf(known));
  }
};

/** Made from the key, so that a repeated order is seen to be the same. */
export function sandboxReference(key: string): string {
  return `SBX-${createHash('sha256').update(key).digest('hex').slice(0, 12).toUpperCase()}`;
}

async function giveBack(parts: Parts, { key, reason }: { key: string; reason: string }): Promise<RailStatus> {
  const returned = { state: 'returned' as const, returnedAt: bsonDate(parts.clock.now()), reason };
  await parts.payments.updateOne({ _id: key, state: 'settled' }, { $set: returned });
  const payment = present(await find(parts, key), 'A payment to give back');
  assert(payment.state === 'returned', 'Only a settled payment is given back');
  return statusOf(payment);
}

async function decide(parts: Parts, decision: DeskDecision): ReturnType<NonNullable<PaymentRail['desk']>['decide']> {
  const { key, decisionKey, from, to, reason } = decision;
  const at = bsonDate(parts.clock.now());
  const change = to === 'settled' ? { settledAt: at } : { returnedAt: at, reason: reason ?? null };
  try {
    await commitTogether(parts.database, [
      {
        collection: sandboxCollection,
        kind: 'update',
        filter: { _id: key, state: from, decisions: { $ne: decisionKey } },
        change: { $set: { state: to, ...change }, $push: { decisions: decisionKey } },
      },
      parts.outbox.row({ topic: movedTopic, payload: { key } }),
      ...decision.companions,
    ]);
    return ok({ replayed: false });
  } catch (error) {
    if (!(error instanceof Fault) || error.kind !== 'conflict') throw error;
    const now = await find(parts, key);
    return now?.decisions.includes(decisionKey) === true ? ok({ replayed: true }) : refuse('moved');
  }
}
