import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NameScreener, ScreeningOutcome } from '#features/customers/screening/screening.ts';
import { createListScreener } from '#features/customers/screening/list-screener.ts';
import { createKyc, type Kyc } from '#features/customers/index.ts';
import { noticeRow } from '#features/notices/index.ts';
import { openTestBank, type TestBank } from '#test/portal.ts';
import { change, compliance, customer, officer, recordOf, withDocuments } from './kyc-builders.ts';

const list = createListScreener([
  { entry: 'L-7', name: 'Viktor Sanctionov', birthDate: '1970-05-01' },
  { entry: 'L-8', name: 'Maria Listed' },
]);
let outcome: ScreeningOutcome | 'down' | undefined;
const screener: NameScreener = {
  screen: (person) => {
    if (outcome === 'down') return Promise.reject(new Error('The engine is down'));
    return outcome ? Promise.resolve(outcome) : list.screen(person);
  },
};

let bank: TestBank;
let kyc: Kyc;
beforeAll(async () => {
  bank = await openTestBank();
  const { customers, identity, relations } = bank.services;
  kyc = createKyc(bank.platform, {
    ...{ identity, relations, screener, ownPage: '/profile/identity' },
    // The bank's own service watches already; its outbox rows come to the one that was made last.
    customers: { ...customers, onProfileChange: () => undefined },
    sharingBankAccount: () => Promise.resolve([]),
    notice: (notice, key) => noticeRow(bank.platform.outbox, notice, key),
  });
});
afterAll(() => bank.close());

const verdictOf = async (partyId: string) => (await kyc.of(partyId)).checks.screening?.verdict;
const by = async (partyId: string, actor: Parameters<Kyc['verify']>[0]['actor'] = officer) => ({
  ...{ actor, partyId },
  version: (await recordOf(bank, partyId)).version,
});
const cleared = { verdict: 'cleared', reason: 'Another birthplace: canary-reason' } as const;

describe('screening', () => {
  it('passes who is on no list', async () => {
    const { partyId } = await customer(bank, { name: 'Peter Harmless' });
    await kyc.start({ partyId, by: 'x' });
    expect(await verdictOf(partyId)).toBe('passed');
  });

  it('holds a name that is on a list for review, whatever the birth date, until an officer clears it', async () => {
    const { partyId } = await customer(bank, { name: 'VIKTOR SANCTIONOV', birthDate: '1991-01-01' });
    await withDocuments(bank, partyId);
    await kyc.start({ partyId, by: 'x' });
    expect(await verdictOf(partyId)).toBe('review');
    expect(await kyc.verify({ ...(await by(partyId)), risk: 'low' })).toMatchObject({
      refusal: { code: 'checks-missing', missing: ['screening'] },
    });
    expect((await kyc.judgeMatch({ ...(await by(partyId)), ...cleared })).ok).toBe(true);
    expect((await kyc.verify({ ...(await by(partyId)), risk: 'low' })).ok).toBe(true);
    const { reasons, hits } = await kyc.file({ partyId, actor: officer });
    expect([reasons.screening, hits]).toEqual([
      cleared.reason,
      [{ entry: 'L-7', name: 'Viktor Sanctionov', agreed: 'name' }],
    ]);
    expect(await kyc.judgeMatch({ ...(await by(partyId)), ...cleared })).toMatchObject({
      refusal: { code: 'nothing-to-decide' },
    });
  });

  it('leaves a match with the birth date to a senior officer or compliance', async () => {
    const { partyId } = await customer(bank, { name: 'Viktor Sanctionov', birthDate: '1970-05-01' });
    await kyc.start({ partyId, by: 'x' });
    expect(await kyc.judgeMatch({ ...(await by(partyId)), ...cleared })).toMatchObject({
      refusal: { code: 'not-allowed' },
    });
    const confirmed = { verdict: 'confirmed', reason: 'The same face' } as const;
    expect((await kyc.judgeMatch({ ...(await by(partyId, compliance)), ...confirmed })).ok).toBe(true);
    expect(await verdictOf(partyId)).toBe('failed');
    expect(await kyc.screenAgain(await by(partyId))).toMatchObject({ refusal: { code: 'not-allowed' } });
    expect(await verdictOf(partyId)).toBe('failed');
  });

  it('is done again when the name changes', async () => {
    const { partyId } = await customer(bank, { name: 'Maria Unlisted' });
    await withDocuments(bank, partyId);
    await kyc.start({ partyId, by: 'x' });
    await kyc.verify({ ...(await by(partyId)), risk: 'low' });
    await change(bank, partyId, { fullName: 'Maria Listed' });
    expect((await kyc.of(partyId)).state).toBe('pending');
    await bank.platform.outbox.drain();
    expect(await verdictOf(partyId)).toBe('review');
  });

  it('looks at the name of the application too', async () => {
    const { partyId } = await customer(bank, { name: 'Maria Quiet' });
    await kyc.start({ partyId, by: 'x', declared: { fullName: 'Maria Listed' } });
    expect(await verdictOf(partyId)).toBe('review');
  });

  it('that is down stays open, stops nothing else and can be asked for again', async () => {
    outcome = 'down';
    const { partyId } = await customer(bank, { name: 'Peter Patient' });
    await kyc.start({ partyId, by: 'x' });
    expect((await kyc.of(partyId)).checks).toMatchObject({ age: { verdict: 'passed' } });
    expect(await verdictOf(partyId)).toBeUndefined();
    expect(await kyc.screenAgain(await by(partyId))).toMatchObject({ refusal: { code: 'not-reached' } });
    outcome = { result: 'not-screened', why: 'Not screened: no list of names is loaded.' };
    await kyc.start({ partyId, by: 'x' });
    expect(await verdictOf(partyId)).toBe('not-done');
    const { version } = await recordOf(bank, partyId);
    await kyc.start({ partyId, by: 'x' });
    expect((await recordOf(bank, partyId)).version).toBe(version);
    outcome = undefined;
    await kyc.start({ partyId, by: 'x' });
    expect(await verdictOf(partyId)).toBe('passed');
  });
});
