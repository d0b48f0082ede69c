import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { putIntoCache, withIncoming } from './cache.ts';
import { sha256Of } from './check-binary.ts';
import { runCommand, type CommandOutcome, type Variables } from './run-command.ts';

const child = fileURLToPath(new URL('./memory-server.child.ts', import.meta.url));
const wholeMs = 10 * 60_000;

export interface MemoryServerWay {
  readonly cacheDir: string;
  readonly variables: Variables;
  /** How long the download may stand still (a network that swallows packets) before it is given up. */
  readonly stallMs: number;
}

/**
 * Way 3: mongodb-memory-server downloads a build for this system, checked against the publisher's MD5 sum over a
 * verified TLS connection. Its settings (`MONGOMS_VERSION`, `MONGOMS_DOWNLOAD_MIRROR`, proxies) are taken from the
 * caller's variables. Gives the binary's path in the cache, or throws with the reason.
 */
export async function fetchByMemoryServer(way: MemoryServerWay): Promise<string> {
  return withIncoming(way.cacheDir, async (directory) => {
    const watch = watchProgress(directory, way.stallMs);
    const outcome = await runCommand(process.execPath, [child, directory], {
      timeoutMs: wholeMs,
      variables: settings(way.variables),
      signal: watch.stalled,
    }).finally(watch.end);
    if (watch.stalled.aborted) throw new Error(`the download site sent nothing for ${way.stallMs / 1000} s`);
    if (outcome.timedOut) throw new Error(`the download was given up after ${wholeMs / 60_000} minutes`);
    const path = readOutcome(outcome);
    return putIntoCache(path, { cacheDir: way.cacheDir, sum: await sha256Of(path) });
  });
}

function settings(variables: Variables): Variables {
  const { MONGOMS_SYSTEM_BINARY: _own, ...rest } = variables;
  return {
    MONGOMS_MAX_RETRIES: '1',
    ...rest,
    MONGOMS_MD5_CHECK: '1',
    MONGOMS_PREFER_GLOBAL_PATH: '0',
    npm_config_strict_ssl: 'true',
  };
}

/** A signal that fires once the directory has not grown for the given time. */
function watchProgress(directory: string, stallMs: number): { stalled: AbortSignal; end: () => void } {
  const stall = new AbortController();
  let last = { bytes: -1, at: Date.now() };
  const timer = setInterval(() => {
    void bytesIn(directory).then((bytes) => {
      if (bytes !== last.bytes) last = { bytes, at: Date.now() };
      else if (Date.now() - last.at > stallMs) stall.abort();
    });
  }, 500);
  return {
    stalled: stall.signal,
    end: () => {
      clearInterval(timer);
    },
  };
}

async function bytesIn(directory: string): Promise<number> {
  const names = await readdir(directory).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(directory, name)).then(
        (file) => file.size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function readOutcome(outcome: CommandOutcome): string {
  const line = outcome.stdout.trim().split('\n').at(-1) ?? '';
  const answer: unknown = line.startsWith('{') ? JSON.parse(line) : null;
  if (typeof answer === 'object' && answer !== null) {
    if ('path' in answer && typeof answer.path === 'string') return answer.path;
    if ('error' in answer && typeof answer.error === 'string') throw new Error(oneLine(answer.error));
  }
  throw new Error(`the downloader ended with code ${outcome.code ?? 'none'}: ${oneLine(outcome.stderr).slice(-300)}`);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
