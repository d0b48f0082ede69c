import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { Fault } from '#core/errors.ts';
import { createApplicationDocuments } from '#features/loans/documents/documents.service.ts';
import type { DocumentPorts } from '#features/loans/documents/document-parts.ts';
import { openTestBank, type TestBank } from '#test/portal.ts';
import { newDraft } from '../application-builders.ts';
import { add } from './document-builders.ts';

const officer = { userId: 'officer-documents', partyId: undefined, roles: ['officer'] as const };
type Note = Parameters<NonNullable<DocumentPorts['kyc']>['noteDocument']>[0];

let bank: TestBank;
let told: Note[] = [];
/** What the identity check does when it is told; settable by each test. */
let answer: (note: Note) => Promise<void> = () => Promise.resolve();
beforeAll(async () => {
  bank = await openTestBank();
});
afterAll(() => bank.close());

/** Documents with a listener of their own in place of the identity check. */
function listened() {
  told = [];
  answer = () => Promise.resolve();
  const { products, customers } = bank.services;
  const noteDocument = async (note: Note) => {
    told.push(note);
    await answer(note);
  };
  return createApplicationDocuments(bank.platform, { products, customers, kyc: { noteDocument } });
}

async function received() {
  const documents = listened();
  const { who, application } = await newDraft(bank, 'home');
  const { fileId: documentId } = await add(bank, who, { applicationId: application._id });
  const applications = bank.database.db.collection<{ _id: string }>('applications');
  await applications.updateOne({ _id: application._id }, { $set: { state: 'submitted' } });
  const files = bank.database.db.collection<{ _id: string }>('applicationDocuments');
  await files.updateOne({ _id: documentId }, { $set: { safety: 'clean' } });
  await bank.platform.outbox.drain();
  told = [];
  const order = { actor: officer, applicationId: application._id, documentId };
  return { documents, order, partyId: who.partyId };
}

const rowsOf = (documentId: string) =>
  bank.database.db.collection<{ _id: string; state: string }>('outbox').find({ 'payload.documentId': documentId });
const dueNow = (documentId: string) =>
  bank.database.db
    .collection('outbox')
    .updateMany({ 'payload.documentId': documentId }, { $set: { state: 'pending', nextAt: new Date(0) } });

describe('The identity check', () => {
  it('is told at once, with a row of the same commit that sees to it after a crash', async () => {
    const { documents, order, partyId } = await received();
    const note = { partyId, kind: 'identity', documentId: order.documentId, verdict: 'verified', by: officer.userId };
    expect(await documents.verify({ ...order, revision: 1 })).toMatchObject({ ok: true });
    expect(told).toEqual([note]);
    // The button pressed again tells nothing anew.
    expect(await documents.verify({ ...order, revision: 1 })).toMatchObject({ ok: true });
    expect(told).toEqual([note]);
    expect(await rowsOf(order.documentId).toArray()).toHaveLength(1);
    // As if the process had died before it told.
    told = [];
    await bank.platform.outbox.drain();
    expect(told).toEqual([note]);
  });

  it('is not told where the judgement was refused', async () => {
    const { documents, order } = await received();
    expect(await documents.verify({ ...order, revision: 7 })).toMatchObject({ refusal: { code: 'moved' } });
    expect(await rowsOf(order.documentId).toArray()).toEqual([]);
  });

  it('is told again where it did not answer, and of the verdict as it is by then', async () => {
    const { documents, order } = await received();
    answer = () => Promise.reject(new Fault('unavailable', 'Not now'));
    await documents.verify({ ...order, revision: 1 });
    await bank.platform.outbox.drain();
    expect((await rowsOf(order.documentId).toArray()).map(({ state }) => state)).toEqual(['pending']);
    answer = () => Promise.resolve();
    expect(await documents.reject({ ...order, revision: 2, reason: 'Cut off' })).toMatchObject({ ok: true });
    told = [];
    // Both rows are due, in whatever order: what was verified and is rejected now never counts as verified.
    await dueNow(order.documentId);
    await bank.platform.outbox.drain();
    expect(new Set(told.map(({ verdict }) => verdict))).toEqual(new Set(['rejected']));
    expect((await rowsOf(order.documentId).toArray()).map(({ state }) => state)).toEqual(['done', 'done']);
  });

  it('that is told while the document is judged again hears of that last', async () => {
    const { documents, order } = await received();
    answer = async () => {
      answer = () => Promise.resolve();
      await documents.reject({ ...order, revision: 2, reason: 'Cut off' });
    };
    await documents.verify({ ...order, revision: 1 });
    await bank.platform.outbox.drain();
    expect(told.at(-1)?.verdict).toBe('rejected');
  });

  it('does not count what somebody close to the customer judged, and is not asked for ever', async () => {
    const { documents, order } = await received();
    answer = () => Promise.reject(new Fault('forbidden', 'Nobody checks their own documents'));
    await documents.verify({ ...order, revision: 1 });
    await bank.platform.outbox.drain();
    expect((await rowsOf(order.documentId).toArray()).map(({ state }) => state)).toEqual(['done']);
  });

  it('takes a row about a document that is gone as done', async () => {
    await received();
    const row = bank.platform.outbox.row({ topic: 'loan-document-judged', payload: { documentId: newId() } });
    if (row.kind !== 'insert') throw new Error('A row is inserted');
    await bank.database.db.collection<{ _id: string }>('outbox').insertOne(row.document);
    await bank.platform.outbox.drain();
    expect(told).toEqual([]);
  });
});
