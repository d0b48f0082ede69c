import { isId } from '#core/ids.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether } from '#platform/companion.ts';
import { isDuplicateKey, operators } from '#platform/mongo.ts';
import type { Platform } from '#platform/platform.ts';
import type { PolicyContent } from '../policy/policy.ts';
import {
  policyHash,
  type BackTest,
  type BackTestSummary,
  type Flip,
  type ModelChoice,
  type TestedPolicy,
} from './back-test.ts';
import { backTestCollection, backTestModel, flipModel } from './back-test.model.ts';
import { modelFilesOf, type BackTestDeps, type BackTestParts } from './parts.ts';
import { runWaiting, unfinished } from './running.service.ts';
import { emptyTally, flipCount, judgedCount } from './tally.ts';

export interface BackTestOrder {
  actor: string;
  /** The form's key, and the test's id. */
  key: string;
  /** The draft, or a version by its number. */
  policy: 'draft' | number;
  model: ModelChoice;
  /** Bank days, both included. */
  from: string;
  to: string;
}

export type BackTestRefusal =
  | { code: 'no-such-policy' }
  | { code: 'no-such-model' }
  /** So many tests wait already. */
  | { code: 'too-many-waiting'; waiting: number };

export type ListedTest = Omit<BackTest, 'models'>;

/** Past applications judged once more, by another policy or another model. It changes nothing that was decided. */
export interface BackTests {
  start(order: BackTestOrder): Promise<Result<string, BackTestRefusal>>;
  /** Ends one that waits or runs; false where it has ended already. Throws nothing for an id that is none. */
  cancel(order: { actor: string; id: string }): Promise<boolean>;
  find(id: string): Promise<BackTest | undefined>;
  /** Newest first. */
  list(page: { page: number; size: number }): Promise<{ tests: ListedTest[]; total: number }>;
  flips(
    test: Pick<BackTest, '_id' | 'kept'>,
    query: { page: number; size: number; change?: string | undefined },
  ): Promise<{ flips: Flip[]; references: ReadonlyMap<string, string>; total: number }>;
  /** All of them in pieces, for a file. */
  pieces(order: {
    actor: string;
    test: Pick<BackTest, '_id' | 'kept'>;
  }): AsyncIterable<{ flips: Flip[]; references: ReadonlyMap<string, string> }>;
  /** The newest finished test of exactly this content, as a draft or as a version; undefined where nobody tested it. */
  latestFor(policy: { content: PolicyContent }): Promise<BackTestSummary | undefined>;
  /** The policies and models to choose from. */
  choices(): Promise<{ live: number; draft: boolean; challenger: boolean }>;
  /** Does what waits, in this instance; nothing where another one is at it. */
  follow(): Promise<void>;
  /** Stops where it stands, within a batch; another instance, or the next start, goes on. */
  stop(): Promise<void>;
}

const mostWaiting = 5;
const mostListed = 10_000;
const pieceSize = 200;

export function createBackTests(platform: Platform, deps: BackTestDeps): BackTests {
  const { connection } = platform.database;
  const stop = new AbortController();
  const parts: BackTestParts = {
    ...deps,
    platform,
    tests: backTestModel(connection),
    flips: flipModel(connection),
    stop: stop.signal,
  };
  let inHand: Promise<void> | undefined;
  return {
    start: (order) => start(parts, order),
    cancel: (order) => cancel(parts, order),
    find: (id) => find(parts, id),
    list: (page) => list(parts, page),
    flips: (test, query) => flipsOf(parts, test, query),
    pieces: (order) => pieces(parts, order),
    latestFor: ({ content }) => latestFor(parts, content),
    choices: async () => ({
      live: (await deps.policies.live()).version,
      draft: (await deps.policies.draft()) !== undefined,
      challenger: deps.challenger !== undefined,
    }),
    follow: () => {
      inHand ??= runWaiting(parts).finally(() => {
        inHand = undefined;
      });
      return inHand;
    },
    stop: async () => {
      stop.abort();
      await inHand?.catch(() => undefined);
    },
  };
}

async function find({ tests }: BackTestParts, id: string): Promise<BackTest | undefined> {
  if (!isId(id)) return undefined;
  return (await tests.findOne({ _id: id }).lean<BackTest>()) ?? undefined;
}

async function start(parts: BackTestParts, order: BackTestOrder): Promise<Result<string, BackTestRefusal>> {
  const { platform, tests } = parts;
  const { actor, key, model, from, to } = order;
  // Sent twice: the second one sees what the first one began.
  if (await find(parts, key)) return ok(key);
  const policy = await testedPolicy(parts, order.policy);
  if (!policy) return refuse({ code: 'no-such-policy' });
  const models = modelFilesOf(parts, model);
  if (model === 'challenger' && models.length === 0) return refuse({ code: 'no-such-model' });
  const waiting = await tests.countDocuments({ state: unfinished });
  if (waiting >= mostWaiting) return refuse({ code: 'too-many-waiting', waiting });
  const test: BackTest = {
    ...{ _id: key, state: 'waiting', policy, policyHash: policyHash(policy.content), modelChoice: model, models },
    ...{ from, to, askedBy: actor, askedAt: bsonDate(platform.clock.now()), startedAt: null, endedAt: null },
    ...{ token: 0, takeovers: 0, attempts: 0, restsUntil: null, error: null, place: null },
    ...{ tally: emptyTally, kept: 0, truncated: false },
  };
  const details = { policy: `${policy.kind} ${policy.version}`, model, from, to };
  const subject = { type: 'back-test', id: key };
  try {
    await commitTogether(platform.database, [
      { collection: backTestCollection, kind: 'insert', document: { ...test } },
      platform.audit.entry({ actor, action: 'back-test-started', subject, details }),
    ]);
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
  return ok(key);
}

async function testedPolicy(
  { policies }: BackTestParts,
  wanted: BackTestOrder['policy'],
): Promise<TestedPolicy | undefined> {
  const found = wanted === 'draft' ? await policies.draft() : await policies.version(wanted);
  if (!found) return undefined;
  const { version, content } = found;
  return { kind: wanted === 'draft' ? 'draft' : 'version', version, content };
}

async function cancel({ tests, flips, platform }: BackTestParts, order: { actor: string; id: string }) {
  const { actor, id } = order;
  const set = { state: 'cancelled', endedAt: bsonDate(platform.clock.now()) } as const;
  if ((await tests.updateOne({ _id: id, state: unfinished }, { $set: set })).matchedCount === 0) return false;
  await flips.deleteMany({ testId: id });
  await platform.audit.record({ actor, action: 'back-test-cancelled', subject: { type: 'back-test', id } });
  return true;
}

async function list({ tests }: BackTestParts, { page, size }: { page: number; size: number }) {
  const [found, total] = await Promise.all([
    tests
      .find({}, { 'policy.content': 0, models: 0, 'tally.decided': 0, 'tally.repaid': 0 })
      .sort({ _id: -1 })
      .skip((page - 1) * size)
      .limit(size)
      .lean<ListedTest[]>(),
    tests.countDocuments({}, { limit: mostListed }),
  ]);
  return { tests: found, total };
}

type KeptTest = Pick<BackTest, '_id' | 'kept'>;

/** Rows beyond `kept` were written for a batch that never came into the figures. */
const rowsOf = ({ _id, kept }: KeptTest) => ({ testId: _id, place: operators({ $lte: kept }) });

async function flipsOf(
  parts: BackTestParts,
  test: KeptTest,
  { page, size, change }: { page: number; size: number; change?: string | undefined },
) {
  const filter = { ...rowsOf(test), ...(change === undefined ? {} : { change }) };
  const [flips, total] = await Promise.all([
    parts.flips
      .find(filter)
      .sort({ place: 1 })
      .skip((page - 1) * size)
      .limit(size)
      .lean<Flip[]>(),
    parts.flips.countDocuments(filter),
  ]);
  const references = await parts.ports.referencesOf(flips.map(({ applicationId }) => applicationId));
  return { flips, references, total };
}

async function* pieces({ flips, ports, platform }: BackTestParts, { actor, test }: { actor: string; test: KeptTest }) {
  await platform.audit.record({ actor, action: 'back-test-exported', subject: { type: 'back-test', id: test._id } });
  for (let after = 0; after < test.kept; after += pieceSize) {
    const place = operators({ $gt: after, $lte: Math.min(after + pieceSize, test.kept) });
    const piece = await flips.find({ testId: test._id, place }).sort({ place: 1 }).lean<Flip[]>();
    yield { flips: piece, references: await ports.referencesOf(piece.map(({ applicationId }) => applicationId)) };
  }
}

async function latestFor({ tests }: BackTestParts, content: PolicyContent): Promise<BackTestSummary | undefined> {
  const filter = { policyHash: policyHash(content), state: 'done' as const };
  const found = await tests.findOne(filter).sort({ _id: -1 }).lean<BackTest>();
  if (!found?.endedAt) return undefined;
  const { _id: id, from, to, endedAt, tally } = found;
  return { id, from, to, endedAt, judged: judgedCount(tally), flips: flipCount(tally) };
}
