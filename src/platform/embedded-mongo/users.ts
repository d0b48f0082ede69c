import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identify, isRunning } from './processes.ts';

/**
 * Who uses the server: one empty file each, `<pid>.<start ticks>.<id>`. The last one to leave ends the server, so a
 * `cli` that started it never takes it away from a portal that came later, and a killed user counts no more.
 */
export async function registerUser(usersDir: string): Promise<string> {
  await mkdir(usersDir, { recursive: true, mode: 0o700 });
  const self = await identify(process.pid);
  const file = join(usersDir, `${process.pid}.${self?.startedTicks ?? '-'}.${randomUUID()}`);
  await writeFile(file, '');
  return file;
}

export async function unregisterUser(file: string): Promise<void> {
  await rm(file, { force: true });
}

/** The process numbers of the users that are alive, without repetition; files of dead ones are removed. */
export async function liveUsers(usersDir: string): Promise<readonly number[]> {
  const names = await readdir(usersDir).catch(() => []);
  const alive = new Set<number>();
  for (const name of names) {
    const [pid, ticks] = name.split('.');
    const identity = { pid: Number(pid), startedTicks: ticks === undefined || ticks === '-' ? null : ticks };
    if (identity.pid > 0 && (await isRunning(identity))) alive.add(identity.pid);
    else await rm(join(usersDir, name), { force: true });
  }
  return [...alive];
}
