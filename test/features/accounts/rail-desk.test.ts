import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { hashRequest, ownBookId } from '#features/ledger/index.ts';
import { sound, soundness } from '#test/ledger-builders.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { customerWith, decisionOf, recordOf } from './rail-people.ts';

describe('the staff’s page of the rail', () => {
  let portal: TestPortal;
  let finance: Awaited<ReturnType<TestPortal['staff']>>;
  beforeAll(async () => {
    portal = await openPortal();
    finance = await portal.staff('finance');
  });
  afterAll(() => portal.close());

  type Customer = Awaited<ReturnType<typeof customerWith>>;
  const pending = async (customer: Customer, amount = '30000.00') => {
    const key = newId();
    await customer.deposit(amount, key);
    return key;
  };
  const shown = async (key: string) => (await finance.get(`/rail/${key}`)).text;
  const settle = (key: string, fields: Record<string, string>) => finance.post(`/rail/${key}/settle`, fields);
  const giveBack = (key: string, fields: Record<string, string>) => finance.post(`/rail/${key}/return`, fields);
  const settled = async (key: string) => settle(key, decisionOf(await shown(key)));
  const returned = async (key: string, reason = 'not-agreed') =>
    giveBack(key, decisionOf(await shown(key), { reason }));
  const spend = async (customer: Customer, cents: bigint) => {
    const { ledger } = portal.services;
    const amount = cents as Parameters<typeof ledger.hold>[0]['amount'];
    const spent = await ledger.post({
      key: newId(),
      requestHash: 'test',
      kind: 'transfer',
      currency: 'USD',
      effectiveOn: portal.platform.bankDay.calendarToday(),
      actor: 'test',
      reference: 'spent',
      postings: [
        { account: customer.accountId, amount },
        { account: ownBookId('cash', 'USD'), amount: -cents as typeof amount },
      ],
    });
    expect(spent.ok).toBe(true);
  };
  const receivable = async () => {
    const id = ownBookId('returnsReceivable', 'USD');
    return (await portal.services.ledger.balances([id])).get(id)?.balance ?? 0n;
  };
  const auditOf = async (key: string) =>
    (await portal.platform.audit.list({ page: 1, size: 30, subjectId: key })).entries.map(({ actor, action }) => ({
      actor,
      action,
    }));
  const inbox = async ({ partyId }: Customer) => {
    await portal.platform.outbox.drain();
    return (await portal.services.notices.list(partyId, { page: 1, size: 5 })).notices.map(({ title }) => title);
  };

  it('is for finance and administrators alone', async () => {
    const customer = await customerWith(portal);
    const key = await pending(customer);
    for (const role of ['officer', 'analyst', 'compliance'] as const) {
      const other = await portal.staff(role);
      expect((await other.get('/rail')).status).toBe(403);
      expect((await other.post(`/rail/${key}/settle`, { key: newId(), version: '1' })).status).toBe(403);
    }
    expect((await customer.get('/rail')).status).toBe(403);
    expect((await (await portal.staff('administrator')).get(`/rail/${key}`)).status).toBe(200);
    expect((await finance.get('/dashboard')).text).toContain('href="/rail"');
    for (const id of [newId(), 'nothing', '%00']) expect((await finance.get(`/rail/${id}`)).status).toBe(404);
  });

  it('lists pending payments first, by state and direction, in pages, and shows nothing personal', async () => {
    const customer = await customerWith(portal, 20_000);
    const waiting = newId();
    await customer.withdraw('15000.00', waiting);
    await customer.withdraw('10.00');
    const all = await portal.services.accounts.rail.desk.list({ page: 1, size: 100 });
    const states = all.payments.map(({ state }) => state);
    expect(states.lastIndexOf('pending')).toBeLessThan(states.indexOf('settled'));
    expect(all.payments.filter(({ state }) => state === 'pending')).toHaveLength(all.pending.in + all.pending.out);
    // Page by page it is the same list, also where a page has the last pending one and the first of the others.
    const paged: string[] = [];
    for (let page = 1; paged.length < all.total; page += 1) {
      const { payments, total } = await portal.services.accounts.rail.desk.list({ page, size: 2 });
      expect(total).toBe(all.total);
      paged.push(...payments.map(({ _id }) => _id));
    }
    expect(paged).toEqual(all.payments.map(({ _id }) => _id));
    const list = (await finance.get('/rail')).text;
    expect(list.indexOf('Pending</span>')).toBeLessThan(list.indexOf('Booked</span>'));
    expect(list).toContain(`href="/rail/${waiting}"`);
    expect(list).not.toContain('Sandpiper');
    expect(list).not.toContain('Test Borrower');
    const pendingOut = (await finance.get('/rail?state=pending&direction=out')).text;
    expect(pendingOut).toContain(`href="/rail/${waiting}"`);
    expect(pendingOut).not.toMatch(/Booked<\/span>|Sent<\/span>/);
    expect(pendingOut).toContain('href="/rail?direction=out"');
    expect(pendingOut).toContain('href="/rail?state=settled&amp;direction=out"');
    expect((await finance.get('/rail?state=refused')).text).toContain('No payment fits what you chose');
    expect((await finance.get('/rail?state[$ne]=x&direction=sideways&page=0')).status).toBe(200);
    expect((await finance.get('/rail?page=9999')).text).toContain('Show all payments');
  });

  it('settles a pending deposit: it is booked once, the customer is told, staff are named in the audit trail', async () => {
    const customer = await customerWith(portal);
    const key = await pending(customer);
    const page = await shown(key);
    expect(page).toContain('Deposit of 30,000.00 USD');
    const fields = decisionOf(page);
    const answer = await settle(key, fields);
    expect([answer.status, answer.headers.location]).toEqual([303, `/rail/${key}`]);
    expect(await customer.balance()).toBe(3_000_000n);
    // The same press again is the same decision; another one comes too late.
    expect((await settle(key, fields)).status).toBe(303);
    const late = await settle(key, { ...fields, key: newId() });
    expect(late.status).toBe(409);
    expect(late.text).toContain('This payment has moved since you opened it. Nothing was changed');
    expect(await customer.balance()).toBe(3_000_000n);
    expect(await recordOf(portal, key)).toMatchObject({ state: 'settled', version: 2 });
    expect(await auditOf(key)).toEqual([{ actor: finance.userId, action: 'rail-payment-settled' }]);
    expect(await inbox(customer)).toEqual(['Your deposit is here']);
    expect((await customer.get(`/deposit/${key}`)).text).toContain('Money added');
    expect(await shown(key)).toContain('Settled and booked');
    expect(await soundness(portal)).toEqual(sound);
  });

  it('returns a pending deposit: nothing is booked, and the reason reaches the customer', async () => {
    const customer = await customerWith(portal);
    const key = await pending(customer);
    const page = await shown(key);
    const without = await giveBack(key, decisionOf(page, { reason: '', note: 'kept' }));
    expect(without.status).toBe(422);
    expect(without.text).toContain('Choose why it comes back');
    expect(without.text).toContain('kept</textarea>');
    const note = 'Seen with the other bank by phone';
    expect((await giveBack(key, decisionOf(page, { reason: 'short-of-money', note }))).status).toBe(303);
    expect(await customer.balance()).toBe(0n);
    expect(await recordOf(portal, key)).toMatchObject({ state: 'returned', version: 2, missing: 0n });
    const receipt = (await customer.get(`/deposit/${key}`)).text;
    expect(receipt).toContain('The account at the other bank was short of money');
    expect(receipt).not.toContain(note);
    const after = await shown(key);
    expect(after).toContain(note);
    expect(after).not.toContain('/settle"');
    expect(after).not.toContain('/return"');
    expect(await inbox(customer)).toEqual(['Your deposit went back']);
    expect((await returned(key)).status).toBe(422);
    expect(await portal.services.ledger.journal(key)).toBeUndefined();
  });

  it('takes a settled deposit back that is still there, and leaves the account without it', async () => {
    const customer = await customerWith(portal, 100);
    const key = newId();
    await customer.deposit('40.00', key);
    expect((await returned(key)).status).toBe(303);
    expect(await customer.balance()).toBe(10_000n);
    const journal = await portal.services.ledger.journal(`rail-return:${key}:1`);
    expect(journal).toMatchObject({ kind: 'deposit-reversal', reverses: key, outcome: 'posted' });
    expect(await inbox(customer)).toEqual(['A deposit was taken back']);
    expect(await soundness(portal)).toEqual(sound);
  });

  it('takes a settled deposit back that was spent: the account stays at its floor, the rest is a claim', async () => {
    const customer = await customerWith(portal);
    const key = newId();
    await customer.deposit('100.00', key);
    await spend(customer, 6_500n);
    const before = await receivable();
    expect((await returned(key)).status).toBe(303);
    expect([await customer.balance(), await customer.available()]).toEqual([0n, 0n]);
    expect((await receivable()) - before).toBe(6_500n);
    expect(await recordOf(portal, key)).toMatchObject({ state: 'returned', missing: 6_500n });
    expect(await shown(key)).toContain('65.00 USD');
    expect((await customer.get(`/deposit/${key}`)).text).toContain('you owe us 65.00 USD');
    expect(await soundness(portal)).toEqual(sound);
  });

  it('does not touch what is held or frozen when a deposit comes back', async () => {
    const customer = await customerWith(portal);
    const key = newId();
    await customer.deposit('20000.00', key);
    await customer.withdraw('15000.00');
    const before = await receivable();
    await returned(key);
    expect([await customer.balance(), await customer.held(), await customer.available()]).toEqual([
      1_500_000n,
      1_500_000n,
      0n,
    ]);
    expect((await receivable()) - before).toBe(1_500_000n);
    expect(await soundness(portal)).toEqual(sound);
  });

  it('takes a deposit back while the customer spends: every cent is either taken back or a claim', async () => {
    const customer = await customerWith(portal);
    const key = newId();
    await customer.deposit('1000.00', key);
    const before = await receivable();
    const page = await shown(key);
    const [answer, ...spent] = await Promise.all([
      giveBack(key, decisionOf(page, { reason: 'not-agreed' })),
      ...Array.from({ length: 12 }, () => customer.withdraw('90.00')),
    ]);
    expect(answer.status).toBe(303);
    const gone = BigInt(spent.filter(({ status }) => status === 303).length) * 9_000n;
    const record = await recordOf(portal, key);
    expect(record?.state).toBe('returned');
    // What was taken back, what was spent and what is left make up what was paid in.
    const takenBack = 100_000n - (record?.missing ?? 0n);
    expect(takenBack + gone + ((await customer.balance()) ?? 0n)).toBe(100_000n);
    expect((await receivable()) - before).toBe(record?.missing);
    expect((await customer.available()) ?? -1n).toBeGreaterThanOrEqual(0n);
    expect(await soundness(portal)).toEqual(sound);
  });

  it('settles and returns at the same moment: one wins, the other is told', async () => {
    for (let round = 0; round < 5; round += 1) {
      const customer = await customerWith(portal);
      const key = await pending(customer);
      const page = await shown(key);
      const answers = await Promise.all([
        settle(key, decisionOf(page)),
        giveBack(key, { ...decisionOf(page, { reason: 'not-agreed' }), key: newId() }),
        settle(key, { ...decisionOf(page), key: newId() }),
      ]);
      expect(answers.map(({ status }) => status).sort()).toEqual([303, 409, 409]);
      const record = await recordOf(portal, key);
      expect(await customer.balance()).toBe(record?.state === 'settled' ? 3_000_000n : 0n);
      expect(record?.version).toBe(2);
      expect(await auditOf(key)).toHaveLength(1);
    }
    expect(await soundness(portal)).toEqual(sound);
  });

  it('settles a pending withdrawal: the hold becomes a journal', async () => {
    const customer = await customerWith(portal, 20_000);
    const key = newId();
    await customer.withdraw('12000.00', key);
    expect(await shown(key)).toContain('Sandpiper Savings ··4629');
    expect((await settled(key)).status).toBe(303);
    expect([await customer.balance(), await customer.held()]).toEqual([800_000n, 0n]);
    expect((await customer.get(`/withdraw/${key}`)).text).toContain('Money sent');
    expect(await inbox(customer)).toEqual(['Your withdrawal was paid out']);
    expect(await soundness(portal)).toEqual(sound);
  });

  it('returns a withdrawal before and after it was settled: the money is available again', async () => {
    const customer = await customerWith(portal, 20_000);
    const before = newId();
    await customer.withdraw('12000.00', before);
    expect((await returned(before, 'no-such-account')).status).toBe(303);
    expect([await customer.balance(), await customer.held()]).toEqual([2_000_000n, 0n]);
    const after = newId();
    await customer.withdraw('50.00', after);
    expect(await customer.balance()).toBe(1_995_000n);
    expect((await returned(after, 'account-closed')).status).toBe(303);
    expect([await customer.balance(), await customer.held()]).toEqual([2_000_000n, 0n]);
    const receipt = (await customer.get(`/withdraw/${after}`)).text;
    expect(receipt).toContain('The account at the other bank is closed');
    expect(receipt).toContain('It is on your account again');
    expect(await soundness(portal)).toEqual(sound);
  });

  it('says that an account is frozen before anything is decided at the rail', async () => {
    const customer = await customerWith(portal, 20_000);
    const key = newId();
    await customer.withdraw('12000.00', key);
    const terms = { requestHash: hashRequest({}), actor: 'test', reference: 'test' };
    const effectiveOn = portal.platform.bankDay.calendarToday();
    const freeze = (to: 'full' | 'none') =>
      portal.services.ledger.setTerms({ ...terms, key: newId(), effectiveOn, account: customer.accountId, freeze: to });
    await freeze('full');
    const answer = await settled(key);
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('The customer’s account is frozen, so that this cannot be booked');
    expect(await recordOf(portal, key)).toMatchObject({ state: 'pending', version: 1 });
    await freeze('none');
    expect((await settled(key)).status).toBe(303);
    expect(await customer.balance()).toBe(800_000n);
  });

  it('lets nobody decide on a payment of their own or of an account that they share', async () => {
    const customer = await customerWith(portal);
    const key = await pending(customer);
    const self = await portal.staff('finance', customer.partyId);
    const partnerParty = (await portal.borrower()).partyId;
    const partner = await portal.staff('administrator', partnerParty);
    const accounts = portal.database.db.collection<{ _id: string; holders: string[] }>('accounts');
    await accounts.updateOne({ _id: customer.accountId }, { $push: { holders: partnerParty } });
    for (const staff of [self, partner]) {
      const page = (await staff.get(`/rail/${key}`)).text;
      expect(page).toContain('This payment concerns an account of your own');
      expect(page).not.toContain('/settle"');
      const fields = { key: newId(), version: '1' };
      const answers = [
        await staff.post(`/rail/${key}/settle`, fields),
        await staff.post(`/rail/${key}/return`, { ...fields, reason: 'other', note: '' }),
      ];
      for (const answer of answers) {
        expect(answer.status).toBe(409);
        expect(answer.text).toContain('Somebody else has to decide on it. Nothing was changed');
      }
    }
    expect(await recordOf(portal, key)).toMatchObject({ state: 'pending', version: 1 });
    expect(await auditOf(key)).toEqual([]);
  });

  it.each([
    ['version=1', 422],
    ['key=nothing&version=1', 422],
    ['key[$ne]=1&version=1', 422],
    ['version=99', 422],
  ])('takes no decision of the form %s', async (body, status) => {
    const customer = await customerWith(portal);
    const key = await pending(customer);
    expect((await finance.postRaw(`/rail/${key}/settle`, body)).status).toBe(status);
    expect((await finance.postRaw(`/rail/${newId()}/settle`, `key=${newId()}&version=1`)).status).toBe(404);
    expect((await settle(key, { key: newId(), version: '99' })).status).toBe(409);
    expect(await customer.balance()).toBe(0n);
  });
});
