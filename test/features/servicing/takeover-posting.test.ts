import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dateOf } from '#core/calendar.ts';
import { newId } from '#core/ids.ts';
import { moneyOf } from '#core/money.ts';
import type { Ledger } from '#features/ledger/index.ts';
import type { Loan } from '#features/loans/index.ts';
import { createTakeovers } from '#features/servicing/taking-over/takeovers.service.ts';
import { createOutbox } from '#platform/outbox.ts';
import { sound, soundness } from '#test/ledger-builders.ts';
import { testDatabaseUri } from '#test/mongod.ts';
import { openPortal, openTestBank, type TestPortal } from '#test/portal.ts';
import {
  bankDate,
  bookBalance,
  confirmed,
  csv,
  customer,
  header,
  loanBy,
  loanLine,
  oldNumber,
  paymentLine,
  transactionsOf,
  uploaded,
} from './takeover-people.ts';
import { decoded } from './takeover-steps.ts';

describe('posting loans that are taken over', () => {
  const uri = testDatabaseUri();
  let portal: TestPortal;
  let maker: Awaited<ReturnType<TestPortal['staff']>>;
  let checker: Awaited<ReturnType<TestPortal['staff']>>;
  beforeAll(async () => {
    portal = await openPortal({ uri });
    await portal.setDay('2026-03-17');
    maker = await portal.staff('finance');
    checker = await portal.staff('administrator');
  });
  beforeEach(() => bankDate(portal, '2026-03-17'));
  afterAll(() => portal.close());

  const takeovers = () => portal.services.servicing.takeovers;
  const recordOf = async (id: string) => {
    const record = await takeovers().find(id);
    if (!record) throw new Error('The import is gone');
    return record;
  };
  const workUntil = async (id: string, done: (record: Awaited<ReturnType<typeof recordOf>>) => boolean) => {
    for (let record = await recordOf(id); !done(record); record = await recordOf(id))
      await takeovers().work({ importId: id, step: record.step });
  };
  const loansOf = (partyId: string) => portal.database.db.collection<Loan>('loans').find({ partyId }).toArray();
  const migration = () => bookBalance(portal, 'migration');
  const carried = async () => {
    const books = ['migration', 'interestSuspense', 'provision'].map((book) => bookBalance(portal, book));
    return (await Promise.all(books)).reduce((sum, balance) => sum + balance, 0n);
  };
  const whole = async () => [await soundness(portal), await portal.services.servicing.verifyProjections()];
  const file = (email: string, count: number) =>
    csv(...Array.from({ length: count }, (_, n) => loanLine(oldNumber(), email, { paid: String(n % 13) })));
  /** Another process that stops after so many postings. */
  const dyingAfter = (most: number, give: 'killed' | 'refused') => {
    const { ledger, accounts, customers, products } = portal.services;
    let posted = 0;
    const dying: Ledger = {
      ...ledger,
      post: (order) => {
        posted += 1;
        if (posted <= most) return ledger.post(order);
        if (give === 'killed') return Promise.reject(new Error('killed'));
        return ledger.refuse(order, { code: 'held-by-guard', guard: 'test', reason: 'a test' } as never);
      },
    };
    const { database, clock, logger } = portal.platform;
    const outbox = createOutbox({ database, clock, logger });
    return createTakeovers({ ...portal.platform, outbox }, { ledger: dying, accounts, customers, products });
  };

  it('is taken up by another process where one was killed, and brings each loan once', async () => {
    const owner = await customer(portal);
    const before = await carried();
    const id = await uploaded(portal, maker, file(owner.email, 60));
    expect((await confirmed(checker, id)).status).toBe(303);
    await workUntil(id, ({ state }) => state === 'posting');
    const { step } = await recordOf(id);
    await expect(dyingAfter(10, 'killed').work({ importId: id, step })).rejects.toThrow('killed');
    expect([(await loansOf(owner.partyId)).length, (await recordOf(id)).posted]).toEqual([10, 10]);
    expect(decoded((await maker.get(`/loan-imports/${id}`)).text)).toContain('10 of 60 loans');
    // Nothing can be done to a loan that may have to go again.
    const [arriving] = await loansOf(owner.partyId);
    const refused = await portal.services.servicing.act({
      ...{ key: newId(), actor: 'test', channel: 'staff', loanId: arriving?._id ?? '' },
      act: { kind: 'payment', from: 'cash', amount: moneyOf(100n) },
    });
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'changed-meanwhile' } });
    // The bank goes on to another day meanwhile: the takeover date stays.
    await bankDate(portal, '2026-03-18');
    const other = await openTestBank({ uri });
    try {
      await Promise.all([
        other.services.servicing.takeovers.work({ importId: id, step }),
        takeovers().work({ importId: id, step }),
      ]);
      await takeovers().work({ importId: id, step });
      await other.platform.outbox.drain();
    } finally {
      await other.services.ledger.stop();
      await other.database.close();
    }
    await portal.platform.outbox.drain();
    expect(await recordOf(id)).toMatchObject({ state: 'posted', posted: 60, undone: 0, takeoverOn: '2026-03-17' });
    const loans = await loansOf(owner.partyId);
    expect(new Set(loans.map(({ takenOver }) => takenOver?.number)).size).toBe(60);
    expect([loans.length, loans.filter(({ takenOver }) => takenOver?.arriving).length]).toEqual([60, 0]);
    const journals = portal.database.db.collection('journals');
    expect(await journals.countDocuments({ _id: { $regex: `^loan-import:${id}` } as never, outcome: 'posted' })).toBe(
      60,
    );
    const { outstanding, receivable } = await recordOf(id);
    // What is owed came in; what is doubtful of it is in suspense or provided for, and the rest is owed to the old bank.
    expect((await carried()) - before).toBe(outstanding + receivable);
    expect(await portal.database.db.collection('notices').countDocuments({ partyId: owner.partyId })).toBe(60);
    expect(await whole()).toEqual([sound, undefined]);
  });

  it('takes every loan back where the ledger refuses one in the middle, and the file may come again', async () => {
    const owner = await customer(portal);
    const before = await migration();
    const text = file(owner.email, 40);
    const id = await uploaded(portal, maker, text);
    expect((await confirmed(checker, id)).status).toBe(303);
    await workUntil(id, ({ posted }) => posted > 0);
    expect((await loansOf(owner.partyId)).length).toBe(25);
    await dyingAfter(5, 'refused').work({ importId: id, step: (await recordOf(id)).step });
    expect(await recordOf(id)).toMatchObject({ state: 'undoing', posted: 30 });
    await portal.platform.outbox.drain();
    expect(await recordOf(id)).toMatchObject({ state: 'undone', posted: 30, undone: 30 });
    expect([(await loansOf(owner.partyId)).length, await migration()]).toEqual([0, before]);
    const transactions = portal.database.db.collection('loanTransactions');
    expect(await transactions.countDocuments({ partyId: owner.partyId })).toBe(0);
    expect(await whole()).toEqual([sound, undefined]);
    expect(decoded((await maker.get(`/loan-imports/${id}`)).text)).toContain(
      '30 loans had been brought over and taken back',
    );
    const again = await uploaded(portal, maker, text);
    expect((await confirmed(checker, again)).status).toBe(303);
    await portal.platform.outbox.drain();
    expect(await recordOf(again)).toMatchObject({ state: 'posted', posted: 40 });
    expect((await loansOf(owner.partyId)).length).toBe(40);
    expect(await whole()).toEqual([sound, undefined]);
  });

  it('reads its lists by index ranges alone', async () => {
    const lines = portal.database.db.collection('loanImportLines');
    const { imports } = await takeovers().list({ page: 1, size: 30 });
    const id = imports.find(({ lines: count }) => count === 60)?._id ?? '';
    for (const [filter, sort] of [
      [{ importId: id, line: { $gt: 5 } }, { line: 1 }],
      [{ importId: id, severity: 'error' }, { line: 1 }],
      [{ importId: id, kind: 'loan', line: { $gt: 5 } }, { line: 1 }],
      [{ importId: id, kind: 'loan', state: 'posted' }, { line: -1 }],
      [{ importId: id, 'found.partyId': 'nobody' }, {}],
    ] as const) {
      const plan = await lines.find(filter).sort(sort).limit(30).explain('executionStats');
      const { executionStages, totalKeysExamined } = plan.executionStats as Record<string, unknown>;
      const text = JSON.stringify(executionStages, (_key, value: unknown) =>
        typeof value === 'bigint' ? Number(value) : value,
      );
      expect(text).toContain('"IXSCAN"');
      expect(text).not.toMatch(/"stage":"(COLLSCAN|SORT)"/);
      expect(Number(totalKeysExamined)).toBeLessThanOrEqual(31);
    }
  });

  it('keeps the memory of a file of 20,000 lines flat', async () => {
    const owner = await customer(portal);
    const many = [header];
    for (let n = 0; n < 500; n += 1) {
      const number = oldNumber();
      many.push(loanLine(number, owner.email, { principal: '1000000.00', product: 'home' }));
      for (let one = 0; one < 39; one += 1)
        many.push(paymentLine(number, `2026-0${(one % 2) + 1}-1${one % 9}`, '25.00'));
    }
    const heap = () => {
      globalThis.gc?.();
      return process.memoryUsage().heapUsed;
    };
    const before = heap();
    let most = 0;
    const id = await uploadedWatching(many.join('\n'), () => {
      most = Math.max(most, process.memoryUsage().heapUsed - before);
    });
    expect(await recordOf(id)).toMatchObject({ lines: 20_000, errorLines: 0, loans: 500 });
    expect(most).toBeLessThan(150 * 1024 * 1024);
  }, 180_000);

  it('brings a bad loan with its interest in suspense, and counts its days on after a close of the day', async () => {
    const owner = await customer(portal);
    const live = await portal.services.products.newestByCode('personal');
    const late = { code: 'late', when: 'event', amount: moneyOf(25_00n), taxPercent: '0' };
    const products = portal.database.db.collection<{ _id: string } & Record<string, unknown>>('productVersions');
    await products.insertOne({ ...live, _id: newId(), code: 'with-late-fee', version: 1, fees: [late] });
    const number = oldNumber();
    const id = await uploaded(
      portal,
      maker,
      csv(
        loanLine(number, owner.email, { paid: '8', product: 'with-late-fee' }),
        paymentLine(number, '2025-12-20', '5.00'),
      ),
    );
    expect((await confirmed(checker, id)).status).toBe(303);
    await portal.platform.outbox.drain();
    const loan = await loanBy(portal, number);
    expect(loan.arrears).toMatchObject({ since: '2025-12-03', daysPastDue: 104, nonPerformingSince: '2026-03-17' });
    const journal = await portal.services.ledger.journal(`loan-import:${id}:2`);
    const accounts = journal?.postings.map(({ account, amount }) => [account.replace(loan._id, 'it'), amount]) ?? [];
    const by = Object.fromEntries(accounts) as Record<string, bigint>;
    expect(Object.keys(by).toSorted()).toEqual([
      ...[
        'bank:interestSuspense:USD',
        'bank:migration:USD',
        'bank:provision:USD',
        'loan:it:interest',
        'loan:it:principal',
      ],
    ]);
    expect(by['bank:interestSuspense:USD']).toBe(-(by['loan:it:interest'] ?? 0n));
    for (const day of ['2026-03-17', '2026-03-18', '2026-03-19']) {
      await portal.setDay(day);
      expect(await portal.services.closeOfDay.closeDay(dateOf(day))).toMatchObject({ state: 'done', failed: 0 });
    }
    const after = await loanBy(portal, number);
    // Non-performing since it came: what the former bank called it before is not known.
    expect(after.arrears).toMatchObject({ since: '2025-12-03', daysPastDue: 106, nonPerformingSince: '2026-03-17' });
    // No late fee for what was late before, and no income of a bad loan.
    expect((await transactionsOf(portal, after)).filter(({ kind }) => kind === 'charge')).toEqual([]);
    expect(await bookBalance(portal, 'interestIncome')).toBe(0n);
    expect(await whole()).toEqual([sound, undefined]);
  });

  async function uploadedWatching(text: string, look: () => void): Promise<string> {
    const timer = setInterval(look, 50);
    try {
      return await uploaded(portal, maker, text);
    } finally {
      clearInterval(timer);
    }
  }
});
