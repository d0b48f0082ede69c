import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import type { Desk } from '#features/loans/index.ts';
import { whereStored } from '#test/dump.ts';
import { openTestBank, type TestBank } from '#test/portal.ts';
import { emptyDesk, hour, keptFile, staffMember, waitingFile } from './desk-builders.ts';
import { audited, promised } from './underwriting-builders.ts';

const logLines: string[] = [];
let bank: TestBank;
let desk: Desk;
const anna = staffMember('anna');
const senior = staffMember('sara', 'senior-officer');
beforeAll(async () => {
  bank = await openTestBank({ logLines });
  desk = bank.services.desk;
});
afterAll(() => bank.close());
beforeEach(() => emptyDesk(bank));

const codeOf = (result: { ok: true } | { ok: false; refusal: { code: string } }) =>
  result.ok ? 'ok' : result.refusal.code;
const two = [
  { about: 'section:employment', text: 'Canary question: who is your new employer?' },
  { about: '', text: 'Canary question: what is the roof made of?' },
];
const asking = async (questions = two) => {
  const file = await waitingFile(bank);
  const order = { actor: anna, applicationId: file._id, version: file.version };
  const asked = await desk.ask({ ...order, questions });
  if (!asked.ok) throw new Error(asked.refusal.code);
  const own = { partyId: file.partyId, applicationId: file._id };
  return { file, order, own, version: asked.value.version };
};

describe('Asking the borrower', () => {
  it('stops the time limit, gives up the lock and tells the borrower without repeating the question', async () => {
    const file = await waitingFile(bank, { dueInHours: 30 });
    const order = { actor: anna, applicationId: file._id, version: file.version };
    await desk.startWork(order);
    expect((await desk.ask({ ...order, questions: two })).ok).toBe(true);
    const kept = await keptFile(bank, file._id);
    expect(kept).toMatchObject({ state: 'asked', dueAt: null, lock: null, version: file.version + 1 });
    expect(kept.assignee?.userId).toBe('anna');
    expect(Number(kept.dueLeftMs) / hour).toBeCloseTo(30, 1);
    expect(await promised(bank, file.partyId)).toEqual(['We have some questions for you']);
    expect(await audited(bank, file._id)).toEqual(['application-locked', 'application-asked']);
  });

  it('is done once, from the state and the version that were shown', async () => {
    const { order } = await asking();
    expect(codeOf(await desk.ask({ ...order, questions: two }))).toBe('not-now');
    const other = await waitingFile(bank);
    const stale = { actor: anna, applicationId: other._id, version: other.version - 1 };
    expect(codeOf(await desk.ask({ ...stale, questions: two }))).toBe('moved');
    const racing = { ...stale, version: other.version };
    const both = await Promise.all([
      desk.ask({ ...racing, questions: two }),
      desk.refer({ ...racing, key: newId(), text: 'Too large for me' }),
    ]);
    expect(both.filter((one) => one.ok)).toHaveLength(1);
    const asked = await desk.questions({ partyId: other.partyId, applicationId: other._id });
    expect(asked.questions).toHaveLength(both[0].ok ? 2 : 0);
  });

  it('is answered one by one; the last answer sends the file back with the rest of its time', async () => {
    const { file, own, version } = await asking();
    const { questions } = await desk.questions(own);
    const [first, second] = questions;
    expect(questions.map((one) => one.text)).toEqual(two.map((one) => one.text));
    const answering = { ...own, actor: 'user' };
    const empty = await desk.answer({ ...answering, version, answers: { [String(first?.id)]: '' } });
    expect(codeOf(empty)).toBe('nothing-answered');
    const half = await desk.answer({ ...answering, version, answers: { [String(first?.id)]: 'Canary answer one' } });
    expect(half).toMatchObject({ ok: true, value: { left: 1 } });
    expect(await keptFile(bank, file._id)).toMatchObject({ state: 'asked', version: version + 1 });
    const stale = await desk.answer({ ...answering, version, answers: { [String(second?.id)]: 'Canary answer two' } });
    expect(codeOf(stale)).toBe('moved');
    bank.clock.advance({ hours: 100 });
    const whole = { ...answering, version: version + 1, answers: { [String(second?.id)]: 'Canary answer two' } };
    const both = await Promise.all([desk.answer(whole), desk.answer(whole)]);
    expect(both.filter((one) => one.ok)).toHaveLength(1);
    const kept = await keptFile(bank, file._id);
    expect(kept.state).toBe('submitted');
    expect((Number(kept.dueAt) - bank.clock.now().epochMilliseconds) / hour).toBeCloseTo(48, 1);
    expect(kept.history.at(-1)).toMatchObject({ action: 'answer', by: 'borrower' });
    expect(codeOf(await desk.answer({ ...whole, version: kept.version }))).toBe('not-asked');
    const work = await desk.fileWork({ actor: anna, applicationId: file._id });
    expect(work.questions.map((one) => one.answer)).toEqual(['Canary answer one', 'Canary answer two']);
  });

  it('leaves no file between two windows that answer one question each', async () => {
    const { file, own, version } = await asking();
    const { questions } = await desk.questions(own);
    const answers = questions.map(({ id }) => ({ [id]: 'An answer' }));
    const both = await Promise.all(answers.map((one) => desk.answer({ ...own, actor: 'user', version, answers: one })));
    expect(both.filter((one) => one.ok)).toHaveLength(1);
    const kept = await keptFile(bank, file._id);
    const left = (await desk.questions(own)).questions.filter((one) => one.state === 'open');
    expect({ state: kept.state, left: left.length }).toEqual({ state: 'asked', left: 1 });
  });

  it('is nobody else’s to read or to answer', async () => {
    const { own, version } = await asking();
    const other = await waitingFile(bank);
    const foreign = { partyId: other.partyId, applicationId: own.applicationId };
    await expect(desk.questions(foreign)).rejects.toMatchObject({ kind: 'not-found' });
    const answering = desk.answer({ ...foreign, actor: 'user', version, answers: {} });
    await expect(answering).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('may be given up: the file waits again, and the open questions are dropped', async () => {
    const { file, order, own, version } = await asking();
    expect((await desk.resume({ ...order, version })).ok).toBe(true);
    expect((await keptFile(bank, file._id)).state).toBe('submitted');
    expect((await desk.questions(own)).questions.map((one) => one.state)).toEqual(['dropped', 'dropped']);
  });
});

describe('Giving back, referring, noting', () => {
  it('gives the borrower the officer’s words and the way to change the answers', async () => {
    const file = await waitingFile(bank);
    expect(await desk.words(file)).toBeNull();
    const order = { actor: anna, applicationId: file._id, version: file.version };
    const words = 'Canary words: the payslip is of another year';
    expect((await desk.returnToBorrower({ ...order, key: newId(), words })).ok).toBe(true);
    expect((await keptFile(bank, file._id)).state).toBe('returned');
    expect(await desk.words(file)).toBe(words);
    expect(await promised(bank, file.partyId)).toEqual(['Please change your application']);
  });

  it('refers to a senior, who alone may act then', async () => {
    const file = await waitingFile(bank, { assignee: { userId: 'anna', at: new Date() } });
    const order = { actor: anna, applicationId: file._id, version: file.version };
    const text = 'Canary referral: two incomes, one of them abroad';
    expect((await desk.refer({ ...order, key: newId(), text })).ok).toBe(true);
    const kept = await keptFile(bank, file._id);
    expect(kept).toMatchObject({ state: 'submitted', level: 'senior', assignee: null, lock: null });
    expect(kept.dueAt).toEqual(file.dueAt);
    expect(codeOf(await desk.authorise(order))).toBe('senior-only');
    const again = { ...order, actor: senior, version: kept.version, key: newId(), text };
    expect(codeOf(await desk.refer(again))).toBe('not-now');
  });

  it('keeps a note once by its key, and never for the borrower', async () => {
    const file = await waitingFile(bank);
    const order = { actor: anna, applicationId: file._id, key: newId(), text: 'Canary note: spoke to the employer' };
    const sent = await Promise.all([desk.addNote(order), desk.addNote(order)]);
    expect(sent.every((one) => one.ok)).toBe(true);
    const other = await waitingFile(bank);
    await expect(desk.addNote({ ...order, applicationId: other._id })).rejects.toMatchObject({ kind: 'conflict' });
    const work = await desk.fileWork({ actor: anna, applicationId: file._id });
    expect(work.notes.map((one) => one.text)).toEqual(['Canary note: spoke to the employer']);
    expect((await desk.questions({ partyId: file.partyId, applicationId: file._id })).questions).toEqual([]);
    expect(await desk.words(file)).toBeNull();
  });
});

describe('What people wrote', () => {
  it('lies readable in no collection and in no log', async () => {
    const { own, version, order } = await asking();
    const [first, second] = (await desk.questions(own)).questions;
    const answers = { [String(first?.id)]: 'Canary answer one', [String(second?.id)]: 'Canary answer two' };
    await desk.answer({ ...own, actor: 'user', version, answers });
    await desk.addNote({ actor: anna, applicationId: own.applicationId, key: newId(), text: 'Canary note' });
    const words = 'Canary words';
    await desk.returnToBorrower({ ...order, version: version + 1, key: newId(), words });
    const canaries = ['Canary question', 'Canary answer', 'Canary note', 'Canary words'];
    expect(await whereStored(bank.database.db, canaries)).toEqual([]);
    expect(logLines.join('\n')).not.toContain('Canary');
  });
});
