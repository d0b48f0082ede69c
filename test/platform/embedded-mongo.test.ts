import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { terminate, identify } from '#platform/embedded-mongo/processes.ts';
import { resolveBinary } from '#platform/embedded-mongo/resolve-binary.ts';
import { resetEmbedded, startEmbeddedMongo, type EmbeddedMongo } from '#platform/embedded-mongo/index.ts';
import { present } from '#core/assert.ts';

const checkout = join(import.meta.dirname, '..', '..');
const running: EmbeddedMongo[] = [];
let root = '';
let binary = '';

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cloudbank-embedded-'));
  // The run's own server came from here or from the machine; either way nothing is fetched again.
  const environment = {
    systemBinary: process.env.MONGOMS_SYSTEM_BINARY,
    path: process.env.PATH,
    variables: process.env,
  };
  const cacheDir = join(checkout, '.cache', 'mongod');
  binary = (await resolveBinary({ cacheDir, environment: { ...environment, download: 'forbidden' } })).path;
});

afterAll(async () => {
  for (const mongo of running) await mongo.stop();
  await rm(root, { recursive: true, force: true });
});

function optionsFor(name: string) {
  return {
    dataDir: join(root, name),
    cacheDir: join(root, 'cache'),
    environment: { systemBinary: binary, path: '', variables: process.env, download: 'forbidden' as const },
    log: () => undefined,
  };
}

async function start(name: string): Promise<EmbeddedMongo> {
  const mongo = await startEmbeddedMongo(optionsFor(name));
  running.push(mongo);
  return mongo;
}

async function withNotes<T>(mongo: { uri: string }, work: (notes: Notes) => Promise<T>): Promise<T> {
  const client = await MongoClient.connect(mongo.uri, { serverSelectionTimeoutMS: 10_000 });
  try {
    const notes = client
      .db('bank')
      .collection<{ _id: string }>('notes', { writeConcern: { w: 'majority', journal: true } });
    return await work({
      write: async (id) => {
        await notes.insertOne({ _id: id });
      },
      read: async () => (await notes.find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id),
    });
  } finally {
    await client.close();
  }
}

interface Notes {
  write(id: string): Promise<void>;
  read(): Promise<string[]>;
}

/** Another process that starts the same server and holds it until it is killed or its input is closed. */
async function startElsewhere(
  name: string,
): Promise<{ child: ChildProcess; mongo: { uri: string; pid: number; attached: boolean } }> {
  const { dataDir, cacheDir } = optionsFor(name);
  const program = `
    import { startEmbeddedMongo } from '#platform/embedded-mongo/index.ts';
    const environment = { systemBinary: ${JSON.stringify(binary)}, path: '', variables: process.env, download: 'forbidden' };
    const mongo = await startEmbeddedMongo({ dataDir: ${JSON.stringify(dataDir)}, cacheDir: ${JSON.stringify(cacheDir)}, environment, log: () => undefined });
    console.log(JSON.stringify(mongo));
    process.stdin.resume().on('end', () => mongo.stop());`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program], {
    cwd: checkout,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, mongo: JSON.parse(line.toString()) as { uri: string; pid: number; attached: boolean } };
}

async function end(child: ChildProcess, how: 'kindly' | 'SIGKILL'): Promise<void> {
  const ended = once(child, 'exit');
  if (how === 'SIGKILL') child.kill('SIGKILL');
  else child.stdin?.end();
  await ended;
}

describe('a running embedded MongoDB (starts real servers)', () => {
  it('keeps its data and its port over a restart, and is gone in between', async () => {
    const first = await start('restart');
    await withNotes(first, (notes) => notes.write('kept'));
    await first.stop();
    expect(await identify(first.pid)).toBeNull();
    const second = await start('restart');
    expect([second.port, second.attached]).toEqual([first.port, false]);
    expect(await withNotes(second, (notes) => notes.read())).toEqual(['kept']);
    await second.stop();
    expect((await readdir(join(root, 'restart'))).sort()).toContain('mongod.log.1');
  });

  it('moves to another port by force when somebody else has taken its own', async () => {
    const first = await start('taken');
    await withNotes(first, (notes) => notes.write('before'));
    await first.stop();
    const squatter = createServer((socket) => socket.destroy()).listen({ host: '127.0.0.1', port: first.port });
    await once(squatter, 'listening');
    try {
      const second = await start('taken');
      expect(second.port).not.toBe(first.port);
      await withNotes(second, (notes) => notes.write('later'));
      expect(await withNotes(second, (notes) => notes.read())).toEqual(['before', 'later']);
      await second.stop();
    } finally {
      squatter.close();
    }
  });

  it('recovers by itself after the server was killed, with everything that was acknowledged', async () => {
    const first = await start('killed');
    await withNotes(first, (notes) => notes.write('acknowledged'));
    process.kill(first.pid, 'SIGKILL');
    // A killed process is there for some milliseconds more, and whoever starts then joins it.
    await expect.poll(() => identify(first.pid), { timeout: 10_000 }).toBeNull();
    const second = await start('killed');
    expect(second.pid).not.toBe(first.pid);
    expect(await withNotes(second, (notes) => notes.read())).toEqual(['acknowledged']);
    await second.stop();
    await first.stop();
  });

  it('gives two starters at once one and the same server, which the last of them ends', async () => {
    const [one, other] = await Promise.all([start('twice'), start('twice')]);
    expect(other.pid).toBe(one.pid);
    expect([one.attached, other.attached].sort()).toEqual([false, true]);
    await one.stop();
    expect(await withNotes(other, (notes) => notes.read())).toEqual([]);
    await other.stop();
    expect(await identify(other.pid)).toBeNull();
  });

  it('stays for another process that joined it, and the other ends it', async () => {
    const own = await start('shared');
    const { child, mongo } = await startElsewhere('shared');
    expect([mongo.pid, mongo.attached]).toEqual([own.pid, true]);
    await own.stop();
    expect(await withNotes(mongo, (notes) => notes.read())).toEqual([]);
    await end(child, 'kindly');
    expect(await identify(mongo.pid)).toBeNull();
  });

  it('is taken over, and ended, by the next starter when its portal was killed', async () => {
    const { child, mongo } = await startElsewhere('orphan');
    await withNotes(mongo, (notes) => notes.write('kept'));
    await end(child, 'SIGKILL');
    const next = await start('orphan');
    expect([next.pid, next.attached]).toEqual([mongo.pid, true]);
    expect(await withNotes(next, (notes) => notes.read())).toEqual(['kept']);
    await next.stop();
    expect(await identify(next.pid)).toBeNull();
  });

  it('is replaced when a starter was killed before it told its port, or the port file is lost', async () => {
    const first = await start('lost');
    await withNotes(first, (notes) => notes.write('kept'));
    await first.stop();
    await rm(join(root, 'lost', 'mongod.json'));
    await writeFile(
      join(root, 'lost', 'mongod.lock'),
      JSON.stringify({ token: 'x', pid: 999_999_99, startedTicks: '1' }),
    );
    const second = await start('lost');
    expect(await withNotes(second, (notes) => notes.read())).toEqual(['kept']);
    await second.stop();
  });

  it('says which log to read when it cannot start on its data', async () => {
    await mkdir(join(root, 'spoilt', 'db'), { recursive: true });
    await writeFile(join(root, 'spoilt', 'db', 'WiredTiger'), 'not a database');
    await writeFile(join(root, 'spoilt', 'db', 'WiredTiger.turtle'), 'not a database');
    await expect(start('spoilt')).rejects.toThrow(/did not start: .*Its log is .*mongod\.log/s);
  });
});

describe('npm run reset', () => {
  it('is refused while the bank is in use, then empties it and keeps what is not the database', async () => {
    const own = await start('reset');
    const { child } = await startElsewhere('reset');
    const dataDir = join(root, 'reset');
    const log = () => undefined;
    await writeFile(join(dataDir, 'master-key'), 'kept');
    await own.stop();
    await expect(resetEmbedded({ dataDir, log })).rejects.toThrow(`in use by process ${present(child.pid, 'pid')}`);
    await end(child, 'SIGKILL');
    await resetEmbedded({ dataDir, log });
    expect(await identify(own.pid)).toBeNull();
    expect(await readdir(dataDir)).toEqual(['master-key']);
  });

  it('finds nothing to do where no bank is', async () => {
    expect(await resetEmbedded({ dataDir: join(root, 'nowhere'), log: () => undefined })).toEqual({ removed: [] });
  });
});

describe('terminate', () => {
  it('kills a process that does not heed SIGTERM once the time is up', async () => {
    const child = spawn('sh', ['-c', 'trap "" TERM; echo ready; while :; do sleep 1; done'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(child.stdout, 'data');
    const identity = present(await identify(present(child.pid, 'pid')), 'process');
    expect(await terminate(identity, 200)).toBe('killed');
    expect(await identify(identity.pid)).toBeNull();
  });
});
