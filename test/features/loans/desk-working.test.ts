import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { applicationModel } from '#features/loans/applying/application.model.ts';
import { createDesk, type Desk } from '#features/loans/desk/desk.service.ts';
import { authorise } from '#features/loans/desk/desk-parts.ts';
import { deskModels } from '#features/loans/desk/desk.model.ts';
import { orderOf, tabFilter, type QueueTab } from '#features/loans/desk/queue.service.ts';
import { openTestBank, type TestBank } from '#test/portal.ts';
import { emptyDesk, keptFile, staffMember, waitingFile } from './desk-builders.ts';
import { audited } from './underwriting-builders.ts';

let bank: TestBank;
let desk: Desk;
const anna = staffMember('anna');
const ben = staffMember('ben');
const senior = staffMember('sara', 'senior-officer');
beforeAll(async () => {
  bank = await openTestBank();
  desk = bank.services.desk;
});
afterAll(() => bank.close());
beforeEach(() => emptyDesk(bank));

const codeOf = (result: { ok: true } | { ok: false; refusal: { code: string } }) =>
  result.ok ? 'ok' : result.refusal.code;
const orderFor = (actor: typeof anna, application: { _id: string }) => ({ actor, applicationId: application._id });

describe('Next in line', () => {
  it('gives the most urgent file that nobody has, with its lock', async () => {
    const later = await waitingFile(bank, { dueInHours: 30 });
    const urgent = await waitingFile(bank, { dueInHours: -3 });
    await waitingFile(bank, { dueInHours: -9, assignee: { userId: 'ben', at: new Date() } });
    await waitingFile(bank, { dueInHours: -8, state: 'proposed' });
    await waitingFile(bank, { dueInHours: -7, level: 'senior' });
    expect((await desk.nextInLine(anna))?._id).toBe(urgent._id);
    const kept = await keptFile(bank, urgent._id);
    expect(kept.assignee?.userId).toBe('anna');
    expect(kept.lock?.userId).toBe('anna');
    expect(kept.version).toBe(urgent.version);
    expect(await audited(bank, urgent._id)).toEqual(['application-taken']);
    expect((await desk.nextInLine(anna))?._id).toBe(later._id);
    expect(await desk.nextInLine(anna)).toBeUndefined();
    expect((await desk.nextInLine(senior))?.level).toBe('senior');
  });

  it('gives ten officers who press at once ten different files', async () => {
    for (let n = 0; n < 10; n += 1) await waitingFile(bank, { dueInHours: n });
    const officers = Array.from({ length: 10 }, (_, n) => staffMember(`racer-${n}`));
    const taken = await Promise.all(officers.map((one) => desk.nextInLine(one)));
    expect(new Set(taken.map((one) => one?._id)).size).toBe(10);
    expect(taken).not.toContain(undefined);
    for (const [index, one] of taken.entries())
      expect((await keptFile(bank, one?._id ?? '')).assignee?.userId).toBe(`racer-${index}`);
    expect(await desk.nextInLine(anna)).toBeUndefined();
  });

  it('passes over one’s own and one’s relatives’ files, also where they fill the head of the line', async () => {
    const own = await waitingFile(bank, { dueInHours: 1 });
    for (let n = 0; n < 22; n += 1) await waitingFile(bank, { dueInHours: 2, partyId: 'p-relative' });
    const free = await waitingFile(bank, { dueInHours: 40 });
    const { customers, identity } = bank.services;
    const guarded = createDesk(bank.platform, {
      customers,
      identity,
      relations: { between: (_staff, ids) => Promise.resolve(ids.includes('p-relative') ? 'relative' : undefined) },
    });
    const tied = staffMember('tied', 'officer', own.partyId);
    expect((await guarded.nextInLine(tied))?._id).toBe(free._id);
    expect(await guarded.nextInLine(tied)).toBeUndefined();
  });
});

describe('Whose desk a file is on', () => {
  it('is taken once, given back by who has it, and reassigned by a senior alone', async () => {
    const file = await waitingFile(bank);
    const both = await Promise.all([desk.take(orderFor(anna, file)), desk.take(orderFor(ben, file))]);
    expect(both.filter((one) => one.ok)).toHaveLength(1);
    expect(both.some((one) => !one.ok && ['taken', 'moved', 'locked-by-other'].includes(one.refusal.code))).toBe(true);
    const winner = both[0].ok ? anna : ben;
    const loser = both[0].ok ? ben : anna;
    expect((await desk.take(orderFor(winner, file))).ok).toBe(true);
    expect(codeOf(await desk.giveBack(orderFor(loser, file)))).toBe('not-yours');
    expect((await desk.giveBack(orderFor(winner, file))).ok).toBe(true);
    expect(await keptFile(bank, file._id)).toMatchObject({ assignee: null, lock: null });
  });

  it('is put on a colleague’s desk only where the colleague may work on it', async () => {
    const colleague = await bank.services.identity.newUser({
      ...{ email: `c-${newId()}@example.test`, roles: ['officer'], displayName: 'Colleague' },
    });
    await bank.database.db.collection<{ _id: string }>('users').insertOne(colleague.document);
    const to = colleague.document._id;
    const file = await waitingFile(bank);
    expect(codeOf(await desk.reassign({ ...orderFor(anna, file), to }))).toBe('senior-only');
    expect(codeOf(await desk.reassign({ ...orderFor(senior, file), to: newId() }))).toBe('no-such-colleague');
    expect((await desk.reassign({ ...orderFor(senior, file), to })).ok).toBe(true);
    expect((await keptFile(bank, file._id)).assignee?.userId).toBe(to);
    expect((await desk.loads()).find(({ userId }) => userId === to)).toMatchObject({ name: 'Colleague', files: 1 });
    const referred = await waitingFile(bank, { level: 'senior' });
    expect(codeOf(await desk.reassign({ ...orderFor(senior, referred), to }))).toBe('colleague-barred');
  });

  it('is nobody’s to take once it is decided, and a draft is not there', async () => {
    const offered = await waitingFile(bank, { state: 'offered' });
    expect(codeOf(await desk.take(orderFor(anna, offered)))).toBe('not-now');
    const draft = await waitingFile(bank, { state: 'draft' });
    await expect(desk.take(orderFor(anna, draft))).rejects.toMatchObject({ kind: 'not-found' });
    await expect(desk.startWork(orderFor(anna, draft))).rejects.toMatchObject({ kind: 'not-found' });
    await expect(desk.authorise(orderFor(anna, { _id: newId() }))).rejects.toMatchObject({ kind: 'not-found' });
  });
});

describe('The lock', () => {
  it('is had by one of ten who open the file at once, and the others are told who', async () => {
    const file = await waitingFile(bank);
    const officers = Array.from({ length: 10 }, (_, n) => staffMember(`opener-${n}`));
    const started = await Promise.all(officers.map((one) => desk.startWork(orderFor(one, file))));
    expect(started.filter((one) => one.ok)).toHaveLength(1);
    expect(started.filter((one) => !one.ok && one.refusal.code === 'locked-by-other')).toHaveLength(9);
    const winner = officers[started.findIndex((one) => one.ok)];
    expect((await keptFile(bank, file._id)).lock?.userId).toBe(winner?.userId);
  });

  it('keeps others from acting until it ends by the clock, and is renewed by activity', async () => {
    const file = await waitingFile(bank);
    await desk.startWork(orderFor(anna, file));
    const { version } = file;
    expect(codeOf(await desk.authorise({ ...orderFor(ben, file), version }))).toBe('locked-by-other');
    const asked = await desk.ask({ ...orderFor(ben, file), version, questions: [{ about: '', text: 'May I?' }] });
    expect(codeOf(asked)).toBe('locked-by-other');
    bank.clock.advance({ minutes: 14 });
    expect((await desk.authorise({ ...orderFor(anna, file), version })).ok).toBe(true);
    bank.clock.advance({ minutes: 14 });
    expect(codeOf(await desk.authorise({ ...orderFor(ben, file), version }))).toBe('locked-by-other');
    bank.clock.advance({ minutes: 1 });
    expect((await desk.authorise({ ...orderFor(ben, file), version })).ok).toBe(true);
    expect((await desk.startWork(orderFor(ben, file))).ok).toBe(true);
    expect(codeOf(await desk.authorise(orderFor(anna, file)))).toBe('locked-by-other');
    await desk.stopWork(orderFor(anna, file));
    expect((await keptFile(bank, file._id)).lock?.userId).toBe('ben');
    await desk.stopWork(orderFor(ben, file));
    expect((await desk.authorise(orderFor(anna, file))).ok).toBe(true);
  });

  it('is broken by a senior with a reason that stays on the file', async () => {
    const file = await waitingFile(bank);
    await desk.startWork(orderFor(anna, file));
    const broken = (actor: typeof anna) =>
      desk.breakLock({ ...orderFor(actor, file), key: newId(), reason: 'Anna is ill today' });
    expect(codeOf(await broken(ben))).toBe('senior-only');
    expect((await broken(senior)).ok).toBe(true);
    expect(codeOf(await broken(senior))).toBe('not-locked');
    const work = await desk.fileWork(orderFor(senior, file));
    expect(work.notes[0]).toMatchObject({ kind: 'lock-broken', text: 'Anna is ill today', by: 'sara' });
    expect((await desk.authorise(orderFor(ben, file))).ok).toBe(true);
  });

  it('compares the version of the form, after it has said who may not act', async () => {
    const file = await waitingFile(bank);
    await expect(desk.authorise({ ...orderFor(anna, file), version: 2 })).rejects.toMatchObject({ kind: 'conflict' });
    const self = staffMember('self', 'officer', file.partyId);
    expect(codeOf(await desk.authorise({ ...orderFor(self, file), version: 2 }))).toBe('own-application');
  });

  it('asks the ports who is on the file', async () => {
    const file = await waitingFile(bank);
    const { customers, identity } = bank.services;
    const parts = {
      ...{ platform: bank.platform, customers, identity },
      applications: applicationModel(bank.database.connection),
      models: deskModels(bank.database.connection),
      participants: { parties: () => Promise.resolve([file.partyId, 'p-co']) },
    };
    const co = staffMember('co', 'officer', 'p-co');
    expect(codeOf(await authorise(parts, orderFor(co, file)))).toBe('co-applicant');
    expect((await authorise(parts, orderFor(anna, file))).ok).toBe(true);
  });
});

describe('The queue', () => {
  it('is sorted by the time limit, filtered, and counted by tab', async () => {
    const late = await waitingFile(bank, { dueInHours: -5 });
    const soon = await waitingFile(bank, { dueInHours: 70, level: 'senior' });
    const mine = await waitingFile(bank, { dueInHours: 30, assignee: { userId: 'anna', at: new Date() } });
    await waitingFile(bank, { state: 'proposed' });
    await waitingFile(bank, { state: 'asked', dueAt: null, dueLeftMs: 3_600_000 });
    await waitingFile(bank, { state: 'draft' });
    const list = (changes: object) =>
      desk.queue({ actor: anna, tab: 'waiting', sort: 'due', page: 1, size: 30, ...changes });
    const all = await list({});
    expect(all.entries.map((one) => one.applicationId)).toEqual([late._id, mine._id, soon._id]);
    expect(all.byTab).toMatchObject({ waiting: 3, mine: 1, unassigned: 2, borrower: 1, recommended: 1, offered: 0 });
    expect(all.entries[0]).toMatchObject({ applicant: 'Test Borrower', sla: { state: 'late', text: '5 hours late' } });
    const idsOf = async (changes: object) => (await list(changes)).entries.map((one) => one.applicationId);
    expect(await idsOf({ sla: 'late' })).toEqual([late._id]);
    expect(await idsOf({ level: 'senior' })).toEqual([soon._id]);
    expect(await idsOf({ assignee: 'anna' })).toEqual([mine._id]);
    expect(await idsOf({ tab: 'mine' })).toEqual([mine._id]);
    expect(await idsOf({ tab: 'mine', assignee: 'ben' })).toEqual([mine._id]);
    expect(await idsOf({ tab: 'unassigned' })).toEqual([late._id, soon._id]);
    expect(await idsOf({ contested: 'yes' })).toEqual([]);
    expect(await idsOf({ olderThanDays: 1 })).toEqual([]);
    expect(await idsOf({ sort: 'amount' })).toEqual([mine._id, soon._id, late._id]);
    expect((await list({ page: 2, size: 2 })).entries).toHaveLength(1);
    expect((await desk.today(anna)).late).toBe(1);
    expect((await desk.today(anna)).mine.map((one) => one.applicationId)).toEqual([mine._id]);
  });

  it('is read through an index that is in its order, so that a long one costs no more than its page', async () => {
    const { partyId } = await waitingFile(bank);
    for (let n = 0; n < 60; n += 1) await waitingFile(bank, { partyId, dueInHours: n });
    const applications = bank.database.db.collection('applications');
    const tabs = ['waiting', 'unassigned', 'recommended', 'offered'] as const satisfies QueueTab[];
    for (const tab of tabs)
      for (const sort of ['due', 'age'] as const) {
        if (tab === 'unassigned' && sort === 'age') continue;
        const found = applications.find(tabFilter(tab, anna)).sort(orderOf(tab, sort)).limit(30);
        const plan = (await found.explain('executionStats')) as { executionStats: Record<string, unknown> };
        const { executionStages, totalKeysExamined } = plan.executionStats;
        const text = JSON.stringify(executionStages, (_key, value: unknown) =>
          typeof value === 'bigint' ? Number(value) : value,
        );
        expect({ tab, sort, text: /"stage":"(COLLSCAN|SORT)"/.exec(text)?.[0] }).toEqual({
          tab,
          sort,
          text: undefined,
        });
        expect(text).toContain('"IXSCAN"');
        expect(Number(totalKeysExamined)).toBeLessThanOrEqual(31);
      }
  });
});
