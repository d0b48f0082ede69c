import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dateOf } from '#core/calendar.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { verifyIdentity } from '#test/verified.ts';
import { customer, noticesTo, order, recordOf, withDocuments, planOf } from './kyc-builders.ts';

let bank: TestPortal;
beforeAll(async () => {
  bank = await openPortal();
});
afterAll(() => bank.close());
const kyc = () => bank.services.kyc;
const warning = 'Your identity check ends soon';
const ending = 'Your identity check has ended';
const told = async (partyId: string) => (await noticesTo(bank, partyId)).slice(1);

async function closeDay(date: string, from?: string) {
  await bank.setDay(date);
  let cursor = from;
  const failures: unknown[] = [];
  const [step] = kyc().daySteps();
  await step?.run({
    ...{ date: dateOf(date), cursor: from, signal: new AbortController().signal },
    check: () => undefined,
    explain: (error) => String(error),
    progress: (advance) => {
      cursor = advance.cursor ?? cursor;
      failures.push(...(advance.failures ?? []));
      return Promise.resolve();
    },
  });
  expect(failures).toEqual([]);
  return cursor;
}

describe('the morning of a day', () => {
  it('warns once thirty days before, and ends once on the day', async () => {
    await bank.setDay('2026-03-17');
    const { partyId } = await customer(bank);
    await verifyIdentity(bank, partyId);
    await closeDay('2028-02-14');
    expect(await told(partyId)).toEqual([]);
    await closeDay('2028-02-15');
    await closeDay('2028-02-15');
    await closeDay('2028-02-16');
    expect(await told(partyId)).toEqual([warning]);
    expect((await recordOf(bank, partyId)).state).toBe('verified');
    await closeDay('2028-03-15');
    expect((await recordOf(bank, partyId)).state).toBe('verified');
    await Promise.all([closeDay('2028-03-16'), closeDay('2028-03-16')]);
    await closeDay('2028-03-17');
    expect(await told(partyId)).toEqual([warning, ending]);
    const { state, history } = await recordOf(bank, partyId);
    expect([state, history.filter(({ what }) => what === 'expired').length]).toEqual(['expired', 1]);
  });

  it('ends one that was never warned of, where days were missed', async () => {
    await bank.setDay('2026-04-01');
    const { partyId } = await customer(bank);
    await verifyIdentity(bank, partyId);
    await closeDay('2029-01-01');
    expect(await told(partyId)).toEqual([ending]);
  });

  it('leaves one alone that was renewed in time, and warns again the next time', async () => {
    await bank.setDay('2026-05-01');
    const { partyId } = await customer(bank);
    await verifyIdentity(bank, partyId);
    await closeDay('2028-04-05');
    await bank.setDay('2028-04-10');
    const early = await kyc().verify({ ...(await order(bank, partyId)), risk: 'high' });
    expect(early).toMatchObject({ refusal: { code: 'checks-missing', missing: ['identity', 'address'] } });
    await withDocuments(bank, partyId);
    expect((await kyc().verify({ ...(await order(bank, partyId)), risk: 'high' })).ok).toBe(true);
    await closeDay('2028-05-02');
    expect(await kyc().of(partyId)).toMatchObject({ state: 'verified', reverifyOn: '2028-10-10' });
    await closeDay('2028-09-20');
    expect((await noticesTo(bank, partyId)).filter((title) => title === warning)).toHaveLength(2);
  });

  it('is come back from with new documents after the end', async () => {
    await bank.setDay('2026-06-01');
    const { partyId } = await customer(bank);
    await verifyIdentity(bank, partyId);
    await closeDay('2028-06-01');
    expect((await kyc().of(partyId)).state).toBe('expired');
    await withDocuments(bank, partyId);
    expect((await kyc().of(partyId)).state).toBe('expired');
    expect((await kyc().verify({ ...(await order(bank, partyId)), risk: 'low' })).ok).toBe(true);
    expect((await kyc().of(partyId)).state).toBe('verified');
  });

  it('works through many in pages, and goes on from its cursor', async () => {
    await bank.setDay('2026-07-01');
    const { partyId } = await customer(bank);
    await verifyIdentity(bank, partyId);
    const record = await recordOf(bank, partyId);
    const many = Array.from({ length: 450 }, (_, index) => ({
      ...record,
      _id: `bulk-${String(index).padStart(4, '0')}`,
      reverifyOn: index % 2 === 0 ? '2028-07-01' : '2028-07-02',
      warnedFor: '2028-07-02',
    }));
    const records = bank.database.db.collection<{ _id: string }>('kycRecords');
    await records.insertMany(many);
    await closeDay('2028-07-02');
    expect(await records.countDocuments({ _id: /^bulk-/, state: 'expired' })).toBe(450);
    await records.deleteMany({ _id: /^bulk-/ });
  });

  it('finds its work in an index', async () => {
    const found = bank.database.db
      .collection('kycRecords')
      .find({ state: 'verified', reverifyOn: { $lte: '2028-07-02' } })
      .sort({ reverifyOn: 1, _id: 1 });
    const plan = await planOf(found);
    expect(plan).toContain('IXSCAN');
    expect(plan).not.toMatch(/COLLSCAN|"stage":"SORT"/);
  });
});
