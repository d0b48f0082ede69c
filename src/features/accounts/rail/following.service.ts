import { assert, present } from '#core/assert.ts';
import { Fault } from '#core/errors.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether, type Companion } from '#platform/companion.ts';
import { operators } from '#platform/mongo.ts';
import type { PaymentRail, RailStatus } from '#platform/payment-rail.ts';
import { bookSettled, takeBack } from './booking.service.ts';
import { beginning, type RailPayment } from './rail.model.ts';
import { isProof, proofText } from './proof-payments.ts';
import { moveOf, type Move } from './rail-moves.ts';
import { findPayment, type RailParts } from './rail-parts.ts';
import { railKeys } from './rail.rules.ts';

const railDeadlineMs = 3_000;
/** When the rail is asked again that does not tell us itself. */
const askAgainMs = { silent: 300_000, pending: 3_600_000, blocked: 600_000 } as const;

const submitTopic = 'rail-submit';

/** Written with the order, so that the rail is asked also where the process dies before it did so itself. */
export function submitRow({ platform }: RailParts, key: string): Companion {
  return platform.outbox.row({ topic: submitTopic, payload: { key } });
}

export function followFromOutside(parts: RailParts): void {
  parts.platform.outbox.handle(submitTopic, async ({ payload: { key } }) => {
    assert(typeof key === 'string', 'A row about a payment names it');
    const payment = await findPayment(parts, key);
    if (payment?.state !== 'pending' || payment.railReference !== null) return;
    const now = await follow(parts, key);
    // The outbox tries a row that failed again, after a growing wait.
    if (now.state === 'pending' && now.railReference === null) throw new Fault('unavailable', 'The rail is silent');
  });
  parts.rail.onMoved(async (key) => {
    await follow(parts, key);
  });
}

/** Brings a payment to where the rail has it, and gives it as it is then. May be called at any time, also twice at once. */
export async function follow(parts: RailParts, key: string): Promise<RailPayment> {
  const payment = present(await findPayment(parts, key), 'A payment to follow');
  if (payment.state === 'returned' || payment.state === 'refused') return payment;
  const answer = await askRail(parts, payment);
  if (answer === undefined) await askLater(parts, payment, 'silent');
  else if (answer.ok) await catchUp(parts, payment, answer.value);
  else await endUnsettled(parts, payment, { state: 'refused', reason: answer.refusal.code });
  return present(await findPayment(parts, key), 'A payment that was followed');
}

type Answer = Awaited<ReturnType<PaymentRail['submit']>> | undefined;

/** Undefined where it did not answer in time: then it may or may not have taken the payment, and the key will tell. */
async function askRail({ rail, platform }: RailParts, payment: RailPayment): Promise<Answer> {
  const { _id: key, direction, amount, currency } = payment;
  const order = { key, direction, amount, currency };
  const text = isProof(payment) ? { text: proofText(platform.vault, key) } : {};
  const asked = async (): Promise<Answer> => {
    const known = payment.railReference === null ? undefined : await rail.statusOf(key);
    return known ? { ok: true, value: known } : rail.submit({ ...order, ...text });
  };
  let timer: NodeJS.Timeout | undefined;
  const timeIsUp = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, railDeadlineMs, undefined);
  });
  try {
    return await Promise.race([asked(), timeIsUp]);
  } catch (error) {
    platform.logger.warn({ err: error, payment: key }, 'The payment rail did not answer');
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

async function catchUp(parts: RailParts, payment: RailPayment, status: RailStatus): Promise<void> {
  if (payment.state === 'pending' && status.settledAt === undefined) {
    if (status.state === 'pending') await waitAtRail(parts, payment, status);
    else await endUnsettled(parts, payment, { state: 'returned', ...fromRail(status) });
    return;
  }
  if (payment.state === 'pending' && !(await bookSettled(parts, payment, status))) {
    await giveBack(parts, payment);
    return;
  }
  if (status.state !== 'returned') return;
  const settled = await findPayment(parts, payment._id);
  if (settled?.state !== 'settled') return;
  if (!(await takeBack(parts, settled, fromRail(status).reason))) await askLater(parts, settled, 'blocked');
}

function fromRail({ railReference, reason = 'other' }: RailStatus) {
  return { railReference, reason };
}

async function waitAtRail({ payments, platform }: RailParts, payment: RailPayment, status: RailStatus): Promise<void> {
  const now = platform.clock.now();
  const waiting = {
    railReference: status.railReference,
    pendingSince: payment.pendingSince ?? bsonDate(now),
    askAt: bsonDate(now.add({ milliseconds: askAgainMs.pending })),
  };
  await payments.updateOne({ _id: payment._id, state: 'pending' }, { $set: waiting });
}

async function askLater(parts: RailParts, payment: RailPayment, why: 'silent' | 'blocked'): Promise<void> {
  const askAt = bsonDate(parts.platform.clock.now().add({ milliseconds: askAgainMs[why] }));
  await parts.payments.updateOne({ _id: payment._id, state: payment.state }, { $set: { askAt } });
}

/** The rail has settled what the ledger does not book: the account was closed or frozen in the meantime. */
async function giveBack(parts: RailParts, payment: RailPayment): Promise<void> {
  const reason = 'not-bookable';
  const { railReference } = await parts.rail.giveBack({ key: payment._id, reason });
  await endUnsettled(parts, payment, { state: 'returned', railReference, reason });
}

/** Ends a payment of which nothing was booked; a withdrawal's money is set free with it. */
async function endUnsettled(parts: RailParts, payment: RailPayment, move: Move): Promise<void> {
  const { platform, ledger } = parts;
  const { _id: key, requestHash, actor } = payment;
  const companions = moveOf(platform, payment, move);
  if (payment.direction === 'out' && !isProof(payment)) {
    const order = { key: railKeys.release(key), hold: key, requestHash, actor, reference: 'withdrawal released' };
    const released = await ledger.voidHold({ ...order, effectiveOn: await platform.bankDay.today(), companions });
    // Another follower was quicker, or the hold is gone by itself: then only the payment is left to end.
    if (released.ok) return;
  }
  try {
    await commitTogether(platform.database, companions);
  } catch (error) {
    if (!(error instanceof Fault) || error.kind !== 'conflict') throw error;
  }
}

const batchSize = 50;
const mostBatches = 20;

/** Asks the rail about payments that are due to be asked about; gives how many. Bounded: the rest waits for the next time. */
export async function followDue(parts: RailParts): Promise<number> {
  const { payments, platform } = parts;
  let count = 0;
  for (let batch = 0; batch < mostBatches; batch += 1) {
    const due = await payments
      .find({ askAt: operators({ $gt: beginning, $lte: bsonDate(platform.clock.now()) }) }, { _id: 1 })
      .sort({ askAt: 1 })
      .limit(batchSize)
      .lean<{ _id: string }[]>();
    for (const { _id } of due) {
      // First moved on, so that one that fails again and again does not keep the others from being asked.
      const askAt = bsonDate(platform.clock.now().add({ milliseconds: askAgainMs.silent }));
      await payments.updateOne({ _id, askAt: operators({ $ne: null }) }, { $set: { askAt } });
      await follow(parts, _id).catch((error: unknown) => {
        platform.logger.error({ err: error, payment: _id }, 'A payment could not be followed');
      });
    }
    count += due.length;
    if (due.length < batchSize) break;
  }
  return count;
}
