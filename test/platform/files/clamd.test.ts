import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { createClamd, type ClamdAddress } from '#platform/scanning/clamd.ts';
import { noScanner } from '#platform/scanning/scanner.ts';
import { pdfFile, pdfStream } from '#test/files.ts';

// In two parts, so that no scanner takes this file for what it tests.
const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD', '-ANTIVIRUS-TEST-FILE!$H+H*'].join('');
const infected = pdfFile({ objects: [pdfStream(Buffer.from(eicar), '/Type/XObject')], fillBytes: 300_000 });

async function* inPieces(bytes: Buffer) {
  for (let at = 0; at < bytes.length; at += 50_000) yield await Promise.resolve(bytes.subarray(at, at + 50_000));
}

/** Speaks INSTREAM as clamd does, and finds the one text that everybody may find. */
function startTwin(mood: 'scanning' | 'silent' | 'full' | 'hanging up'): Promise<Server> {
  const server = createServer((socket) => {
    let read: Buffer = Buffer.alloc(0);
    socket.on('error', () => undefined);
    if (mood === 'hanging up') socket.destroy();
    socket.on('data', (bytes: Buffer) => {
      read = Buffer.concat([read, bytes]);
      if (mood === 'full') socket.end('INSTREAM size limit exceeded. ERROR\0');
      if (mood !== 'scanning' || !read.subarray(-4).equals(Buffer.alloc(4))) return;
      const parts: Buffer[] = [];
      let at = 'zINSTREAM\0'.length;
      for (let length = read.readUInt32BE(at); length > 0; length = read.readUInt32BE(at)) {
        parts.push(read.subarray(at + 4, at + 4 + length));
        at += 4 + length;
      }
      socket.end(Buffer.concat(parts).includes(eicar) ? 'stream: Eicar-Test FOUND\0' : 'stream: OK\0');
    });
  });
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      resolve(server);
    }),
  );
}

const addressOf = (server: Server): ClamdAddress => ({
  host: '127.0.0.1',
  port: (server.address() as AddressInfo).port,
});

describe('a scanner', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.close();
  });

  it('finds what is infected and lets pass what is not', async () => {
    server = await startTwin('scanning');
    const scanner = createClamd(addressOf(server));
    expect(await scanner.scan(inPieces(pdfFile({ fillBytes: 300_000 })))).toEqual({ verdict: 'clean' });
    expect(await scanner.scan(inPieces(infected))).toEqual({ verdict: 'infected', signature: 'Eicar-Test' });
  });

  it.each(['full', 'hanging up'] as const)('that is %s has said nothing: never clean', async (mood) => {
    server = await startTwin(mood);
    await expect(createClamd(addressOf(server)).scan(inPieces(infected))).rejects.toMatchObject({
      kind: 'unavailable',
    });
  });

  it('that is not there has said nothing', async () => {
    for (const address of [{ host: '127.0.0.1', port: 9 }, { path: '/nonexistent/clamd.sock' }])
      await expect(createClamd(address).scan(inPieces(infected))).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('that nobody configured leaves a file in quarantine', async () => {
    expect(await noScanner.scan(inPieces(infected))).toEqual({ verdict: 'not-scanned' });
  });
});

function clamdPath(): string | undefined {
  try {
    return execFileSync('sh', ['-c', 'command -v clamd || ls /usr/sbin/clamd'], { stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim();
  } catch {
    return undefined;
  }
}

const binary = clamdPath();
describe.skipIf(binary === undefined)('the real clamd', () => {
  let clamd: ChildProcess | undefined;
  let directory = '';
  afterAll(async () => {
    clamd?.kill('SIGKILL');
    await rm(directory, { recursive: true, force: true });
  });

  it('finds what is infected over its socket, with a database of one signature', async () => {
    directory = await mkdtemp(join(tmpdir(), 'clamd-'));
    await writeFile(join(directory, 'own.ndb'), `Own.Test:0:*:${Buffer.from(eicar).toString('hex')}\n`);
    const path = join(directory, 'socket');
    const settings = ['Foreground yes', `DatabaseDirectory ${directory}`, `LocalSocket ${path}`, 'User root'];
    const file = join(directory, 'clamd.conf');
    await writeFile(
      file,
      `${settings.filter((line) => process.getuid?.() === 0 || !line.startsWith('User')).join('\n')}\n`,
    );
    clamd = spawn(binary ?? '', ['-c', file], { stdio: 'ignore' });
    const scanner = createClamd({ path });
    const clean = async () => scanner.scan(inPieces(pdfFile({ fillBytes: 3_000_000 })));
    for (let tries = 0; ; tries += 1) {
      const verdict = await clean().catch(() => undefined);
      if (verdict) break;
      expect(tries).toBeLessThan(300);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(await clean()).toEqual({ verdict: 'clean' });
    const found = await scanner.scan(inPieces(infected));
    expect(found).toMatchObject({ verdict: 'infected' });
    expect(found.verdict === 'infected' && found.signature).toMatch(/^Own\.Test/);
  });
});
