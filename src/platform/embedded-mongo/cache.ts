import { chmod, copyFile, mkdir, mkdtemp, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Of } from './check-binary.ts';
import { writeWhole } from './files.ts';
import { identify } from './processes.ts';

const binaryName = process.platform === 'win32' ? 'mongod.exe' : 'mongod';
const incomingName = /^\.incoming-(\d+)-/;

export type CacheLookup = { readonly path: string } | { readonly why: string };

/** The cached binary, if its bytes are still those that were put there: the sum lies beside it. */
export async function lookInCache(cacheDir: string): Promise<CacheLookup> {
  const path = join(cacheDir, binaryName);
  const kept = await readFile(`${path}.sha256`, 'utf8').catch(() => null);
  if (kept === null) return { why: `nothing in ${cacheDir} yet` };
  const actual = await sha256Of(path).catch(() => null);
  if (actual === null) return { why: `${path} is gone, only its checksum is left` };
  const expected = kept.slice(0, 64);
  if (actual !== expected)
    return {
      why: `${path} has changed since it was put there (sha256 ${actual}, expected ${expected}); it is not used`,
    };
  return { path };
}

/** Puts a binary into the cache in one step: a start that is killed in between leaves nothing half. */
export async function putIntoCache(
  from: string,
  { cacheDir, sum }: { cacheDir: string; sum: string },
): Promise<string> {
  const path = join(cacheDir, binaryName);
  const ready = `${from}.ready`;
  await copyFile(from, ready);
  await chmod(ready, 0o755);
  const file = await open(ready, 'r');
  await file.sync().finally(() => file.close());
  if ((await sha256Of(ready)) !== sum)
    throw new Error(`the copy of ${from} differs from it; is the disk full or failing?`);
  // The old sum goes first: between the two steps the cache counts as empty, never as changed.
  await rm(`${path}.sha256`, { force: true });
  await rename(ready, path);
  await writeWhole(`${path}.sha256`, `${sum} *${binaryName}\n`);
  return path;
}

/** A directory inside the cache for what is being fetched, removed afterwards whatever happens. */
export async function withIncoming<T>(cacheDir: string, work: (directory: string) => Promise<T>): Promise<T> {
  await mkdir(cacheDir, { recursive: true });
  await sweepIncoming(cacheDir);
  const directory = await mkdtemp(join(cacheDir, `.incoming-${process.pid}-`));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function sweepIncoming(cacheDir: string): Promise<void> {
  for (const name of await readdir(cacheDir)) {
    const pid = incomingName.exec(name)?.[1];
    if (pid !== undefined && (await identify(Number(pid))) === null)
      await rm(join(cacheDir, name), { recursive: true, force: true });
  }
}
