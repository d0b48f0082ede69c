import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { commitTogether } from '#platform/companion.ts';
import { gpsCanary, jpegFile, pdfFile } from '#test/files.ts';
import { testDatabaseUri } from '#test/mongod.ts';
import { openQuarantine } from './quarantine-builders.ts';

let parts: Awaited<ReturnType<typeof openQuarantine>>;
let directory: string;
let uri: string;
const partyId = newId();
const mostBytes = 10 * 1024 * 1024;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'quarantine-'));
  uri = testDatabaseUri();
  parts = await openQuarantine({ uri, keyFile: join(directory, 'key') });
  await parts.keys.make(partyId);
});
afterAll(async () => {
  await parts.database.db.dropDatabase();
  await parts.database.close();
  await rm(directory, { recursive: true, force: true });
});
beforeEach(async () => {
  for (const name of ['quarantinedFiles', 'files.files', 'files.chunks'])
    await parts.database.db.collection(name).deleteMany({});
});

const left = async () => {
  const { db } = parts.database;
  const names = ['quarantinedFiles', 'files.files', 'files.chunks'];
  return Promise.all(names.map((name) => db.collection(name).countDocuments()));
};
async function* inPieces(bytes: Buffer) {
  for (let at = 0; at < bytes.length; at += 50_000) yield await Promise.resolve(bytes.subarray(at, at + 50_000));
}
const receive = (content: AsyncIterable<Uint8Array>, signal = new AbortController().signal) =>
  parts.quarantine.receive({ name: '../a/photo.jpg', type: 'image/jpeg', partyId, mostBytes, content, signal });
const received = async (bytes = jpegFile()) => {
  const file = await receive(inPieces(bytes));
  if (!file.ok) throw new Error(file.refusal);
  return file.value;
};
const opened = async (fileId: string) => {
  const content = await parts.quarantine.open({ fileId, partyId });
  return content && Buffer.concat(await Array.fromAsync(content));
};

describe('quarantine', () => {
  it('holds a file sealed and clean, until somebody keeps it', async () => {
    const file = await received(jpegFile({ dataBytes: 700_000 }));
    expect(file).toMatchObject({ kind: 'jpeg', name: 'photo.jpg', partyId });
    const chunks = await parts.database.db.collection<{ data: { buffer: Buffer } }>('files.chunks').find().toArray();
    const stored = Buffer.concat(chunks.map(({ data }) => Buffer.from(data.buffer)));
    for (const canary of [gpsCanary, 'JFIF', 'photo']) expect(stored.includes(canary)).toBe(false);
    const plain = await opened(file.fileId);
    expect(plain).toHaveLength(file.bytes);
    expect(plain?.includes('CANARY')).toBe(false);
    await commitTogether(parts.database, [parts.quarantine.keeping(file.fileId)]);
    await parts.quarantine.discard(file.fileId);
    parts.time.now = parts.time.now.add({ hours: 3 });
    expect(await parts.quarantine.sweep()).toBe(0);
    expect(await opened(file.fileId)).toEqual(plain);
  });

  it('loses what nobody keeps: at once where it is discarded, else within the hour', async () => {
    const [one, other] = [await received(), await received()];
    await parts.quarantine.discard(one.fileId);
    expect(await opened(one.fileId)).toBeUndefined();
    expect(await parts.quarantine.sweep()).toBe(0);
    parts.time.now = parts.time.now.add({ minutes: 61 });
    expect(await parts.quarantine.sweep()).toBe(1);
    await expect(commitTogether(parts.database, [parts.quarantine.keeping(other.fileId)])).rejects.toMatchObject({
      kind: 'conflict',
    });
    expect(await left()).toEqual([0, 0, 0]);
  });

  it('leaves nothing of what is refused, too large or broken off', async () => {
    expect(await receive(inPieces(pdfFile()))).toEqual({ ok: false, refusal: 'types-disagree' });
    expect(await receive(inPieces(jpegFile({ dataBytes: mostBytes })))).toEqual({ ok: false, refusal: 'too-large' });
    const broken = async function* () {
      yield* inPieces(jpegFile({ dataBytes: 900_000 }).subarray(0, 800_000));
      throw new Error('The sender has gone');
    };
    await expect(receive(broken())).rejects.toThrow('The sender has gone');
    const gone = new AbortController();
    const aborted = async function* () {
      yield* inPieces(jpegFile({ dataBytes: 900_000 }).subarray(0, 800_000));
      gone.abort(new Error('The connection closed'));
      yield* inPieces(jpegFile());
    };
    await expect(receive(aborted(), gone.signal)).rejects.toThrow();
    expect(await left()).toEqual([0, 0, 0]);
  });

  it('takes at most five of one person at a time', async () => {
    for (let n = 0; n < 5; n += 1) await received();
    expect(await receive(inPieces(jpegFile()))).toEqual({ ok: false, refusal: 'busy' });
  });

  it('reads nothing once the owner’s key is destroyed', async () => {
    const gone = newId();
    await parts.keys.make(gone);
    const content = inPieces(jpegFile());
    const file = await parts.quarantine.receive({
      name: 'a.jpg',
      type: 'image/jpeg',
      partyId: gone,
      mostBytes,
      content,
      signal: new AbortController().signal,
    });
    await parts.keys.destroy(gone);
    const fileId = file.ok ? file.value.fileId : expect.fail();
    expect(await parts.quarantine.open({ fileId, partyId: gone })).toBeUndefined();
  });

  it('of a process that was killed in the middle of an upload is swept', async () => {
    const child = fork(join(import.meta.dirname, 'uploader.child.ts'), [uri, join(directory, 'key'), partyId]);
    try {
      for (let tries = 0; (await left())[2] === 0; tries += 1) {
        expect(tries).toBeLessThan(600);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    } finally {
      child.kill('SIGKILL');
    }
    await new Promise((resolve) => child.once('close', resolve));
    const [rows, files, chunks = 0] = await left();
    expect([rows, files]).toEqual([1, 0]);
    expect(chunks).toBeGreaterThan(0);
    parts.time.now = Temporal.Now.instant();
    expect(await parts.quarantine.sweep()).toBe(0);
    parts.time.now = parts.time.now.add({ minutes: 61 });
    expect(await parts.quarantine.sweep()).toBe(1);
    expect(await left()).toEqual([0, 0, 0]);
  });
});
