import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { moneyOf } from '#core/money.ts';
import { applicationMigrations } from '#features/loans/applying/application.migration.ts';
import { openWords } from '#features/loans/offer/agreed-words.ts';
import { noticeRow } from '#features/notices/index.ts';
import { commitTogether } from '#platform/companion.ts';
import { whereStored } from '#test/dump.ts';
import { openTestBank, type TestBank } from '#test/portal.ts';
import { maker, offered, promised, putConditions, stored } from './underwriting-builders.ts';

let bank: TestBank;
beforeAll(async () => {
  bank = await openTestBank();
  // Before anybody reads the product, which is kept once it is read.
  await collection('productVersions').updateMany({ code: 'personal' }, { $set: { mostTranches: 3 } });
});
afterAll(() => bank.close());

const collection = (name: string) => bank.database.db.collection<{ _id: string }>(name);
const wordsOf = async (id: string) => openWords(bank.platform.vault, await stored(bank, id));

describe('The words of an offer of before', () => {
  /** As it lay there: in the open, on the application, and quoted in a notice. */
  async function before(change: object = {}) {
    const file = await offered(bank);
    const { _id } = file.application;
    const conditions = [
      { id: 'c-1', text: 'Fell the oak at 5 Wordcanary Lane', met: null },
      { id: 'c-2', text: 'Bring Mrs Wordcanary', met: { by: 'officer-1', at: new Date(), note: null } },
    ];
    const tranches = [
      { n: 1, amount: 900_000n, stage: '', paid: { key: 'k', on: '2026-03-17' } },
      { n: 2, amount: 600_000n, stage: 'The roof of Wordcanary house is on', paid: null },
    ];
    await collection('applications').updateOne({ _id }, { $set: { conditions, tranches, ...change } });
    const title = 'A condition of your loan is met';
    const quoted = { partyId: file.partyId, title, text: 'Bring Mrs Wordcanary. 1 more to go.', href: '/' };
    await commitTogether(bank.database, [noticeRow(bank.platform.outbox, quoted)]);
    await bank.platform.outbox.drain();
    return { ...file, _id, conditions, tranches };
  }

  async function migrate() {
    // It may run again after a crash: the second time there is nothing left to do.
    const migrations = applicationMigrations(bank.platform.vault);
    for (const migration of [...migrations, ...migrations]) await migration.run(bank.database);
  }

  it('are sealed where they stood, and gone from notices and the outbox; everything else stays', async () => {
    const { _id, partyId, conditions, tranches } = await before();
    expect(await whereStored(bank.database.db, ['wordcanary'])).toHaveLength(3);
    await migrate();
    expect(await whereStored(bank.database.db, ['wordcanary'])).toEqual([]);
    const { plan, ...words } = await wordsOf(_id);
    expect(words.conditions).toEqual(conditions);
    expect(plan).toEqual(tranches);
    const { notices } = await bank.services.notices.list(partyId, { page: 1, size: 20 });
    expect(notices.map(({ text }) => text)).toContain('The page of your offer says which one.');
  });

  it('are gone for good where the customer’s data were erased', async () => {
    const { _id, partyId } = await before();
    await collection('dataKeys').deleteOne({ _id: partyId });
    await migrate();
    expect(await whereStored(bank.database.db, ['wordcanary'])).toEqual([]);
    const now = await stored(bank, _id);
    expect(now.conditions.map(({ text }) => text.text)).toEqual(['', '']);
    expect(now.tranches.map(({ stage }) => stage?.text)).toEqual([undefined, '']);
  });

  it('that are sealed already stay as they are', async () => {
    const file = await offered(bank);
    await putConditions(bank, file.application._id, ['Insure the home']);
    const { conditions } = await stored(bank, file.application._id);
    await migrate();
    expect((await stored(bank, file.application._id)).conditions).toEqual(conditions);
  });
});

describe('The words of an offer', () => {
  it('are bound to their place: those of another condition or another application do not open', async () => {
    const file = await offered(bank);
    const [first = '', second = ''] = await putConditions(bank, file.application._id, ['Insure it', 'Sell it']);
    const application = await stored(bank, file.application._id);
    const [one, two] = application.conditions;
    if (!one || !two) throw new Error('There are two');
    const swapped = [
      { ...one, text: two.text },
      { ...two, text: one.text },
    ];
    await expect(openWords(bank.platform.vault, { ...application, conditions: swapped })).rejects.toThrow('open');
    const { conditions } = await wordsOf(application._id);
    expect(conditions.map(({ id, text }) => [id, text])).toEqual([
      [first, 'Insure it'],
      [second, 'Sell it'],
    ]);
  });

  it('stand in no notice when a condition is met', async () => {
    const file = await offered(bank);
    const { _id: applicationId } = file.application;
    const [conditionId = ''] = await putConditions(bank, applicationId, ['Bring Wordcanary the second']);
    const { version } = await stored(bank, applicationId);
    const met = { actor: maker, applicationId, version, conditionId, note: 'Seen' };
    expect(await bank.services.payouts.meet(met)).toMatchObject({ ok: true });
    await bank.platform.outbox.drain();
    expect(await promised(bank, file.partyId)).toContain('A condition of your loan is met');
    expect(await whereStored(bank.database.db, ['wordcanary'])).toEqual([]);
  });

  it('of a plan are read by those who may, and lie sealed', async () => {
    const file = await offered(bank);
    const { _id: applicationId, version } = file.application;
    const parts = [
      { amount: moneyOf(900_000n), stage: '' },
      { amount: moneyOf(600_000n), stage: 'Wordcanary built the roof' },
    ];
    expect(await bank.services.payouts.plan({ actor: maker, applicationId, version, parts })).toMatchObject({
      ok: true,
    });
    expect(await whereStored(bank.database.db, ['wordcanary'])).toEqual([]);
    const { words } = await bank.services.payouts.file(applicationId, maker);
    expect(words.plan.map(({ stage }) => stage)).toEqual(['', 'Wordcanary built the roof']);
    const review = await bank.services.underwriting.findOffer(file.partyId, applicationId);
    expect(review?.facts.tranches.map(({ stage }) => stage)).toEqual(['', 'Wordcanary built the roof']);
  });
});
