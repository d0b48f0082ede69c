import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { moneyOf, zero } from '#core/money.ts';
import { createApplications } from '#features/loans/applying/application.service.ts';
import { applicationMigrations } from '#features/loans/applying/application.migration.ts';
import { chosenProduct } from '#features/loans/applying/chosen-product.ts';
import { missingSections } from '#features/loans/applying/application-sections.ts';
import type { ApplicationPorts } from '#features/loans/applying/application-progress.ts';
import type { Application } from '#features/loans/index.ts';
import { productMigrations } from '#features/products/index.ts';
import { openTestBank, type TestBank } from '#test/portal.ts';
import { sendPapers } from '#test/papers.ts';
import { answer, business, employment, newDraft, personal, terms, unsecured, vehicle } from './application-builders.ts';

let bank: TestBank;
const declared = { truthful: true, creditBureau: true };

beforeAll(async () => {
  bank = await openTestBank();
});
afterAll(() => bank.close());

const stored = () => bank.database.db.collection<Application>('applications');

function withPorts(ports: ApplicationPorts) {
  const { customers, products } = bank.services;
  return createApplications(bank.platform, { customers, products, ports });
}

describe('what others hold of an application', () => {
  it('stands in the way of sending it, each thing by its name', async () => {
    const draft = await newDraft(bank, 'business');
    const complete = await answer(bank, draft, [
      ...unsecured.slice(0, 4),
      { section: 'business', answers: business },
      { section: 'terms', answers: { ...terms, purpose: 'Stock' } },
    ]);
    const missing = { code: 'guarantor-needed' } as const;
    let isReady = false;
    let voided = 0;
    const applications = withPorts({
      people: {
        missing: () => Promise.resolve(isReady ? [] : [missing]),
        of: () => Promise.resolve([{ state: 'joined' }, { state: 'declined' }]),
        submissionGuards: () => Promise.resolve([]),
        voidOldConsents: () => Promise.resolve((voided += 1)),
      },
      documents: { missing: () => Promise.resolve(isReady ? [] : [{ label: 'Registration of the business' }]) },
      words: () => Promise.resolve('Please send the newer statements.'),
    });
    const order = { ...draft.who, applicationId: complete._id };
    expect(await applications.submit({ ...order, version: complete.version, declared })).toEqual({
      ok: false,
      refusal: { code: 'incomplete', sections: [], people: [missing], documents: ['Registration of the business'] },
    });
    expect(await applications.progress(complete)).toMatchObject({ taking: 1, papers: true, words: undefined });
    expect(await applications.progress({ ...complete, state: 'returned' })).toMatchObject({
      words: 'Please send the newer statements.',
    });
    const input = { section: 'terms', answers: { ...terms, purpose: 'Growth' } } as const;
    const again = await applications.saveSection({ ...order, version: complete.version, ...input });
    expect([again.ok, voided]).toEqual([true, 1]);
    isReady = true;
    expect(await applications.submit({ ...order, version: complete.version + 1, declared })).toMatchObject({
      ok: true,
    });
  });

  it('is committed with it: a consent taken back in between refuses the sending', async () => {
    const draft = await newDraft(bank);
    const complete = await answer(bank, draft, unsecured);
    const applications = withPorts({
      people: {
        missing: () => Promise.resolve([]),
        of: () => Promise.resolve([]),
        submissionGuards: () =>
          Promise.resolve([
            { collection: 'participants', kind: 'update', filter: { _id: 'gone' }, change: { $inc: { version: 1 } } },
          ]),
        voidOldConsents: () => Promise.resolve(0),
      },
    });
    const order = { ...draft.who, applicationId: complete._id, version: complete.version, declared };
    await expect(applications.submit(order)).rejects.toMatchObject({ kind: 'conflict' });
    expect(await stored().findOne({ _id: complete._id })).toMatchObject({ state: 'draft', consents: [] });
  });
});

describe('the consents', () => {
  it('are kept with their words, and marketing is only given where it was ticked', async () => {
    const draft = await newDraft(bank);
    const complete = await answer(bank, draft, unsecured);
    await sendPapers(bank, complete);
    const order = { ...draft.who, applicationId: complete._id, version: complete.version, declared };
    const sent = await bank.services.applications.submit(order);
    expect(sent.ok && sent.value.consents.map(({ name, given }) => [name, given])).toEqual([
      ['truthful', true],
      ['credit-bureau', true],
      ['marketing', false],
    ]);
  });
});

describe('answers of every kind', () => {
  it('are read back as they were given', async () => {
    const car = await newDraft(bank, 'vehicle');
    const withCar = await answer(bank, car, [{ section: 'vehicle', answers: vehicle }]);
    expect(await bank.services.applications.openSection(withCar, 'vehicle')).toEqual(vehicle);
    const shop = await newDraft(bank, 'business');
    const withShop = await answer(bank, shop, [{ section: 'business', answers: business }]);
    expect(await bank.services.applications.openSection(withShop, 'business')).toEqual(business);
  });
});

describe('applications of before', () => {
  it('lose nothing: obligations move, new questions are asked, and terms get their rhythm', async () => {
    const draft = await newDraft(bank);
    const {
      otherIncomes: _kinds,
      employerAddress: _address,
      employerPhone: _phone,
      contract: _contract,
      education: _education,
      workYears: _workYears,
      ...known
    } = employment;
    const old = { ...known, obligations: moneyOf(67_891n) };
    const { nationality: _nationality, ...person } = personal;
    const seal = async (field: string, value: object) => {
      const text = JSON.stringify(value, (_name, one: unknown) => (typeof one === 'bigint' ? one.toString() : one));
      const place = { collection: 'applications', document: draft.application._id, field };
      return { sealed: await bank.platform.vault.seal(draft.partyId, place, text), savedAt: new Date('2026-01-02') };
    };
    const { frequency: _frequency, ...oldTerms } = terms;
    await stored().updateOne({ _id: draft.application._id }, {
      $set: {
        'sections.personal': await seal('personal', person),
        'sections.employment': await seal('employment', old),
        'sections.terms': { ...oldTerms, savedAt: new Date('2026-01-02') },
      },
      $unset: {
        security: '',
        forBusiness: '',
        'sections.obligations': '',
        'sections.vehicle': '',
        'sections.business': '',
      },
    } as never);
    const migrations = applicationMigrations(bank.platform.vault);
    for (const migration of [...migrations, ...migrations]) await migration.run(bank.database);
    const { applications, products } = bank.services;
    const found = await applications.findOwn(draft.partyId, draft.application._id);
    if (!found) throw new Error('The application is gone');
    expect(found).toMatchObject({ security: 'none', forBusiness: false });
    expect(found.sections.terms?.frequency).toEqual({ every: 1, unit: 'month' });
    expect(missingSections(found)).toEqual(['personal', 'employment', 'obligations', 'bank']);
    expect(await applications.openSection(found, 'personal')).toEqual({ ...person, nationality: '' });
    const unasked = { home: null, savings: null, otherAssets: null };
    const moved = { rows: [{ kind: 'other', payee: 'All together', monthly: 67_891n, balance: zero }], ...unasked };
    expect(await applications.openSection(found, 'obligations')).toEqual(moved);
    expect(await applications.openSection(found, 'employment')).toMatchObject({
      monthlyIncome: known.monthlyIncome,
      otherIncomes: { other: known.otherIncome },
      ...{ education: null, workYears: null },
    });
    // Saving employment anew, which has no place for the amount any more, does not lose it either.
    const saved = await answer(bank, { ...draft, application: found }, [
      { section: 'employment', answers: employment },
    ]);
    expect(await applications.openSection(saved, 'obligations')).toEqual(moved);
    expect(missingSections(saved)).toEqual(['personal', 'obligations', 'bank']);
    const product = await products.version(found.productVersionId);
    expect(product && chosenProduct(product, found)).toEqual(product);
  });
});

describe('products of before', () => {
  it('keep what they asked for, and those of the first day get their needs as a new version', async () => {
    const versions = bank.database.db.collection('productVersions');
    const needs = ['security', 'forBusiness', 'frequencies', 'documents', 'participants'];
    const before = await bank.services.products.newest();
    // Of a bank that has changed its vehicle loan: that one is left as it is.
    for (const { _id, code, security } of before)
      await versions.updateOne(
        { _id: _id as never },
        {
          $set: { secured: security === 'property', ...(code === 'vehicle' ? { version: 3 } : {}) },
          $unset: Object.fromEntries(needs.map((name) => [name, ''])),
        },
      );
    for (const migration of [...productMigrations('USD'), ...productMigrations('USD')])
      await migration.run(bank.database);
    const { products } = bank.services;
    const now = await versions.find().sort({ code: 1, version: 1 }).toArray();
    expect(now.map(({ code, version, security }): unknown[] => [code, version, security])).toEqual([
      ['business', 1, 'none'],
      ['business', 2, 'none'],
      ['home', 1, 'property'],
      ['home', 2, 'property'],
      ['personal', 1, 'none'],
      ['personal', 2, 'none'],
      // The first migration finds no first version of this one any more and puts it there.
      ['vehicle', 1, 'vehicle'],
      ['vehicle', 3, 'none'],
    ]);
    expect(now.some((version) => 'secured' in version)).toBe(false);
    expect(await products.newestByCode('home')).toMatchObject({
      version: 2,
      mostTranches: 3,
      participants: { mostCoApplicants: 3, guarantor: 'allowed' },
    });
    expect((await products.history('personal', { page: 1, size: 5 })).total).toBe(2);
  });
});
