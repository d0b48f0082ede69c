import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { connectMongo, type Database } from '#platform/mongo.ts';
import { createGridFsStorage } from '#platform/storage/gridfs-storage.ts';
import { createS3Storage } from '#platform/storage/s3-storage.ts';
import type { Storage } from '#platform/storage/storage.ts';
import { testDatabaseUri } from '#test/mongod.ts';
import { startS3Stub } from '#test/s3-stub.ts';

let database: Database;
let stub: Awaited<ReturnType<typeof startS3Stub>>;
beforeAll(async () => {
  process.env.AWS_ACCESS_KEY_ID = 'testing';
  process.env.AWS_SECRET_ACCESS_KEY = 'testing';
  database = await connectMongo({ uri: testDatabaseUri() });
  stub = await startS3Stub();
});
afterAll(async () => {
  stub.close();
  await database.db.dropDatabase();
  await database.close();
});

const storages: Record<string, () => Storage> = {
  gridfs: () => createGridFsStorage(database),
  s3: () =>
    createS3Storage({ bucket: 'papers', kmsKeyId: 'alias/papers', region: 'eu-central-1', endpoint: stub.endpoint }),
};

async function* piecesOf(content: Buffer) {
  for (let at = 0; at < content.length; at += 60_000) yield await Promise.resolve(content.subarray(at, at + 60_000));
}
const whole = async (stored: AsyncIterable<Uint8Array> | undefined) =>
  stored && Buffer.concat(await Array.fromAsync(stored));

describe.each(Object.keys(storages))('the storage in %s', (name) => {
  const storage = () => storages[name]?.() ?? expect.fail();

  it.each([0, 1, 700_000, 11_000_000])(
    'gives back %i bytes as they were put, and nothing once they are removed',
    async (size) => {
      const [id, content] = [newId(), randomBytes(size)];
      await storage().put(id, piecesOf(content));
      expect((await whole(await storage().get(id)))?.equals(content)).toBe(true);
      await storage().remove(id);
      expect(await storage().get(id)).toBeUndefined();
      await storage().remove(id);
    },
  );

  it.each([1_000, 6_000_000])(
    'leaves nothing of a put that breaks off after %i bytes, once it is removed',
    async (size) => {
      const id = newId();
      const breaking = async function* () {
        yield* piecesOf(randomBytes(size));
        throw new Error('The sender has gone');
      };
      await expect(storage().put(id, breaking())).rejects.toThrow();
      await storage().remove(id);
      expect(await storage().get(id)).toBeUndefined();
      expect(await database.db.collection('files.chunks').countDocuments()).toBe(0);
      expect([stub.objects.size, stub.uploads.size]).toEqual([0, 0]);
    },
  );

  it('stops a put that is aborted', async () => {
    const id = newId();
    const left = new AbortController();
    const endless = async function* () {
      for (let n = 0; ; n += 1) {
        if (n === 20) left.abort(new Error('gone'));
        yield await Promise.resolve(randomBytes(10_000));
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    };
    await expect(storage().put(id, endless(), left.signal)).rejects.toThrow();
    await storage().remove(id);
    expect(await storage().get(id)).toBeUndefined();
  });
});

describe('files in S3', () => {
  it('are encrypted by S3 under the bank’s own key, small or in parts', async () => {
    for (const size of [10, 6_000_000]) {
      const id = newId();
      await storages.s3?.().put(id, piecesOf(randomBytes(size)));
      const headers = stub.objects.get(`documents/${id}`)?.headers ?? {};
      expect(headers['x-amz-server-side-encryption']).toBe('aws:kms');
      expect(headers['x-amz-server-side-encryption-aws-kms-key-id']).toBe('alias/papers');
      await storages.s3?.().remove(id);
    }
  });

  it('that cannot be reached are a fault that says so', async () => {
    stub.setMood('denying');
    await expect(storages.s3?.().get(newId())).rejects.toMatchObject({ kind: 'unavailable' });
    await expect(storages.s3?.().put(newId(), piecesOf(Buffer.from('x')))).rejects.toMatchObject({
      kind: 'unavailable',
    });
    stub.setMood('answering');
  });

  it('of an upload whose process died are removed with it', async () => {
    const id = newId();
    stub.uploads.set('lost', { key: `documents/${id}`, parts: new Map(), headers: {} });
    stub.uploads.set('others', { key: `documents/${id}-other`, parts: new Map(), headers: {} });
    await storages.s3?.().remove(id);
    expect([...stub.uploads.keys()]).toEqual(['others']);
    stub.uploads.clear();
  });
});
