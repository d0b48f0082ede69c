import { join } from 'node:path';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { Stream } from 'node:stream';
import type { Express } from 'express';
import supertest, { type Response } from 'supertest';
import { dateOf } from '#core/calendar.ts';
import { newId } from '#core/ids.ts';
import type { Role } from '#core/roles.ts';
import type { Clock } from '#platform/clock.ts';
import { commitTogether } from '#platform/companion.ts';
import { createLogger } from '#platform/logger.ts';
import { connectMongo } from '#platform/mongo.ts';
import { createLocalKms } from '#platform/vault/local-kms.ts';
import type { Scanner } from '#platform/scanning/scanner.ts';
import type { Allowances } from '#web/rate-limit.ts';
import { createApp } from '#src/app.ts';
import { composeBank, prepareBank, type Bank } from '#src/composition.ts';
import { testDatabaseUri } from './mongod.ts';

export const testPassword = 'lanterns over the harbour';

export interface TestClock extends Clock {
  set(instant: string): void;
  advance(duration: Temporal.DurationLike): void;
}

function testClock(): TestClock {
  let now = Temporal.Now.instant();
  return {
    now: () => now,
    set: (instant) => {
      now = Temporal.Instant.from(instant);
    },
    advance: (duration) => {
      now = now.add(duration);
    },
  };
}

/** A real bank on a database of its own: composition, indexes and migrations as in production, no web. */
export async function openTestBank(
  options: { logLines?: string[]; uri?: string; settledMs?: number; scanner?: Scanner } = {},
) {
  const clock = testClock();
  const database = await connectMongo({ uri: options.uri ?? testDatabaseUri(), maxPoolSize: 30 });
  const dataDir = await mkdtemp(join(tmpdir(), 'cloudbank-test-'));
  const { logLines } = options;
  const logger = logLines
    ? createLogger({ level: 'trace', destination: { write: (line: string) => void logLines.push(line) } })
    : createLogger({ level: 'silent' });
  const bank = composeBank({
    database,
    clock,
    logger,
    kms: await createLocalKms(join(dataDir, 'master-key')),
    secrets: {
      peppers: [{ id: 'test1', secret: 'a pepper for tests, long enough to pass' }],
      blindIndexKey: 'a blind index key for tests, long enough',
    },
    // The least bcrypt allows: tests sign in often, and the cost is configuration.
    bcryptCost: 4,
    currency: 'USD',
    locale: 'en-US',
    timeZone: 'UTC',
    country: 'US',
    settledMs: options.settledMs ?? 0,
    ...(options.scanner ? { scanner: options.scanner } : {}),
  });
  await prepareBank(bank);
  return {
    ...bank,
    clock,
    database,
    close: async () => {
      await bank.services.closeOfDay.stop();
      await bank.services.ledger.stop();
      await database.db.dropDatabase();
      await database.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export type TestBank = Awaited<ReturnType<typeof openTestBank>>;

/** The real portal on a test bank. */
export async function openPortal(
  options: { allowances?: Partial<Allowances>; logLines?: string[]; uri?: string; scanner?: Scanner } = {},
) {
  const bank = await openTestBank(options);
  const readiness = { draining: false, ping: () => Promise.resolve() };
  const app = createApp({
    bank,
    readiness,
    root: join(import.meta.dirname, '../..'),
    sessionSecrets: ['a session secret for tests, long enough'],
    trustProxyHops: 0,
    templates: 'cached',
    demo: undefined,
    ...(options.allowances ? { allowances: options.allowances } : {}),
  });
  return {
    ...bank,
    app,
    readiness,
    visitor: () => visitor(app),
    /** A registered borrower, signed in. */
    borrower: (name?: string) => signedInBorrower(bank, app, name),
    /** A staff user of the role, signed in. */
    staff: (role: Role, partyId?: string) => signedInStaff(bank, app, role, partyId),
    /** Moves the business date and the clock to noon of that day. */
    setDay: async (date: string) => {
      bank.clock.set(`${date}T12:00:00Z`);
      const { db } = bank.platform.database;
      // A test may go back: what was closed from that day on was not.
      await db.collection<{ _id: string }>('closeOfDayRuns').deleteMany({ _id: { $gte: date } });
      await db
        .collection<{ _id: string }>('bank')
        .updateOne({ _id: 'business-date' }, { $set: { date: dateOf(date).toString() } }, { upsert: true });
    },
  };
}

export type TestPortal = Awaited<ReturnType<typeof openPortal>>;

/** A browser without JavaScript: keeps cookies, takes the CSRF token from a page it was shown. */
export interface Visitor {
  get(path: string): Promise<Response>;
  /** A file: the body of the response is its bytes. */
  download(path: string): Promise<Response>;
  /** The cookies as a header, for a request that a test makes by itself. */
  cookies(): string;
  /** Posts the form with a token of this visitor's session; `csrf: false` leaves it out. */
  post(path: string, fields?: Record<string, string>, options?: { csrf?: false }): Promise<Response>;
  /** Posts a raw urlencoded body after the token, for hostile input. */
  postRaw(path: string, body: string): Promise<Response>;
  /** Posts a multipart form with one file, as a page of the portal does; `headers` instead of those a browser adds. */
  upload(path: string, file: string | Buffer, options?: UploadOptions): Promise<Response>;
}

export interface UploadOptions {
  name?: string;
  field?: string;
  csrf?: false;
  headers?: Record<string, string>;
  /** What the browser says the file is; by its name where it is left out. */
  type?: string;
}

function visitor(app: Express): Visitor {
  const agent = supertest.agent(app);
  const cookies = () =>
    agent.jar.getCookies({ domain: '127.0.0.1', path: '/', secure: false, script: false }).toValueString();
  const csrf = csrfTokens({ agent, cookies });
  return {
    get: (path) => agent.get(path),
    download: (path) => agent.get(path).buffer(true).parse(wholeBody),
    cookies,
    post: async (path, fields = {}, options = {}) => {
      const send = (body: object) => agent.post(path).type('form').send(body);
      return options.csrf === false ? send(fields) : csrf.with((token) => send({ ...fields, _csrf: token }));
    },
    postRaw: async (path, body) =>
      csrf.with((token) =>
        agent
          .post(path)
          .type('form')
          .send(`_csrf=${encodeURIComponent(token)}&${body}`),
      ),
    upload: async (path, file, { name = 'file.csv', field = 'file', csrf: wanted, headers, type } = {}) => {
      const given = wanted === false ? '' : await csrf.fresh();
      const request = agent.post(path).set(headers ?? { 'Sec-Fetch-Site': 'same-origin' });
      if (wanted !== false) void request.field('_csrf', given);
      return request.attach(
        field,
        Buffer.from(file),
        type === undefined ? name : { filename: name, contentType: type },
      );
    },
  };
}

/**
 * The token of a visitor's session, read from a page once a session and not before every form: most of what a test asks
 * of the portal is forms. Where the session has ended unseen, the form is refused, and sent again with a token anew.
 */
function csrfTokens({ agent, cookies }: { agent: ReturnType<typeof supertest.agent>; cookies: () => string }) {
  let known: { cookies: string; token: string } | undefined;
  const fresh = async () => {
    const page = await agent.get('/logout');
    const token = /name="_csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
    known = { cookies: cookies(), token };
    return token;
  };
  return {
    fresh,
    with: async (send: (token: string) => PromiseLike<Response>): Promise<Response> => {
      const sent = known?.cookies === cookies() ? known.token : await fresh();
      const response = await send(sent);
      if (response.status !== 403) return response;
      const anew = await fresh();
      return anew === sent ? response : send(anew);
    },
  };
}

/** The bytes as they came, whatever their type says. */
function wholeBody(response: Stream, done: (error: Error | null, body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  response.on('end', () => {
    done(null, Buffer.concat(chunks));
  });
}

let people = 0;

/** A registered borrower of a bank, without a browser. */
export async function newBorrower(bank: Bank, name = 'Test Borrower') {
  people += 1;
  const email = `borrower-${people}-${newId()}@example.test`;
  const registered = await bank.services.customers.register({
    fullName: name,
    email,
    phone: '+12025550143',
    password: testPassword,
  });
  if (!registered.ok || registered.value.partyId === undefined) throw new Error('The test borrower was not registered');
  const user = await bank.services.identity.signIn({ email, password: testPassword });
  if (!user) throw new Error('The test borrower could not sign in');
  return { email, partyId: registered.value.partyId, userId: user.userId };
}

async function signedInBorrower(bank: TestBank, app: Express, name?: string) {
  const person = await newBorrower(bank, name);
  const browser = visitor(app);
  await browser.post('/login', { email: person.email, password: testPassword });
  return { ...person, ...browser };
}

async function signedInStaff(bank: TestBank, app: Express, role: Role, partyId?: string) {
  const email = `${role}-${newId()}@example.test`;
  const user = await bank.services.identity.newUser({
    email,
    password: testPassword,
    roles: [role],
    displayName: role,
    ...(partyId === undefined ? {} : { partyId }),
  });
  await commitTogether(bank.platform.database, [user]);
  const browser = visitor(app);
  await browser.post('/login', { email, password: testPassword });
  return { email, userId: user.document._id, ...browser };
}
