import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { EmbeddedMongoError } from './errors.ts';
import { hasCode } from './files.ts';
import { identify, isRunning } from './processes.ts';
import { until } from './until.ts';

const refreshMs = 2000;
const staleAfterMs = 15_000;
const waitMs = 12 * 60_000;

/**
 * Runs the work while holding the lock file, so that of two starters one starts mongod and the other finds it running.
 * The lock of a process that was killed is taken over: its holder is gone, or has not refreshed it for 15 seconds.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const token = await acquire(path);
  const refresh = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, refreshMs);
  refresh.unref();
  try {
    return await work();
  } finally {
    clearInterval(refresh);
    if ((await readHolder(path))?.token === token) await rm(path, { force: true });
  }
}

async function acquire(path: string): Promise<string> {
  const token = randomUUID();
  const self = await identify(process.pid);
  // Linked into place with its content: nobody ever reads a lock that does not yet name its holder.
  const ready = `${path}.${token}`;
  await writeFile(ready, JSON.stringify({ token, pid: process.pid, startedTicks: self?.startedTicks ?? null }));
  try {
    const taken = await until(() => tryToTake(path, ready), { timeoutMs: waitMs, everyMs: 100 });
    if (!taken)
      throw new EmbeddedMongoError(`Another process has held ${path} for 12 minutes; end it and start again.`);
    return token;
  } finally {
    await rm(ready, { force: true });
  }
}

async function tryToTake(path: string, ready: string): Promise<true | null> {
  try {
    await link(ready, path);
    return true;
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
  const holder = await readHolder(path);
  const touched = await stat(path).catch(() => null);
  if (!holder || !touched) return null;
  const stale = Date.now() - touched.mtimeMs > staleAfterMs || !(await isRunning(holder));
  if (stale) await moveAside(path, holder.token);
  return null;
}

/** Of several who find the same stale lock one moves it away; a fresh lock that slipped in between is put back. */
async function moveAside(path: string, staleToken: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  const moved = await rename(path, aside).then(
    () => true,
    () => false,
  );
  if (!moved) return;
  if ((await readHolder(aside))?.token !== staleToken) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

interface Holder {
  readonly token: string;
  readonly pid: number;
  readonly startedTicks: string | null;
}

async function readHolder(path: string): Promise<Holder | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isHolder(value) ? value : { token: text, pid: 0, startedTicks: 'unreadable' };
  } catch {
    return { token: text, pid: 0, startedTicks: 'unreadable' };
  }
}

function isHolder(value: unknown): value is Holder {
  return (
    typeof value === 'object' && value !== null && 'token' in value && 'pid' in value && typeof value.pid === 'number'
  );
}
