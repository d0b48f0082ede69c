import { spawn, type ChildProcess } from 'node:child_process';
import { Agent, get } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectMongo } from '#platform/mongo.ts';
import { testDatabaseUri } from '#test/mongod.ts';

const root = join(import.meta.dirname, '../..');
let dataDir: string;
let uri: string;
const started: ChildProcess[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cloudbank-server-'));
  uri = testDatabaseUri();
});
afterEach(async () => {
  for (const child of started.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
  const database = await connectMongo({ uri });
  await database.db.dropDatabase();
  await database.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** The server as a process of its own; `url` is there once it listens. */
function startServer(environment: Record<string, string>) {
  const env = {
    PATH: process.env.PATH ?? '',
    NODE_ENV: 'development',
    MONGODB_URI: uri,
    DATA_DIR: dataDir,
    PORT: '0',
    DEMO_DATA: 'off',
    LOG_LEVEL: 'error',
    ...environment,
  };
  const child = spawn(process.execPath, ['src/server.ts'], { cwd: root, env });
  started.push(child);
  let output = '';
  const url = new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const found = /http:\/\/localhost:\d+/.exec(output);
      if (found) resolve(found[0].replace('localhost', '127.0.0.1'));
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('exit', () => {
      reject(new Error(output));
    });
  });
  url.catch(() => undefined);
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  return { child, url, ended, output: () => output };
}

/** One answer over a connection of the agent: its status and whether the connection ends with it. */
function ask(agent: Agent, url: string): Promise<{ status: number | undefined; last: boolean }> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent }, (answer) => {
      answer.on('error', reject).on('end', () => {
        resolve({ status: answer.statusCode, last: answer.headers.connection === 'close' });
      });
      answer.resume();
    });
    request.on('error', reject);
  });
}

/** A balancer's connection: asks without a pause until the server ends it; gives the statuses seen. */
async function askUntilClosed(url: string): Promise<Set<number | undefined>> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const seen = new Set<number | undefined>();
  for (let last = false; !last;) {
    const answer = await ask(agent, url);
    seen.add(answer.status);
    last = answer.last;
  }
  agent.destroy();
  return seen;
}

describe('the server process', () => {
  it('says that it is not ready after SIGTERM, goes on serving until the balancer has looked away, and exits 0', async () => {
    const { child, url, ended } = startServer({ DRAIN_WAIT_MS: '1500' });
    const base = await url;
    expect((await fetch(`${base}/readyz`)).status).toBe(200);
    child.kill('SIGTERM');
    await expect.poll(async () => (await fetch(`${base}/readyz`)).status, { timeout: 30_000 }).toBe(503);
    const [alive, page] = await Promise.all([fetch(`${base}/livez`), fetch(`${base}/services`)]);
    expect([alive.status, page.status]).toEqual([200, 200]);
    expect(await ended).toBe(0);
  });

  it('fails no request on busy connections while it drains, and a second signal does not cut that short', async () => {
    const { child, url, ended } = startServer({ DRAIN_WAIT_MS: '1500' });
    const base = await url;
    const busy = Array.from({ length: 4 }, () => askUntilClosed(`${base}/services`));
    expect((await fetch(`${base}/services`)).status).toBe(200);
    child.kill('SIGINT');
    await expect.poll(async () => (await fetch(`${base}/readyz`)).status, { timeout: 30_000 }).toBe(503);
    child.kill('SIGINT');
    child.kill('SIGTERM');
    for (const seen of await Promise.all(busy)) expect(seen).toEqual(new Set([200]));
    expect((await fetch(`${base}/services`)).status).toBe(200);
    expect(await ended).toBe(0);
  });

  it('closes the days that the calendar has left behind, and stops in the middle of that with 0', async () => {
    const database = await connectMongo({ uri });
    const today = Temporal.Now.plainDateISO('UTC');
    const days = database.db.collection<{ _id: string; date: string }>('bank');
    await days.insertOne({ _id: 'business-date', date: today.subtract({ days: 2 }).toString() });
    const { child, url, ended } = startServer({ DRAIN_WAIT_MS: '0' });
    await url;
    const date = async () => (await days.findOne({ _id: 'business-date' }))?.date;
    await expect.poll(date, { timeout: 30_000 }).toBe(today.toString());
    // Both wait for postings of their day that may be under way.
    const runs = await database.db.collection<{ _id: string; state: string }>('closeOfDayRuns').find().toArray();
    expect(runs.map(({ state }) => state)).toEqual(['running', 'running']);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    await database.close();
  });

  it('signs nobody out when it is started again', async () => {
    const first = startServer({});
    const answer = await fetch(`${await first.url}/contact`);
    const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
    const token = /name="_csrf" value="([^"]+)"/.exec(await answer.text())?.[1] ?? '';
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    const second = startServer({});
    const body = new URLSearchParams({ _csrf: token, name: 'x', email: 'no', topic: 'a-loan', message: '' });
    const sent = await fetch(`${await second.url}/contact`, { method: 'POST', body, headers: { cookie } });
    // The form's token still counts, so that the answer is about the form's content.
    expect(sent.status).toBe(422);
  });

  it('does not start in production without what production needs, and lists all of it at once', async () => {
    const { ended, output } = startServer({ NODE_ENV: 'production', MONGODB_URI: '', DEMO_DATA: '' });
    expect(await ended).toBe(1);
    for (const name of [
      'MONGODB_URI',
      'SESSION_SECRETS',
      'PASSWORD_PEPPERS',
      'BLIND_INDEX_KEY',
      'KMS_PROVIDER',
      'TRUST_PROXY_HOPS',
    ]) {
      expect(output()).toContain(name);
    }
  });

  it('refuses a connection string that asks for weaker promises, and says which', async () => {
    const { ended, output } = startServer({ MONGODB_URI: `${uri}&w=1` });
    expect(await ended).toBe(1);
    expect(output()).toContain('remove w=1');
  });
});
