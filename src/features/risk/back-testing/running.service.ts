import { bsonDate } from '#platform/clock.ts';
import { LeaseEnded, takeLease, type Lease } from '#platform/lease.ts';
import { isDuplicateKey, operators } from '#platform/mongo.ts';
import type { PolicyContent } from '../policy/policy.ts';
import type { OpenedRecord } from '../records/record.ts';
import {
  mostFlips,
  mostRecords,
  type BackTest,
  type BackTestState,
  type Flip,
  type FlipFacts,
  type Place,
} from './back-test.ts';
import { assessorsOf, modelFilesOf, type BackTestParts } from './parts.ts';
import { replay, type Replayed, type ReplayRules } from './replaying.ts';
import { withRecords, type Tally } from './tally.ts';

const leaseName = 'back-tests';
const usualLeaseMs = 30_000;
const mostAttempts = 3;
/** After the first failure, and after the second: what is out of reach for a moment is there again by then. */
const restMs = [60_000, 600_000];
export const unfinished = operators<{ $in: BackTestState[] }>({ $in: ['waiting', 'running'] });

/**
 * Does what is waiting, one test after the other and one at a time across all instances; where another instance is at
 * it, nothing. One that failed rests, is tried again by a later call, and is given up after the third time; what waits
 * behind it goes on meanwhile.
 */
export async function runWaiting(parts: BackTestParts): Promise<void> {
  const { platform, tests, stop, leaseMs = usualLeaseMs } = parts;
  while (!stop.aborted && (await tests.exists(due(parts)))) {
    const lease = await takeLease(platform.database, { name: leaseName, leaseMs, stop });
    if (!lease) return;
    try {
      const test = await tests.findOne(due(parts)).sort({ _id: 1 }).lean<BackTest>();
      if (test) await attempt(parts, { lease, test });
    } catch (error) {
      if (error instanceof LeaseEnded) return;
      throw error;
    } finally {
      await lease.release();
    }
  }
}

/** What is unfinished and does not rest; a test of before rests knew none. */
function due({ platform }: BackTestParts) {
  const now = bsonDate(platform.clock.now());
  return { state: unfinished, $or: [{ restsUntil: null }, { restsUntil: operators({ $lte: now }) }] };
}

interface Held {
  lease: Lease;
  /** As it was written last. */
  test: BackTest;
}

async function attempt(parts: BackTestParts, held: Held): Promise<void> {
  const test = await claim(parts, held);
  const inHand = { lease: held.lease, test };
  try {
    const error = strayModel(parts, test);
    if (error === undefined) await work(parts, inHand);
    else await write(parts, inHand, { state: 'failed', error, endedAt: bsonDate(parts.platform.clock.now()) });
  } catch (error) {
    if (error instanceof Cancelled) return;
    held.lease.signal.throwIfAborted();
    if (error instanceof LeaseEnded) throw error;
    parts.platform.logger.error({ err: error, test: test._id }, 'A back-test failed');
    await noteFailure(parts, inHand);
  }
}

async function claim({ tests, platform }: BackTestParts, { lease, test }: Held): Promise<BackTest> {
  lease.check();
  const interrupted = test.state === 'running' && test.attempts === 0;
  // What was read may be older than what a run in between has written: its token is newer then.
  const claimed = await tests
    .findOneAndUpdate(
      { _id: test._id, token: test.token, state: unfinished },
      {
        $set: { token: lease.token, state: 'running', startedAt: test.startedAt ?? bsonDate(platform.clock.now()) },
        $inc: { takeovers: interrupted ? 1 : 0 },
      },
      { returnDocument: 'after' },
    )
    .lean<BackTest>();
  if (!claimed) throw lease.lose();
  return claimed;
}

/** One test is by one model from its first record to its last, also where the program was replaced in between. */
function strayModel(parts: BackTestParts, test: BackTest): string | undefined {
  const files = modelFilesOf(parts, test.modelChoice);
  if (files.join() === test.models.join()) return undefined;
  return 'The model file has changed since you asked for this back-test. Start it again.';
}

class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

/** Writes under the lease; throws where the test was cancelled or another instance has taken over. */
async function write({ tests, flips }: BackTestParts, held: Held, set: Partial<BackTest>): Promise<void> {
  const { lease, test } = held;
  lease.check();
  const mine = { _id: test._id, token: lease.token };
  if ((await tests.updateOne({ ...mine, state: 'running' }, { $set: set })).matchedCount === 1) {
    held.test = { ...test, ...set };
    return;
  }
  if (!(await tests.exists({ ...mine, state: 'cancelled' }))) throw lease.lose();
  await flips.deleteMany({ testId: test._id });
  throw new Cancelled();
}

async function noteFailure(parts: BackTestParts, held: Held): Promise<void> {
  // Of the test as it was written last: whoever has moved on since begins to count anew.
  const attempts = held.test.attempts + 1;
  const givenUp = attempts >= mostAttempts;
  const error = 'Something we need could not be reached. Nothing was changed; start the back-test again.';
  const now = parts.platform.clock.now();
  const end = { state: 'failed', error, endedAt: bsonDate(now) } as const;
  const rest = { restsUntil: bsonDate(now.add({ milliseconds: restMs[attempts - 1] ?? 0 })) };
  await write(parts, held, { attempts, ...(givenUp ? end : rest) });
}

async function work(parts: BackTestParts, held: Held): Promise<void> {
  const { lease, test } = held;
  let { place, tally, kept } = test;
  let truncated = false;
  const rules = rulesOf(parts, test);
  const limits = parts.limits ?? { records: mostRecords, flips: mostFlips };
  for await (const batch of parts.records.scan({ moment: 'decided', from: place?.on ?? test.from, to: test.to })) {
    lease.check();
    const left = batch.filter((record) => isBeyond(record, place));
    const records = left.slice(0, limits.records - tally.read);
    truncated = records.length < left.length;
    const last = records.at(-1);
    if (last) {
      const counted = await count(parts, { tally, records, rules: await rules(records) });
      const rows = counted.flips.slice(0, limits.flips - kept);
      await keepFlips(parts, held, { rows, kept });
      ({ tally } = counted);
      kept += rows.length;
      place = { on: last.on, applicationId: last.applicationId };
      // The figures and how far they reach are one write: a batch is in both or in neither.
      await write(parts, held, { tally, kept, place, attempts: 0 });
    }
    if (truncated) break;
  }
  const endedAt = bsonDate(parts.platform.clock.now());
  await write(parts, held, { state: 'done', truncated, endedAt, error: null });
}

/** Records come by day, and within a day by application. */
function isBeyond({ on, applicationId }: OpenedRecord, place: Place | null): boolean {
  if (!place) return true;
  return on > place.on || (on === place.on && applicationId > place.applicationId);
}

/** The rules of a test; past versions of the policy are read once each. */
function rulesOf(parts: BackTestParts, test: BackTest): (records: readonly OpenedRecord[]) => Promise<ReplayRules> {
  const versions = new Map<number, PolicyContent | undefined>();
  const assessorOf = assessorsOf(parts, test.modelChoice);
  return async (records) => {
    for (const { policyVersion } of records) {
      if (!versions.has(policyVersion))
        versions.set(policyVersion, (await parts.policies.version(policyVersion))?.content);
    }
    return { policy: test.policy.content, assessorOf, policyThen: (version) => versions.get(version) };
  };
}

async function count(
  { ports }: BackTestParts,
  facts: { tally: Tally; records: readonly OpenedRecord[]; rules: ReplayRules },
): Promise<{ tally: Tally; flips: FlipFacts[] }> {
  const { records, rules } = facts;
  const [groups, outcomes] = await Promise.all([
    ports.groupsOf([...new Set(records.map(({ partyId }) => partyId))]),
    ports.outcomesOf(records.flatMap(({ loanId }) => loanId ?? [])),
  ]);
  const judged = records.map((record) => ({ record, replayed: replay(record, rules) }));
  const tally = withRecords(
    facts.tally,
    judged.map(({ record: { amount, partyId, decision, loanId }, replayed }) => ({
      replayed,
      facts: {
        ...{ amount, decision },
        group: groups.get(partyId)?.ageBand,
        defaulted: loanId === null ? undefined : outcomes.get(loanId)?.defaulted,
      },
    })),
  );
  return { tally, flips: judged.flatMap(({ record, replayed }) => flipOf(record, replayed)) };
}

function flipOf({ applicationId, on, decision }: OpenedRecord, replayed: Replayed | undefined): FlipFacts[] {
  if (!replayed || replayed.then.outcome === replayed.now.outcome) return [];
  const { then, now } = replayed;
  return [
    {
      ...{ applicationId, on, decision },
      ...{ then: then.outcome, now: now.outcome },
      ...{ rulesThen: [...then.against], rulesNow: [...now.against] },
      ...{ probabilityThen: then.approvalProbability, probabilityNow: now.approvalProbability },
    },
  ];
}

/** Rows by their place: whoever does the batch again writes over them, and an instance that was left behind does not. */
async function keepFlips(
  { flips }: BackTestParts,
  { lease, test }: Held,
  { rows, kept }: { rows: readonly FlipFacts[]; kept: number },
): Promise<void> {
  if (rows.length === 0) return;
  lease.check();
  const { token } = lease;
  const writes = rows.map((row, at) => {
    const place = kept + at + 1;
    const _id = `${test._id}.${place}`;
    const flip: Flip = { ...row, _id, testId: test._id, place, token, change: `${row.then}-${row.now}` };
    const filter = { _id, token: operators({ $lte: token }) };
    return { replaceOne: { filter, replacement: flip, upsert: true } };
  });
  try {
    await flips.bulkWrite(writes, { ordered: false });
  } catch (error) {
    if (isDuplicateKey(error)) throw lease.lose();
    throw error;
  }
}
