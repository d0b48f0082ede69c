import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fundedAccount } from '#test/ledger-builders.ts';
import { testDatabaseUri } from '#test/mongod.ts';
import { openTestBank, type TestBank } from '#test/portal.ts';
import { expectWholeTransfers, fundedCents, postAndKill } from './kill-app.ts';

const kills = 6;

/** The short form; `npm run test:faults` kills fifty times. */
describe('F7: the app is killed in mid-transfer', () => {
  let bank: TestBank;
  const uri = testDatabaseUri();
  beforeAll(async () => {
    bank = await openTestBank({ uri });
  });
  afterAll(() => bank.close());

  it('and every acknowledged transfer is there once with its companions, none is there by half', async () => {
    const accounts = { from: await fundedAccount(bank, fundedCents), to: await fundedAccount(bank, 0n) };
    const app = { uri, ...accounts, mails: 'keep' } as const;
    const acknowledged: string[] = [];
    for (let round = 1; round <= kills; round += 1) acknowledged.push(...(await postAndKill(app, 20 * round + round)));
    expect(acknowledged.length).toBeGreaterThan(400);
    await expectWholeTransfers(bank, app, acknowledged);
  });
});
