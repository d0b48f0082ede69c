import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dateOf } from '#core/calendar.ts';
import { newId } from '#core/ids.ts';
import { queueFilter, queueOrder } from '#features/servicing/collections/queue.service.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { links, readable } from '../../accounts/history-builders.ts';
import { borrowerWithLoan, expectSound, payFromOutside, storedLoan } from '../staff/loan-people.ts';

type Staff = Awaited<ReturnType<TestPortal['staff']>>;
const today = '2026-03-17';
let portal: TestPortal;
let officer: Staff;
beforeAll(async () => {
  portal = await openPortal();
  await portal.setDay(today);
  officer = await portal.staff('officer');
});
afterAll(() => portal.close());

/** A loan whose instalment of 5 February is unpaid, in the queue. */
async function lateLoan(principal = 6_000_00n) {
  const found = await borrowerWithLoan(portal, { name: 'Lena Late', principal });
  const { loan } = found;
  // An instalment is classified when something is recorded, or at the close of the day.
  const key = newId();
  await portal.services.servicing.act({
    ...{ key, actor: 'test', channel: 'system', loanId: loan._id },
    act: { kind: 'charge', code: 'late', amount: 1_00n as never, tax: 0n as never },
  });
  await portal.services.loanDesk.collections.refreshQueue(dateOf(today));
  return { ...found, path: `/collections/${loan._id}` };
}

const queueOf = async (staff: Staff, tab: string) =>
  links((await staff.get(`/collections?tab=${tab}`)).text).filter((href) =>
    /^\/collections\/[0-9a-f-]{36}$/.test(href),
  );
const versionOf = async (staff: Staff, path: string) =>
  /name="version" value="(\d+)"/.exec((await staff.get(path)).text)?.[1] ?? '';
const promised = async (path: string, fields: Record<string, string>, staff = officer) =>
  staff.post(`${path}/promises`, { key: newId(), version: await versionOf(staff, path), ...fields });
const desk = () => portal.services.loanDesk.collections;

describe('the queue', () => {
  it('has a loan in arrears until it is caught up, for nobody until somebody takes it', async () => {
    const { path, loan } = await lateLoan();
    expect(await queueOf(officer, 'unassigned')).toContain(path);
    expect(await queueOf(officer, 'mine')).not.toContain(path);
    const answer = await officer.post(`${path}/assign`, { version: await versionOf(officer, path), to: 'me' });
    expect(answer.status).toBe(303);
    expect(await queueOf(officer, 'mine')).toContain(path);
    expect(await queueOf(officer, 'unassigned')).not.toContain(path);
    // Somebody else who still sees the page of before is told so.
    const other = await portal.staff('officer');
    const late = await other.post(`${path}/assign`, { version: '1', to: 'me' });
    expect([late.status, late.text.includes('Somebody else worked on this loan')]).toEqual([409, true]);
    await payFromOutside(portal, loan, { amount: 1_200_00n });
    expect(readable((await officer.get('/collections')).text)).toContain('Caught up');
    await desk().refreshQueue(dateOf('2026-03-18'));
    expect(await queueOf(officer, 'all')).not.toContain(path);
  });

  it('takes one of two who assign at once', async () => {
    const { path } = await lateLoan();
    const other = await portal.staff('finance');
    const version = await versionOf(officer, path);
    const answers = await Promise.all(
      [officer, other].map((staff) => staff.post(`${path}/assign`, { version, to: 'me' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
  });

  it('shows broken promises first, then the most days, found by an index without sorting', async () => {
    const cases = portal.database.db.collection('collectionCases');
    for (const tab of ['mine', 'unassigned', 'all'] as const) {
      const plan = await cases.find(queueFilter(tab, 'x')).sort(queueOrder).explain('queryPlanner');
      const text = JSON.stringify(plan.queryPlanner, (_n, v: unknown) => (typeof v === 'bigint' ? Number(v) : v));
      const { winningPlan } = JSON.parse(text) as { winningPlan: unknown };
      expect(JSON.stringify(winningPlan)).toContain('IXSCAN');
      expect(JSON.stringify(winningPlan)).not.toContain('"SORT"');
    }
    const { path } = await lateLoan(1_200_00n);
    await promised(path, { amount: '50.00', payOn: today });
    await desk().settlePromises(dateOf(today));
    expect((await queueOf(officer, 'all'))[0]).toBe(path);
  });
});

describe('promises to pay', () => {
  it('are kept, kept in part or broken by what really came in, once, and stop no days', async () => {
    const outcomes: Record<string, string> = {};
    for (const [name, paid] of [
      ['kept', 300_00n],
      ['partly', 100_00n],
      ['broken', 0n],
    ] as const) {
      const { path, loan } = await lateLoan();
      const before = (await storedLoan(portal, loan._id)).arrears.daysPastDue;
      expect((await promised(path, { amount: '300.00', payOn: '2026-03-20' })).status).toBe(303);
      expect((await storedLoan(portal, loan._id)).arrears.daysPastDue).toBe(before);
      if (paid > 0n) await payFromOutside(portal, loan, { amount: paid });
      await desk().settlePromises(dateOf('2026-03-19'));
      expect(readable((await officer.get(path)).text)).toContain('by 20 March 2026 Made on');
      const settled = await Promise.all([
        desk().settlePromises(dateOf('2026-03-20')),
        desk().settlePromises(dateOf('2026-03-20')),
      ]);
      expect(settled.reduce((sum, one) => sum + one, 0)).toBe(1);
      const kept = await portal.database.db.collection('collectionPromises').findOne({ loanId: loan._id });
      outcomes[name] = String(kept?.state);
      const tasks = await portal.database.db.collection('collectionTasks').countDocuments({ loanId: loan._id });
      expect(tasks).toBe(name === 'kept' ? 0 : 1);
    }
    expect(outcomes).toEqual({ kept: 'kept', partly: 'partly', broken: 'broken' });
  });

  it('are not kept by a payment that was undone, or that came before', async () => {
    const { path, loan } = await lateLoan();
    await payFromOutside(portal, loan, { amount: 300_00n });
    await promised(path, { amount: '200.00', payOn: '2026-03-20' });
    const key = await payFromOutside(portal, loan, { amount: 200_00n });
    const act = { kind: 'reversal', reverses: key } as const;
    await portal.services.servicing.act({ key: newId(), actor: 'test', channel: 'staff', loanId: loan._id, act });
    await desk().settlePromises(dateOf('2026-03-20'));
    const kept = await portal.database.db.collection('collectionPromises').findOne({ loanId: loan._id });
    expect(kept).toMatchObject({ state: 'broken', paid: 0n });
  });

  it('take the place of an open one, once for a form, and tell the collector', async () => {
    const { path, loan } = await lateLoan();
    const collector = await portal.staff('officer', (await portal.borrower()).partyId);
    await collector.post(`${path}/assign`, { version: await versionOf(collector, path), to: 'me' });
    await promised(path, { amount: '10.00', payOn: '2026-03-19' }, collector);
    const fields = { key: newId(), version: await versionOf(collector, path), amount: '20.00', payOn: '2026-03-20' };
    const twice = [await collector.post(`${path}/promises`, fields), await collector.post(`${path}/promises`, fields)];
    expect(twice.map(({ status }) => status)).toEqual([303, 303]);
    const kept = await portal.database.db.collection('collectionPromises').find({ loanId: loan._id }).toArray();
    expect(kept.map(({ state }) => String(state)).sort()).toEqual(['open', 'replaced']);
    await desk().settlePromises(dateOf('2026-03-20'));
    await portal.platform.outbox.drain();
    expect(readable((await collector.get('/notices')).text)).toContain(`The promise on loan ${loan.number} was broken`);
    expect(readable((await collector.get('/collections')).text)).toContain('Your tasks');
  });
});

describe('notes and tasks', () => {
  it('are sealed, shown to colleagues, and done once', async () => {
    const { path, loan } = await lateLoan();
    const key = newId();
    const note = { key, channel: 'phone', outcome: 'reached', text: 'She lost her job\nin Spring Street' };
    expect((await officer.post(`${path}/notes`, note)).status).toBe(303);
    expect((await officer.post(`${path}/notes`, note)).status).toBe(303);
    const task = { key: newId(), what: 'Send the letter to Maple Road', dueOn: '2026-03-19' };
    expect((await officer.post(`${path}/tasks`, task)).status).toBe(303);
    const page = readable((await officer.get(path)).text);
    for (const text of ['Spring Street', 'Phone: Reached', 'Maple Road', 'noted a contact'])
      expect(page).toContain(text);
    const kept = await Promise.all(
      ['collectionNotes', 'collectionTasks', 'auditEntries', 'outbox'].map((name) =>
        portal.database.db.collection(name).find().toArray(),
      ),
    );
    const all = JSON.stringify(kept, (_n, v: unknown) => (typeof v === 'bigint' ? String(v) : v));
    expect([all.includes('Spring Street'), all.includes('Maple')]).toEqual([false, false]);
    expect(await portal.database.db.collection('collectionNotes').countDocuments({ loanId: loan._id })).toBe(1);
    const done = `${path}/tasks/${task.key}/done`;
    const answers = await Promise.all([1, 2].map(() => officer.post(done, { version: '1' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
    // A task of another loan is not found on this one.
    const other = await lateLoan();
    expect((await officer.post(`${other.path}/tasks/${task.key}/done`, { version: '2' })).status).toBe(409);
    expect(readable((await officer.get(`/staff/loans/${loan._id}?tab=collections`)).text)).toContain('Spring Street');
  });

  it('refuse what is wrong with a sentence at the field, and who may not', async () => {
    const { path, partyId } = await lateLoan();
    const version = await versionOf(officer, path);
    const key = newId();
    const tries: [where: string, fields: Record<string, string>, sentence: string][] = [
      ['notes', { key, channel: 'pigeon', outcome: 'reached', text: 'x' }, 'Choose how you reached out'],
      ['notes', { key, channel: 'phone', outcome: 'reached', text: '' }, 'Enter what was said'],
      ['notes', { key, channel: 'phone', outcome: 'reached', text: 'x'.repeat(1001) }, 'at most 1000 characters'],
      ['notes', { key: 'x', channel: 'phone', outcome: 'reached', text: 'x' }, 'Open the page again'],
      ['promises', { key, version, amount: '0', payOn: today }, 'above zero'],
      ['promises', { key, version, amount: '5', payOn: '2026-03-16' }, 'today or a later day'],
      ['promises', { key, version, amount: '5', payOn: '2027-03-16' }, 'within the next 90 days'],
      ['tasks', { key, what: '', dueOn: today }, 'Enter what is to be done'],
      ['tasks', { key, what: 'Call', dueOn: today, assignee: 'me' }, 'a field that we do not know'],
      ['assign', { version, to: 'everybody' }, 'Choose who looks after it'],
    ];
    for (const [where, fields, sentence] of tries) {
      const answer = await officer.post(`${path}/${where}`, fields);
      expect([where, answer.status, answer.text.includes(sentence)], sentence).toEqual([where, 422, true]);
    }
    const compliance = await portal.staff('compliance');
    expect((await compliance.get(path)).status).toBe(200);
    expect((await compliance.get(path)).text).not.toContain('Keep the note');
    expect((await compliance.post(`${path}/assign`, { version, to: 'me' })).status).toBe(403);
    const own = await portal.staff('officer', partyId);
    expect((await own.get(path)).status).toBe(403);
    expect((await own.post(`${path}/assign`, { version, to: 'me' })).status).toBe(403);
    expect((await officer.get(`/collections/${newId()}`)).status).toBe(404);
    const gone = { key, channel: 'phone', outcome: 'reached', text: 'x' };
    expect((await officer.post(`/collections/${newId()}/notes`, gone)).status).toBe(404);
    expect((await officer.post(`${path}/notes`, gone, { csrf: false })).status).toBe(403);
    await expectSound(portal);
  });
});
