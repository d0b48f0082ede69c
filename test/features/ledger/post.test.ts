import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { hashRequest, ownBookId } from '#features/ledger/index.ts';
import { createLedger } from '#features/ledger/index.ts';
import type { Companion } from '#platform/companion.ts';
import { fundedAccount, order, sound, soundness } from '#test/ledger-builders.ts';
import { openTestBank, type TestBank } from '#test/portal.ts';

let bank: TestBank;
beforeAll(async () => {
  bank = await openTestBank();
});
afterAll(() => bank.close());

const cash = ownBookId('cash', 'USD');
const balanceOf = async (id: string) => (await bank.services.ledger.balances([id])).get(id)?.balance;
const journalCount = (key: string) =>
  bank.database.db.collection<{ _id: string }>('journals').countDocuments({ _id: key });

describe('the ledger’s door', () => {
  it('posts a balanced journal once for twenty parallel posts of one key', async () => {
    const from = await fundedAccount(bank, 100_00n);
    const to = await fundedAccount(bank, 0n);
    const one = order({ debit: from, credit: to, cents: 60_00n });
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => bank.services.ledger.post(one)));
    expect(outcomes.every((outcome) => outcome.ok)).toBe(true);
    expect(outcomes.filter((outcome) => outcome.ok && !outcome.value.replayed)).toHaveLength(1);
    expect(await journalCount(one.key)).toBe(1);
    expect([await balanceOf(from), await balanceOf(to)]).toEqual([40_00n, 60_00n]);
    expect(await soundness(bank)).toEqual(sound);
  });

  it('lets exactly one of fifty parallel withdrawals of the whole balance through', async () => {
    const from = await fundedAccount(bank, 100_00n);
    const orders = Array.from({ length: 50 }, () => order({ debit: from, credit: cash, cents: 100_00n }));
    const outcomes = await Promise.all(orders.map((one) => bank.services.ledger.post(one)));
    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(1);
    const refusals = outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome.refusal.code]));
    expect(new Set(refusals)).toEqual(new Set(['insufficient-funds']));
    expect(await balanceOf(from)).toBe(0n);
    expect(await soundness(bank)).toEqual(sound);
  });

  it('gives the same key the same refusal again, even when the money has come in since', async () => {
    const from = await fundedAccount(bank, 10_00n);
    const to = await fundedAccount(bank, 0n);
    const tooMuch = order({ debit: from, credit: to, cents: 25_00n });
    const first = await bank.services.ledger.post(tooMuch);
    expect(first).toEqual({ ok: false, refusal: { code: 'insufficient-funds', account: from, short: 15_00n } });
    await bank.services.ledger.post(order({ debit: cash, credit: from, cents: 50_00n }));
    expect(await bank.services.ledger.post(tooMuch)).toEqual(first);
    expect(await bank.services.ledger.outcomeOf(tooMuch)).toEqual(first);
    expect(await balanceOf(from)).toBe(60_00n);
  });

  it('refuses a key that comes again with another body', async () => {
    const from = await fundedAccount(bank, 100_00n);
    const to = await fundedAccount(bank, 0n);
    const one = order({ debit: from, credit: to, cents: 10_00n });
    await bank.services.ledger.post(one);
    const other = await bank.services.ledger.post(order({ debit: from, credit: to, cents: 11_00n, key: one.key }));
    expect(other).toEqual({ ok: false, refusal: { code: 'key-reused' } });
    expect(await balanceOf(to)).toBe(10_00n);
  });

  it('writes companions with the posting, and with a missed guard neither', async () => {
    const things = bank.database.db.collection<{ _id: string; state: string }>('things');
    const id = newId();
    await things.insertOne({ _id: id, state: 'unpaid' });
    const from = await fundedAccount(bank, 100_00n);
    const to = await fundedAccount(bank, 0n);
    const pay: Companion = {
      collection: 'things',
      kind: 'update',
      filter: { _id: id, state: 'unpaid' },
      change: { $set: { state: 'paid' } },
    };
    const first = await bank.services.ledger.post(order({ debit: from, credit: to, cents: 1_00n, companions: [pay] }));
    const second = await bank.services.ledger.post(order({ debit: from, credit: to, cents: 1_00n, companions: [pay] }));
    expect(first.ok).toBe(true);
    expect(second).toEqual({ ok: false, refusal: { code: 'guard-missed', collection: 'things' } });
    expect(await things.findOne({ _id: id })).toMatchObject({ state: 'paid' });
    expect(await balanceOf(to)).toBe(1_00n);
    expect(await soundness(bank)).toEqual(sound);
  });

  it('takes a companion whose place is taken as a missed guard', async () => {
    const id = newId();
    const insert: Companion = { collection: 'things', kind: 'insert', document: { _id: id } };
    const from = await fundedAccount(bank, 100_00n);
    const to = await fundedAccount(bank, 0n);
    const orders = [0, 1].map(() => order({ debit: from, credit: to, cents: 1_00n, companions: [insert] }));
    const outcomes = await Promise.all(orders.map((one) => bank.services.ledger.post(one)));
    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(1);
    expect(await balanceOf(to)).toBe(1_00n);
  });

  it('reverses a journal once, also when asked ten times at once', async () => {
    const from = await fundedAccount(bank, 100_00n);
    const to = await fundedAccount(bank, 0n);
    const one = order({ debit: from, credit: to, cents: 30_00n });
    await bank.services.ledger.post(one);
    const reversals = await Promise.all(
      Array.from({ length: 10 }, () =>
        bank.services.ledger.reverse({
          journal: one.key,
          key: newId(),
          requestHash: hashRequest({ of: one.key }),
          effectiveOn: one.effectiveOn,
          actor: 'tester',
        }),
      ),
    );
    expect(reversals.filter((outcome) => outcome.ok)).toHaveLength(1);
    const codes = reversals.flatMap((outcome) => (outcome.ok ? [] : [outcome.refusal.code]));
    expect(new Set(codes)).toEqual(new Set(['already-reversed']));
    expect([await balanceOf(from), await balanceOf(to)]).toEqual([100_00n, 0n]);
    expect(await soundness(bank)).toEqual(sound);
  });

  it('refuses what a posting guard holds, and keeps that outcome', async () => {
    const held = createLedger({
      database: bank.database,
      clock: bank.clock,
      guards: [
        {
          name: 'test-guard',
          load: () => Promise.resolve({ judge: (one) => (one.kind === 'suspicious' ? 'looks odd' : undefined) }),
        },
      ],
    });
    const from = await fundedAccount(bank, 100_00n);
    const to = await fundedAccount(bank, 0n);
    const odd = order({ debit: from, credit: to, cents: 1_00n, kind: 'suspicious' });
    const refused = { ok: false, refusal: { code: 'held-by-guard', guard: 'test-guard', reason: 'looks odd' } };
    expect(await held.post(odd)).toEqual(refused);
    expect(await bank.services.ledger.post(odd)).toEqual(refused);
    expect((await held.post(order({ debit: from, credit: to, cents: 1_00n }))).ok).toBe(true);
  });
});

describe('the ledger’s queries', () => {
  it('page an account’s entries by their numbers, newest first, and read only an index range', async () => {
    const account = await fundedAccount(bank, 0n);
    for (let n = 1; n <= 7; n += 1)
      await bank.services.ledger.post(order({ debit: cash, credit: account, cents: BigInt(n) }));
    const page = (number: number) => bank.services.ledger.entries({ account, page: number, size: 3 });
    expect((await page(1)).entries.map((entry) => entry.amount)).toEqual([7n, 6n, 5n]);
    expect((await page(3)).entries.map((entry) => entry.amount)).toEqual([1n]);
    expect(await page(4)).toEqual({ entries: [], total: 7 });
    const range = { account, seq: { $lte: 7, $gt: 4 } };
    const plan = await bank.database.db
      .collection('journals')
      .find({ outcome: 'posted', postings: { $elemMatch: range } })
      .explain('executionStats');
    const stats = plan.executionStats as { totalKeysExamined: number; totalDocsExamined: number };
    expect([stats.totalKeysExamined, stats.totalDocsExamined]).toEqual([3, 3]);
  });

  it('verify names the account whose balance was altered by hand, and the journal whose posting was', async () => {
    const account = await fundedAccount(bank, 5_00n);
    await bank.services.ledger.settle();
    const accounts = bank.database.db.collection<{ _id: string }>('ledgerAccounts');
    await accounts.updateOne({ _id: account }, { $inc: { balance: -1n } });
    expect(await bank.services.ledger.verify()).toMatchObject({ account });
    await accounts.updateOne({ _id: account }, { $inc: { balance: 1n } });
    expect(await bank.services.ledger.verify()).toBeUndefined();
    const journals = bank.database.db.collection<{ _id: string }>('journals');
    const [journal] = await journals.find({ 'postings.account': account }).toArray();
    await journals.updateOne({ _id: journal?._id ?? '' }, { $inc: { 'postings.0.amount': 1n } });
    expect(await bank.services.ledger.verify()).toMatchObject({
      journal: journal?._id,
      what: 'the journal is not balanced',
    });
    await journals.updateOne({ _id: journal?._id ?? '' }, { $inc: { 'postings.0.amount': -1n } });
    expect(await bank.services.ledger.verify()).toBeUndefined();
  });
});
