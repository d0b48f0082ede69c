import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dateOf } from '#core/calendar.ts';
import { newId } from '#core/ids.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { freeze, sound, soundness } from '#test/ledger-builders.ts';
import { move } from './opening-builders.ts';
import {
  checked,
  entered,
  fundedAccount,
  hiddenOf,
  maskedAnna,
  orderOf,
  payer,
  type Payer,
} from './transfer-people.ts';

let portal: TestPortal;
beforeAll(async () => {
  portal = await openPortal({ allowances: { accountLookUpByAddress: { points: 1_000, windowS: 900 } } });
});
afterAll(() => portal.close());

interface Stored {
  _id: string;
  state: string;
  nextOn: string;
  next: number;
  retrying: boolean;
  sent: number;
  version: number;
  last: { outcome: string; reason: string | null; key: string | null } | null;
}

const schedules = () => portal.database.db.collection<Stored>('transferSchedules');
const transfers = () => portal.database.db.collection<{ _id: string; on: string; scheduleId: string }>('transfers');
const stored = async (id: string) => {
  const found = await schedules().findOne({ _id: id });
  if (!found) throw new Error('There is no such schedule');
  return found;
};
/** The daily job, as the business date moves on. */
const run = async (date: string) => {
  await portal.setDay(date);
  return portal.services.transfers.runDueTransfers(dateOf(date));
};

const monthly = { when: 'month', every: '1', end: 'open', until: '', times: '' };

/** A payer and a receiver on a day, and a schedule between them. */
async function scheduled(facts: { day?: string; dollars?: bigint; fields?: Record<string, string> } = {}) {
  await portal.setDay(facts.day ?? '2026-01-30');
  const [bela, anna] = [await payer(portal, facts.dollars ?? 1_000n, 'Bela Novak'), await payer(portal)];
  const fields = { number: anna.number, amount: '100.00', startOn: '2026-01-31', ...monthly, ...facts.fields };
  const answer = await bela.post('/transfer', await checked(bela, fields));
  if (answer.status !== 303) throw new Error(`Not scheduled: ${answer.status}`);
  const place = String(answer.headers.location);
  return { bela, anna, place, id: place.split('/').at(-1) ?? '' };
}

const noticesOf = async ({ partyId }: Pick<Payer, 'partyId'>) => {
  await portal.platform.outbox.drain();
  const { notices } = await portal.services.notices.list(partyId, { page: 1, size: 50 });
  return notices.filter(({ title }) => title.includes('was not made')).map(({ text }) => text);
};

describe('a scheduled transfer', () => {
  it('is checked with its dates, listed, and moves nothing before its day', async () => {
    await portal.setDay('2026-01-30');
    const [bela, anna] = [await payer(portal, 1_000n), await payer(portal)];
    const fields = { number: anna.number, amount: '100.00', reference: 'Rent', startOn: '2026-01-31', ...monthly };
    const check = await bela.post('/transfer/check', entered(bela, fields));
    expect(check.text).toContain('Every month from 31 January 2026');
    expect(check.text).toContain('31 January 2026, 28 February 2026, 31 March 2026');
    expect(check.text).toContain('Schedule the transfer');
    const form = { ...hiddenOf(check), confirmed: 'yes' };
    const [one, two] = await Promise.all([bela.post('/transfer', form), bela.post('/transfer', form)]);
    expect([one.status, two.status]).toEqual([303, 303]);
    expect(two.headers.location).toBe(one.headers.location);
    expect(await schedules().countDocuments({ partyId: bela.partyId })).toBe(1);
    const page = (await bela.get(String(one.headers.location))).text;
    expect(page).toContain('Nothing has moved yet');
    expect(page).toContain('Rent');
    const list = (await bela.get('/transfer/scheduled')).text;
    expect(list).toContain(maskedAnna);
    expect(list).toContain('1 of at most 50 active');
    expect(await run('2026-01-30')).toMatchObject({ failed: 0, faults: 0 });
    expect(await anna.balance()).toBe(0n);
    expect((await portal.visitor().get(String(one.headers.location))).status).toBe(303);
    expect((await anna.get(String(one.headers.location))).status).toBe(404);
  });

  it('is made on its day, also over the ends of months, and says so', async () => {
    const { anna, id } = await scheduled();
    for (const [date, balance] of [
      ['2026-01-31', 100_00n],
      ['2026-02-27', 100_00n],
      ['2026-02-28', 200_00n],
      ['2026-03-30', 200_00n],
      ['2026-03-31', 300_00n],
    ] as const) {
      await run(date);
      expect([date, await anna.balance()]).toEqual([date, balance]);
    }
    const found = await transfers().find({ scheduleId: id }).sort({ on: 1 }).toArray();
    expect(found.map(({ _id, on }) => [_id, on])).toEqual([
      [`schedule:${id}:2026-01-31`, '2026-01-31'],
      [`schedule:${id}:2026-02-28`, '2026-02-28'],
      [`schedule:${id}:2026-03-31`, '2026-03-31'],
    ]);
    expect(await stored(id)).toMatchObject({ state: 'active', sent: 3, nextOn: '2026-04-30' });
  });

  it('is seen by its owner with its receipt', async () => {
    const { bela, anna, place, id } = await scheduled({ fields: { when: 'once', reference: 'Gift' } });
    await portal.services.transfers.runDueTransfers(dateOf('2026-01-31'));
    const page = (await bela.get(place)).text;
    expect(page).toContain('Done');
    expect(page).toContain(`/transfer/schedule:${id}:2026-01-31`);
    const receipt = (await bela.get(`/transfer/schedule:${id}:2026-01-31`)).text;
    expect(receipt).toContain('Your schedule');
    expect(receipt).toContain('Gift');
    const received = (await anna.get(`/transfer/schedule:${id}:2026-01-31`)).text;
    expect(received).toContain('Bela Novak');
    expect(received).not.toContain(id.concat('"'));
    expect((await bela.get('/transfer/scheduled')).text).toContain('Done and cancelled');
  });

  it('makes up for missed days in their order, counted in the day of the run', async () => {
    const { anna, id } = await scheduled({ fields: { when: 'week', startOn: '2026-02-02' } });
    const report = await run('2026-02-24');
    expect(report.sent).toBeGreaterThanOrEqual(4);
    const found = await transfers().find({ scheduleId: id }).sort({ _id: 1 }).toArray();
    expect(found.map(({ _id, on }) => [_id.split(':').at(-1), on])).toEqual([
      ['2026-02-02', '2026-02-24'],
      ['2026-02-09', '2026-02-24'],
      ['2026-02-16', '2026-02-24'],
      ['2026-02-23', '2026-02-24'],
    ]);
    expect(await anna.balance()).toBe(400_00n);
    expect(await stored(id)).toMatchObject({ nextOn: '2026-03-02', sent: 4 });
  });

  it('is made once however many runs are under way', async () => {
    const { anna, id } = await scheduled({ fields: { when: 'week', startOn: '2026-02-02' } });
    await portal.setDay('2026-02-17');
    const runs = await Promise.all(
      Array.from({ length: 4 }, () => portal.services.transfers.runDueTransfers(dateOf('2026-02-17'))),
    );
    expect(runs.map(({ failed, faults }) => failed + faults)).toEqual([0, 0, 0, 0]);
    expect(await anna.balance()).toBe(300_00n);
    expect(await transfers().countDocuments({ scheduleId: id })).toBe(3);
    expect(await stored(id)).toMatchObject({ sent: 3, nextOn: '2026-02-23' });
  });

  it('goes on where a run was killed after the money had moved or been refused', async () => {
    const { anna, id } = await scheduled();
    const before = await stored(id);
    await run('2026-01-31');
    // As it was, had the process read it before and come to it only now.
    await schedules().replaceOne({ _id: id }, before);
    await run('2026-01-31');
    expect(await anna.balance()).toBe(100_00n);
    expect(await transfers().countDocuments({ scheduleId: id })).toBe(1);
  });

  it('ends with its count or its last date', async () => {
    const twice = await scheduled({ fields: { end: 'times', times: '2' } });
    const until = await scheduled({ fields: { end: 'until', until: '2026-03-30' } });
    await run('2026-06-01');
    expect(await twice.anna.balance()).toBe(200_00n);
    expect(await until.anna.balance()).toBe(200_00n);
    expect([await stored(twice.id), await stored(until.id)]).toMatchObject([{ state: 'done' }, { state: 'done' }]);
  });
});

describe('a scheduled transfer that is refused', () => {
  it('is tried once more on the next day, then goes on with its next date, and the customer is told', async () => {
    const { bela, anna, id } = await scheduled({ dollars: 50n });
    await run('2026-01-31');
    expect(await stored(id)).toMatchObject({ state: 'active', retrying: true, nextOn: '2026-02-01' });
    await run('2026-01-31');
    expect(await noticesOf(bela)).toEqual([
      'We could not send 100.00 USD, due 31 January 2026: there was not enough money on the account. Nothing was moved. We try once more on 1 February 2026.',
    ]);
    await run('2026-02-01');
    expect(await stored(id)).toMatchObject({
      state: 'active',
      retrying: false,
      nextOn: '2026-02-28',
      next: 1,
      sent: 0,
    });
    expect(await noticesOf(bela)).toHaveLength(2);
    expect((await noticesOf(bela)).join(' ')).toContain(
      'We do not try this date again. The next one is on 28 February 2026.',
    );
    await move(portal, bela.accountId, 100_00n);
    await run('2026-02-28');
    expect(await anna.balance()).toBe(100_00n);
    expect(await stored(id)).toMatchObject({ sent: 1, nextOn: '2026-03-31', last: { outcome: 'sent' } });
  });

  it('succeeds at the second try where the money has come', async () => {
    const { bela, anna, id } = await scheduled({ dollars: 50n, fields: { when: 'once' } });
    await run('2026-01-31');
    await move(portal, bela.accountId, 100_00n);
    await run('2026-02-03');
    expect(await anna.balance()).toBe(100_00n);
    const { last, state } = await stored(id);
    expect([state, last?.key]).toEqual(['done', `schedule:${id}:2026-01-31:retry`]);
  });

  it('of a run that was killed before it was noted is noted by the next one, once', async () => {
    const { bela, id } = await scheduled({ dollars: 50n });
    const before = await stored(id);
    await run('2026-01-31');
    await schedules().replaceOne({ _id: id }, before);
    await Promise.all([run('2026-01-31'), run('2026-01-31')]);
    expect(await stored(id)).toMatchObject({ retrying: true, nextOn: '2026-02-01', version: 2 });
    expect(await noticesOf(bela)).toHaveLength(2);
  });

  it('keeps the money of no other customer', async () => {
    const [poor, rich] = [await scheduled({ dollars: 1n }), await scheduled()];
    const frozen = await scheduled();
    await freeze(portal, frozen.anna.accountId, 'full');
    const report = await run('2026-01-31');
    expect(report.faults).toBe(0);
    expect([await poor.anna.balance(), await rich.anna.balance(), await frozen.anna.balance()]).toEqual([
      0n,
      100_00n,
      0n,
    ]);
    expect((await noticesOf(frozen.bela)).join('')).toContain('the receiving account cannot receive money now');
  });

  it('cannot pass the limit for somebody new', async () => {
    const { anna, id } = await scheduled({ dollars: 5_000n, fields: { amount: '1000.01', when: 'once' } });
    await portal.services.transfers.runDueTransfers(dateOf('2026-01-31'));
    expect(await anna.balance()).toBe(0n);
    expect(await stored(id)).toMatchObject({ last: { reason: 'over-new-payee-limit' } });
    await run('2026-02-01');
    expect(await anna.balance()).toBe(1_000_01n);
  });

  it('stops paying from an account that the customer no longer shares', async () => {
    const { bela, anna, id } = await scheduled({ fields: { when: 'once' } });
    const accounts = portal.database.db.collection<{ _id: string }>('accounts');
    await accounts.updateOne({ _id: bela.accountId }, { $set: { holders: [newId()] } });
    await run('2026-01-31');
    expect(await anna.balance()).toBe(0n);
    expect(await stored(id)).toMatchObject({ last: { reason: 'not-your-account' } });
  });
});

describe('cancelling', () => {
  it('before the date stops it, once, and only for its owner', async () => {
    const { bela, anna, place, id } = await scheduled();
    const version = hiddenOf(await bela.get(place)).version ?? '';
    expect((await anna.post(`${place}/cancel`, { version })).status).toBe(404);
    expect((await bela.post(`${place}/cancel`, {})).status).toBe(400);
    expect((await bela.post(`${place}/cancel`, { version: '9' })).status).toBe(409);
    expect((await bela.post(`${place}/cancel`, { version })).headers.location).toBe(place);
    expect((await bela.post(`${place}/cancel`, { version })).status).toBe(409);
    expect((await bela.get(place)).text).toContain('Cancelled');
    await run('2026-01-31');
    expect(await anna.balance()).toBe(0n);
    expect(await stored(id)).toMatchObject({ state: 'cancelled', sent: 0 });
  });

  it('at the moment of the run is decided one way or the other', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { bela, anna, id } = await scheduled({ fields: { when: 'once' } });
      const cancel = () =>
        portal.services.transfers.schedules
          .cancel({ actor: bela.userId, partyId: bela.partyId, scheduleId: id, version: 1 })
          .then(() => 'cancelled')
          .catch((error: unknown) => (error as { kind: string }).kind);
      const [, outcome] = await Promise.all([
        portal.services.transfers.runDueTransfers(dateOf('2026-01-31')),
        cancel(),
      ]);
      const { state } = await stored(id);
      const moved = await anna.balance();
      expect([
        { outcome: 'cancelled', state: 'cancelled', moved: 0n },
        { outcome: 'conflict', state: 'done', moved: 100_00n },
      ]).toContainEqual({ outcome, state, moved });
      expect(await noticesOf(bela)).toEqual([]);
    }
  });
});

describe('what cannot be scheduled', () => {
  it.each([
    [{ startOn: '2026-01-29' }, '#startOn', 'This date is in the past'],
    [{ startOn: '2026-01-30' }, '#startOn', 'For today, choose to send the money now'],
    [{ startOn: '2026-02-30' }, '#startOn', 'Enter the date as year-month-day'],
    [{ startOn: '' }, '#startOn', 'Enter the date'],
    [{ every: '0' }, '#every', 'from 1 to 24'],
    [{ end: 'times', times: '0' }, '#times', 'Enter how many times'],
    [{ end: 'until', until: '2026-01-30' }, '#until', 'before the first'],
    [{ amount: '25000.01' }, '#amount', 'One transfer from this account can be at most 25,000.00 USD'],
  ])('like %o is said at its field, with the fields open', async (fields, place, sentence) => {
    await portal.setDay('2026-01-30');
    const [bela, anna] = [await payer(portal, 100n), await payer(portal)];
    const answer = await bela.post(
      '/transfer/check',
      entered(bela, { number: anna.number, startOn: '2026-01-31', ...monthly, ...fields }),
    );
    expect([409, 422]).toContain(answer.status);
    expect(answer.text).toContain(`<a href="${place}">`);
    expect(answer.text).toContain(sentence);
    expect(answer.text).toMatch(/<details class="field" open>/);
    expect(await schedules().countDocuments({ partyId: bela.partyId })).toBe(0);
  });

  it('is more than fifty at once, also when they come at the same moment', async () => {
    await portal.setDay('2026-01-30');
    const bela = await payer(portal, 100n);
    const savings = await fundedAccount(portal, bela, { name: 'Savings' });
    const rhythm = { startOn: dateOf('2026-02-01'), every: null, until: null, times: null };
    const create = () =>
      portal.services.transfers.schedules.create({
        ...orderOf(bela, savings, { cents: 1_00n, nameShown: '' }),
        rhythm,
      });
    for (let round = 0; round < 9; round += 1) await Promise.all(Array.from({ length: 5 }, create));
    const last = await Promise.all(Array.from({ length: 10 }, create));
    expect(last.filter(({ ok }) => ok)).toHaveLength(5);
    expect(last.find(({ ok }) => !ok)).toEqual({ ok: false, refusal: { code: 'too-many-schedules' } });
    expect(await schedules().countDocuments({ partyId: bela.partyId, state: 'active' })).toBe(50);
    const page = await bela.post(
      '/transfer',
      await checked(bela, { to: `own:${savings.accountId}`, when: 'once', startOn: '2026-02-01' }),
    );
    expect([page.status, page.text.includes('Cancel one first')]).toEqual([409, true]);
  });

  it('is another thing under a key that was used', async () => {
    await portal.setDay('2026-01-30');
    const bela = await payer(portal, 100n);
    const savings = await fundedAccount(portal, bela, { name: 'Savings' });
    const { schedules: service } = portal.services.transfers;
    const transfer = (one: typeof order) => portal.services.transfers.transfer(one);
    const order = orderOf(bela, savings, { cents: 1_00n, nameShown: '' });
    const rhythm = { startOn: dateOf('2026-02-01'), every: null, until: null, times: null };
    const reused = { ok: false, refusal: { code: 'key-reused' } };
    expect((await transfer(order)).ok).toBe(true);
    expect(await service.create({ ...order, rhythm })).toEqual(reused);
    const other = { ...order, key: newId() };
    expect((await service.create({ ...other, rhythm })).ok).toBe(true);
    expect(await transfer(other)).toEqual(reused);
    expect(await service.create({ ...other, rhythm: { ...rhythm, startOn: dateOf('2026-02-02') } })).toEqual(reused);
    expect(await savings.balance()).toBe(1_00n);
  });

  it('leaves the bank’s books sound', async () => {
    expect(await soundness(portal)).toEqual(sound);
  });
});
