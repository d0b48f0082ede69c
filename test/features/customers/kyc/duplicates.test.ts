import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestBank, type TestBank } from '#test/portal.ts';
import { verifyIdentity } from '#test/verified.ts';
import { holderFilter } from '#features/customers/kyc/duplicates.service.ts';
import { sharedBankFilter } from '#features/loans/applying/shared-bank.ts';
import { compliance, customer, officer, order, recordOf, withDocuments, planOf } from './kyc-builders.ts';

let bank: TestBank;
beforeAll(async () => {
  bank = await openTestBank();
});
afterAll(() => bank.close());
const kyc = () => bank.services.kyc;

describe('customers who share something', () => {
  it('are found by tax id, phone and both, of profiles and of what applications declare', async () => {
    const one = await customer(bank, { taxId: 'AB-12 345', phone: '+12025550001' });
    const two = await customer(bank, { taxId: 'ab12345', phone: '+12025550002' });
    const three = await customer(bank, { phone: '+1 (202) 555-0001' });
    const four = await customer(bank);
    await kyc().start({ partyId: four.partyId, by: 'x', declared: { taxId: 'AB12345', phone: '+12025550001' } });
    const shared = async (query: Parameters<ReturnType<typeof kyc>['duplicatesOf']>[0]) =>
      new Map((await kyc().duplicatesOf(query)).map((each) => [each.partyId, each.shares]));
    const expected: [string, string[]][] = [
      [two.partyId, ['tax-id']],
      [four.partyId, ['tax-id', 'phone']],
      [three.partyId, ['phone']],
    ];
    expect(await shared({ partyId: one.partyId })).toEqual(new Map(expected));
    const fresh = await customer(bank);
    expect((await shared({ partyId: fresh.partyId })).size).toBe(0);
    expect((await shared({ partyId: fresh.partyId, taxId: 'AB 12345' })).size).toBe(3);
    await expect(kyc().duplicatesOf({ partyId: 'nobody' })).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('keep each other from being verified by a tax id, until somebody has decided', async () => {
    const [one, two] = [await customer(bank, { taxId: 'TWIN-001' }), await customer(bank, { taxId: 'TWIN-001' })];
    await withDocuments(bank, one.partyId);
    const refused = await kyc().verify({ ...(await order(bank, one.partyId)), risk: 'low' });
    expect(refused).toMatchObject({ refusal: { code: 'checks-missing', missing: ['duplicates'] } });
    const judge = { otherId: two.partyId, verdict: 'family', reason: 'Sisters, a slip of the pen' } as const;
    expect((await kyc().judgeDuplicate({ ...(await order(bank, one.partyId)), ...judge })).ok).toBe(true);
    expect((await kyc().verify({ ...(await order(bank, one.partyId)), risk: 'low' })).ok).toBe(true);
    // The verdict is about both: the other one is not asked again.
    await verifyIdentity(bank, two.partyId);
    expect((await kyc().of(two.partyId)).state).toBe('verified');
  });

  it('are seen at the last moment: one who came after the check was made', async () => {
    const one = await customer(bank, { taxId: 'LATE-0001' });
    await withDocuments(bank, one.partyId);
    expect((await kyc().of(one.partyId)).level).toBe('full');
    await customer(bank, { taxId: 'LATE-0001' });
    const refused = await kyc().verify({ ...(await order(bank, one.partyId)), risk: 'low' });
    expect(refused).toMatchObject({ refusal: { missing: ['duplicates'] } });
  });

  it('that are suspected block both, and only compliance or a senior takes it back', async () => {
    const [one, two] = [await customer(bank, { taxId: 'FRAUD-01' }), await customer(bank, { taxId: 'FRAUD-01' })];
    await kyc().start({ partyId: one.partyId, by: 'x' });
    await verifyIdentity(bank, two.partyId);
    const judge = { otherId: two.partyId, verdict: 'fraud-suspected', reason: 'The same face' } as const;
    expect((await kyc().judgeDuplicate({ ...(await order(bank, one.partyId)), ...judge })).ok).toBe(true);
    await bank.platform.outbox.drain();
    expect(await kyc().of(two.partyId)).toMatchObject({ state: 'pending', level: 'none' });
    const back = { otherId: two.partyId, verdict: 'coincidence', reason: 'No' } as const;
    expect(await kyc().judgeDuplicate({ ...(await order(bank, one.partyId)), ...back })).toMatchObject({
      refusal: { code: 'not-allowed' },
    });
    const by = { ...(await order(bank, one.partyId)), actor: compliance };
    expect((await kyc().judgeDuplicate({ ...by, ...back })).ok).toBe(true);
    await bank.platform.outbox.drain();
    expect((await kyc().of(two.partyId)).state).toBe('verified');
  });

  it('are judged once by two at the same moment, and only where they share something', async () => {
    const [one, two] = [await customer(bank, { taxId: 'RACE-001' }), await customer(bank, { taxId: 'RACE-001' })];
    await kyc().start({ partyId: one.partyId, by: 'x' });
    const by = await order(bank, one.partyId);
    const outcomes = await Promise.all(
      (['family', 'same-person', 'coincidence'] as const).map((verdict) =>
        kyc().judgeDuplicate({ ...by, otherId: two.partyId, verdict, reason: 'Racing' }),
      ),
    );
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    const stranger = await customer(bank);
    const wrong = { otherId: stranger.partyId, verdict: 'family', reason: 'x' } as const;
    await expect(kyc().judgeDuplicate({ ...(await order(bank, one.partyId)), ...wrong })).rejects.toMatchObject({
      kind: 'not-found',
    });
    const own = { ...officer, partyId: two.partyId };
    const mine = { ...(await order(bank, one.partyId)), actor: own, otherId: two.partyId } as const;
    expect(await kyc().judgeDuplicate({ ...mine, verdict: 'family', reason: 'x' })).toMatchObject({ ok: false });
    expect((await recordOf(bank, one.partyId)).history.filter(({ what }) => what === 'duplicate-judged')).toHaveLength(
      1,
    );
  });

  it('are looked up in an index', async () => {
    const { db } = bank.database;
    const plans = [
      db.collection('parties').find({ taxIdIndex: { $in: ['a', 'b'] } }),
      db.collection('parties').find({ phoneIndex: { $in: ['a', 'b'] } }),
      db.collection('kycRecords').find({ taxIdIndex: { $in: ['a', 'b'] } }),
      db.collection('kycRecords').find({ phoneIndex: { $in: ['a', 'b'] } }),
      db.collection('applications').find({ bankIndex: { $in: ['a', 'b'] } }),
      db.collection('applications').find({ partyId: 'a' }).sort({ createdAt: -1 }),
    ];
    expect(Object.keys(holderFilter('taxIdIndex', ['a']))).toEqual(['taxIdIndex']);
    expect(Object.keys(sharedBankFilter(['a']))).toEqual(['bankIndex']);
    for (const plan of plans) {
      const winning = await planOf(plan);
      expect(winning).toContain('IXSCAN');
      expect(winning).not.toContain('COLLSCAN');
    }
  });
});
