import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mkdtemp, stat, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fault } from '#core/errors.ts';
import { connectMongo, type Database } from '#platform/mongo.ts';
import { createBoundedCache } from '#platform/vault/bounded-cache.ts';
import { createDataKeys, type DataKeys } from '#platform/vault/data-keys.ts';
import type { Kms } from '#platform/vault/kms.ts';
import { createLocalKms } from '#platform/vault/local-kms.ts';
import { createVault, erased, type Vault } from '#platform/vault/vault.ts';
import { testDatabaseUri } from '#test/mongod.ts';

let database: Database;
let kms: Kms;
let keys: DataKeys;
let vault: Vault;
let calls = 0;
let file: string;

beforeAll(async () => {
  database = await connectMongo({ uri: testDatabaseUri() });
  file = join(await mkdtemp(join(tmpdir(), 'vault-')), 'master-key');
  const local = await createLocalKms(file);
  kms = {
    provider: 'counting',
    generateDataKey: (context) => ((calls += 1), local.generateDataKey(context)),
    decrypt: (wrapped, context) => ((calls += 1), local.decrypt(wrapped, context)),
  };
  keys = createDataKeys({ database, kms });
  vault = createVault({ keys, blindIndexKey: 'a blind index key for tests, long enough' });
});
afterAll(async () => {
  await database.db.dropDatabase();
  await database.close();
});

const place = { collection: 'people', document: 'p1', field: 'fullName' };

describe('a sealed field', () => {
  it('opens in its place, and is another text each time it is sealed', async () => {
    await keys.make('party-1');
    const one = await vault.seal('party-1', place, 'Käthe Müller');
    const two = await vault.seal('party-1', place, 'Käthe Müller');
    expect(one.text).not.toBe(two.text);
    expect(await vault.open(place, one)).toBe('Käthe Müller');
  });

  it('does not open in another field, document or collection', async () => {
    const sealed = await vault.seal('party-1', place, 'secret');
    for (const other of [
      { ...place, field: 'city' },
      { ...place, document: 'p2' },
      { ...place, collection: 'pets' },
    ]) {
      await expect(vault.open(other, sealed)).rejects.toThrow(Fault);
    }
  });

  it('does not open when a single bit was changed', async () => {
    const sealed = await vault.seal('party-1', place, 'secret');
    const bytes = Buffer.from(sealed.text, 'base64');
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    await expect(vault.open(place, { ...sealed, text: bytes.toString('base64') })).rejects.toThrow('does not open');
  });

  it('does not open under another party’s key', async () => {
    await keys.make('party-2');
    const sealed = await vault.seal('party-1', place, 'secret');
    await expect(vault.open(place, { ...sealed, key: 'party-2' })).rejects.toThrow('does not open');
  });

  it('reads as erased for good once the key is destroyed', async () => {
    await keys.make('party-3');
    const sealed = await vault.seal('party-3', place, 'secret');
    await keys.destroy('party-3');
    expect(await vault.open(place, sealed)).toBe(erased);
    await expect(vault.seal('party-3', place, 'again')).rejects.toThrow('no data key');
  });
});

describe('data keys', () => {
  it('need a handful of calls to the key service for fifty parties, and none again', async () => {
    const ids = Array.from({ length: 50 }, (_, n) => `many-${n}`);
    calls = 0;
    for (const id of ids) await keys.make(id);
    expect(calls).toBeLessThanOrEqual(8);
    const fresh = createDataKeys({ database, kms });
    calls = 0;
    await fresh.warm(ids);
    expect(calls).toBeLessThanOrEqual(8);
    calls = 0;
    await fresh.warm(ids);
    for (const id of ids) expect(await fresh.find(id)).toHaveLength(32);
    expect(calls).toBe(0);
  });

  it('are the same for two processes that make a key set at once', async () => {
    await database.db.collection('keySets').deleteMany({});
    const [one, two] = [createDataKeys({ database, kms }), createDataKeys({ database, kms })];
    await Promise.all([one.make('race-1'), two.make('race-2'), one.make('race-3'), two.make('race-4')]);
    const third = createDataKeys({ database, kms });
    for (const id of ['race-1', 'race-2', 'race-3', 'race-4']) expect(await third.find(id)).toHaveLength(32);
  });

  it('fail closed when the key service does not answer', async () => {
    const silent = createDataKeys({
      database,
      kms: { ...kms, decrypt: () => Promise.reject(new Fault('keys-unavailable', 'The key service did not answer')) },
    });
    await expect(silent.find('race-1')).rejects.toMatchObject({ kind: 'keys-unavailable' });
  });
});

describe('blind indexes', () => {
  it('meet for what a person means as equal, and differ by kind', () => {
    expect(vault.blindIndex('email', ' Ann@Example.COM ')).toBe(vault.blindIndex('email', 'ann@example.com'));
    expect(vault.blindIndex('tax-id', '12-34 567')).toBe(vault.blindIndex('tax-id', '1234567'));
    expect(vault.blindIndex('name-token', 'Müller')).toBe(vault.blindIndex('name-token', 'muller'));
    expect(vault.blindIndex('phone', '1234567')).not.toBe(vault.blindIndex('tax-id', '1234567'));
  });
});

describe('the local master key', () => {
  it('is readable by its owner only, and refused when others may read it', async () => {
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await chmod(file, 0o644);
    await expect(createLocalKms(file)).rejects.toThrow('chmod 600');
    await chmod(file, 0o600);
  });
});

describe('the bounded cache', () => {
  it('holds no more than its limit and nothing past its time', () => {
    let now = 0;
    const cache = createBoundedCache<number>({ most: 2, keepMs: 10, now: () => now });
    cache.set('a', 1);
    cache.set('b', 2);
    expect(cache.get('a')).toBe(1);
    cache.set('c', 3);
    expect([cache.get('a'), cache.get('b'), cache.get('c'), cache.size()]).toEqual([1, undefined, 3, 2]);
    now = 11;
    expect([cache.get('a'), cache.get('c')]).toEqual([undefined, undefined]);
  });
});
