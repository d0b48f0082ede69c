import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { dateOf } from '#core/calendar.ts';
import { newId } from '#core/ids.ts';
import { hashRequest } from '#features/ledger/index.ts';
import { newBorrower, openPortal, type TestPortal } from '#test/portal.ts';
import { move, openAccount, type Borrower } from './opening-builders.ts';

let portal: TestPortal;
beforeAll(async () => {
  portal = await openPortal();
});
afterAll(() => portal.close());

const accounts = () => portal.database.db.collection<{ _id: string; interestPaidTo?: string }>('accounts');
// A test's accounts are done with when it ends, so that the next one's runs are about its own.
afterEach(() => accounts().updateMany({}, { $unset: { interestPaidTo: '' } }));

const run = async () => portal.services.accounts.interest.runInterest(await portal.platform.bankDay.today());
// The business date alone: sessions would end if the clock moved, and interest knows no clock.
const goTo = async (date: string) => {
  await portal.database.db
    .collection<{ _id: string }>('bank')
    .updateOne({ _id: 'business-date' }, { $set: { date } }, { upsert: true });
};
const balanceOf = async (id: string) => (await portal.services.ledger.balances([id])).get(id)?.balance;
const paidTo = async (id: string) => (await accounts().findOne({ _id: id }))?.interestPaidTo;
const journal = (key: string) => portal.services.ledger.journal(key);

async function saver(date: string, amount: bigint): Promise<{ person: Borrower; id: string }> {
  await goTo(date);
  const person = await portal.borrower();
  const id = await openAccount(portal, person, { type: 'savings', name: 'Rainy days' });
  if (amount > 0n) await move(portal, id, amount);
  return { person, id };
}

describe('savings interest', () => {
  it('is posted on the first business date after the month, with the month’s last day, and told to the customer', async () => {
    const { person, id } = await saver('2026-01-31', 1_000_000n);
    await goTo('2026-02-28');
    expect(await run()).toEqual({ posted: 1, waiting: 0 });
    expect(await journal(`interest:${id}:2026-02`)).toBeUndefined();
    await goTo('2026-03-01');
    expect(await run()).toEqual({ posted: 1, waiting: 0 });
    const posted = await journal(`interest:${id}:2026-02`);
    expect(posted).toMatchObject({
      kind: 'interest',
      outcome: 'posted',
      effectiveOn: '2026-02-28',
      bookedOn: '2026-03-01',
    });
    // 10,000.00 on one day of January is 0.68; on 28 days of February, with the 0.68, 19.18.
    expect(posted?.postings).toMatchObject([{ account: 'bank:interestExpense:USD', amount: 1_918n }, { account: id }]);
    expect(await balanceOf(id)).toBe(1_000_000n + 68n + 1_918n);
    expect(await portal.services.ledger.balanceOn({ account: id, date: dateOf('2026-02-28') })).toBe(1_001_986n);
    await portal.platform.outbox.drain();
    const { notices } = await portal.services.notices.list(person.partyId, { page: 1, size: 5 });
    expect(notices.map(({ text }) => text)).toContainEqual(
      expect.stringContaining('earned 19.18 USD in the month up to 28 February 2026'),
    );
    expect(await portal.services.ledger.verify()).toBeUndefined();
  });

  it('is paid once, whoever runs it, how often and at the same moment', async () => {
    const { id } = await saver('2026-03-01', 1_000_000n);
    await goTo('2026-04-01');
    await Promise.all([run(), run(), run(), run()]);
    expect(await run()).toEqual({ posted: 0, waiting: 0 });
    await goTo('2026-04-15');
    expect(await run()).toEqual({ posted: 0, waiting: 0 });
    expect(await portal.services.accounts.interest.postInterest(Temporal.PlainYearMonth.from('2026-03'))).toEqual({
      posted: 0,
      waiting: 0,
    });
    expect(await balanceOf(id)).toBe(1_002_123n);
    expect(await paidTo(id)).toBe('2026-03-31');
  });

  it('is reckoned on the balance at the end of each day', async () => {
    const { id } = await saver('2026-05-01', 1_000_000n);
    await goTo('2026-05-11');
    // In and out on one day leaves no trace in interest.
    await move(portal, id, 90_000_000n);
    await move(portal, id, -90_000_000n);
    await move(portal, id, 1_000_000n);
    await goTo('2026-05-21');
    await move(portal, id, -1_500_000n);
    await goTo('2026-06-02');
    await run();
    // 10 days of 10,000, 10 of 20,000, 11 of 5,000, at 2.5 %: 6.849… + 13.698… + 3.767… = 24.315…
    expect(await balanceOf(id)).toBe(500_000n + 2_432n);
  });

  it('catches up month by month, each month’s interest bearing interest in the next', async () => {
    const { id } = await saver('2026-07-01', 100_000_000n);
    await goTo('2026-10-03');
    expect(await run()).toEqual({ posted: 3, waiting: 0 });
    // July 2,123.29; August on 1,002,123.29: 2,127.80 (2,127.7959); September on 1,004,251.09: 2,063.53.
    const entries = (await portal.services.ledger.entries({ account: id, page: 1, size: 10 })).entries;
    expect(entries.filter(({ kind }) => kind === 'interest').map(({ amount }) => amount)).toEqual([
      206_353n,
      212_780n,
      212_329n,
    ]);
    expect(entries[0]).toMatchObject({ effectiveOn: '2026-09-30', bookedOn: '2026-10-03' });
  });

  it('begins and ends with the account in mid-month', async () => {
    const { id } = await saver('2026-11-16', 1_000_000n);
    await goTo('2026-12-01');
    await run();
    // From the 16th to the 30th are fifteen days: 10.27.
    expect(await balanceOf(id)).toBe(1_001_027n);
    expect(await journal(`interest:${id}:2026-11`)).toMatchObject({
      reference: '16 November 2026 to 30 November 2026',
    });
  });

  it('of less than half a cent posts nothing, and the days are done with', async () => {
    const { id } = await saver('2027-01-01', 5n);
    const none = await saver('2027-01-01', 0n);
    await goTo('2027-02-01');
    expect(await run()).toEqual({ posted: 0, waiting: 0 });
    expect([await paidTo(id), await paidTo(none.id)]).toEqual(['2027-01-31', '2027-01-31']);
    expect(await balanceOf(id)).toBe(5n);
  });

  it('waits while the account takes no money, and is paid in full afterwards', async () => {
    const { id } = await saver('2027-03-01', 1_000_000n);
    const head = { requestHash: hashRequest({ terms: id }), actor: 'test', reference: 'test', account: id };
    const freeze = async (to: 'credit' | 'none') =>
      portal.services.ledger.setTerms({
        ...head,
        key: newId(),
        freeze: to,
        effectiveOn: await portal.platform.bankDay.today(),
      });
    await freeze('credit');
    await goTo('2027-04-01');
    expect(await run()).toEqual({ posted: 0, waiting: 1 });
    await goTo('2027-05-03');
    expect(await run()).toEqual({ posted: 0, waiting: 1 });
    await freeze('none');
    expect(await run()).toEqual({ posted: 2, waiting: 0 });
    expect(await balanceOf(id)).toBe(1_000_000n + 2_123n + 2_059n);
  });

  it('finds its way past a refusal that stands under its key', async () => {
    const { id } = await saver('2027-06-01', 1_000_000n);
    await goTo('2027-07-01');
    const key = `interest:${id}:2027-06`;
    const order = {
      key,
      requestHash: hashRequest({ interest: id, month: '2027-06' }),
      kind: 'interest',
      currency: 'USD' as const,
      effectiveOn: dateOf('2027-06-30'),
      actor: 'interest',
      reference: 'test',
    };
    await portal.services.ledger.refuse(order, { code: 'frozen', account: id, freeze: 'credit' });
    expect(await run()).toEqual({ posted: 1, waiting: 0 });
    expect((await journal(`${key}:2027-07-01`))?.outcome).toBe('posted');
    expect(await balanceOf(id)).toBe(1_002_055n);
  });

  it('goes on where a run was cut off', async () => {
    await goTo('2027-08-01');
    const ids: string[] = [];
    for (let count = 1; count <= 6; count += 1) {
      const person = await newBorrower(portal);
      const opened = await Promise.all(
        Array.from({ length: 10 }, () => openAccount(portal, person, { type: 'savings' })),
      );
      ids.push(...opened);
    }
    await Promise.all(ids.map((id) => move(portal, id, 1_000_000n)));
    await goTo('2027-09-01');
    // Half of them were paid before the process died.
    await accounts().updateMany({ _id: { $in: ids.slice(30) } }, { $set: { interestPaidTo: '2027-08-31' } });
    expect(await run()).toEqual({ posted: 30, waiting: 0 });
    await accounts().updateMany({ _id: { $in: ids.slice(30) } }, { $set: { interestPaidTo: '2027-07-31' } });
    expect(await run()).toEqual({ posted: 30, waiting: 0 });
    expect(await run()).toEqual({ posted: 0, waiting: 0 });
    const balances = await portal.services.ledger.balances(ids);
    expect(new Set([...balances.values()].map(({ balance }) => balance))).toEqual(new Set([1_002_123n]));
  });

  it('of a very busy month is what it is of a quiet one', async () => {
    const { id } = await saver('2028-05-01', 1_000_000n);
    const quiet = await saver('2028-05-01', 1_000_000n);
    await goTo('2028-05-11');
    // More lines than are read one after the other.
    for (let round = 1; round <= 2; round += 1) {
      await Promise.all(Array.from({ length: 500 }, () => move(portal, id, 10_000n)));
      await Promise.all(Array.from({ length: 500 }, () => move(portal, id, -10_000n)));
    }
    await move(portal, id, 1_000_000n);
    await move(portal, quiet.id, 1_000_000n);
    await goTo('2028-06-01');
    expect(await run()).toEqual({ posted: 2, waiting: 0 });
    expect(await balanceOf(id)).toBe(2_003_562n);
    expect(await balanceOf(quiet.id)).toBe(2_003_562n);
  });

  it('is never posted for a month that is not over', async () => {
    await goTo('2027-10-31');
    const october = Temporal.PlainYearMonth.from('2027-10');
    await expect(portal.services.accounts.interest.postInterest(october)).rejects.toThrow('after its last day');
  });

  it('is shown as it grows, from the day after the last that is paid', async () => {
    const { person, id } = await saver('2027-11-01', 1_000_000n);
    expect((await person.get(`/accounts/${id}/details`)).text).toContain('From today on');
    await portal.platform.bankDay.advanceTo(dateOf('2027-11-21'));
    const page = (await person.get(`/accounts/${id}/details`)).text;
    expect(page).toContain('<span class="money">13.70</span>');
    expect(page).toContain('1 November 2027 to 20 November 2027, not paid yet');
    expect(page).toContain('2.50% a year');
  });
});

describe('closing a savings account', () => {
  it('pays what it has earned into the account of theirs that they choose', async () => {
    const { person, id } = await saver('2028-01-01', 1_000_000n);
    const current = await openAccount(portal, person, { name: 'Everyday' });
    await portal.platform.bankDay.advanceTo(dateOf('2028-01-21'));
    await move(portal, id, -1_000_000n);
    const page = (await person.get(`/accounts/${id}/close`)).text;
    expect(page).toContain('It has earned 13.70 USD that is not paid yet.');
    expect(page).toContain(`value="${current}" checked`);
    const stranger = await openAccount(portal, await portal.borrower());
    for (const wrong of [stranger, id, newId()]) {
      const refused = await person.post(`/accounts/${id}/close`, { key: newId(), interestTo: wrong });
      expect(refused.status).toBe(409);
      expect(refused.text).toContain('<a href="#interestTo">Choose another open account of yours');
    }
    expect(await balanceOf(stranger)).toBe(0n);
    const key = newId();
    const answers = await Promise.all(
      [1, 2].map(() => person.post(`/accounts/${id}/close`, { key, interestTo: current })),
    );
    expect(answers.map(({ status }) => status)).toContain(303);
    expect(await balanceOf(current)).toBe(1_370n);
    expect(await portal.services.accounts.findOwn(person.partyId, id)).toMatchObject({ state: 'closed', balance: 0n });
    await goTo('2028-02-01');
    expect(await run()).toEqual({ posted: 0, waiting: 0 });
    expect(await portal.services.ledger.verify()).toBeUndefined();
  });

  it('and the month’s run at the same moment pay it once between them', async () => {
    for (let round = 1; round <= 4; round += 1) {
      const { person, id } = await saver('2028-07-01', 1_000_000n);
      const current = await openAccount(portal, person, { name: 'Everyday' });
      await goTo('2028-07-21');
      await move(portal, id, -1_000_000n);
      await goTo('2028-08-01');
      const order = { actor: person.userId, partyId: person.partyId, accountId: id, key: newId(), interestTo: current };
      await Promise.all([run(), portal.services.accounts.close(order)]);
      const paid = [await balanceOf(id), await balanceOf(current)];
      expect(paid.toSorted((a, b) => Number((a ?? 0n) - (b ?? 0n)))).toEqual([0n, 1_370n]);
      await run();
      expect([await balanceOf(id), await balanceOf(current)]).toEqual(paid);
    }
  });

  it('pays it into the account itself first where there is no other, and says so', async () => {
    const { person, id } = await saver('2028-03-01', 1_000_000n);
    await portal.platform.bankDay.advanceTo(dateOf('2028-03-11'));
    await move(portal, id, -1_000_000n);
    expect((await person.get(`/accounts/${id}/close`)).text).toContain('You have no other open account');
    const first = await person.post(`/accounts/${id}/close`, { key: newId() });
    expect(first.status).toBe(409);
    expect(first.text).toContain('We paid its interest of 6.85 USD into the account just now.');
    expect(first.text).toContain('There is still 6.85 USD on it');
    await move(portal, id, -685n);
    expect((await person.post(`/accounts/${id}/close`, { key: newId() })).status).toBe(303);
    expect(await portal.services.accounts.findOwn(person.partyId, id)).toMatchObject({ state: 'closed' });
  });
});
