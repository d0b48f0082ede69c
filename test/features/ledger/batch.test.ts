import fc from '#test/properties.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { ownBookId } from '#features/ledger/index.ts';
import { fundedAccount, order, sound, soundness } from '#test/ledger-builders.ts';
import { openTestBank, type TestBank } from '#test/portal.ts';

let bank: TestBank;
beforeAll(async () => {
  bank = await openTestBank();
});
afterAll(() => bank.close());

const cash = ownBookId('cash', 'USD');
const balanceOf = async (id: string) => (await bank.services.ledger.balances([id])).get(id)?.balance;

/** Sent at once, orders meet in a batch: the first goes alone, what queues meanwhile goes together. */
const together = (orders: ReturnType<typeof order>[]) =>
  Promise.all(orders.map((one) => bank.services.ledger.post(one)));

describe('a batch', () => {
  it('refuses the posting whose companion’s guard is gone, and no other', async () => {
    const from = await fundedAccount(bank, 100_00n);
    const to = await fundedAccount(bank, 0n);
    const orders = Array.from({ length: 20 }, (_, n) =>
      order({
        debit: from,
        credit: to,
        cents: 1_00n,
        ...(n === 11
          ? {
              companions: [
                { collection: 'things', kind: 'update' as const, filter: { _id: newId() }, change: { $set: { x: 1 } } },
              ],
            }
          : {}),
      }),
    );
    const outcomes = await together(orders);
    expect(outcomes.map((outcome) => outcome.ok).indexOf(false)).toBe(11);
    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(19);
    expect([await balanceOf(from), await balanceOf(to)]).toEqual([81_00n, 19_00n]);
    expect(await soundness(bank)).toEqual(sound);
  });

  it('lets two orders with one companion’s guard through once', async () => {
    const things = bank.database.db.collection<{ _id: string; version: number }>('things');
    const id = newId();
    await things.insertOne({ _id: id, version: 1 });
    const from = await fundedAccount(bank, 100_00n);
    const to = await fundedAccount(bank, 0n);
    const settle = () => ({
      collection: 'things',
      kind: 'update' as const,
      filter: { _id: id, version: 1 },
      change: { $inc: { version: 1 } },
    });
    const warmUp = order({ debit: from, credit: to, cents: 1n });
    const orders = [
      warmUp,
      ...[0, 1, 2].map(() => order({ debit: from, credit: to, cents: 10_00n, companions: [settle()] })),
    ];
    const outcomes = await together(orders);
    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(2);
    expect(await things.findOne({ _id: id })).toMatchObject({ version: 2 });
    expect(await balanceOf(to)).toBe(10_01n);
  });

  it('answers a key that was posted before with what happened then, beside new ones', async () => {
    const from = await fundedAccount(bank, 100_00n);
    const to = await fundedAccount(bank, 0n);
    const old = order({ debit: from, credit: to, cents: 5_00n });
    await bank.services.ledger.post(old);
    const outcomes = await together([
      order({ debit: from, credit: to, cents: 1n }),
      old,
      old,
      order({ debit: from, credit: to, cents: 1n }),
    ]);
    expect(outcomes.map((outcome) => outcome.ok && outcome.value.replayed)).toEqual([false, true, true, false]);
    expect(await balanceOf(to)).toBe(5_02n);
  });

  it('never takes an account below its floor, whatever order its withdrawals come in', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.bigInt({ min: 1n, max: 60_00n }), { minLength: 2, maxLength: 30 }),
        async (withdrawals) => {
          const account = await fundedAccount(bank, 100_00n);
          const outcomes = await together(withdrawals.map((cents) => order({ debit: account, credit: cash, cents })));
          const taken = withdrawals.reduce((total, cents, n) => total + (outcomes[n]?.ok === true ? cents : 0n), 0n);
          const left = await balanceOf(account);
          expect(left).toBe(100_00n - taken);
          expect(left ?? -1n).toBeGreaterThanOrEqual(0n);
          // A refusal was true when it was given: in this order, nothing that would have fitted was refused.
          let running = 100_00n;
          for (const [n, cents] of withdrawals.entries()) {
            expect(outcomes[n]?.ok).toBe(cents <= running);
            if (outcomes[n]?.ok === true) running -= cents;
          }
        },
      ),
      { numRuns: 15 },
    );
    expect(await soundness(bank)).toEqual(sound);
  });

  it('of two processes on one hot account loses and doubles nothing', async () => {
    const second = await openSecondWriter();
    const from = await fundedAccount(bank, 1_000_00n);
    const to = await fundedAccount(bank, 0n);
    const orders = (count: number) =>
      Array.from({ length: count }, () => order({ debit: from, credit: to, cents: 1_00n }));
    const outcomes = await Promise.all([
      ...orders(60).map((one) => bank.services.ledger.post(one)),
      ...orders(60).map((one) => second(one)),
    ]);
    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(120);
    expect([await balanceOf(from), await balanceOf(to)]).toEqual([880_00n, 120_00n]);
    expect(await soundness(bank)).toEqual(sound);
  });
});

async function openSecondWriter() {
  const { createLedger } = await import('#features/ledger/index.ts');
  const ledger = createLedger({ database: bank.database, clock: bank.clock });
  return (one: ReturnType<typeof order>) => ledger.post(one);
}
