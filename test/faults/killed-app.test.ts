import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fundedAccount, sound, soundness } from '#test/ledger-builders.ts';
import { testDatabaseUri } from '#test/mongod.ts';
import { openTestBank, type TestBank } from '#test/portal.ts';

const root = join(import.meta.dirname, '../..');
const kills = 6;

describe('F7: the app is killed in mid-transfer', () => {
  let bank: TestBank;
  const uri = testDatabaseUri();
  beforeAll(async () => {
    bank = await openTestBank({ uri });
  });
  afterAll(() => bank.close());

  /** Starts a poster, lets it acknowledge so many transfers, and kills it without warning; gives the acknowledged keys. */
  async function postAndKill(accounts: { from: string; to: string }, acknowledgements: number): Promise<string[]> {
    const child = spawn(process.execPath, ['test/faults/poster.ts', uri, accounts.from, accounts.to], { cwd: root });
    const keys: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      const [outcome, key = ''] = line.split(' ');
      expect(outcome).toBe('posted');
      keys.push(key);
      if (keys.length === acknowledgements) child.kill('SIGKILL');
    }
    return keys;
  }

  it('and every acknowledged transfer is there once with its companion, none is there by half', async () => {
    const accounts = { from: await fundedAccount(bank, 10_000_00n), to: await fundedAccount(bank, 0n) };
    const acknowledged: string[] = [];
    for (let round = 1; round <= kills; round += 1)
      acknowledged.push(...(await postAndKill(accounts, 20 * round + round)));
    const journals = await bank.database.db
      .collection<{ _id: string }>('journals')
      .find({ kind: 'transfer', outcome: 'posted' })
      .toArray();
    const receipts = await bank.database.db.collection<{ _id: string }>('receipts').find().toArray();
    const posted = new Set(journals.map(({ _id }) => _id));
    expect(acknowledged.length).toBeGreaterThan(400);
    expect(new Set(acknowledged).size).toBe(acknowledged.length);
    expect(acknowledged.filter((key) => !posted.has(key))).toEqual([]);
    expect(new Set(receipts.map(({ _id }) => _id))).toEqual(posted);
    const balances = await bank.services.ledger.balances([accounts.from, accounts.to]);
    expect(balances.get(accounts.to)?.balance).toBe(BigInt(journals.length));
    expect(balances.get(accounts.from)?.balance).toBe(10_000_00n - BigInt(journals.length));
    expect(await soundness(bank)).toEqual(sound);
  });
});
