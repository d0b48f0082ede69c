import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'vitest';
import { sound, soundness } from '#test/ledger-builders.ts';
import type { TestBank } from '#test/portal.ts';

const root = join(import.meta.dirname, '../..');
const fundedCents = 10_000_00n;

export interface KilledApp {
  uri: string;
  from: string;
  to: string;
  /** Whether the app also delivers the mails of its outbox. */
  mails: 'deliver' | 'keep';
}

/** Starts a poster, lets it acknowledge so many transfers, and kills it without warning; gives the acknowledged keys. */
export async function postAndKill({ uri, from, to, mails }: KilledApp, acknowledgements: number): Promise<string[]> {
  const child = spawn(process.execPath, ['test/faults/poster.ts', uri, from, to, mails], { cwd: root });
  const endAbruptly = () => {
    child.kill('SIGKILL');
  };
  process.once('exit', endAbruptly);
  const keys: string[] = [];
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const [outcome, key = ''] = line.split(' ');
      expect(outcome).toBe('posted');
      keys.push(key);
      if (keys.length === acknowledgements) child.kill('SIGKILL');
    }
    return keys;
  } finally {
    child.kill('SIGKILL');
    process.off('exit', endAbruptly);
  }
}

/** Every acknowledged transfer is there once, with its receipt and its mail, and none is there by half. */
export async function expectWholeTransfers(bank: TestBank, app: KilledApp, acknowledged: string[]): Promise<void> {
  const { db } = bank.database;
  const journals = await db
    .collection<{ _id: string }>('journals')
    .find({ kind: 'transfer', outcome: 'posted' })
    .toArray();
  const receipts = await db.collection<{ _id: string }>('receipts').find().toArray();
  const mails = await db.collection<{ payload: { key: string } }>('outbox').find().toArray();
  const posted = new Set(journals.map(({ _id }) => _id));
  expect(new Set(acknowledged).size).toBe(acknowledged.length);
  expect(acknowledged.filter((key) => !posted.has(key))).toEqual([]);
  expect(new Set(receipts.map(({ _id }) => _id))).toEqual(posted);
  expect(new Set(mails.map(({ payload }) => payload.key))).toEqual(posted);
  expect(mails).toHaveLength(posted.size);
  const balances = await bank.services.ledger.balances([app.from, app.to]);
  expect(balances.get(app.to)?.balance).toBe(BigInt(posted.size));
  expect(balances.get(app.from)?.balance).toBe(fundedCents - BigInt(posted.size));
  expect(await soundness(bank)).toEqual(sound);
}

export { fundedCents };
