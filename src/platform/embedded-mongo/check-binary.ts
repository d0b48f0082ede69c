import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { runCommand, type Variables } from './run-command.ts';

const oldestMajor = 6;

// Debian's and Ubuntu's packages of what MongoDB's builds link to.
const packageOf: readonly (readonly [prefix: string, debian: string])[] = [
  ['libcurl.so.4', 'libcurl4'],
  ['libssl.so.3', 'libssl3'],
  ['libcrypto.so.3', 'libssl3'],
  ['liblzma.so.5', 'liblzma5'],
];

export type BinaryCheck =
  | { readonly runs: true; readonly path: string; readonly version: string }
  | { readonly runs: false; readonly why: string };

/** Whether the program really is a mongod that runs here and is recent enough: it is asked for its version. */
export async function checkBinary(path: string, variables: Variables): Promise<BinaryCheck> {
  const executable = await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!executable) return { runs: false, why: `${path} is missing or may not be executed` };
  const outcome = await runCommand(path, ['--version'], { timeoutMs: 20_000, variables });
  if (outcome.failure !== null) return { runs: false, why: `${path} does not run on this system (${outcome.failure})` };
  if (outcome.timedOut) return { runs: false, why: `${path} --version did not answer within 20 s` };
  const version = /db version v(\d+\.\d+\.\d+\S*)/.exec(outcome.stdout)?.[1];
  if (outcome.code !== 0 || version === undefined) return { runs: false, why: whyItFails(path, outcome) };
  if (Number.parseInt(version, 10) < oldestMajor)
    return { runs: false, why: `${path} is MongoDB ${version}; ${oldestMajor}.0 or later is needed` };
  return { runs: true, path, version };
}

function whyItFails(path: string, outcome: { code: number | null; stderr: string }): string {
  const library = /shared librar(?:y|ies): (\S+?):/.exec(outcome.stderr)?.[1];
  if (library !== undefined) {
    const known = packageOf.find(([prefix]) => library.startsWith(prefix))?.[1];
    const advice =
      known === undefined
        ? 'install the package that holds it'
        : 'on Debian or Ubuntu: apt-get install libcurl4 libssl3 liblzma5';
    return `${path} needs the library ${library}${known === undefined ? '' : ` (${known})`}, which is not installed; ${advice}`;
  }
  const last = outcome.stderr.trim().split('\n').at(-1) ?? '';
  return `${path} --version ended with code ${outcome.code ?? 'none'}${last === '' ? '' : `: ${last}`}`;
}

/** SHA-256 of a file, in hex. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(part as Buffer);
  return hash.digest('hex');
}
