import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { createPolicyVersions } from '#features/risk/policy/policy-versions.service.ts';
import { policyMigration } from '#features/risk/policy/policy.migration.ts';
import { foundingPolicy } from '#features/risk/policy/founding.ts';
import { openTestBank, type TestBank } from '#test/portal.ts';
import { asked, askedFor, checker, maker, saved, staffMember, withDebtLimit } from './policy-builders.ts';

let bank: TestBank;
beforeAll(async () => {
  bank = await openTestBank();
});
afterAll(() => bank.close());

const policies = () => bank.services.risk.policies;
const approvals = () => bank.services.approvals;
const referOf = async () =>
  (await policies().live()).content.rules.find(({ code }) => code === 'debt-to-income')?.refer;
const total = async () => (await policies().list({ page: 1, size: 1 })).total;

describe('the credit policy', () => {
  it('is there from the first day, once', async () => {
    expect(await policies().live()).toEqual({ version: 1, content: foundingPolicy('USD') });
    await policyMigration('USD').run(bank.database);
    expect(await total()).toBe(1);
    expect(await policies().version(1)).toMatchObject({ publishedBy: null, restores: null });
    expect(await policies().version(2)).toBeUndefined();
    expect(await policies().draft()).toBeUndefined();
  });

  it('changes by a second person only, who wrote nothing of it, and is live at once', async () => {
    const version = await saved(bank, withDebtLimit('35'), staffMember('helper'));
    expect(version).toBe(1);
    const request = await askedFor(bank, withDebtLimit('38'));
    expect(await approvals().approve({ ...request, checker: staffMember('maker') })).toMatchObject({
      refusal: { code: 'own-request' },
    });
    const helper = await approvals().approve({ ...request, checker: staffMember('helper') });
    expect(helper).toMatchObject({
      refusal: { code: 'not-possible', message: expect.stringContaining('You wrote') as string },
    });
    expect(await approvals().approve({ ...request, checker: staffMember('analyst', 'analyst') })).toMatchObject({
      refusal: { code: 'not-allowed' },
    });
    expect(await referOf()).toBe('40');
    const again = await approvals().find(request.id);
    if (!again) throw new Error('The request is gone');
    expect(await approvals().approve({ ...again, checker })).toMatchObject({ ok: true });
    expect(await referOf()).toBe('38');
    expect(await policies().version(2)).toMatchObject({
      publishedBy: { userId: 'checker' },
      asked: { userId: 'maker' },
    });
    expect(await policies().draft()).toBeUndefined();
    const trail = await bank.platform.audit.list({ page: 1, size: 9, subjectId: request.key });
    expect(trail.entries.map(({ action }) => action)).toEqual(['credit-policy-published']);
  });

  it('is one version where several publish at once', async () => {
    const request = await askedFor(bank, withDebtLimit('37'));
    const outcomes = await Promise.all(
      ['a', 'b', 'c', 'd'].map((who) => approvals().approve({ ...request, checker: staffMember(who) })),
    );
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await total()).toBe(3);
    expect(await referOf()).toBe('37');
  });

  it('is known to other instances within five seconds', async () => {
    const other = createPolicyVersions(bank.platform);
    expect((await other.live()).version).toBe(3);
    const request = await askedFor(bank, withDebtLimit('36'));
    await approvals().approve({ ...request, checker });
    expect((await policies().live()).version).toBe(4);
    await wait(5_100);
    expect((await other.live()).version).toBe(4);
  }, 15_000);

  it('goes back to an earlier version by two people, under a new number', async () => {
    expect((await policies().restore({ number: 1, actor: maker })).ok).toBe(true);
    expect(await policies().draft()).toMatchObject({ restores: 1, basedOn: 4 });
    expect(await policies().restore({ number: 2, actor: maker })).toMatchObject({ refusal: { code: 'draft-open' } });
    const request = await asked(bank, 1);
    expect(request.title).toContain('version 1 again');
    expect(await policies().restore({ number: 2, actor: maker })).toMatchObject({ refusal: { code: 'asked-for' } });
    expect(await approvals().approve({ ...request, checker })).toMatchObject({ ok: true });
    expect(await policies().live()).toEqual({ version: 5, content: foundingPolicy('USD') });
    expect((await policies().version(5))?.restores).toBe(1);
    expect((await policies().list({ page: 1, size: 2 })).versions.map(({ version }) => version)).toEqual([5, 4]);
    for (const number of [5, 6, 0])
      await expect(policies().restore({ number, actor: maker })).rejects.toMatchObject({ kind: 'not-found' });
  });
});

describe('a draft', () => {
  it('is begun once by two at the same time, and refuses a form of before', async () => {
    const outcomes = await Promise.allSettled([1, 2, 3].map((n) => saved(bank, withDebtLimit(String(30 + n)))));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const base = await policies().base();
    const order = { base, content: base.content, part: 'limits', actor: maker };
    await expect(policies().save({ ...order, version: 0 })).rejects.toMatchObject({ kind: 'conflict' });
    await expect(policies().discard({ version: 7, actor: maker })).rejects.toMatchObject({ kind: 'conflict' });
    expect((await policies().discard({ version: 1, actor: maker })).ok).toBe(true);
    await expect(policies().discard({ version: 1, actor: maker })).rejects.toMatchObject({ kind: 'not-found' });
    expect(await policies().draft()).toBeUndefined();
  });

  it('is not asked for where it changes nothing or cannot be published, and waits unchanged when it was', async () => {
    const order = (version: number) => ({ id: newId(), version, reason: 'To see', actor: maker });
    await saved(bank, (content) => content);
    expect(await policies().askForPublication(order(1))).toMatchObject({
      refusal: { message: expect.stringContaining('says what the live policy says') as string },
    });
    await saved(bank, (content) => ({ ...content, rules: [] }));
    expect(await policies().askForPublication(order(2))).toMatchObject({
      refusal: { message: expect.stringContaining('nothing was asked for') as string },
    });
    expect(await policies().pending()).toBeUndefined();
    const { content } = await policies().live();
    await saved(bank, () => withDebtLimit('33')(content));
    const request = await asked(bank, 3);
    const base = await policies().base();
    const locked = { refusal: { code: 'asked-for', requestId: request.id } };
    expect(await policies().save({ base, version: 3, content, part: 'rules', actor: maker })).toMatchObject(locked);
    expect(await policies().discard({ version: 3, actor: maker })).toMatchObject(locked);
    // As if somebody had changed it past the service: what was asked for is not what is there.
    await bank.database.db.collection('creditPolicyDrafts').updateOne({ state: 'open' }, { $inc: { version: 1 } });
    expect(await approvals().approve({ ...request, checker })).toMatchObject({ refusal: { code: 'not-possible' } });
    expect((await policies().live()).version).toBe(5);
    await approvals().withdraw({ id: request.id, version: (await approvals().find(request.id))?.version ?? 0, maker });
    await policies().discard({ version: 4, actor: maker });
  });

  it('and the versions are found by an index', async () => {
    const { db } = bank.database;
    const plans = [
      await db.collection('creditPolicies').find().sort({ version: -1 }).limit(1).explain('queryPlanner'),
      await db.collection('creditPolicies').find({ version: 2 }).explain('queryPlanner'),
      await db.collection('creditPolicyDrafts').find({ state: 'open' }).explain('queryPlanner'),
    ];
    for (const plan of plans) {
      const { winningPlan } = (plan as { queryPlanner: { winningPlan: unknown } }).queryPlanner;
      const text = JSON.stringify(winningPlan, (_name, value: unknown) =>
        typeof value === 'bigint' ? Number(value) : value,
      );
      expect(text).toContain('IXSCAN');
      expect(text).not.toContain('COLLSCAN');
    }
  });
});
