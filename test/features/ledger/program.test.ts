import fc from '#test/properties.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { moneyOf } from '#core/money.ts';
import {
  createLedger,
  hashRequest,
  ownBookId,
  type Journal,
  type Ledger,
  type PostOutcome,
} from '#features/ledger/index.ts';
import { connectMongo, type Database } from '#platform/mongo.ts';
import { fundedAccount, order, sound, soundness } from '#test/ledger-builders.ts';
import { testDatabaseUri } from '#test/mongod.ts';
import { openTestBank, type TestBank } from '#test/portal.ts';

let bank: TestBank;
const uri = testDatabaseUri();
beforeAll(async () => {
  bank = await openTestBank({ uri });
});
afterAll(() => bank.close());

const cash = ownBookId('cash', 'USD');
const accountCount = 4;

/** A process with a ledger of its own on a connection of its own, which can be ended in the middle of anything. */
interface Poster {
  ledger: Ledger;
  database: Database;
}

async function newPoster(): Promise<Poster> {
  const database = await connectMongo({ uri, maxPoolSize: 10 });
  return { database, ledger: createLedger({ database, clock: bank.clock }) };
}

type Step =
  | { what: 'deposit' | 'withdrawal'; on: number; cents: bigint }
  | { what: 'transfer'; from: number; to: number; cents: bigint }
  | { what: 'hold'; on: number; cents: bigint; expiring: boolean }
  | { what: 'post-hold'; nth: number; part: number; rest: 'keep' | 'release' }
  | { what: 'void-hold'; nth: number }
  | { what: 'reverse'; nth: number }
  | { what: 'freeze'; on: number; freeze: 'none' | 'debit' | 'credit' | 'full' }
  | { what: 'again'; nth: number }
  | { what: 'wait' }
  | { what: 'crash' };

const which = fc.nat({ max: accountCount - 1 });
const cents = fc.bigInt({ min: 1n, max: 40_00n });
const nth = fc.nat({ max: 30 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ what: fc.constantFrom('deposit' as const, 'withdrawal' as const), on: which, cents }),
  fc.record({ what: fc.constant('transfer' as const), from: which, to: which, cents }),
  fc.record({ what: fc.constant('hold' as const), on: which, cents, expiring: fc.boolean() }),
  fc.record({
    what: fc.constant('post-hold' as const),
    nth,
    part: fc.integer({ min: 1, max: 3 }),
    rest: fc.constantFrom('keep' as const, 'release' as const),
  }),
  fc.record({ what: fc.constantFrom('void-hold' as const, 'reverse' as const, 'again' as const), nth }),
  fc.record({ what: fc.constant('freeze' as const), on: which, freeze: fc.constantFrom('none', 'debit', 'full') }),
  fc.constant<Step>({ what: 'wait' }),
);

/** With one crash somewhere: what it held in an open transaction the server frees seconds later. */
const steps = fc
  .tuple(fc.array(step, { minLength: 5, maxLength: 25 }), fc.array(step, { minLength: 5, maxLength: 20 }))
  .map(([before, after]): Step[] => [...before, { what: 'crash' }, ...after]);

/** One request as a client keeps it, to be sent again word for word. */
interface Sent {
  key: string;
  send: (ledger: Ledger) => Promise<PostOutcome>;
  outcome?: PostOutcome;
}

interface PlacedHold {
  key: string;
  account: string;
  cents: bigint;
}

interface Program {
  accounts: readonly string[];
  sent: Sent[];
  holds: PlacedHold[];
}

const today = Temporal.PlainDate.from('2026-03-17');

/** What a step asks for, as a request with a key of its own; undefined where there is nothing yet to ask it of. */
function requestOf(program: Program, step: Step): Sent | undefined {
  const key = newId();
  const requestHash = hashRequest({ what: step.what, key });
  const head = { key, requestHash, actor: 'tester', reference: 'a program', effectiveOn: today };
  const accountOf = (index: number) => program.accounts[index] ?? '';
  const holdOf = (index: number) => program.holds[index % Math.max(1, program.holds.length)];
  const post = (debit: string, credit: string, amount: bigint): Sent => {
    const one = order({ debit, credit, cents: amount, key });
    return { key, send: (ledger) => ledger.post(one) };
  };
  switch (step.what) {
    case 'deposit':
      return post(cash, accountOf(step.on), step.cents);
    case 'withdrawal':
      return post(accountOf(step.on), cash, step.cents);
    case 'transfer':
      return step.from === step.to ? undefined : post(accountOf(step.from), accountOf(step.to), step.cents);
    case 'hold': {
      const account = accountOf(step.on);
      const expiresAt = step.expiring ? { expiresAt: bank.clock.now().add({ minutes: 5 }) } : {};
      program.holds.push({ key, account, cents: step.cents });
      const hold = { ...head, account, amount: moneyOf(step.cents), ...expiresAt };
      return { key, send: (ledger) => ledger.hold(hold) };
    }
    case 'post-hold': {
      const hold = holdOf(step.nth);
      if (!hold) return undefined;
      const one = order({ debit: hold.account, credit: cash, cents: hold.cents / BigInt(step.part) || 1n, key });
      return { key, send: (ledger) => ledger.post({ ...one, fromHold: { hold: hold.key, rest: step.rest } }) };
    }
    case 'void-hold': {
      const hold = holdOf(step.nth);
      return hold && { key, send: (ledger) => ledger.voidHold({ ...head, hold: hold.key }) };
    }
    default:
      return otherRequestOf(program, { step, head, account: 'on' in step ? accountOf(step.on) : '' });
  }
}

function otherRequestOf(
  program: Program,
  facts: { step: Step; head: Omit<Parameters<Ledger['close']>[0], 'account'>; account: string },
): Sent | undefined {
  const { step, head, account } = facts;
  if (step.what === 'reverse') {
    const done = program.sent.filter((one) => one.outcome?.ok);
    const one = done[step.nth % Math.max(1, done.length)];
    return one && { key: head.key, send: (ledger) => reverseOf(ledger, { ...head, journal: one.key }) };
  }
  if (step.what === 'freeze')
    return { key: head.key, send: (ledger) => ledger.setTerms({ ...head, account, freeze: step.freeze }) };
  return step.what === 'again' ? program.sent[step.nth % Math.max(1, program.sent.length)] : undefined;
}

/** Holds, freezes and the like move nothing that could be reversed. */
async function reverseOf(ledger: Ledger, request: Parameters<Ledger['reverse']>[0]): Promise<PostOutcome> {
  const original = await ledger.journal(request.journal);
  if (original?.postings.some((posting) => posting.amount !== 0n)) return ledger.reverse(request);
  return { ok: false, refusal: { code: 'by-policy', reason: 'moved nothing' } };
}

/** Sends in small crowds; at a crash the connection is cut under what is being sent. */
async function run(program: Program, all: readonly Step[]): Promise<Poster> {
  let poster = await newPoster();
  let crowd: Promise<unknown>[] = [];
  for (const step of all) {
    const sent = requestOf(program, step);
    if (sent) {
      if (!program.sent.includes(sent)) program.sent.push(sent);
      const { ledger } = poster;
      crowd.push(
        sent.send(ledger).then(
          (outcome) => {
            expectSame(sent, outcome);
          },
          () => undefined,
        ),
      );
    }
    if (step.what === 'crash') {
      await new Promise((resolve) => setTimeout(resolve, 3 * Math.random()));
      await poster.database.client.close(true).catch(() => undefined);
      poster = await newPoster();
      // Nobody answers these any more.
      crowd = [];
    }
    if (step.what === 'wait') bank.clock.advance({ minutes: 1 });
    if (step.what === 'wait' || crowd.length >= 6) {
      await Promise.all(crowd);
      crowd = [];
    }
  }
  await Promise.all(crowd);
  return poster;
}

async function answered(ledger: Ledger, { send }: Sent): Promise<PostOutcome> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await send(ledger).catch((error: unknown) => {
      if (attempt >= 5) throw error;
    });
    if (outcome) return outcome;
  }
}

/** The same key gives the same outcome whenever it is asked for. */
function expectSame(sent: Sent, outcome: PostOutcome): void {
  if (sent.outcome?.ok) expect(outcome).toMatchObject({ ok: true, value: { postedAt: sent.outcome.value.postedAt } });
  else if (sent.outcome) expect(outcome).toEqual(sent.outcome);
  sent.outcome = outcome;
}

describe('a program of everything that can be asked, with crashes', () => {
  it('leaves one outcome a key and a hold, balances that replay, and nobody below the floor', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const accounts = await Promise.all(Array.from({ length: accountCount }, () => fundedAccount(bank, 50_00n)));
        const program: Program = { accounts, sent: [], holds: [] };
        const poster = await run(program, all);
        // As a client should: what is not answered is asked again with the same key.
        for (const sent of program.sent) expectSame(sent, await answered(poster.ledger, sent));
        await expectSound(program);
        await poster.ledger.stop();
        await poster.database.close();
      }),
      { numRuns: 8 },
    );
    expect(await soundness(bank)).toEqual(sound);
  });
});

async function expectSound({ accounts, sent, holds }: Program): Promise<void> {
  const { db } = bank.database;
  const journals = await db
    .collection<Journal>('journals')
    .find({ 'postings.account': { $in: [...accounts] } })
    .toArray();
  const posted = new Set(journals.map(({ _id }) => _id));
  for (const { key, outcome } of sent) expect([key, posted.has(key)]).toEqual([key, outcome?.ok === true]);
  const balances = await bank.services.ledger.balances(accounts);
  for (const account of accounts) {
    const postings = journals.flatMap((one) => one.postings.filter((posting) => posting.account === account));
    const replayed = postings.reduce((sum, { amount }) => sum - amount, 0n);
    const { balance, held } = balances.get(account) ?? {};
    expect(balance).toBe(replayed);
    expect((balance ?? -1n) - (held ?? 0n)).toBeGreaterThanOrEqual(0n);
    expect(postings.map(({ seq }) => seq).sort((a, b) => a - b)).toEqual(postings.map((_, index) => index + 1));
    expect(await bank.services.ledger.balanceOn({ account, date: Temporal.PlainDate.from('2026-03-17') })).toBe(
      balance,
    );
  }
  await expectOneEnd(holds, journals);
}

/** What was posted from a hold, given back and still held is the hold: no more and no less. */
async function expectOneEnd(holds: readonly PlacedHold[], journals: readonly Journal[]): Promise<void> {
  const kept = bank.database.db.collection<{ _id: string; amount: bigint; remaining: bigint; state: string }>('holds');
  for (const { key, account } of holds) {
    const about = journals.filter((one) => one.hold === key && one._id !== key);
    const hold = await kept.findOne({ _id: key });
    if (!hold) {
      expect(about).toEqual([]);
      continue;
    }
    const ends = about.filter(({ kind }) => kind === 'hold-void' || kind === 'hold-expiry');
    const taken = about
      .flatMap(({ postings }) => postings)
      .filter((posting) => posting.account === account)
      .reduce((sum, { amount }) => sum + amount, 0n);
    expect(ends.length).toBeLessThanOrEqual(1);
    expect(taken + hold.remaining).toBeLessThanOrEqual(hold.amount);
    expect(hold.state === 'pending').toBe(hold.remaining > 0n);
    if (ends.length > 0) expect(['voided', 'expired']).toContain(hold.state);
  }
}
