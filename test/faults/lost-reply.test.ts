import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLedger, type Ledger } from '#features/ledger/index.ts';
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

  it('a commit whose reply is lost is never called failed, and its key gives the true outcome later', async () => {
    const [from, to] = [await fundedAccount(bank, 100_00n), await fundedAccount(bank, 0n)];
    await ledger.balances([from]);
    const one = order({ debit: from, credit: to, cents: 30_00n });
    proxy.loseCommitReply();
    await expect(ledger.post(one)).rejects.toMatchObject({ kind: 'outcome-unknown', operationKey: one.key });
    proxy.heal();
    await expect
      .poll(() => ledger.post(one).catch(() => undefined), { timeout: 20_000 })
      .toMatchObject({ ok: true, value: { replayed: true } });
    expect((await bank.services.ledger.balances([to])).get(to)?.balance).toBe(30_00n);
    expect(await soundness(bank)).toEqual(sound);
  });

  it('a batch to a silent server is given up in time, and none of it is posted afterwards', async () => {
    const [from, to] = [await fundedAccount(bank, 100_00n), await fundedAccount(bank, 0n)];
    await expect
      .poll(
        () =>
          ledger.balances([from]).then(
            (found) => found.size,
            () => 0,
          ),
        { timeout: 20_000 },
      )
      .toBe(1);
    proxy.fallSilent();
    const orders = Array.from({ length: 5 }, () => order({ debit: from, credit: to, cents: 1_00n }));
    const outcomes = await Promise.allSettled(orders.map((one) => ledger.post(one)));
    const kinds = outcomes.map((outcome) =>
      outcome.status === 'rejected' ? (outcome.reason as { kind: string }).kind : 'posted',
    );
    expect(kinds).toEqual(orders.map(() => 'unavailable'));
    proxy.heal();
    await expect
      .poll(
        () =>
          ledger.balances([from]).then(
            (found) => found.size,
            () => 0,
          ),
        { timeout: 30_000 },
      )
      .toBe(1);
    const journals = bank.database.db.collection<{ _id: string }>('journals');
    expect(await journals.countDocuments({ _id: { $in: orders.map((one) => one.key) } })).toBe(0);
    expect(await soundness(bank)).toEqual(sound);
  });
});
