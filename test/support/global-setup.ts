import { access, constants, mkdtemp, readdir, rm, stat, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import type { TestProject } from 'vitest/node';
import {
  EmbeddedMongoError,
  resetEmbedded,
  startEmbeddedMongo,
  type EmbeddedMongo,
} from '#platform/embedded-mongo/index.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The replica set of this run, without a database; null where there is none and its tests are skipped. */
    mongodUri: string | null;
  }
}

declare global {
  /** Each project loads this file anew; what they share lies where all of them look. */
  var cloudbankTestServer: SharedServer | undefined;
}

interface RunningServer {
  readonly mongo: EmbeddedMongo;
  readonly directory: string;
  readonly endAbruptly: () => void;
}

interface SharedServer {
  readonly started: Promise<RunningServer | null>;
  users: number;
}

const prefix = 'cloudbank-test-';
/** A file system in memory: the tests of a whole run wait for the disk as long as they compute. */
const inMemory = '/dev/shm';
const roomNeeded = 6 * 2 ** 30;
const checkout = join(import.meta.dirname, '..', '..');

/**
 * One mongod for the whole run: each project that needs one loads this file for itself, the first starts the server
 * and the last ends it. A run of the unit or architecture tests alone starts none.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = (globalThis.cloudbankTestServer ??= { started: startServer(), users: 0 });
  server.users += 1;
  const running = await server.started;
  project.provide('mongodUri', running?.mongo.uri ?? null);
  // Nothing matches: every test of the project is counted as skipped and none of its hooks runs.
  if (running === null) project.config.testNamePattern = /(?!)/;
  return async () => {
    server.users -= 1;
    if (server.users > 0) return;
    globalThis.cloudbankTestServer = undefined;
    if (running === null) return;
    process.off('exit', running.endAbruptly);
    await running.mongo.stop();
    await rm(running.directory, { recursive: true, force: true });
  };
}

async function startServer(): Promise<RunningServer | null> {
  await sweepAbandoned();
  const directory = await mkdtemp(join(await homeOfDatabase(), prefix));
  const said: string[] = [];
  try {
    const mongo = await startEmbeddedMongo({
      dataDir: directory,
      cacheDir: join(checkout, '.cache', 'mongod'),
      environment: {
        systemBinary: process.env.MONGOMS_SYSTEM_BINARY,
        path: process.env.PATH,
        variables: process.env,
        download: 'allowed',
      },
      log: (sentence) => said.push(sentence),
    });
    // vitest exits on Ctrl-C without its teardown; the directory is then swept by the next run.
    await shortenTransactions(mongo.uri);
    const endAbruptly = () => {
      process.kill(mongo.pid, 'SIGTERM');
    };
    process.once('exit', endAbruptly);
    return { mongo, directory, endAbruptly };
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    if (process.env.CI === 'true' || !(error instanceof EmbeddedMongoError)) throw error;
    process.stderr.write(`Tests that need MongoDB are skipped.\n${error.message}\n`);
    return null;
  }
}

/** In memory where there is room: what these tests try survives a killed app, never a killed machine. */
async function homeOfDatabase(): Promise<string> {
  try {
    await access(inMemory, constants.W_OK);
    const { bavail, bsize } = await statfs(inMemory);
    if (bavail * bsize >= roomNeeded) return inMemory;
  } catch {
    // Not on this system.
  }
  return tmpdir();
}

/** Tests that crash in a transaction would wait for it longer than for everything else together. */
async function shortenTransactions(uri: string): Promise<void> {
  const client = await new MongoClient(uri).connect();
  await client.db('admin').command({ setParameter: 1, transactionLifetimeLimitSeconds: 6 });
  // The files of a database that was dropped are closed after so long, and not only after five minutes.
  await client.db('admin').command({ setParameter: 1, minSnapshotHistoryWindowInSeconds: 10 });
  await client.close();
}

/** What a run left behind that was killed: its server still runs, and nobody uses it. */
async function sweepAbandoned(): Promise<void> {
  const homes = [tmpdir(), inMemory];
  const found = await Promise.all(homes.map(async (home) => (await names(home)).map((name) => join(home, name))));
  for (const directory of found.flat()) {
    const touched = await stat(directory).catch(() => null);
    if (touched === null || Date.now() - touched.mtimeMs < 60_000) continue;
    const free = await resetEmbedded({ dataDir: directory, log: () => undefined }).catch(() => null);
    if (free !== null) await rm(directory, { recursive: true, force: true });
  }
}

async function names(home: string): Promise<string[]> {
  return (await readdir(home).catch(() => [])).filter((entry) => entry.startsWith(prefix));
}
