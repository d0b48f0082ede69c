import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { createLedger, type Ledger } from '#features/ledger/index.ts';
import type { Companion } from '#platform/companion.ts';
import { connectMongo, type Database } from '#platform/mongo.ts';
import { fundedAccount, order, sound, soundness } from '#test/ledger-builders.ts';
import { testDatabaseUri } from '#test/mongod.ts';
import { openTestBank, type TestBank } from '#test/portal.ts';
import { openSilentProxy, type SilentProxy } from './silent-proxy.ts';

/** A bank on the database itself, and a ledger that reaches the same database through a network that fails. */
describe('when the network loses what was said', () => {
  let bank: TestBank;
  let proxy: SilentProxy;
  let database: Database;
  let ledger: Ledger;
  const uri = new URL(testDatabaseUri());

  beforeAll(async () => {
    bank = await openTestBank({ uri: uri.href });
    proxy = await openSilentProxy({ port: Number(uri.port) });
    database = await connectMongo({ uri: `mongodb://127.0.0.1:${proxy.port}${uri.pathname}?directConnection=true` });
    ledger = createLedger({ database, clock: bank.clock });
  });
  beforeEach(() => {
    proxy.heal();
  });
  afterAll(async () => {
    await database.close().catch(() => undefined);
    await proxy.close();
    await bank.close();
  });

  const companions: Companion[] = [{ collection: 'receipts', kind: 'insert', document: { _id: newId() } }];

  it.each([
    { what: 'a transfer', words: ['insert', 'journals'], facts: {} },
    { what: 'a transfer with companions', words: ['commitTransaction'], facts: { companions } },
  ])('$what whose reply is lost is never called failed, and its key gives the true outcome later', async (lost) => {
    const [from, to] = [await fundedAccount(bank, 100_00n), await fundedAccount(bank, 0n)];
    await reachable(from);
    const one = order({ debit: from, credit: to, cents: 30_00n, ...lost.facts });
    proxy.loseReplyTo(...lost.words);
    await expect(ledger.post(one)).rejects.toMatchObject({ kind: 'outcome-unknown', operationKey: one.key });
    proxy.heal();
    await expect
      .poll(() => ledger.post(one).catch(() => undefined), { timeout: 30_000 })
      .toMatchObject({ ok: true, value: { replayed: true } });
    expect((await bank.services.ledger.balances([to])).get(to)?.balance).toBe(30_00n);
    expect(await soundness(bank)).toEqual(sound);
  });

  it('a batch that a silent server may have got is called unknown, and asked again it is posted once', async () => {
    const [from, to] = [await fundedAccount(bank, 100_00n), await fundedAccount(bank, 0n)];
    await reachable(from);
    // From here on the ledger knows the accounts, and the first it sends is the batch itself.
    expect((await ledger.post(order({ debit: from, credit: to, cents: 1_00n }))).ok).toBe(true);
    proxy.fallSilent();
    const orders = Array.from({ length: 5 }, () => order({ debit: from, credit: to, cents: 1_00n }));
    expect(await kindsOf(orders)).toEqual(orders.map(() => 'outcome-unknown'));
    proxy.heal();
    for (const one of orders)
      await expect.poll(() => ledger.post(one).catch(() => undefined), { timeout: 30_000 }).toMatchObject({ ok: true });
    expect((await bank.services.ledger.balances([to])).get(to)?.balance).toBe(6_00n);
    expect(await soundness(bank)).toEqual(sound);
  });

  it('what nothing was sent of is given up as unavailable, and none of it is posted afterwards', async () => {
    const [from, to] = [await fundedAccount(bank, 100_00n), await fundedAccount(bank, 0n)];
    await reachable(from);
    proxy.fallSilent();
    // The ledger has never seen these accounts, and cannot ask for them.
    const orders = Array.from({ length: 5 }, () => order({ debit: from, credit: to, cents: 1_00n }));
    expect(await kindsOf(orders)).toEqual(orders.map(() => 'unavailable'));
    proxy.heal();
    await reachable(from);
    const journals = bank.database.db.collection<{ _id: string }>('journals');
    expect(await journals.countDocuments({ _id: { $in: orders.map((one) => one.key) } })).toBe(0);
    expect(await soundness(bank)).toEqual(sound);
  });

  /** Waits until the ledger's own connection has got over the fault before. */
  async function reachable(account: string): Promise<void> {
    const found = () =>
      ledger.balances([account]).then(
        (balances) => balances.size,
        () => 0,
      );
    await expect.poll(found, { timeout: 45_000 }).toBe(1);
  }

  async function kindsOf(orders: ReturnType<typeof order>[]): Promise<string[]> {
    const outcomes = await Promise.allSettled(orders.map((one) => ledger.post(one)));
    return outcomes.map((outcome) =>
      outcome.status === 'rejected' ? (outcome.reason as { kind: string }).kind : 'posted',
    );
  }
});
