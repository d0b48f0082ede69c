import { readFile } from 'node:fs/promises';
import { writeWhole } from './files.ts';
import { identify, isRunning, type ProcessIdentity } from './processes.ts';

/**
 * `mongod.json`: the port is kept for good, because a replica set starts on another one only by a forced
 * reconfiguration; `pid` is null while no server runs.
 */
export interface ServerState {
  readonly port: number;
  readonly pid: number | null;
  readonly startedTicks: string | null;
  readonly dbPath: string;
  readonly startedAt: string;
  readonly version: string;
  readonly source: string;
}

/** The kept state, or null where there is none that can be read: then the server simply gets a new port. */
export async function readState(stateFile: string): Promise<ServerState | null> {
  const text = await readFile(stateFile, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isState(value) ? value : null;
  } catch {
    return null;
  }
}

export async function writeState(stateFile: string, state: ServerState): Promise<void> {
  await writeWhole(stateFile, `${JSON.stringify(state, null, 2)}\n`);
}

/** The server's process if it is still the one that was started, else null. */
export async function runningServer(state: ServerState | null): Promise<ProcessIdentity | null> {
  if (state?.pid == null) return null;
  const identity = { pid: state.pid, startedTicks: state.startedTicks };
  return (await isRunning(identity)) ? identity : null;
}

export async function identityOfSpawned(pid: number): Promise<ProcessIdentity> {
  return (await identify(pid)) ?? { pid, startedTicks: null };
}

function isState(value: unknown): value is ServerState {
  if (typeof value !== 'object' || value === null) return false;
  const { port, pid, dbPath } = value as Partial<Record<keyof ServerState, unknown>>;
  return (
    typeof port === 'number' &&
    Number.isInteger(port) &&
    port > 0 &&
    port < 65_536 &&
    (pid === null || typeof pid === 'number') &&
    typeof dbPath === 'string'
  );
}
