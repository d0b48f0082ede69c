import fc from '#test/properties.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { hashRequest, ownBookId, type Entry } from '#features/ledger/index.ts';
import { fundedAccount, order, sound, soundness } from '#test/ledger-builders.ts';
import { openTestBank, type TestBank } from '#test/portal.ts';

let bank: TestBank;
beforeAll(async () => {
  bank = await openTestBank();
});
afterAll(() => bank.close());

const cash = ownBookId('cash', 'USD');
const ledger = () => bank.services.ledger;
const on = (date: string) => Temporal.PlainDate.from(date);

/** Moves cents into the account (or out of it, below zero) for a day, booked on that day or a later one. */
async function move(account: string, facts: { cents: bigint; date: string; bookedOn?: string; reference?: string }) {
  const { cents, date, bookedOn, reference = 'a test' } = facts;
  const [debit, credit] = cents > 0n ? [cash, account] : [account, cash];
  const amount = cents > 0n ? cents : -cents;
  const outcome = await ledger().post({
    ...order({ debit, credit, cents: amount }),
    reference,
    effectiveOn: on(date),
    ...(bookedOn ? { bookedOn: on(bookedOn) } : {}),
  });
  expect(outcome).toMatchObject({ ok: true });
}
const balanceOn = (account: string, date: string) => ledger().balanceOn({ account, date: on(date) });
async function linesOf(account: string, from: string, to: string): Promise<Entry[]> {
  const lines: Entry[] = [];
  for await (const piece of ledger().statementLines({ account, from: on(from), to: on(to) })) lines.push(...piece);
  return lines;
}

describe('the balance at a past date', () => {
  it('is that of the end of the day, before, between and after snapshots', async () => {
    const account = await fundedAccount(bank, 0n);
    await move(account, { cents: 100n, date: '2026-03-01' });
    await move(account, { cents: 10n, date: '2026-03-01' });
    await move(account, { cents: -5n, date: '2026-03-03' });
    const expected = async () => [
      await balanceOn(account, '2026-02-28'),
      await balanceOn(account, '2026-03-01'),
      await balanceOn(account, '2026-03-02'),
      await balanceOn(account, '2026-03-03'),
      await balanceOn(account, '2027-01-01'),
    ];
    expect(await expected()).toEqual([0n, 110n, 110n, 105n, 105n]);
    await ledger().snapshot(on('2026-03-02'), { worth: 1 });
    expect(await expected()).toEqual([0n, 110n, 110n, 105n, 105n]);
    await ledger().snapshot(on('2026-03-05'), { worth: 1 });
    await move(account, { cents: 1n, date: '2026-03-06' });
    expect(await balanceOn(account, '2026-03-06')).toBe(106n);
    expect(await expected()).toEqual([0n, 110n, 110n, 105n, 106n]);
    expect(await soundness(bank)).toEqual(sound);
  });

  it('is changed by a back-dated journal, and the chain and the replay still hold', async () => {
    const account = await fundedAccount(bank, 0n);
    await move(account, { cents: 100n, date: '2026-03-01' });
    await move(account, { cents: 100n, date: '2026-03-10' });
    await ledger().snapshot(on('2026-03-11'), { worth: 1 });
    await ledger().seal();
    await move(account, { cents: 7n, date: '2026-03-05', bookedOn: '2026-03-12' });
    expect(await balanceOn(account, '2026-03-04')).toBe(100n);
    expect(await balanceOn(account, '2026-03-05')).toBe(107n);
    expect(await balanceOn(account, '2026-03-11')).toBe(207n);
    await ledger().snapshot(on('2026-03-12'), { worth: 1 });
    await ledger().seal();
    expect(await balanceOn(account, '2026-03-11')).toBe(207n);
    expect(await balanceOn(account, '2026-03-12')).toBe(207n);
    expect(await soundness(bank)).toEqual(sound);
  });

  it('equals the replay up to that day, whatever was posted, back-dated and kept in between', async () => {
    const step = fc.record({
      cents: fc.bigInt({ min: 1n, max: 999n }),
      back: fc.oneof(
        { weight: 3, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.integer({ min: 1, max: 9 }) },
      ),
      forward: fc.integer({ min: 0, max: 2 }),
      keep: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
        const account = await fundedAccount(bank, 0n);
        let today = on('2026-05-10');
        const posted: { date: string; cents: bigint }[] = [];
        for (const { cents, back, forward, keep } of steps) {
          const next = today.add({ days: forward });
          if (keep && forward > 0) await ledger().snapshot(next.subtract({ days: 1 }), { worth: 1 });
          today = next;
          const date = today.subtract({ days: back }).toString();
          posted.push({ date, cents });
          await move(account, { cents, date, ...(back > 0 ? { bookedOn: today.toString() } : {}) });
        }
        for (let day = on('2026-04-28'); Temporal.PlainDate.compare(day, today) <= 0; day = day.add({ days: 1 })) {
          const text = day.toString();
          const replayed = posted.filter(({ date }) => date <= text).reduce((sum, { cents }) => sum + cents, 0n);
          expect([text, await balanceOn(account, text)]).toEqual([text, replayed]);
        }
        const [from, to] = ['2026-05-05', today.subtract({ days: 1 }).toString()];
        const inside = posted.filter(({ date }) => date >= from && date <= to);
        const lines = await linesOf(account, from, to);
        expect(lines.map((line) => line.effectiveOn)).toEqual(inside.map(({ date }) => date).sort());
        const statement = await ledger().statement({ account, from: on(from), to: on(to) });
        const paidIn = inside.reduce((sum, { cents }) => sum + cents, 0n);
        expect(statement).toMatchObject({ paidIn, paidOut: 0n, entries: inside.length });
        expect(statement.closing).toBe(statement.opening + paidIn);
        if (lines.length > 0) expect(lines.at(-1)?.balanceAfter).toBe(statement.closing);
      }),
      { numRuns: 12 },
    );
    expect(await soundness(bank)).toEqual(sound);
  });

  it('reads the entries between two snapshots only, however many there are', async () => {
    const account = await fundedAccount(bank, 0n);
    for (let day = 1; day <= 20; day += 1) {
      const date = `2026-06-${String(day).padStart(2, '0')}`;
      await move(account, { cents: 1n, date });
      await move(account, { cents: 1n, date });
      await ledger().snapshot(on(date), { worth: 1 });
    }
    const before = await profiled(() => balanceOn(account, '2026-06-03'));
    const after = await profiled(() => balanceOn(account, '2026-06-19'));
    expect([before.result, after.result]).toEqual([6n, 38n]);
    expect(Math.max(before.docs, after.docs)).toBeLessThanOrEqual(4);
  });
});

/** What the work made the server look at, by its profiler. */
async function profiled<T>(work: () => Promise<T>): Promise<{ result: T; docs: number; plans: string[] }> {
  const { db } = bank.database;
  await db.command({ profile: 2 });
  const began = new Date();
  const result = await work();
  await db.command({ profile: 0 });
  const seen = await db
    .collection('system.profile')
    .find({ ts: { $gte: began }, ns: { $not: /system\.profile$/ }, op: { $in: ['query', 'command', 'getmore'] } })
    .toArray();
  const docs = seen.reduce((sum, one) => sum + Number(one.docsExamined ?? 0), 0);
  return {
    result,
    docs,
    plans: seen.flatMap((one) => (one.planSummary === undefined ? [] : [String(one.planSummary)])),
  };
}

describe('finding entries', () => {
  it('by day, direction, amount, kind and words looks at ranges of an index only', async () => {
    const account = await fundedAccount(bank, 0n);
    for (let day = 1; day <= 9; day += 1) {
      await move(account, { cents: BigInt(day * 100), date: `2026-07-0${day}`, reference: `loan L-${day}` });
      await move(account, { cents: -1n, date: `2026-07-0${day}` });
      await ledger().snapshot(on(`2026-07-0${day}`), { worth: 1 });
    }
    await move(account, { cents: 77n, date: '2026-07-04', bookedOn: '2026-07-10' });
    const find = async (filter: Parameters<ReturnType<typeof ledger>['find']>[0]['filter'], size = 30) => {
      const { result, plans } = await profiled(() => ledger().find({ account, filter, size }));
      expect(plans.filter((plan) => !plan.startsWith('IXSCAN') && plan !== 'IDHACK')).toEqual([]);
      return result;
    };
    const amounts = async (filter: Parameters<typeof find>[0]) =>
      (await find(filter)).entries.map((entry) => entry.amount);
    expect(await amounts({ from: on('2026-07-04'), to: on('2026-07-05') })).toEqual([77n, -1n, 500n, -1n, 400n]);
    expect(await amounts({ from: on('2026-07-04'), to: on('2026-07-05'), direction: 'in' })).toEqual([77n, 500n, 400n]);
    expect(await amounts({ direction: 'out' })).toHaveLength(9);
    expect(await amounts({ amount: 300n as Entry['amount'] })).toEqual([300n]);
    expect(await amounts({ text: 'l-7' })).toEqual([700n]);
    expect(await amounts({ text: '.*' })).toEqual([]);
    expect(await amounts({ kinds: ['deposit'] })).toEqual([]);
  });

  it('goes on from a cursor without losing or doubling any, and stops after so many looks', async () => {
    const account = await fundedAccount(bank, 0n);
    await Promise.all(Array.from({ length: 45 }, () => move(account, { cents: 2n, date: '2026-07-20' })));
    const seen: number[] = [];
    let before: number | undefined;
    do {
      const page = await ledger().find({
        account,
        filter: { direction: 'in' },
        size: 20,
        ...(before === undefined ? {} : { before }),
      });
      seen.push(...page.entries.map((entry) => entry.seq));
      before = page.next;
    } while (before !== undefined);
    expect(seen).toEqual(Array.from({ length: 45 }, (_, n) => 45 - n));
  });

  it('gives named journals at once, wherever they are', async () => {
    const account = await fundedAccount(bank, 0n);
    const one = order({ debit: cash, credit: account, cents: 5n });
    await ledger().post(one);
    for (let n = 0; n < 5; n += 1) await move(account, { cents: 1n, date: '2026-07-21' });
    const found = await ledger().find({ account, filter: { keys: [one.key], text: 'nothing like this' }, size: 30 });
    expect(found.entries.map((entry) => entry.key)).toEqual([one.key]);
  });
});

describe('the chain over journals', () => {
  const journals = () => bank.database.db.collection<{ _id: string }>('journals');

  it('names what was altered, removed or slipped in after it was sealed', async () => {
    const account = await fundedAccount(bank, 0n);
    for (let n = 0; n < 5; n += 1) await move(account, { cents: 1n, date: '2026-08-01' });
    expect(await ledger().seal()).toBeGreaterThanOrEqual(5);
    expect(await ledger().seal()).toBe(0);
    expect(await ledger().verify()).toBeUndefined();
    const one = await journals().findOne({ 'postings.account': account });
    const _id = one?._id ?? '';
    // Nothing that the replay would see.
    await journals().updateOne({ _id }, { $set: { actor: 'somebody else' } });
    expect((await ledger().verify())?.what).toContain('was altered');
    await journals().updateOne({ _id }, { $set: { actor: 'tester' } });
    expect(await ledger().verify()).toBeUndefined();
    const refused = { ...one, _id: newId(), outcome: 'refused', postings: [], writer: 'nobody', line: 1 };
    await journals().insertOne(refused);
    expect(await ledger().verify()).toMatchObject({
      journal: refused._id,
      what: 'no writer of ours wrote this journal',
    });
    await journals().deleteOne({ _id: refused._id });
    expect(await ledger().verify()).toBeUndefined();
  });

  it('misses a sealed refusal that was removed', async () => {
    const account = await fundedAccount(bank, 0n);
    const one = order({ debit: account, credit: cash, cents: 5n, requestHash: hashRequest({ a: '1' }) });
    expect((await ledger().post(one)).ok).toBe(false);
    await ledger().seal();
    const removed = await journals().findOneAndDelete({ _id: one.key });
    expect((await ledger().verify())?.what).toMatch(/is missing|altered/);
    if (removed) await journals().insertOne(removed);
    expect(await ledger().verify()).toBeUndefined();
  });
});
