import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dateOf } from '#core/calendar.ts';
import { newId } from '#core/ids.ts';
import { moneyOf } from '#core/money.ts';
import { rateOf } from '#core/rate.ts';
import { firstTerms } from '#features/products/default-terms.ts';
import { productTermsMigration } from '#features/products/product.migration.ts';
import { termsOfVersion } from '#features/products/product.model.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { askedFor, checker, maker, personalTerms, published, staffMember } from './product-builders.ts';

let portal: TestPortal;
beforeAll(async () => {
  portal = await openPortal();
  await portal.setDay('2026-03-02');
});
afterAll(() => portal.close());

const fixed = (percent: string) => ({ rate: { kind: 'fixed' as const, annualRate: rateOf(percent) } });
const services = () => portal.services;

describe('publication', () => {
  it('makes the next version live by a second person, and leaves what is pinned', async () => {
    const { products, approvals } = services();
    const before = await products.liveByCode('personal');
    const request = await askedFor(portal, 'personal', fixed('10.25'));
    expect(await approvals.approve({ ...request, checker: maker })).toMatchObject({ refusal: { code: 'own-request' } });
    expect((await products.liveByCode('personal'))?.version).toBe(1);
    expect(await approvals.approve({ ...request, checker })).toMatchObject({ ok: true });
    const after = await products.liveByCode('personal');
    expect(after).toMatchObject({ version: 2, annualRate: '10.25', feePercent: '1', publishedOn: '2026-03-02' });
    expect(await products.version(before?._id ?? '')).toEqual(before);
    expect(await products.drafts.find('personal')).toBeUndefined();
    const history = await products.history('personal', { page: 1, size: 10 });
    expect(history.versions.map(({ version }) => version)).toEqual([2, 1]);
    const trail = await portal.platform.audit.list({ page: 1, size: 5, subjectId: after?._id ?? '' });
    expect(trail.entries.map(({ action }) => action)).toEqual(['product-published']);
  });

  it('gives one version where two publish at once, and where the process died after publishing', async () => {
    const { products, approvals } = services();
    const request = await askedFor(portal, 'home', fixed('6.1'));
    const outcomes = await Promise.all(
      ['a', 'b', 'c', 'd'].map((who) => approvals.approve({ ...request, checker: staffMember(who) })),
    );
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect((await products.history('home', { page: 1, size: 10 })).total).toBe(2);
    // As if it had been killed before the request was marked.
    const again = await askedFor(portal, 'home', fixed('6.2'));
    await approvals.approve({ ...again, checker });
    await portal.database.db.collection<{ _id: string }>('approvals').updateOne(
      { _id: again.id },
      {
        $set: {
          state: 'pending',
          decision: null,
          decidedAt: null,
          attempt: { checker: { ...checker, partyId: null }, note: null, at: new Date(0) },
        },
      },
    );
    await approvals.tidy();
    expect((await approvals.find(again.id))?.state).toBe('approved');
    expect((await products.history('home', { page: 1, size: 10 })).total).toBe(3);
  });

  it('publishes what was asked for, and refuses where the draft or the live version moved', async () => {
    const { products, approvals } = services();
    const request = await askedFor(portal, 'vehicle', fixed('8'));
    const drafts = products.drafts;
    const locked = await drafts.save({ code: 'vehicle', version: 1, terms: personalTerms(), actor: maker });
    expect(locked).toMatchObject({ refusal: { code: 'asked-for', requestId: request.id } });
    expect(await drafts.discard({ code: 'vehicle', version: 1, actor: maker })).toMatchObject({
      refusal: { code: 'asked-for' },
    });
    await portal.database.db
      .collection('productDrafts')
      .updateOne({ code: 'vehicle', state: 'open' }, { $inc: { version: 1 } });
    const refused = await approvals.approve({ ...request, checker });
    expect(refused).toMatchObject({ refusal: { code: 'not-possible' } });
    expect((await products.liveByCode('vehicle'))?.version).toBe(1);
    expect((await approvals.find(request.id))?.state).toBe('pending');
  });

  it('takes a new product with a code of its own, and withdraws it from offer', async () => {
    const { products } = services();
    expect(await products.drafts.isFree('gold-loan')).toBe(true);
    for (const code of ['personal', 'new', 'base-rates', 'Gold', 'a b', '', '-x', 'x'.repeat(31)])
      expect([code, await products.drafts.isFree(code)]).toEqual([code, false]);
    const version = await published(portal, 'gold-loan', { name: 'Gold loan', method: 'bullet', maxInstalments: 12 });
    expect(version).toMatchObject({ code: 'gold-loan', version: 1 });
    expect((await products.live()).map(({ code }) => code)).toEqual([
      'personal',
      'home',
      'vehicle',
      'business',
      'gold-loan',
    ]);
    const estimate = products.estimate(version, {
      amount: moneyOf(500_000n),
      instalments: 12,
      disbursedOn: dateOf('2026-03-02'),
    });
    expect(estimate.ok && estimate.value.rows.at(-1)?.principal).toBe(500_000n);
    await published(portal, 'gold-loan', { offered: false });
    expect(await products.liveByCode('gold-loan')).toBeUndefined();
    expect((await products.newestByCode('gold-loan'))?.version).toBe(2);
    const page = await portal.visitor().get('/services');
    expect(page.text).not.toContain('Gold loan');
  });
});

describe('drafts', () => {
  it('are kept once for two who begin at the same time, and say so to the other', async () => {
    const { drafts } = services().products;
    const outcomes = await Promise.allSettled(
      [1, 2, 3].map((n) =>
        drafts.save({ code: 'business', version: 0, terms: { ...personalTerms(), name: `By ${n}` }, actor: maker }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ kind: 'conflict' });
    await expect(
      drafts.save({ code: 'business', version: 7, terms: personalTerms(), actor: maker }),
    ).rejects.toMatchObject({ kind: 'conflict' });
    expect((await drafts.discard({ code: 'business', version: 1, actor: maker })).ok).toBe(true);
    expect(await drafts.find('business')).toBeUndefined();
  });

  it('are refused with the sentence where a loan of them could not be repaid', async () => {
    const terms = {
      ...personalTerms(),
      fees: [
        {
          code: 'processing' as const,
          when: 'disbursement' as const,
          taxPercent: rateOf('0'),
          amount: moneyOf(100_000n),
        },
      ],
    };
    const refused = await services().products.drafts.save({ code: 'business', version: 0, terms, actor: maker });
    expect(refused).toMatchObject({ refusal: { code: 'invalid', faults: [{ field: 'fee1Value' }] } });
    expect(await services().products.drafts.find('business')).toBeUndefined();
  });
});

describe('base rates', () => {
  const order = (change: object = {}) => ({
    id: newId(),
    code: 'prime',
    name: 'Prime',
    from: '2026-01-01',
    annualRate: '7.5',
    maker,
    reason: 'The central bank moved',
    ...change,
  });
  it('count from their day once a second person confirmed them, and move products that float', async () => {
    const { products, approvals } = services();
    const floating = { rate: { kind: 'floating' as const, base: 'prime', spread: rateOf('1.25') } };
    const unknown = await products.drafts.save({
      code: 'business',
      version: 0,
      terms: { ...personalTerms(), ...floating },
      actor: maker,
    });
    expect(unknown).toMatchObject({ refusal: { code: 'invalid', faults: [{ field: 'base' }] } });
    const first = await products.baseRates.ask(order());
    if (!first.ok) throw new Error(first.refusal.message);
    expect(await products.baseRates.list()).toEqual([]);
    expect(await approvals.approve({ ...first.value, checker: maker })).toMatchObject({
      refusal: { code: 'own-request' },
    });
    expect((await approvals.approve({ ...first.value, checker })).ok).toBe(true);
    const version = await published(portal, 'business', floating);
    expect(version.annualRate).toBe('8.75');

    expect(await products.baseRates.ask(order({ from: '2026-02-01' }))).toMatchObject({ refusal: { field: 'from' } });
    const next = await products.baseRates.ask(order({ from: '2026-03-10', annualRate: '8' }));
    if (!next.ok) throw new Error(next.refusal.message);
    await Promise.all(['x', 'y'].map((who) => approvals.approve({ ...next.value, checker: staffMember(who) })));
    expect(await products.baseRates.list()).toHaveLength(2);
    expect(await products.rateOn(version, dateOf('2026-03-09'))).toBe('8.75');
    expect(await products.rateOn(version, dateOf('2026-03-10'))).toBe('9.25');
    expect(await products.baseRates.steps(version)).toEqual([
      { from: '2026-01-01', annualRate: '8.75' },
      { from: '2026-03-10', annualRate: '9.25' },
    ]);
    await portal.setDay('2026-03-12');
    expect((await products.liveByCode('business'))?.annualRate).toBe('9.25');
    expect((await products.version(version._id))?.annualRate).toBe('9.25');
    const late = await products.baseRates.ask(order({ from: '2026-03-13', annualRate: '8.1' }));
    if (!late.ok) throw new Error(late.refusal.message);
    await portal.setDay('2026-03-14');
    expect(await approvals.approve({ ...late.value, checker })).toMatchObject({ refusal: { code: 'not-possible' } });
  });
});

describe('versions of before', () => {
  it('get the terms they were lent by, and the same figures', async () => {
    const versions = portal.database.db.collection<{ _id: string }>('productVersions');
    const { products } = services();
    const [whole] = (await products.history('personal', { page: 1, size: 10 })).versions.slice(-1);
    if (!whole) throw new Error('The first version is gone');
    const { _id, ...rest } = (await portal.database.db
      .collection('productVersions')
      .findOne({ _id: whole._id as never })
      .then((found) => found ?? {})) as Record<string, unknown>;
    const added = Object.keys(firstTerms({ annualRate: '1', feePercent: '1' }));
    const old = Object.fromEntries(Object.entries(rest).filter(([name]) => !added.includes(name)));
    await versions.replaceOne({ _id: _id as string }, { ...old, code: 'former', version: 1 });
    await productTermsMigration.run(portal.database);
    await productTermsMigration.run(portal.database);
    const migrated = await products.newestByCode('former');
    if (!migrated) throw new Error('The former version cannot be read');
    // There was no cooling-off time before.
    expect(termsOfVersion(migrated)).toEqual({ ...termsOfVersion(whole), coolingOffDays: 0 });
    const asked = {
      amount: moneyOf(1_800_000n),
      instalments: 36,
      disbursedOn: dateOf('2026-01-31'),
      annualRate: '9.6',
    };
    const cost = products.estimate(migrated, asked);
    expect(cost).toMatchObject({
      ok: true,
      value: { instalment: 57_743n, fee: 18_000n, totalInterest: 278_767n, aprPercent: '10.29' },
    });
  });

  it('are found by an index', async () => {
    const records = portal.database.db.collection('productVersions');
    const plans = [
      await records.find({ code: 'personal' }).sort({ version: -1 }).explain('queryPlanner'),
      await records.find({ version: 1 }).explain('queryPlanner'),
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
