/**
 * `npm run train -- --data FILE [--dictionary FILE] [--target COLUMN --event approved|defaulted] [--out FOLDER]
 * [--folds N]`: trains the credit models offline. Makes a Python environment of its own under .cache/ (once for each list
 * of packages), then runs train.py in it with the same arguments.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const here = import.meta.dirname;
const cache = join(here, '../../.cache/risk-training');
const requirements = join(here, 'requirements.txt');
// The pinned packages need it.
const leastPython = { major: 3, minor: 11 };

class TrainingFault extends Error {}

/** Runs a program to its end, its output on standard error so that only what is asked for is on standard output. */
async function run(command: string, args: readonly string[]): Promise<number> {
  const child = spawn(command, args, { stdio: ['ignore', 2, 2] });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      resolve(code ?? 1);
    });
  });
}

async function succeed(command: string, args: readonly string[], otherwise: string): Promise<void> {
  const code = await run(command, args).catch(() => 1);
  if (code !== 0) throw new TrainingFault(otherwise);
}

/** The environment's Python; made anew where it is not complete, since an interrupted one lacks its mark. */
async function environment(): Promise<string> {
  const list = await readFile(requirements);
  const folder = join(cache, `venv-${createHash('sha256').update(list).digest('hex').slice(0, 12)}`);
  const python = join(folder, 'bin', 'python');
  const mark = join(folder, 'complete');
  const isComplete = await access(mark).then(
    () => true,
    () => false,
  );
  if (isComplete) return python;
  process.stderr.write('Making a Python environment for training; this takes a few minutes, once.\n');
  await rm(folder, { recursive: true, force: true });
  await mkdir(cache, { recursive: true });
  const { major, minor } = leastPython;
  const check = `import sys; sys.exit(sys.version_info < (${major}, ${minor}))`;
  await succeed('python3', ['-c', check], `Training needs python3 ${major}.${minor} or newer on the PATH`);
  await succeed(
    'python3',
    ['-m', 'venv', folder],
    'python3 could not make an environment: is its venv module installed?',
  );
  await succeed(
    python,
    ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '-r', requirements],
    'The packages could not be installed: is a Python package index reachable?',
  );
  await writeFile(mark, '');
  return python;
}

async function main(args: readonly string[]): Promise<number> {
  const wanted = args.some((arg) => /^--out(=|$)/.test(arg)) ? args : [...args, '--out', join(cache, 'models')];
  try {
    return await run(await environment(), ['-B', join(here, 'train.py'), ...wanted]);
  } catch (error) {
    if (!(error instanceof TrainingFault)) throw error;
    process.stderr.write(`${error.message}.\n`);
    return 2;
  }
}

process.exit(await main(process.argv.slice(2)));
