import { BSON } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { moneyOf } from '#core/money.ts';
import { railTexts } from '#features/accounts/rail/rail-texts.service.ts';
import { railMigration } from '#features/accounts/rail/rail.migration.ts';
import { railPaymentModel } from '#features/accounts/rail/rail.model.ts';
import { createRailPayments } from '#features/accounts/rail/rail.service.ts';
import { accountModel } from '#features/accounts/account.model.ts';
import type { PaymentRail } from '#platform/payment-rail.ts';
import { createSandboxRail } from '#platform/sandbox-rail.ts';
import { sound, soundness } from '#test/ledger-builders.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { customerWith, destination, drainAll, recordOf } from './rail-people.ts';

describe('a payment over the rail', () => {
  let portal: TestPortal;
  /** What the rail does when it is asked: `answer`, keep `silent`, or `fail`. */
  let mood: 'answer' | 'silent' | 'fail' = 'answer';
  let payments: ReturnType<typeof createRailPayments>;
  beforeAll(async () => {
    portal = await openPortal();
    const { database, outbox } = portal.platform;
    const settlesAtOnce = { in: 25_000, out: 10_000 };
    const sandbox = createSandboxRail({ database, clock: portal.clock, outbox, largest: 100_000, settlesAtOnce });
    const asked = <T>(answer: () => Promise<T>): Promise<T> => {
      if (mood === 'silent') return new Promise(() => undefined);
      return mood === 'fail' ? Promise.reject(new Error('The rail is down')) : answer();
    };
    const rail: PaymentRail = {
      ...sandbox,
      submit: (order) => asked(() => sandbox.submit(order)),
      statusOf: (key) => asked(() => sandbox.statusOf(key)),
    };
    const accounts = accountModel(database.connection);
    payments = createRailPayments(portal.platform, { ledger: portal.services.ledger, rail, accounts });
  });
  afterAll(() => portal.close());

  type Customer = Awaited<ReturnType<typeof customerWith>>;
  const cents = (amount: bigint) => moneyOf(amount);
  const deposit = (customer: Customer, amount: bigint, key = newId()) =>
    payments.deposit({ ...customer.here, key, amount: cents(amount) });
  const withdraw = (customer: Customer, amount: bigint, key = newId()) =>
    payments.withdraw({ ...customer.here, ...destination, key, amount: cents(amount) });
  const inMood = async <T>(wanted: typeof mood, work: () => Promise<T>): Promise<T> => {
    mood = wanted;
    try {
      return await work();
    } finally {
      mood = 'answer';
    }
  };
  const journals = (filter: Record<string, unknown>) =>
    portal.database.db.collection<{ _id: string }>('journals').countDocuments(filter);

  it.each(['silent', 'fail'] as const)('stays pending where the rail is down (%s), and loses nothing', async (down) => {
    const customer = await customerWith(portal, 100);
    const [into, out] = [newId(), newId()];
    const answers = await inMood(down, () =>
      Promise.all([deposit(customer, 5_000n, into), withdraw(customer, 4_000n, out)]),
    );
    expect(answers).toMatchObject([
      { ok: true, value: { state: 'pending' } },
      { ok: true, value: { state: 'pending' } },
    ]);
    expect([await customer.balance(), await customer.held()]).toEqual([10_000n, 4_000n]);
    const page = await customer.get(`/deposit/${into}`);
    expect(page.status).toBe(202);
    expect(page.text).toContain('the payment rail has not answered yet');
    expect((await customer.get(`/withdraw/${out}`)).text).toContain('have set the money aside');
    await drainAll(portal);
    expect([await customer.balance(), await customer.held()]).toEqual([11_000n, 0n]);
    expect(await journals({ _id: into })).toBe(1);
    expect(await journals({ _id: `withdrawal:${out}` })).toBe(1);
    expect((await customer.get(`/deposit/${into}`)).status).toBe(200);
    expect(await soundness(portal)).toEqual(sound);
  });

  it('is asked about by the background where even the outbox gave up', async () => {
    const customer = await customerWith(portal);
    const key = newId();
    await inMood('fail', () => deposit(customer, 5_000n, key));
    await portal.database.db.collection('outbox').updateMany({ state: 'pending' }, { $set: { state: 'given-up' } });
    expect(await payments.followDue()).toBe(0);
    portal.clock.advance({ minutes: 6 });
    expect(await inMood('silent', () => payments.followDue())).toBe(1);
    expect(await customer.balance()).toBe(0n);
    portal.clock.advance({ minutes: 6 });
    expect(await payments.followDue()).toBe(1);
    expect(await customer.balance()).toBe(5_000n);
    expect(await payments.followDue()).toBe(0);
  });

  it('is settled once where the process dies after any of its steps', async () => {
    const { db } = portal.database;
    const outbox = db.collection<{ _id: string; topic: string; payload: { key: string } }>('outbox');
    // Dead between the record and the rail: the record and its row are there, and nobody asked.
    const first = await customerWith(portal);
    const neverAsked = newId();
    await inMood('fail', () => deposit(first, 7_000n, neverAsked));
    expect(await db.collection<{ _id: string }>('sandboxPayments').findOne({ _id: neverAsked })).toBeNull();
    // Dead between the rail and the journal: the rail has settled, and nothing is booked.
    const second = await customerWith(portal);
    const notBooked = newId();
    await inMood('fail', () => deposit(second, 8_000n, notBooked));
    const order = { key: notBooked, direction: 'in', amount: cents(8_000n), currency: 'USD' } as const;
    const settlesAtOnce = { in: 25_000, out: 10_000 };
    const { outbox: rows, database } = portal.platform;
    const quiet = { ...rows, handle: () => undefined };
    await createSandboxRail({ database, clock: portal.clock, outbox: quiet, largest: 1_000, settlesAtOnce }).submit(
      order,
    );
    expect([await first.balance(), await second.balance()]).toEqual([0n, 0n]);
    expect(await outbox.countDocuments({ 'payload.key': notBooked })).toBe(1);
    await Promise.all([drainAll(portal), payments.follow(neverAsked), payments.follow(notBooked), drainAll(portal)]);
    await drainAll(portal);
    expect([await first.balance(), await second.balance()]).toEqual([7_000n, 8_000n]);
    for (const key of [neverAsked, notBooked]) expect(await journals({ _id: key })).toBe(1);
    expect(await soundness(portal)).toEqual(sound);
  });

  it('follows a decision at the rail by its call back, where the process dies before the books', async () => {
    const customer = await customerWith(portal, 20_000);
    const key = newId();
    await withdraw(customer, 1_200_000n, key);
    const { database, outbox } = portal.platform;
    const settlesAtOnce = { in: 25_000, out: 10_000 };
    const quiet = { ...outbox, handle: () => undefined };
    const desk = createSandboxRail({ database, clock: portal.clock, outbox: quiet, largest: 1, settlesAtOnce }).desk;
    const decision = { key, decisionKey: newId(), from: 'pending', to: 'settled', companions: [] } as const;
    expect(await desk?.decide(decision)).toMatchObject({ ok: true });
    expect(await customer.held()).toBe(1_200_000n);
    await Promise.all([drainAll(portal), payments.follow(key), payments.follow(key)]);
    await drainAll(portal);
    expect([await customer.balance(), await customer.held()]).toEqual([800_000n, 0n]);
    expect(await recordOf(portal, key)).toMatchObject({ state: 'settled', version: 2 });
  });

  it('that settled and came back before we heard of either is booked and taken back', async () => {
    const customer = await customerWith(portal);
    const key = newId();
    await deposit(customer, 3_000_000n, key);
    const sandbox = portal.database.db.collection<{ _id: string }>('sandboxPayments');
    const [settledAt, returnedAt] = [new Date(), new Date()];
    await sandbox.updateOne({ _id: key }, { $set: { state: 'returned', reason: 'not-agreed', settledAt, returnedAt } });
    await Promise.all([payments.follow(key), payments.follow(key), payments.follow(key)]);
    expect(await recordOf(portal, key)).toMatchObject({ state: 'returned', version: 3, missing: 0n });
    expect(await customer.balance()).toBe(0n);
    expect(await journals({ _id: key })).toBe(1);
    expect(await journals({ reverses: key })).toBe(1);
    expect(await soundness(portal)).toEqual(sound);
  });

  it('that came back unsettled ends once, however many follow it', async () => {
    const customer = await customerWith(portal, 20_000);
    const [into, out] = [newId(), newId()];
    await deposit(customer, 3_000_000n, into);
    await withdraw(customer, 1_500_000n, out);
    const sandbox = portal.database.db.collection<{ _id: string }>('sandboxPayments');
    const returned = { state: 'returned', reason: 'not-agreed', returnedAt: new Date() };
    await sandbox.updateMany({ _id: { $in: [into, out] } }, { $set: returned });
    await Promise.all([into, out, into, out, into, out].map((key) => payments.follow(key)));
    for (const key of [into, out]) expect(await recordOf(portal, key)).toMatchObject({ state: 'returned', version: 2 });
    expect([await customer.balance(), await customer.held()]).toEqual([2_000_000n, 0n]);
    await drainAll(portal);
    expect((await portal.services.notices.list(customer.partyId, { page: 1, size: 9 })).total).toBe(2);
    const { entries } = await portal.platform.audit.list({ page: 1, size: 30, subjectId: customer.accountId });
    expect(entries.filter(({ action }) => action.endsWith('-returned'))).toHaveLength(2);
  });

  it('goes back where its account was closed before it could be booked', async () => {
    const customer = await customerWith(portal);
    const key = newId();
    await inMood('fail', () => deposit(customer, 5_000n, key));
    const accounts = portal.database.db.collection<{ _id: string }>('ledgerAccounts');
    await accounts.updateOne({ _id: customer.accountId }, { $set: { state: 'closed' } });
    await drainAll(portal);
    expect(await recordOf(portal, key)).toMatchObject({ state: 'returned', reason: 'not-bookable' });
    const atRail = await portal.database.db.collection<{ _id: string }>('sandboxPayments').findOne({ _id: key });
    expect(atRail).toMatchObject({ state: 'returned', reason: 'not-bookable' });
    expect((await deposit(customer, 5_000n, key)).ok).toBe(false);
    expect(await soundness(portal)).toEqual(sound);
  });

  it('has a text for each of its journals', async () => {
    const customer = await customerWith(portal, 100);
    const [into, out] = [newId(), newId()];
    await deposit(customer, 1_000n, into);
    await withdraw(customer, 1_000n, out);
    const parts = { platform: portal.platform, payments: railPaymentModel(portal.database.connection) };
    const keys = [into, out, `withdrawal:${out}`, `rail-return:${into}:1`, `disbursal:${newId()}`];
    const texts = await railTexts(parts, { keys });
    expect([...texts.keys()]).toEqual(keys.slice(0, 4));
    expect(texts.get(into)).toMatchObject({ what: 'Deposit', href: `/deposit/${into}` });
    expect(texts.get(`withdrawal:${out}`)).toMatchObject({ what: 'Withdrawal', href: `/withdraw/${out}` });
    expect(texts.get(out)?.sub).toMatch(/^To Sandpiper Savings ··4629, SBX-/);
    expect(texts.get(`rail-return:${into}:1`)?.what).toBe('Deposit taken back');
  });

  it('of before there were withdrawals is brought over, also where the migration was cut short', async () => {
    const customer = await customerWith(portal);
    const { db } = portal.database;
    const key = newId();
    await deposit(customer, 1_000n, key);
    const payment = await recordOf(portal, key);
    const former = db.collection<{ _id: string }>('deposits');
    const at = new Date('2026-01-02T03:04:05Z');
    const { accountId, partyId } = customer.here;
    const document = { _id: key, accountId, partyId, amount: 1_000n, railReference: payment?.railReference, at };
    for (const kept of ['railPayments', 'sandboxPayments'])
      await db.collection<{ _id: string }>(kept).deleteOne({ _id: key });
    for (let run = 0; run < 2; run += 1) {
      await former.insertOne(document);
      await railMigration.run(portal.database);
      expect(await db.listCollections({ name: 'deposits' }).toArray()).toEqual([]);
    }
    await railMigration.run(portal.database);
    expect(await recordOf(portal, key)).toEqual({ ...payment, at, settledAt: at });
    expect((await customer.get(`/deposit/${key}`)).text).toContain('Money added');
    // Sent again with its key, it is known; and it can still come back.
    expect(await deposit(customer, 1_000n, key)).toMatchObject({ ok: true, value: { state: 'settled' } });
    expect(await journals({ _id: key })).toBe(1);
  });

  it('is found by its indexes alone', async () => {
    const model = railPaymentModel(portal.database.connection);
    const read = async (filter: object, sort: Record<string, 1 | -1>) => {
      const explained = await model.collection.find(filter).sort(sort).limit(30).explain('queryPlanner');
      const { winningPlan } = (explained as { queryPlanner: { winningPlan: object } }).queryPlanner;
      const plan = BSON.EJSON.stringify(winningPlan);
      return [...new Set(plan.match(/"stage":"(COLLSCAN|SORT|IXSCAN)"/g))];
    };
    const newest = { at: -1, _id: -1 } as const;
    const state = { $in: ['settled', 'returned', 'refused'] };
    for (const filter of [{ state }, { state, direction: 'in' }, { state: { $in: ['returned'] }, direction: 'out' }])
      expect([filter, await read(filter, newest)]).toEqual([filter, ['"stage":"IXSCAN"']]);
    for (const filter of [{ state: 'pending' }, { state: 'pending', direction: 'in' }])
      expect([filter, await read(filter, { at: 1, _id: 1 })]).toEqual([filter, ['"stage":"IXSCAN"']]);
    const own = { accountId: { $in: [newId(), newId()] }, direction: 'in' };
    expect(await read(own, { at: -1, _id: -1 })).toEqual(['"stage":"IXSCAN"']);
    expect(await read({ askAt: { $gt: new Date(0), $lte: new Date() } }, { askAt: 1 })).toEqual(['"stage":"IXSCAN"']);
  });
});
