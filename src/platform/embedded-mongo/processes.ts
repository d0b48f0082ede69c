import { readFile } from 'node:fs/promises';
import { until } from './until.ts';

/**
 * A process, told apart from a later one with the same number: `startedTicks` is its start in clock ticks since boot
 * (Linux), null where the system does not tell.
 */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startedTicks: string | null;
}

/** The running process of that number, or null. A zombie (dead, not yet reaped) counts as gone. */
export async function identify(pid: number): Promise<ProcessIdentity | null> {
  if (!answersSignals(pid)) return null;
  if (process.platform !== 'linux') return { pid, startedTicks: null };
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (stat === null) return null;
  // The second field is the command in brackets and may hold spaces: count from behind it (proc_pid_stat(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startedTicks] = [fields[0], fields[19]];
  return state === 'Z' || state === 'X' || startedTicks === undefined ? null : { pid, startedTicks };
}

export async function isRunning(identity: ProcessIdentity): Promise<boolean> {
  const now = await identify(identity.pid);
  return now !== null && now.startedTicks === identity.startedTicks;
}

/**
 * Ends a process: SIGTERM, by which mongod closes its files in order, and SIGKILL once the time is up. On Windows the
 * first is as abrupt as the second; the journal makes up for it at the next start.
 */
export async function terminate(identity: ProcessIdentity, timeoutMs: number): Promise<'clean' | 'killed'> {
  const gone = async () => ((await isRunning(identity)) ? null : true);
  if (await gone()) return 'clean';
  signal(identity.pid, 'SIGTERM');
  if (await until(gone, { timeoutMs, everyMs: 50 })) return 'clean';
  signal(identity.pid, 'SIGKILL');
  await until(gone, { timeoutMs: 5000, everyMs: 50 });
  return 'killed';
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process may not be signalled, and is there all the same.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself between the question and the signal.
  }
}
