import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dateOf } from '#core/calendar.ts';
import { moneyOf } from '#core/money.ts';
import { accountModel } from '#features/accounts/account.model.ts';
import { createImports } from '#features/accounts/importing/imports.service.ts';
import { ownBookId, type Ledger } from '#features/ledger/index.ts';
import { createOutbox } from '#platform/outbox.ts';
import { freeze, sound, soundness } from '#test/ledger-builders.ts';
import { testDatabaseUri } from '#test/mongod.ts';
import { openPortal, openTestBank, type TestPortal } from '#test/portal.ts';
import { book } from './history-builders.ts';
import { confirmed, csv, customersAccount, decoded, line, uploaded } from './import-people.ts';

type Account = Awaited<ReturnType<typeof customersAccount>>;

describe('posting an import', () => {
  const uri = testDatabaseUri();
  let portal: TestPortal;
  let maker: Awaited<ReturnType<TestPortal['staff']>>;
  let checker: Awaited<ReturnType<TestPortal['staff']>>;
  beforeAll(async () => {
    portal = await openPortal({ uri });
    await portal.setDay('2026-03-17');
    maker = await portal.staff('finance');
    checker = await portal.staff('finance');
  });
  afterAll(() => portal.close());

  const imports = () => portal.services.accounts.imports;
  const recordOf = async (id: string) => {
    const record = await imports().find(id);
    if (!record) throw new Error('The import is gone');
    return record;
  };
  /** Confirms and does pieces of work until `done`. */
  const workUntil = async (id: string, done: (record: Awaited<ReturnType<typeof recordOf>>) => boolean) => {
    expect((await confirmed(checker, id)).status).toBe(303);
    for (let record = await recordOf(id); !done(record); record = await recordOf(id))
      await imports().work({ importId: id, step: record.step });
  };
  const total = async (accounts: readonly Account[]) => {
    const balances = await portal.services.ledger.balances(accounts.map(({ id }) => id));
    return [...balances.values()].reduce((sum, { balance }) => sum + balance, 0n);
  };
  const bookBalance = async (name: 'migration' | 'returnsReceivable') => {
    const id = ownBookId(name, 'USD');
    return (await portal.services.ledger.balances([id])).get(id)?.balance ?? 0n;
  };
  const journalsOf = (id: string, outcome = 'posted') =>
    portal.database.db.collection('journals').countDocuments({ _id: { $regex: `^import:${id}` } as never, outcome });

  /** So many lines over some accounts: what comes in on the first day goes out again in part, day by day. */
  const bigFile = (accounts: readonly Account[], count: number) =>
    csv(
      ...accounts.map(({ number }) => line(number, { date: '2026-01-01', kind: 'opening', amount: '1000.00' })),
      ...Array.from({ length: count - accounts.length }, (_, n) => {
        const { number = '' } = accounts[n % accounts.length] ?? {};
        const date = dateOf('2026-01-02')
          .add({ days: n % 60 })
          .toString();
        return line(number, { date, kind: 'withdrawal', amount: `-0.0${(n % 9) + 1}` });
      }),
    );

  it('is taken up by another process where one was killed, and posts each line once', async () => {
    const accounts = await Promise.all(Array.from({ length: 3 }, () => customersAccount(portal)));
    const id = await uploaded(portal, maker, bigFile(accounts, 700));
    await workUntil(id, ({ state }) => state === 'posting');
    const { step } = await recordOf(id);
    const { ledger } = portal.services;
    let posted = 0;
    const dying: Ledger = {
      ...ledger,
      post: (order) => {
        posted += 1;
        return posted > 100 ? Promise.reject(new Error('killed')) : ledger.post(order);
      },
    };
    const { database, clock, logger } = portal.platform;
    const outbox = createOutbox({ database, clock, logger });
    const killed = createImports(
      { ...portal.platform, outbox },
      { ledger: dying, accounts: accountModel(database.connection) },
    );
    await expect(killed.work({ importId: id, step })).rejects.toThrow('killed');
    expect([await journalsOf(id), (await recordOf(id)).posted]).toEqual([100, 100]);
    expect(decoded((await maker.get(`/imports/${id}`)).text)).toContain('100 of 700 lines');
    const other = await openTestBank({ uri });
    try {
      // Two instances at once do the same piece, as where a lease was over before its work was.
      await Promise.all([
        other.services.accounts.imports.work({ importId: id, step }),
        imports().work({ importId: id, step }),
      ]);
      // What is delivered late changes nothing any more.
      await imports().work({ importId: id, step });
      await other.platform.outbox.drain();
    } finally {
      await other.services.ledger.stop();
      await other.database.close();
    }
    expect(await recordOf(id)).toMatchObject({ state: 'posted', posted: 700, undone: 0 });
    expect(await journalsOf(id)).toBe(700);
    const record = await recordOf(id);
    expect(await total(accounts)).toBe(record.paidIn + record.paidOut);
    expect(await soundness(portal)).toEqual(sound);
  });

  it('undoes everything where the ledger refuses a line in the middle: balances are as before, also on past days', async () => {
    const accounts = await Promise.all(Array.from({ length: 4 }, () => customersAccount(portal)));
    const [first, , , last] = accounts as [Account, Account, Account, Account];
    await book(portal, { account: first.id, cents: 77n, on: '2026-01-05', bookedOn: '2026-03-17' });
    const migration = await bookBalance('migration');
    const id = await uploaded(portal, maker, bigFile(accounts, 600));
    await workUntil(id, ({ posted }) => posted > 0);
    expect(await total(accounts)).toBe(99_330n);
    await freeze(portal, last.id, 'full');
    await portal.platform.outbox.drain();
    const record = await recordOf(id);
    expect(record).toMatchObject({ state: 'undone', claims: 0, reason: expect.stringContaining('frozen') as string });
    expect(record.undone).toBe(record.posted);
    expect(await Promise.all(accounts.map((account) => account.balance()))).toEqual([77n, 0n, 0n, 0n]);
    for (const date of ['2026-01-01', '2026-01-04', '2026-02-01'])
      for (const account of accounts) {
        const was = account === first && date > '2026-01-05' ? 77n : 0n;
        expect(await portal.services.ledger.balanceOn({ account: account.id, date: dateOf(date) })).toBe(was);
      }
    expect(await bookBalance('migration')).toBe(migration);
    expect(await soundness(portal)).toEqual(sound);
    expect(decoded((await maker.get(`/imports/${id}`)).text)).toContain('the account was frozen in the meantime');
    // The file may come again, once the reason is gone.
    await freeze(portal, last.id, 'none');
    const { lines } = await imports().lines(id, { show: 'all', page: 1, size: 1_000 });
    expect(new Set(lines.map(({ state }) => state))).toEqual(new Set(['read', 'undone']));
    const again = csv(line(last.number, { id: lines[0]?.externalId ?? '' }));
    expect((await recordOf(await uploaded(portal, maker, again))).errorLines).toBe(0);
  });

  it('books what a customer has spent meanwhile as the bank’s claim, and no account goes under its floor', async () => {
    const [spender, other] = [await customersAccount(portal), await customersAccount(portal)];
    const receivable = await bookBalance('returnsReceivable');
    const id = await uploaded(portal, maker, bigFile([spender, other], 600));
    await workUntil(id, ({ posted }) => posted > 0);
    const balance: bigint = (await spender.balance()) ?? 0n;
    expect(balance).toBeGreaterThan(0n);
    await book(portal, { account: spender.id, cents: -balance, on: '2026-03-17', kind: 'withdrawal' });
    await portal.platform.outbox.drain();
    const record = await recordOf(id);
    expect(record).toMatchObject({ state: 'undone', claims: 1 });
    expect(record.undone).toBe(record.posted);
    expect([await spender.balance(), await other.balance()]).toEqual([0n, 0n]);
    expect((await bookBalance('returnsReceivable')) - receivable).toBe(balance);
    expect(await soundness(portal)).toEqual(sound);
    expect(decoded((await maker.get(`/imports/${id}`)).text)).toContain('1 line could not be taken back');
  });

  it('undoes transfers between accounts, also where one of them was closed', async () => {
    const [giver, taker, blocked] = await Promise.all(Array.from({ length: 3 }, () => customersAccount(portal)));
    if (!giver || !taker || !blocked) throw new Error('No accounts');
    await book(portal, { account: giver.id, cents: 10_000n, on: '2026-03-01' });
    const file = [
      line(giver.number, { date: '2026-03-02', kind: 'transfer', amount: '-100.00', counter: taker.number }),
      ...Array.from({ length: 300 }, () => line(blocked.number, { amount: '0.01' })),
    ];
    const id = await uploaded(portal, maker, csv(...file));
    await workUntil(id, ({ posted }) => posted > 0);
    expect([await giver.balance(), await taker.balance()]).toEqual([0n, 10_000n]);
    await book(portal, { account: taker.id, cents: -10_000n, on: '2026-03-17', kind: 'withdrawal' });
    const closing = await portal.services.ledger.close({
      ...{ key: `close:${taker.id}`, requestHash: 'test', actor: 'test', reference: 'a test', account: taker.id },
      effectiveOn: dateOf('2026-03-17'),
    });
    expect(closing.ok).toBe(true);
    await freeze(portal, blocked.id, 'full');
    await portal.platform.outbox.drain();
    expect(await recordOf(id)).toMatchObject({ state: 'undone', claims: 1 });
    expect([await giver.balance(), await taker.balance()]).toEqual([10_000n, 0n]);
    expect(await soundness(portal)).toEqual(sound);
  });

  it('goes on where somebody says so, after its row of the outbox was given up', async () => {
    const account = await customersAccount(portal);
    const id = await uploaded(portal, maker, csv(line(account.number)));
    expect((await confirmed(checker, id)).status).toBe(303);
    const outbox = portal.database.db.collection('outbox');
    await outbox.updateMany({ topic: 'accounts.import', state: 'pending' }, { $set: { state: 'given-up' } });
    await portal.platform.outbox.drain();
    expect(await recordOf(id)).toMatchObject({ state: 'confirmed' });
    expect((await maker.get(`/imports/${id}`)).text).not.toContain('>Continue<');
    portal.clock.advance({ minutes: 9 });
    await checker.get('/dashboard');
    portal.clock.advance({ minutes: 2 });
    expect((await checker.get(`/imports/${id}`)).text).toContain('>Continue<');
    expect((await checker.post(`/imports/${id}/resume`)).status).toBe(303);
    expect((await checker.post(`/imports/${id}/resume`)).status).toBe(303);
    await portal.platform.outbox.drain();
    expect([(await recordOf(id)).state, await account.balance()]).toEqual(['posted', 10_000n]);
    await portal.setDay('2026-03-17');
  });

  it('looks at what an account has already: money of today does not mend a day in the past', async () => {
    const account = await customersAccount(portal);
    await book(portal, { account: account.id, cents: 5_000n, on: '2026-03-10' });
    const spent = (date: string) => csv(line(account.number, { date, kind: 'withdrawal', amount: '-40.00' }));
    expect((await recordOf(await uploaded(portal, maker, spent('2026-03-09')))).errorLines).toBe(1);
    expect((await recordOf(await uploaded(portal, maker, spent('2026-03-11')))).errorLines).toBe(0);
    const hold = await portal.services.ledger.hold({
      ...{ key: `hold:${account.id}`, requestHash: 'test', actor: 'test', reference: 'a test', account: account.id },
      ...{ amount: moneyOf(2_000n), effectiveOn: dateOf('2026-03-17') },
    });
    expect(hold.ok).toBe(true);
    expect((await recordOf(await uploaded(portal, maker, spent('2026-03-11')))).errorLines).toBe(1);
  });

  it('reads its lists by index ranges alone', async () => {
    const lines = portal.database.db.collection('importLines');
    const { imports: all } = await imports().list({ page: 1, size: 30 });
    const id = all.find(({ lines: count }) => count === 700)?._id ?? '';
    for (const [filter, sort] of [
      [{ importId: id, severity: 'error' }, { line: 1 }],
      [{ importId: id, severity: 'warning' }, { line: 1 }],
      [{ importId: id, order: { $gt: 5 } }, { order: 1 }],
      [{ importId: id, state: 'posted' }, { order: -1 }],
      [{ state: 'posted', externalId: { $in: ['OLD-1', 'OLD-2'] } }, {}],
    ] as const) {
      const plan = await lines.find(filter).sort(sort).limit(30).explain('executionStats');
      const { executionStages, totalKeysExamined } = plan.executionStats as Record<string, unknown>;
      const text = JSON.stringify(executionStages, (_key, value: unknown) =>
        String(value) === value || typeof value === 'object' ? value : Number(value),
      );
      expect(text).toContain('"IXSCAN"');
      expect(text).not.toMatch(/"stage":"(COLLSCAN|SORT)"/);
      expect(Number(totalKeysExamined)).toBeLessThanOrEqual(31);
    }
  });
});
