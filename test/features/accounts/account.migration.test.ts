import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newAccountNumber, newId } from '#core/ids.ts';
import { moneyOf, zero } from '#core/money.ts';
import { prepareBank } from '#src/composition.ts';
import { newBorrower, openTestBank, type TestBank } from '#test/portal.ts';

describe('a bank of before account types and joint holders', () => {
  let bank: TestBank;
  beforeAll(async () => {
    bank = await openTestBank();
  });
  afterAll(() => bank.close());

  /** An account as the portal kept it before, and the database as it was then. */
  async function formerAccount(partyId: string, ordinal: number): Promise<string> {
    const id = newId();
    const { db } = bank.database;
    const place = { collection: 'accounts', document: id, field: 'name' };
    await bank.services.ledger.open([
      {
        ...{ id, name: 'Customer deposit account', kind: 'liability', currency: 'USD', branchId: 'head-office' },
        owner: { type: 'account', id },
        floor: zero,
      },
    ]);
    await db.collection<{ _id: string }>('accounts').insertOne({
      ...{ _id: id, number: newAccountNumber(), partyId, ordinal, branchId: 'head-office', kind: 'current' },
      ...{ name: await bank.platform.vault.seal(partyId, place, 'Everyday'), currency: 'USD', state: 'open' },
      ...{ version: 1, openedOn: '2025-06-01' },
    });
    return id;
  }

  it('is brought to the current account’s type and limits, and its owners hold their accounts', async () => {
    const { db } = bank.database;
    const person = await newBorrower(bank);
    const ids = [await formerAccount(person.partyId, 1), await formerAccount(person.partyId, 2)];
    const accounts = db.collection('accounts');
    await accounts.dropIndex('openPlaces');
    await accounts.createIndexes([{ key: { partyId: 1, ordinal: 1 }, unique: true }]);
    await db.collection('accountTypes').deleteMany({});
    await db.collection<{ _id: string }>('migrations').deleteOne({ _id: 'account-types-and-holders' });

    await prepareBank(bank);
    const limits = { perTransfer: moneyOf(2_500_000n), perDay: moneyOf(5_000_000n) };
    expect(await bank.services.accounts.listOwn(person.partyId)).toMatchObject(
      ids.map((id) => ({
        id,
        name: 'Everyday',
        kind: 'current',
        typeId: 'current-1',
        owned: true,
        joint: false,
        limits,
      })),
    );
    const indexes = Object.keys(await accounts.indexInformation());
    expect(indexes).toContain('openPlaces');
    expect(indexes).not.toContain('partyId_1_ordinal_1');
    // The bank's own books stay without limits.
    const cash = (await bank.services.ledger.balances(['bank:cash:USD'])).get('bank:cash:USD');
    expect(cash?.limits).toEqual({ perTransfer: null, perDay: null });
  });

  it('may be prepared again, also after a crash in between, and nothing that was changed since is touched', async () => {
    const { db } = bank.database;
    const types = db.collection<{ _id: string; annualRate: string }>('accountTypes');
    await types.updateOne({ _id: 'savings-1' }, { $set: { annualRate: '2.75' } });
    await db.collection<{ _id: string }>('migrations').deleteOne({ _id: 'account-types-and-holders' });
    await prepareBank(bank);
    expect((await types.findOne({ _id: 'savings-1' }))?.annualRate).toBe('2.75');
    expect(await types.countDocuments()).toBe(2);
  });
});
