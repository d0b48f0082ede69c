import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { verifyIdentity } from '#test/verified.ts';
import { change, compliance, customer, noticesTo, officer, order, recordOf, withDocuments } from './kyc-builders.ts';

let bank: TestPortal;
const logLines: string[] = [];
beforeAll(async () => {
  bank = await openPortal({ logLines });
  await bank.setDay('2026-03-17');
});
afterAll(() => bank.close());

const kyc = () => bank.services.kyc;
const stateOf = async (partyId: string) => (await kyc().of(partyId)).state;

describe('an identity check', () => {
  it('is not started for a customer nobody has looked at, nor for anybody who is not there', async () => {
    const { partyId } = await customer(bank);
    for (const id of [partyId, newId()]) {
      expect(await kyc().of(id)).toEqual({ level: 'none', state: 'not-started', checks: {}, reverifyOn: null });
      const asked = await kyc().mayBorrow(id);
      expect(!asked.ok && asked.refusal.code).toBe('kyc-not-started');
    }
  });

  it('is never begun for a stranger, an enquirer or an id of nothing', async () => {
    const enquirer = await bank.services.customers.addEnquirer({ fullName: 'Who', email: 'who@example.test' });
    for (const id of [newId(), 'nonsense', enquirer]) {
      await expect(kyc().start({ partyId: id, by: 'x' })).rejects.toMatchObject({ kind: 'not-found' });
      await expect(kyc().file({ partyId: id, actor: officer })).rejects.toMatchObject({ kind: 'not-found' });
    }
    expect(await bank.database.db.collection('kycRecords').countDocuments()).toBe(0);
  });

  it('starts once, however often and at once', async () => {
    const { partyId } = await customer(bank);
    await Promise.all(Array.from({ length: 5 }, () => kyc().start({ partyId, by: 'x' })));
    const record = await recordOf(bank, partyId);
    expect([record.version, record.history.map(({ what }) => what)]).toEqual([1, ['started']]);
    expect(await kyc().of(partyId)).toMatchObject({
      state: 'pending',
      level: 'none',
      checks: { age: { verdict: 'passed' }, screening: { verdict: 'not-done' }, duplicates: { verdict: 'passed' } },
    });
  });

  it('goes from documents to verified by a person, and ends on its day', async () => {
    await bank.setDay('2026-03-17');
    const { partyId } = await customer(bank);
    await withDocuments(bank, partyId);
    expect(await kyc().of(partyId)).toMatchObject({ state: 'pending', level: 'full' });
    expect((await kyc().mayBorrow(partyId)).ok).toBe(false);
    expect(await kyc().verify({ ...(await order(bank, partyId)), risk: 'low' })).toEqual({ ok: true, value: 'done' });
    expect(await kyc().of(partyId)).toMatchObject({ state: 'verified', level: 'full', reverifyOn: '2028-03-17' });
    expect(await kyc().mayBorrow(partyId)).toEqual({ ok: true, value: 'verified' });
    await bank.setDay('2028-03-16');
    expect(await stateOf(partyId)).toBe('verified');
    await bank.setDay('2028-03-17');
    expect(await kyc().of(partyId)).toMatchObject({ state: 'expired', level: 'none' });
    const asked = await kyc().mayBorrow(partyId);
    expect(!asked.ok && asked.refusal.code).toBe('kyc-expired');
    await bank.setDay('2026-03-17');
  });

  it('is taken back by the rejection of the document it rests on, and of no other', async () => {
    const { partyId } = await customer(bank);
    const { identity } = await withDocuments(bank, partyId);
    await kyc().verify({ ...(await order(bank, partyId)), risk: 'low' });
    const note = { partyId, kind: 'identity', verdict: 'rejected', by: officer.userId } as const;
    await kyc().noteDocument({ ...note, documentId: newId() });
    await kyc().noteDocument({ ...note, kind: 'payslip', documentId: identity });
    expect(await stateOf(partyId)).toBe('verified');
    await kyc().noteDocument({ ...note, documentId: identity });
    expect(await kyc().of(partyId)).toMatchObject({ state: 'pending', level: 'none' });
    expect((await kyc().mayBorrow(partyId)).ok).toBe(false);
  });

  it('survives two documents that are verified at the same moment', async () => {
    const { partyId } = await customer(bank);
    const note = (kind: string) => ({ partyId, kind, documentId: newId(), verdict: 'verified', by: 'o' }) as const;
    await Promise.all(['identity', 'address', 'identity', 'address'].map((kind) => kyc().noteDocument(note(kind))));
    expect(await kyc().of(partyId)).toMatchObject({ level: 'full' });
  });

  it('is decided once by two officers at the same moment', async () => {
    const { partyId } = await customer(bank);
    await withDocuments(bank, partyId);
    const one = await order(bank, partyId);
    const outcomes = await Promise.all([
      kyc().verify({ ...one, risk: 'low' }),
      kyc().reject({ ...one, actor: compliance, reason: 'The picture is another person' }),
      kyc().verify({ ...one, risk: 'high' }),
    ]);
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    for (const outcome of outcomes) if (!outcome.ok) expect(outcome.refusal.code).toBe('moved');
    const { history } = await recordOf(bank, partyId);
    expect(history.filter(({ what }) => what === 'verified' || what === 'rejected')).toHaveLength(1);
    expect(await noticesTo(bank, partyId)).toHaveLength(1);
  });

  it('needs every check, and leaves nothing behind where one is missing', async () => {
    const { partyId } = await customer(bank);
    await kyc().start({ partyId, by: 'x' });
    const before = await recordOf(bank, partyId);
    const refused = await kyc().verify({ ...(await order(bank, partyId)), risk: 'low' });
    expect(refused).toMatchObject({ refusal: { code: 'checks-missing', missing: ['identity', 'address'] } });
    expect(await recordOf(bank, partyId)).toEqual(before);
  });

  it('is never passed by a minor, whatever the documents', async () => {
    const { partyId } = await customer(bank, { birthDate: '2010-01-01' });
    await withDocuments(bank, partyId);
    const refused = await kyc().verify({ ...(await order(bank, partyId)), risk: 'low' });
    expect(refused).toMatchObject({ refusal: { missing: ['age'] } });
  });

  it('stays rejected until the documents are asked for again', async () => {
    const { partyId } = await customer(bank);
    await withDocuments(bank, partyId);
    await kyc().reject({ ...(await order(bank, partyId)), reason: 'A forged passport' });
    await withDocuments(bank, partyId);
    expect(await stateOf(partyId)).toBe('rejected');
    expect(await kyc().verify({ ...(await order(bank, partyId)), risk: 'low' })).toMatchObject({ ok: false });
    await kyc().askAgain({ ...(await order(bank, partyId)), reason: 'other' });
    expect(await kyc().of(partyId)).toMatchObject({ state: 'pending', level: 'none' });
    await verifyIdentity(bank, partyId);
    expect(await stateOf(partyId)).toBe('verified');
    expect(await noticesTo(bank, partyId)).toEqual([
      ...['We could not confirm your identity', 'Please show us your documents again', 'Your identity is confirmed'],
    ]);
  });
});

describe('a change of the profile', () => {
  it('takes back what it contradicts, in the same moment', async () => {
    const { partyId } = await customer(bank);
    await change(bank, partyId, { addressLine: '1 Old Road' });
    await verifyIdentity(bank, partyId);
    await change(bank, partyId, { addressLine: '2 New Road' });
    expect(await kyc().of(partyId)).toMatchObject({ state: 'pending', level: 'basic' });
    await change(bank, partyId, { fullName: 'Another Name' });
    expect(await kyc().of(partyId)).toMatchObject({ state: 'pending', level: 'none' });
    await bank.platform.outbox.drain();
    expect((await kyc().of(partyId)).checks.screening?.verdict).toBe('not-done');
  });

  it('of the phone only looks for duplicates again', async () => {
    const { partyId } = await customer(bank);
    await verifyIdentity(bank, partyId);
    await change(bank, partyId, { phone: '+4930901820' });
    await bank.platform.outbox.drain();
    expect(await stateOf(partyId)).toBe('verified');
  });

  it('that fails leaves the check as it was', async () => {
    const { partyId } = await customer(bank);
    await verifyIdentity(bank, partyId);
    const stale = { actor: 'test', partyId, version: 1, fields: { fullName: 'Too Late' } };
    await expect(bank.services.customers.update(stale)).rejects.toMatchObject({ kind: 'conflict' });
    expect(await stateOf(partyId)).toBe('verified');
  });
});

describe('nobody', () => {
  it('verifies themselves, a relative or somebody they hold an account with', async () => {
    const { partyId, email } = await customer(bank);
    await withDocuments(bank, partyId);
    const one = { ...(await order(bank, partyId)), risk: 'low' } as const;
    const self = { ...officer, partyId };
    expect(await kyc().verify({ ...one, actor: self })).toMatchObject({ refusal: { code: 'own-file' } });
    const sister = { ...officer, userId: newId() };
    const said = { key: newId(), actor: sister, email, kind: 'sibling', note: '' } as const;
    expect((await bank.services.relations.declare(said)).ok).toBe(true);
    expect(await kyc().verify({ ...one, actor: sister })).toMatchObject({ refusal: { code: 'relative' } });
    expect(await kyc().reject({ ...one, actor: sister, reason: 'x' })).toMatchObject({ refusal: { code: 'relative' } });
    expect(await kyc().askAgain({ ...one, actor: self, reason: 'old' })).toMatchObject({ ok: false });
    expect(await stateOf(partyId)).toBe('pending');
  });

  it('checks their own document, through the documents either', async () => {
    const { partyId } = await customer(bank);
    const staff = await bank.staff('officer', partyId);
    const note = { partyId, kind: 'identity', documentId: newId(), verdict: 'verified', by: staff.userId } as const;
    await expect(kyc().noteDocument(note)).rejects.toMatchObject({ kind: 'forbidden' });
    expect(await stateOf(partyId)).toBe('not-started');
  });
});

describe('what is written down', () => {
  it('holds no personal value outside of what is sealed', async () => {
    const canary = { name: 'Canaria Quetzal', taxId: 'CANARY77001', phone: '+19998887766' };
    const { partyId } = await customer(bank, canary);
    const twin = await customer(bank, { taxId: 'CANARY77001' });
    await withDocuments(bank, partyId);
    const [duplicate] = await kyc().duplicatesOf({ partyId });
    expect(duplicate?.partyId).toBe(twin.partyId);
    const reason = 'canary-reason of the officer';
    const judge = { otherId: twin.partyId, verdict: 'family', reason } as const;
    expect((await kyc().judgeDuplicate({ ...(await order(bank, partyId)), ...judge })).ok).toBe(true);
    expect((await kyc().reject({ ...(await order(bank, partyId)), reason })).ok).toBe(true);
    const { db } = bank.database;
    const found: string[] = [];
    for (const { name } of await db.listCollections({}, { nameOnly: true }).toArray()) {
      const text = JSON.stringify(await db.collection(name).find().toArray(), (_key, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      );
      if (/canar|quetzal|77001|9998887766/i.test(text)) found.push(name);
    }
    expect(found).toEqual([]);
    expect(logLines.join('\n')).not.toMatch(/canar|quetzal|77001|9998887766/i);
    const file = await kyc().file({ partyId, actor: officer });
    expect(file.reasons.decision).toBe(reason);
    expect(file.duplicates[0]?.reason).toBe(reason);
  });
});
