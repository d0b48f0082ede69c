import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { planOf } from '../kyc/kyc-builders.ts';
import { newBorrower, openPortal, type TestPortal } from '#test/portal.ts';

let portal: TestPortal;
beforeAll(async () => {
  portal = await openPortal();
});
afterAll(() => portal.close());
const relations = () => portal.services.relations;
const form = (email: string, more: Record<string, string> = {}) => ({
  key: newId(),
  email,
  kind: 'sibling',
  note: '',
  ...more,
});

describe('relations', () => {
  it('are oneself, those declared or registered, and nobody else', async () => {
    const [own, sister, stranger] = [await newBorrower(portal), await newBorrower(portal), await newBorrower(portal)];
    const staff = { userId: newId(), partyId: own.partyId };
    const between = (...ids: string[]) => relations().between(staff, ids);
    expect(await between()).toBeUndefined();
    expect(await between(stranger.partyId, own.partyId)).toBe('self');
    expect(await between(sister.partyId)).toBeUndefined();
    const order = { actor: staff, ...form(sister.email), kind: 'sibling' } as const;
    expect((await relations().declare(order)).ok).toBe(true);
    expect(await between(stranger.partyId, sister.partyId)).toBe('relative');
    expect(await between(stranger.partyId)).toBeUndefined();
    expect(await relations().between({ userId: newId(), partyId: undefined }, [sister.partyId])).toBeUndefined();
    await expect(between(...Array.from({ length: 201 }, () => newId()))).rejects.toMatchObject({ kind: 'internal' });
  });

  it('are made by holding an account together, and end with it', async () => {
    const [own, partner] = [await newBorrower(portal), await newBorrower(portal)];
    const opened = await portal.services.accounts.open({ actor: 'x', partyId: own.partyId, name: 'Ours' });
    if (!opened.ok) throw new Error('No account');
    const accounts = portal.database.db.collection<{ _id: string; holders: string[] }>('accounts');
    const staff = { userId: newId(), partyId: own.partyId };
    expect(await relations().between(staff, [partner.partyId])).toBeUndefined();
    await accounts.updateOne({ _id: opened.value.id }, { $push: { holders: partner.partyId } });
    expect(await relations().between(staff, [partner.partyId])).toBe('relative');
    await accounts.updateOne({ _id: opened.value.id }, { $pull: { holders: partner.partyId } });
    expect(await relations().between(staff, [partner.partyId])).toBeUndefined();
  });

  it('are declared once, however often a form is sent', async () => {
    const { email, partyId } = await newBorrower(portal);
    const staff = await portal.staff('finance');
    const sent = form(email, { note: 'canary-note' });
    const order = { ...sent, actor: { userId: staff.userId, partyId: undefined }, kind: 'sibling' } as const;
    const answers = await Promise.all([1, 2, 3].map(() => relations().declare(order)));
    expect(answers.map(({ ok }) => ok)).toEqual([true, true, true]);
    expect((await staff.post('/staff/relations', sent)).status).toBe(303);
    const again = await staff.post('/staff/relations', form(email));
    expect([again.status, again.text.includes('on the list already')]).toEqual([409, true]);
    expect((await staff.get('/staff/relations')).text).toContain('canary-note');
    const stored = await portal.database.db.collection('staffRelations').find({ partyId }).toArray();
    expect(stored).toHaveLength(1);
    expect(JSON.stringify(stored)).not.toContain('canary');
    const trail = await portal.database.db.collection('auditEntries').find().toArray();
    expect(JSON.stringify(trail, (_k, v: unknown) => (typeof v === 'bigint' ? String(v) : v))).not.toContain('canary');
  });

  it('say what is wrong at the field', async () => {
    const own = await newBorrower(portal);
    const staff = await portal.staff('officer', own.partyId);
    const said = async (fields: Record<string, string>) => {
      const { status, text } = await staff.post('/staff/relations', fields);
      return [status, /invalid-feedback[\s\S]*?<\/span>([^<]+)<\/span>/.exec(text)?.[1]?.trim()];
    };
    expect(await said(form('nobody@example.test'))).toEqual([
      409,
      expect.stringContaining('No customer has this address'),
    ]);
    expect(await said(form(own.email))).toEqual([409, expect.stringContaining('This is the same person')]);
    expect(await said(form('not an address'))).toEqual([422, expect.stringContaining('Enter an e-mail address')]);
    expect((await said(form(own.email, { kind: 'boss' })))[0]).toBe(422);
  });

  it('of everybody are kept by compliance, who end none of their own', async () => {
    const customer = await newBorrower(portal, 'Rita Related');
    const [officer, compliance] = [await portal.staff('officer'), await portal.staff('compliance')];
    const sent = form(customer.email, { staffEmail: officer.email });
    expect((await officer.post('/staff/relations/register', sent)).status).toBe(403);
    expect((await compliance.post('/staff/relations/register', sent)).status).toBe(303);
    const nobody = await compliance.post(
      '/staff/relations/register',
      form(customer.email, { staffEmail: customer.email }),
    );
    expect([nobody.status, nobody.text.includes('No member of staff')]).toEqual([409, true]);
    expect(await relations().between({ userId: officer.userId, partyId: undefined }, [customer.partyId])).toBe(
      'relative',
    );
    expect((await officer.get('/staff/relations?show=all')).text).not.toContain('Everybody');
    expect((await compliance.get('/staff/relations?show=all')).text).toContain('Rita Related');
    const end = (who: typeof officer, version = '1') => who.post(`/staff/relations/${sent.key}/end`, { version });
    expect((await end(officer)).status).toBe(403);
    expect((await end(compliance, '7')).status).toBe(409);
    expect((await end(compliance)).status).toBe(303);
    expect((await end(compliance)).status).toBe(404);
    expect(
      await relations().between({ userId: officer.userId, partyId: undefined }, [customer.partyId]),
    ).toBeUndefined();
    const own = form(customer.email);
    await compliance.post('/staff/relations', own);
    expect((await compliance.post(`/staff/relations/${own.key}/end`, { version: '1' })).status).toBe(403);
  });

  it('are for staff only', async () => {
    const borrower = await portal.borrower();
    expect((await borrower.get('/staff/relations')).status).toBe(403);
    expect((await borrower.post('/staff/relations', form(borrower.email))).status).toBe(403);
  });

  it('are asked for by an index', async () => {
    const asked = portal.database.db
      .collection('staffRelations')
      .find({ userId: 'x', state: 'active', partyId: { $in: ['a', 'b'] } });
    const plan = await planOf(asked);
    expect(plan).not.toContain('COLLSCAN');
  });
});
