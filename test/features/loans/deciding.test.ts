import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { moneyOf } from '#core/money.ts';
import { rateOf } from '#core/rate.ts';
import type { Actor } from '#core/roles.ts';
import { createApprovals } from '#features/approvals/index.ts';
import { createUnderwriting } from '#features/loans/underwriting/underwriting.service.ts';
import type { LendingPorts } from '#features/loans/underwriting/file/lending-parts.ts';
import { openTestBank, type TestBank } from '#test/portal.ts';
import { approvedTerms, audited, footprint, stored, submitted } from './underwriting-builders.ts';

let bank: TestBank;
beforeAll(async () => {
  bank = await openTestBank();
});
afterAll(() => bank.close());

const staff = (userId: string, role: Actor['roles'][number], partyId?: string): Actor => ({
  ...{ userId, partyId, roles: [role], branchId: 'head-office', displayName: userId },
});
const officer = staff('officer-1', 'officer');
const senior = staff('senior-1', 'senior-officer');
const otherSenior = staff('senior-2', 'senior-officer');
const homeTerms = {
  amount: moneyOf(20_000_000n),
  ...{ annualRate: rateOf('6.9'), instalments: 240, note: 'The rate was agreed' },
};
const underwriting = () => bank.services.underwriting;

type File = Awaited<ReturnType<typeof submitted>>;
const orderOf = (file: File, actor: Actor) => ({
  ...{ actor, applicationId: file.application._id, version: file.application.version },
});

async function proposeOn(file: File, maker: Actor, change: { conditions?: string[]; key?: string } = {}) {
  const { key = newId(), conditions = ['Deed of Canary house shown'] } = change;
  const proposed = { outcome: 'approve' as const, ...homeTerms, conditions };
  return underwriting().propose({ ...orderOf(file, maker), key, note: 'Canary reason of the maker', proposed });
}

async function request(id: string) {
  const found = await bank.services.approvals.find(id);
  if (!found) throw new Error('The request is gone');
  return found;
}

const decide = async (id: string, checker: Actor) =>
  bank.services.approvals.approve({ id, version: (await request(id)).version, checker });

describe('Authority', () => {
  it('stops an officer above their limit, and nothing changes; a senior may', async () => {
    const file = await submitted(bank, 'home');
    const before = await footprint(bank);
    const refused = await underwriting().approve({ ...orderOf(file, officer), ...homeTerms });
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'above-authority', needed: 'senior-officer' } });
    expect(await footprint(bank)).toEqual(before);
    expect((await underwriting().approve({ ...orderOf(file, senior), ...homeTerms })).ok).toBe(true);
  });

  it('counts what the customer is promised already', async () => {
    const file = await submitted(bank);
    const applications = bank.database.db.collection<{ _id: string }>('applications');
    const promisedTo = await stored(bank, file.application._id);
    await applications.insertOne({
      ...promisedTo,
      _id: newId(),
      ...{ reference: `R-${newId()}`, state: 'offered', offer: { amount: 1_500_000n } },
    });
    const refused = await underwriting().approve({ ...orderOf(file, officer), ...approvedTerms });
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'above-authority', room: 1_000_000n } });
  });
});

describe('A recommendation', () => {
  it('waits for a second person, who decides in their own name; its maker cannot', async () => {
    const file = await submitted(bank, 'home');
    const key = newId();
    const asked = await proposeOn(file, officer, { key });
    expect(asked).toEqual({ ok: true, value: { requestId: key } });
    expect(await proposeOn(file, officer, { key })).toEqual(asked);
    expect(await stored(bank, file.application._id)).toMatchObject({ state: 'proposed', decision: null });
    const now = { ...orderOf(file, senior), version: file.application.version + 1 };
    const around = await underwriting().approve({ ...now, ...homeTerms });
    expect(around).toMatchObject({ ok: false, refusal: { code: 'proposed' } });
    expect(await decide(key, { ...officer, roles: ['senior-officer'] })).toMatchObject({
      ok: false,
      refusal: { code: 'own-request' },
    });
    expect(await decide(key, senior)).toEqual({ ok: true, value: 'approved' });
    expect(await decide(key, senior)).toEqual({ ok: true, value: 'approved' });
    const application = await stored(bank, file.application._id);
    expect(application).toMatchObject({
      state: 'offered',
      offer: { amount: homeTerms.amount, annualRate: homeTerms.annualRate },
      decision: { by: 'senior-1', proposedBy: 'officer-1', approvalId: key },
      conditions: [{ met: null }],
    });
    expect((await audited(bank, application._id)).slice(-2)).toEqual([
      'application-recommended',
      'application-approved',
    ]);
    const review = await underwriting().findForReview(application._id, senior);
    expect(review?.note).toBe('Canary reason of the maker');
    expect(review?.agreed.conditions).toMatchObject([{ text: 'Deed of Canary house shown', met: null }]);
  });

  it('that is not followed gives the file back with the words, and its conditions are gone', async () => {
    const file = await submitted(bank, 'home');
    const key = newId();
    await proposeOn(file, officer, { key });
    const { version } = await request(key);
    const reason = 'Ask for the valuation first';
    const rejected = await bank.services.approvals.reject({ id: key, version, checker: senior, reason });
    expect(rejected.ok).toBe(true);
    const application = await stored(bank, file.application._id);
    expect(application).toMatchObject({ state: 'submitted', conditions: [], decision: null });
    const work = await bank.services.desk.fileWork({ actor: officer, applicationId: application._id });
    expect(work.notes.map(({ text, by }) => ({ text, by }))).toEqual([{ text: reason, by: 'senior-1' }]);
    const again = await proposeOn({ ...file, application }, officer);
    expect(again.ok).toBe(true);
  });

  it('above one senior’s authority needs two seniors', async () => {
    const file = await submitted(bank, 'home');
    const applications = bank.database.db.collection<{ _id: string }>('applications');
    const copy = await stored(bank, file.application._id);
    await applications.insertOne({
      ...copy,
      _id: newId(),
      ...{ reference: `R-${newId()}`, state: 'offered', offer: { amount: 90_000_000n } },
    });
    const alone = await underwriting().approve({ ...orderOf(file, senior), ...homeTerms });
    expect(alone).toMatchObject({ ok: false, refusal: { code: 'above-authority', needed: 'two-seniors' } });
    const byOfficer = newId();
    await proposeOn(file, officer, { key: byOfficer });
    expect(await decide(byOfficer, senior)).toMatchObject({ ok: false, refusal: { code: 'not-possible' } });
    const { version } = await request(byOfficer);
    await bank.services.approvals.withdraw({ id: byOfficer, version, maker: officer });
    const application = await stored(bank, file.application._id);
    const bySenior = newId();
    await proposeOn({ ...file, application }, senior, { key: bySenior });
    expect(await decide(bySenior, otherSenior)).toEqual({ ok: true, value: 'approved' });
  });

  it('and a decision at the same moment: one of them', async () => {
    const file = await submitted(bank, 'home');
    const outcomes = await Promise.allSettled([
      proposeOn(file, officer),
      underwriting().reject({ ...orderOf(file, senior), reason: 'debt-too-high' }),
      underwriting().approve({ ...orderOf(file, otherSenior), ...homeTerms }),
    ]);
    expect(outcomes.filter((one) => one.status === 'fulfilled' && one.value.ok)).toHaveLength(1);
    const open = await bank.services.approvals.pendingOf({ type: 'application', id: file.application._id });
    const { state } = await stored(bank, file.application._id);
    expect(open).toHaveLength(state === 'proposed' ? 1 : 0);
  });

  it('to decline keeps every reason, the first one first', async () => {
    const file = await submitted(bank);
    const key = newId();
    const proposed = {
      ...{ outcome: 'reject' as const, reason: 'debt-too-high' as const },
      moreReasons: ['own-loans-late' as const, 'debt-too-high' as const],
    };
    await underwriting().propose({ ...orderOf(file, officer), key, note: 'Because', proposed });
    expect((await decide(key, senior)).ok).toBe(true);
    expect((await stored(bank, file.application._id)).decision).toMatchObject({
      ...{ outcome: 'rejected', reason: 'debt-too-high', reasons: ['debt-too-high', 'own-loans-late'] },
    });
  });

  it('is no way around one’s own file', async () => {
    const file = await submitted(bank, 'home');
    const self = staff('officer-self', 'officer', file.partyId);
    expect(await proposeOn(file, self)).toMatchObject({ ok: false, refusal: { code: 'own-application' } });
    const key = newId();
    await proposeOn(file, officer, { key });
    const selfSenior = staff('senior-self', 'senior-officer', file.partyId);
    expect(await decide(key, selfSenior)).toMatchObject({ ok: false, refusal: { code: 'own-file' } });
    expect((await stored(bank, file.application._id)).state).toBe('proposed');
  });
});

describe('What has to be there first', () => {
  it('is an identity that was not rejected, and everybody’s yes', async () => {
    const file = await submitted(bank);
    const { platform, services } = bank;
    const joined = {
      role: 'co-applicant' as const,
      partyId: 'p-2',
      state: 'joined',
      name: 'Co',
      sections: {},
      consents: [],
    };
    const cases: [LendingPorts, string][] = [
      [{ kyc: { of: () => Promise.resolve({ state: 'rejected' }) } }, 'kyc-rejected'],
      [{ participants: { answers: () => Promise.resolve([joined]) } }, 'people-incomplete'],
    ];
    const before = await footprint(bank);
    for (const [ports, code] of cases) {
      const desk = createUnderwriting(platform, { ...services, approvals: createApprovals(platform), ports });
      const refused = await desk.approve({ ...orderOf(file, officer), ...approvedTerms });
      expect(refused).toMatchObject({ ok: false, refusal: { code } });
    }
    expect(await footprint(bank)).toEqual(before);
  });

  it('lets nobody decide who applies with them', async () => {
    const file = await submitted(bank);
    const { platform, services } = bank;
    const me = {
      role: 'guarantor' as const,
      partyId: 'p-3',
      state: 'complete',
      name: 'Me',
      sections: {},
      consents: [],
    };
    const ports: LendingPorts = { participants: { answers: () => Promise.resolve([me]) } };
    const desk = createUnderwriting(platform, { ...services, approvals: createApprovals(platform), ports });
    const refused = await desk.approve({ ...orderOf(file, staff('o', 'officer', 'p-3')), ...approvedTerms });
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'co-applicant' } });
  });
});

describe('A contested decision', () => {
  const contest = (file: File, version: number, who = file.who) =>
    underwriting().declines.contest({
      ...{ ...who, applicationId: file.application._id, version, text: 'Canary words of the contest' },
    });

  async function declined() {
    const file = await submitted(bank);
    const rejected = await underwriting().reject({ ...orderOf(file, senior), reason: 'income-too-low' });
    if (!rejected.ok) throw new Error('The test application was not declined');
    return { ...file, application: rejected.value };
  }

  it('goes to a senior who did not decide before, once, and the second decision is final', async () => {
    const file = await declined();
    const contested = await contest(file, file.application.version);
    expect(contested.ok).toBe(true);
    const application = await stored(bank, file.application._id);
    expect(application).toMatchObject({
      ...{ state: 'submitted', level: 'senior', decision: null, assignee: null },
      contest: { against: { by: 'senior-1', reason: 'income-too-low' } },
    });
    expect(JSON.stringify(application.contest)).not.toContain('Canary');
    const again = orderOf({ ...file, application }, senior);
    const barred = await underwriting().approve({ ...again, ...approvedTerms });
    expect(barred).toMatchObject({ ok: false, refusal: { code: 'decided-before' } });
    const byOfficer = await underwriting().approve({ ...again, actor: officer, ...approvedTerms });
    expect(byOfficer).toMatchObject({ ok: false, refusal: { code: 'senior-only' } });
    const review = await underwriting().findForReview(application._id, otherSenior);
    expect(review?.contestText).toBe('Canary words of the contest');
    const final = await underwriting().reject({ ...again, actor: otherSenior, reason: 'income-too-low' });
    if (!final.ok) throw new Error('The second decision was refused');
    expect(await contest(file, final.value.version)).toMatchObject({ refusal: { code: 'contested-before' } });
    const told = await underwriting().declines.find(file.partyId, application._id);
    expect(told?.notice.contestUntil).toBeNull();
  });

  it('is refused after thirty days, to somebody else, and where nothing was declined', async () => {
    const file = await declined();
    const stranger = await submitted(bank);
    await expect(contest(file, file.application.version, stranger.who)).rejects.toMatchObject({ kind: 'not-found' });
    const open = await contest(stranger, stranger.application.version);
    expect(open).toMatchObject({ refusal: { code: 'not-declined' } });
    await bank.database.db
      .collection<{ _id: string }>('applications')
      .updateOne({ _id: file.application._id }, { $set: { 'decision.at': new Date('2020-01-01') } });
    expect(await contest(file, file.application.version)).toMatchObject({ refusal: { code: 'too-late' } });
    expect((await stored(bank, file.application._id)).state).toBe('rejected');
  });
});
