import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { present } from '#core/assert.ts';
import { assess } from '#features/risk/index.ts';
import { valuesOf } from '#features/risk/judging/judgement.ts';
import { recordsMigration } from '#features/risk/records/records.migration.ts';
import { scoreRow } from '#features/loans/scoring/score-rows.ts';
import type { OpenedRecord } from '#features/risk/records/record.ts';
import { recordCollection, type StoredRecord } from '#features/risk/records/record.model.ts';
import { commitTogether } from '#platform/companion.ts';
import { whereStored } from '#test/dump.ts';
import { openTestBank, type TestBank } from '#test/portal.ts';
import { approvedTerms, offered, officer, paidOut, stored as readAnew, submitted } from './underwriting-builders.ts';

let bank: TestBank;
beforeAll(async () => {
  bank = await openTestBank();
});
afterAll(() => bank.close());

const stored = () => bank.database.db.collection<StoredRecord>(recordCollection);
const of = (applicationId: string) => bank.services.risk.records.of(applicationId);

/** An offer on an application whom the bureau told of first, as it is where nobody decides within the second. */
async function reportedOffer() {
  const file = await submitted(bank);
  await bank.platform.outbox.drain();
  const { _id: applicationId, version } = await readAnew(bank, file.application._id);
  const approved = await bank.services.underwriting.approve({
    ...{ actor: officer, applicationId, version, note: '' },
    ...approvedTerms,
  });
  if (!approved.ok) throw new Error(`The test application was not approved: ${approved.refusal.code}`);
  return { ...file, application: approved.value };
}

/** As if the key had been destroyed: what was sealed under it opens no more. */
async function eraseKeyOf(applicationId: string): Promise<void> {
  const key = 'destroyed';
  await stored().updateMany({ applicationId }, { $set: { 'evidence.key': key, 'facts.key': key } });
  const sections = ['personal', 'employment', 'obligations', 'bank'];
  const sealed = Object.fromEntries(sections.map((name) => [`sections.${name}.sealed.key`, key]));
  const change = { $set: { ...sealed, partyId: key } };
  await bank.database.db.collection<{ _id: string }>('applications').updateOne({ _id: applicationId }, change);
}

describe('What the model and the policy said of an application', () => {
  it('is kept when it is sent, with every column’s source, and asks the bureau for it', async () => {
    const { application } = await submitted(bank);
    await bank.platform.outbox.drain();
    const [record, ...others] = await of(application._id);
    expect(others).toEqual([]);
    expect(record).toMatchObject({ moment: 'submitted', stage: 'application', amount: 1_800_000n, months: 36 });
    expect(record).toMatchObject({ fault: null, decision: null, loanId: null, policyVersion: 1, challenger: null });
    expect(record?.scored?.grade).toMatch(/^[A-E]$/);
    const { evidence, facts } = present(record, 'The record');
    expect(evidence?.EducationLevel).toMatchObject({ value: 'Bachelor', source: 'answer of the applicant' });
    expect(evidence?.CreditScore).toMatchObject({ source: 'credit report of the applicant' });
    expect(evidence?.Experience?.value).toBe(12);
    expect(evidence?.LoanPurpose?.value).toBe('Home');
    expect(evidence?.HomeOwnershipStatus?.value).toBe('Rent');
    expect(evidence?.AnnualIncome?.value).toBe(119_999.88);
    expect(evidence?.InterestRate).toMatchObject({ value: null, source: 'no rate is offered yet' });
    for (const one of Object.values(evidence ?? {})) expect(one.asOf ?? '2026-01-01').toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(facts).toMatchObject({ loanToValue: 'none', amount: { known: '18000.00' }, months: { known: '36' } });
  });

  it('is kept anew when it is decided, by the same model, with what the one with the rate says beside it, and knows the decision and the loan', async () => {
    const file = await reportedOffer();
    const { application } = file;
    const { loanId } = await paidOut(bank, file);
    await bank.platform.outbox.drain();
    const [sent, decided, ...others] = await of(application._id);
    expect(others).toEqual([]);
    const { models } = bank.services.risk.models;
    expect([sent?.model, decided?.model]).toEqual([models.application.sha256, models.application.sha256]);
    expect(sent?.quoted).toBeNull();
    expect(decided?.quoted).toMatchObject({ model: models.quoted.sha256, challenger: null });
    const row = valuesOf(present(decided?.evidence, 'The evidence'));
    const { scorecard } = bank.services.risk.models;
    const [plain, quoted] = (['application', 'quoted'] as const).map((stage) =>
      assess({ model: models[stage], scorecard }, row),
    );
    expect(decided?.scored?.approvalProbability).toBe(plain?.ok && plain.value.approvalProbability);
    expect(decided?.quoted?.approvalProbability).toBe(quoted?.ok && quoted.value.approvalProbability);
    expect(decided?.quoted?.approvalProbability).not.toBe(decided?.scored?.approvalProbability);
    expect(decided?.facts?.approvalProbability).toEqual({
      known: ((decided?.scored?.approvalProbability ?? 0) * 100).toFixed(4),
    });
    expect(decided).toMatchObject({ moment: 'decided', stage: 'application', amount: 1_500_000n, months: 24 });
    expect(decided?.evidence?.InterestRate).toMatchObject({ value: 0.109, source: 'terms offered' });
    for (const record of [sent, decided]) expect(record).toMatchObject({ decision: 'approved', loanId });
  });

  it('is by that model too where it is declined', async () => {
    const file = await submitted(bank);
    const { _id: applicationId, version } = file.application;
    const order = { actor: officer, applicationId, version, reason: 'debt-too-high' } as const;
    expect((await bank.services.underwriting.reject(order)).ok).toBe(true);
    await bank.platform.outbox.drain();
    const decided = (await of(file.application._id)).at(-1);
    const { sha256 } = bank.services.risk.models.models.application;
    expect(decided).toMatchObject({ moment: 'decided', stage: 'application', model: sha256 });
    expect(decided).toMatchObject({ decision: 'declined', quoted: null });
  });

  it('of before is scored anew by that model, once, and its months are counted again', async () => {
    const { application } = await reportedOffer();
    await bank.platform.outbox.drain();
    const want = (await of(application._id)).at(-1);
    if (!want?.quoted) throw new Error('There is no quoted score');
    const { model, challenger: _none, ...word } = want.quoted;
    const _id = `${application._id}.decided`;
    const before = { stage: 'quoted', model, scored: { ...word, expectedRiskScore: 1 }, outcome: 'decline' } as const;
    const asBefore = () => stored().updateOne({ _id }, { $set: before, $unset: { quoted: 1 } });
    const marks = bank.database.db.collection<{ _id: string }>('riskMonthMarks');
    const migration = recordsMigration({ vault: bank.platform.vault, models: bank.services.risk.models });
    await asBefore();
    await marks.insertOne({ _id: '2026-01' });
    await migration.run(bank.database);
    expect((await of(application._id)).at(-1)).toEqual(want);
    expect(await marks.countDocuments()).toBe(0);
    const whole = await stored().find().toArray();
    await marks.insertOne({ _id: '2026-01' });
    await migration.run(bank.database);
    expect(await stored().find().toArray()).toEqual(whole);
    expect(await marks.countDocuments()).toBe(1);
    await asBefore();
    await eraseKeyOf(application._id);
    await migration.run(bank.database);
    expect(await stored().findOne({ _id })).toMatchObject({ stage: 'application', scored: null, quoted: { model } });
  });

  it('is one record a moment, however often and in whatever order it is delivered', async () => {
    const { application } = await submitted(bank);
    const about = (version: number) => ({
      application: { _id: application._id, version },
      moment: 'submitted' as const,
    });
    const rows = await Promise.all([9, 7, 8, 9].map((version) => scoreRow(bank.platform, about(version))));
    await commitTogether(bank.database, rows);
    await Promise.all([bank.platform.outbox.drain(), bank.platform.outbox.drain()]);
    expect(await stored().countDocuments({ applicationId: application._id })).toBe(1);
    expect(await stored().findOne({ applicationId: application._id })).toMatchObject({ sequence: 9 });
    await commitTogether(bank.database, [await scoreRow(bank.platform, about(8))]);
    await bank.platform.outbox.drain();
    expect(await stored().findOne({ applicationId: application._id })).toMatchObject({ sequence: 9 });
  });

  it('lies sealed, is scanned in batches, and is gone with the customer’s key', async () => {
    const { application, partyId } = await offered(bank);
    await bank.platform.outbox.drain();
    const places = await whereStored(bank.database.db, ['119999.88', '9999.99', 'Bachelor']);
    expect(places.filter((place) => place.includes(recordCollection))).toEqual([]);
    await eraseKeyOf(application._id);
    const [record] = await of(application._id);
    expect(record).toMatchObject({ evidence: undefined, facts: undefined, partyId });
    const seen: OpenedRecord[] = [];
    for await (const batch of bank.services.risk.records.scan({ moment: 'submitted', from: '2000-01-01' }))
      seen.push(...batch);
    expect(new Set(seen.map(({ applicationId }) => applicationId)).size).toBe(seen.length);
    expect(seen.length).toBe(await stored().countDocuments({ moment: 'submitted' }));
    // A delivery after the erasure changes nothing and does not fail.
    const again = { application: { _id: application._id, version: 99 }, moment: 'decided' as const };
    await commitTogether(bank.database, [await scoreRow(bank.platform, again)]);
    await bank.platform.outbox.drain();
    expect(await bank.database.db.collection('outbox').countDocuments({ state: { $ne: 'done' } })).toBe(0);
    expect(await stored().countDocuments({ sequence: 99 })).toBe(0);
  });

  it('is found by its indexes', async () => {
    const plans = [
      stored().find().sort({ on: -1, _id: -1 }).limit(20),
      stored()
        .find({ moment: 'decided', on: { $gte: '2026-01-01' } })
        .sort({ on: 1, _id: 1 })
        .limit(200),
    ];
    for (const plan of plans) {
      const told = inspect(await plan.explain('queryPlanner'), { depth: 20 });
      expect(told).toContain("'IXSCAN'");
      expect(told).not.toContain("'SORT'");
    }
  });
});
