import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fundedAccount } from '#test/ledger-builders.ts';
import { testDatabaseUri } from '#test/mongod.ts';
import { openTestBank, type TestBank } from '#test/portal.ts';
import { expectWholeTransfers, fundedCents, postAndKill } from '../faults/kill-app.ts';
import { deliverMails } from '../faults/mails.ts';

const kills = 50;

describe('F7: the app is killed in mid-transfer, fifty times', () => {
  let bank: TestBank;
  const uri = testDatabaseUri();
  beforeAll(async () => {
    bank = await openTestBank({ uri });
  });
  afterAll(() => bank.close());

  it('and no transfer is there by half; its mail is handed over at least once and arrives once', async () => {
    const accounts = { from: await fundedAccount(bank, fundedCents), to: await fundedAccount(bank, 0n) };
    const app = { uri, ...accounts, mails: 'deliver' } as const;
    const acknowledged: string[] = [];
    for (let round = 1; round <= kills; round += 1)
      acknowledged.push(...(await postAndKill(app, 5 + Math.floor(Math.random() * 80))));
    await expectWholeTransfers(bank, app, acknowledged);

    const { db } = bank.database;
    const { outbox } = bank.platform;
    deliverMails({ database: bank.database, outbox });
    // What a killed deliverer had in hand is taken again once its lease of a minute is over.
    const pending = async () => {
      await outbox.drain();
      return db.collection('outbox').countDocuments({ state: { $ne: 'done' } });
    };
    await expect.poll(pending, { timeout: 120_000, interval: 1_000 }).toBe(0);
    const rows = await db.collection<{ _id: string }>('outbox').find().toArray();
    const handedOver = await db.collection<{ row: string }>('handedOver').find().toArray();
    const letterbox = await db.collection<{ _id: string }>('letterbox').find().toArray();
    const all = new Set(rows.map(({ _id }) => _id));
    expect(new Set(handedOver.map(({ row }) => row))).toEqual(all);
    expect(new Set(letterbox.map(({ _id }) => _id))).toEqual(all);
    expect(letterbox).toHaveLength(rows.length);
    process.stderr.write(
      `F7: ${JSON.stringify({ kills, acknowledged: acknowledged.length, mails: rows.length, handedOver: handedOver.length })}\n`,
    );
  });
});
