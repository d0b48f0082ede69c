import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedMongo, withDatabase } from '#platform/embedded-mongo/index.ts';
import { say } from './measuring.ts';

const checkout = join(import.meta.dirname, '..', '..');
// Test runs sweep directories of this name whose server nobody uses, should this process be killed.
const prefix = 'cloudbank-test-bench-';

export interface Arena {
  /** A database of the server that is started for this run. */
  uriOf(database: string): string;
  serverPid: number;
  machine: Record<string, unknown>;
  close(): Promise<void>;
}

/** A real mongod, a replica set of one in a temporary directory, that ends with this process. */
export async function openArena(): Promise<Arena> {
  const directory = await mkdtemp(join(tmpdir(), prefix));
  const mongo = await startEmbeddedMongo({
    dataDir: directory,
    cacheDir: join(checkout, '.cache', 'mongod'),
    environment: {
      systemBinary: process.env.MONGOMS_SYSTEM_BINARY,
      path: process.env.PATH,
      variables: process.env,
      download: 'allowed',
    },
    log: say,
    // As a server of its own would have it: what is measured should not be a cache made for a laptop.
    cacheMb: 1024,
  });
  const endAbruptly = () => {
    process.kill(mongo.pid, 'SIGTERM');
  };
  process.once('exit', endAbruptly);
  return {
    uriOf: (database) => withDatabase(mongo.uri, database),
    serverPid: mongo.pid,
    machine: { cores: availableParallelism(), node: process.version, mongod: mongo.version },
    close: async () => {
      process.off('exit', endAbruptly);
      await mongo.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Runs the work on an arena that is closed whatever happens. */
export async function inArena<T>(work: (arena: Arena) => Promise<T>): Promise<T> {
  const arena = await openArena();
  try {
    return await work(arena);
  } finally {
    await arena.close();
  }
}

/** Ctrl-C ends what was started too: the handlers of `exit` run. */
export function endOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      process.exit(130);
    });
}
