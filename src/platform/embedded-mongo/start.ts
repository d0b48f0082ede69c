import { mkdir } from 'node:fs/promises';
import type { MongoClient } from 'mongodb';
import { EmbeddedMongoError, reasonOf } from './errors.ts';
import { layoutOf, type Layout } from './layout.ts';
import { withLock } from './lock.ts';
import { terminate, type ProcessIdentity } from './processes.ts';
import { ensurePrimary, setName, withDirectClient } from './replica-set.ts';
import { resolveBinary, type Binary, type MongodEnvironment, type Tried } from './resolve-binary.ts';
import { freePort, isPortFree, waitUntilListening } from './ports.ts';
import { explainExit, spawnServer, type SpawnedServer } from './server-process.ts';
import { readState, runningServer, writeState, type ServerState } from './state.ts';
import { liveUsers, registerUser, unregisterUser } from './users.ts';

const readyMs = 120_000;
const answerMs = 30_000;
const stopMs = 30_000;
const portAttempts = 5;

export interface EmbeddedMongoOptions {
  /** Holds the data, the state and the log of this server: `.data`. */
  readonly dataDir: string;
  /** Holds the downloaded binary: `.cache/mongod`. Nothing but the resolution writes or removes it. */
  readonly cacheDir: string;
  readonly environment: MongodEnvironment;
  /** Gets one sentence a call. */
  readonly log: (sentence: string) => void;
  /** WiredTiger's cache; 256 unless said otherwise. */
  readonly cacheMb?: number;
}

export interface EmbeddedMongo {
  /** Without a database: `mongodb://127.0.0.1:PORT/?replicaSet=rs0`. `withDatabase` puts one in. */
  readonly uri: string;
  readonly port: number;
  readonly pid: number;
  readonly version: string;
  /** The way that gave the binary. */
  readonly source: string;
  readonly tried: readonly Tried[];
  /** Whether it was running already, started by another process or left behind by a killed one. */
  readonly attached: boolean;
  /** Leaves the server, and ends it cleanly if nobody else uses it. May be called more than once. */
  stop(): Promise<void>;
}

/** Starts the embedded server of this data directory, or joins the one that runs; resolves when it takes writes. */
export async function startEmbeddedMongo(options: EmbeddedMongoOptions): Promise<EmbeddedMongo> {
  const layout = layoutOf(options.dataDir);
  await mkdir(layout.dataDir, { recursive: true, mode: 0o700 });
  return withLock(layout.lockFile, async () => {
    const joined = await joinRunning(layout, options);
    const started = joined ?? (await startServer(layout, options));
    const user = await registerUser(layout.usersDir);
    let stopping: Promise<void> | null = null;
    return {
      uri: `mongodb://127.0.0.1:${started.state.port}/?replicaSet=${setName}`,
      port: started.state.port,
      pid: started.identity.pid,
      version: started.state.version,
      source: started.state.source,
      tried: started.tried,
      attached: joined !== null,
      stop: () => (stopping ??= leave({ layout, user, log: options.log })),
    };
  });
}

interface Started {
  readonly state: ServerState;
  readonly identity: ProcessIdentity;
  readonly tried: readonly Tried[];
}

/** A server that runs but does not answer (its starter was killed half-way, or it hangs) is ended and started anew. */
async function joinRunning(layout: Layout, { log }: EmbeddedMongoOptions): Promise<Started | null> {
  const state = await readState(layout.stateFile);
  const identity = await runningServer(state);
  if (state === null || identity === null) return null;
  try {
    await withDirectClient({ port: state.port, timeoutMs: answerMs }, async (client) => {
      await assertSameServer(client, { state, layout });
      await ensurePrimary(client, { port: state.port, timeoutMs: answerMs });
    });
  } catch (error) {
    log(`MongoDB: process ${identity.pid} of mongod.json does not serve (${reasonOf(error)}); it is ended.`);
    await terminate(identity, stopMs);
    return null;
  }
  log(`MongoDB ${state.version}: joined the server that runs on 127.0.0.1:${state.port} (process ${identity.pid}).`);
  return { state, identity, tried: [] };
}

async function assertSameServer(
  client: MongoClient,
  { state, layout }: { state: ServerState; layout: Layout },
): Promise<void> {
  const options = await client.db('admin').command({ getCmdLineOpts: 1 });
  const storage = (options.parsed as { storage?: { dbPath?: string } } | undefined)?.storage;
  if (storage?.dbPath !== layout.dbPath) throw new EmbeddedMongoError(`port ${state.port} belongs to another MongoDB`);
}

async function startServer(layout: Layout, options: EmbeddedMongoOptions): Promise<Started> {
  const binary = await resolveBinary(options);
  for (const { way, why } of binary.tried) options.log(`MongoDB: not by ${way}: ${why}.`);
  options.log(`MongoDB ${binary.version}: taken by ${binary.source}, ${binary.path}.`);
  const kept = (await readState(layout.stateFile))?.port ?? null;
  for (let attempt = 1; attempt <= portAttempts; attempt += 1) {
    const port = attempt === 1 && kept !== null && (await isPortFree(kept)) ? kept : await freePort();
    if (kept !== null && port !== kept) options.log(`MongoDB: port ${kept} is taken, the set moves to ${port}.`);
    const started = await runOn(port, { binary, layout, options });
    if (started !== null) return { ...started, tried: binary.tried };
  }
  throw new EmbeddedMongoError(`mongod found none of ${portAttempts} ports on 127.0.0.1 free`);
}

const addressInUse = 48;

/** The running server, or null when somebody was faster to take the port. */
async function runOn(
  port: number,
  { binary, layout, options }: { binary: Binary; layout: Layout; options: EmbeddedMongoOptions },
): Promise<Omit<Started, 'tried'> | null> {
  const server = await spawnServer({
    binary: binary.path,
    layout,
    port,
    cacheMb: options.cacheMb ?? 256,
    variables: options.environment.variables,
  });
  const state: ServerState = {
    port,
    ...server.identity,
    dbPath: layout.dbPath,
    startedAt: new Date().toISOString(),
    version: binary.version,
    source: binary.source,
  };
  // Written before the server is ready: whoever comes after a killed starter finds what it left.
  await writeState(layout.stateFile, state);
  const exitCode = await readyOrExit(server, port);
  if (exitCode === 'ready') return { state, identity: server.identity };
  if (exitCode === addressInUse) return null;
  throw new EmbeddedMongoError(`The embedded MongoDB did not start: ${await explainExit(exitCode, layout)}`);
}

async function readyOrExit(server: SpawnedServer, port: number): Promise<'ready' | number | null> {
  const first = await Promise.race([
    waitUntilListening(port, { timeoutMs: readyMs, given: server.ended }),
    server.ended,
  ]);
  if (first !== 'listening') return first;
  try {
    await withDirectClient({ port, timeoutMs: answerMs }, (client) =>
      ensurePrimary(client, { port, timeoutMs: answerMs }),
    );
    return 'ready';
  } catch (error) {
    await terminate(server.identity, stopMs);
    throw error;
  }
}

async function leave({
  layout,
  user,
  log,
}: {
  layout: Layout;
  user: string;
  log: (sentence: string) => void;
}): Promise<void> {
  await withLock(layout.lockFile, async () => {
    await unregisterUser(user);
    const others = await liveUsers(layout.usersDir);
    if (others.length > 0) log(`MongoDB: goes on running for process ${others.join(', ')}.`);
    else await stopServer(layout, log);
  });
}

/** Ends the server of this directory, if one runs, and notes that in its state; the caller holds the lock. */
export async function stopServer(layout: Layout, log: (sentence: string) => void): Promise<boolean> {
  const state = await readState(layout.stateFile);
  const identity = await runningServer(state);
  if (state === null || identity === null) return false;
  const how = await terminate(identity, stopMs);
  await writeState(layout.stateFile, { ...state, pid: null, startedTicks: null });
  log(
    how === 'clean' ? 'MongoDB: shut down cleanly.' : `MongoDB: did not end within ${stopMs / 1000} s and was killed.`,
  );
  return true;
}
