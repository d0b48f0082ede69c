import { spawn } from 'node:child_process';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { EmbeddedMongoError } from './errors.ts';
import type { Layout } from './layout.ts';
import { identityOfSpawned } from './state.ts';
import type { ProcessIdentity } from './processes.ts';
import { setName } from './replica-set.ts';
import type { Variables } from './run-command.ts';

export interface SpawnedServer {
  readonly identity: ProcessIdentity;
  /** Settles when the process ends, with its exit code. */
  readonly ended: Promise<number | null>;
}

/**
 * Starts mongod in a process group of its own: Ctrl-C in a terminal reaches the whole foreground group, and the
 * database must outlive the portal's drain.
 */
export async function spawnServer(options: {
  binary: string;
  layout: Layout;
  port: number;
  cacheMb: number;
  variables: Variables;
}): Promise<SpawnedServer> {
  const { binary, layout, port, cacheMb } = options;
  await mkdir(layout.dbPath, { recursive: true, mode: 0o700 });
  await rename(layout.logFile, layout.previousLogFile).catch(() => undefined);
  const child = spawn(binary, serverArguments({ layout, port, cacheMb }), {
    cwd: layout.dataDir,
    detached: true,
    stdio: 'ignore',
    windowsHide: true,
    env: { ...options.variables },
  });
  const ended = new Promise<number | null>((resolve) => {
    child.on('exit', (code) => {
      resolve(code);
    });
    child.on('error', () => {
      resolve(null);
    });
  });
  child.unref();
  if (child.pid === undefined) throw new EmbeddedMongoError(`${binary} could not be started`);
  return { identity: await identityOfSpawned(child.pid), ended };
}

const fileManager = 'close_idle_time=30,close_scan_interval=5,close_handle_minimum=200';

function serverArguments({ layout, port, cacheMb }: { layout: Layout; port: number; cacheMb: number }): string[] {
  return [
    ...['--replSet', setName, '--port', String(port), '--bind_ip', '127.0.0.1'],
    ...['--dbpath', layout.dbPath, '--logpath', layout.logFile, '--logappend'],
    ...['--wiredTigerCacheSizeGB', String(cacheMb / 1024), '--oplogSize', '512'],
    // A bank on a laptop has no second member to hand over to: waiting 15 s for clients to leave helps nobody.
    ...['--setParameter', 'shutdownTimeoutMillisForSignaledShutdown=100'],
    ...['--setParameter', 'diagnosticDataCollectionEnabled=false'],
    // What a killed process held in an open transaction is free after so long, and not only after a minute.
    ...['--setParameter', 'transactionLifetimeLimitSeconds=20'],
    // A bank is hundreds of files, and a server of many banks, as the tests have, would run into the system's limit.
    ...['--wiredTigerEngineConfigString', `file_manager=(${fileManager})`],
    ...(process.platform === 'win32' ? [] : ['--nounixsocket']),
  ];
}

// mongod's exit codes (src/mongo/util/exit_code.h); others are told by the log's own words.
const meanings: Readonly<Record<number, string>> = {
  14: 'mongod gave up by itself, as it does when the disk is full or a file is damaged',
  62: 'the data was written by another version of MongoDB; use that version again, or `npm run reset` to begin anew',
  98: 'another mongod, unknown to mongod.json, already uses the data directory; end it and start again',
  100: 'mongod could not open its data directory',
};

/** Why a server ended while it was starting: its exit code in words, and what its log says last. */
export async function explainExit(code: number | null, layout: Layout): Promise<string> {
  const meaning = (code === null ? undefined : meanings[code]) ?? `mongod ended with code ${code ?? 'none'}`;
  const log = await readFile(layout.logFile, 'utf8').catch(() => '');
  const severe = log.split('\n').filter((line) => /"s":"[EF]"/.test(line));
  const last = severe.at(-1)?.slice(0, 600);
  return `${meaning}. Its log is ${layout.logFile}${last === undefined ? '' : `, and says: ${last}`}`;
}
