import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient, type Document } from 'mongodb';
import { freePort } from '#platform/embedded-mongo/ports.ts';
import { identify, isRunning, terminate, type ProcessIdentity } from '#platform/embedded-mongo/processes.ts';
import { resolveBinary } from '#platform/embedded-mongo/resolve-binary.ts';
import { until } from '#platform/embedded-mongo/until.ts';

const checkout = join(import.meta.dirname, '..', '..');
const prefix = 'cloudbank-faults-';
const setName = 'faults';
const memberCount = 3;
const stateMs = 90_000;
/** For so long a member that stepped down may not be elected again. */
export const stepDownS = 5;

/** Where a member runs and is reached; the loopback of this machine unless a network of its own is given. */
export interface Place {
  host: string;
  port: number;
  /** What stands before mongod on its command line. */
  command: readonly string[];
}

export interface ClusterOptions {
  /** The server's own default is 10,000. */
  electionTimeoutMs?: number;
  places?: readonly Place[];
}

export interface Member {
  readonly index: number;
  readonly address: string;
}

/** A replica set of three real mongods, which can be treated as badly as machines are. */
export interface Cluster {
  /** Of a database of the set. */
  uriOf(database: string): string;
  readonly members: readonly Member[];
  /** The member that takes writes; waits for one. */
  primary(): Promise<Member>;
  /** SIGKILL: no warning, nothing flushed. */
  kill(member: Member): Promise<void>;
  /** SIGTERM: the server hands over and closes in order. */
  terminate(member: Member): Promise<void>;
  /** SIGSTOP and SIGCONT. */
  pause(member: Member): void;
  resume(member: Member): void;
  stepDown(member: Member): Promise<void>;
  /** Starts an ended member again on its data; resolves when the set has three healthy members. */
  restart(member: Member): Promise<void>;
  /** Resolves when there is one primary and the others follow it. */
  whole(): Promise<void>;
  close(): Promise<void>;
}

interface Server {
  child: ChildProcess;
  identity: ProcessIdentity;
  ended: Promise<void>;
}

interface Running extends Member {
  place: Place;
  directory: string;
  server: Server | undefined;
}

export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  await sweepAbandoned();
  const directory = await mkdtemp(join(tmpdir(), prefix));
  await writeFile(join(directory, 'owner.json'), JSON.stringify(await identify(process.pid)));
  const binary = await resolveBinary({
    cacheDir: join(checkout, '.cache', 'mongod'),
    environment: {
      systemBinary: process.env.MONGOMS_SYSTEM_BINARY,
      path: process.env.PATH,
      variables: process.env,
      download: 'allowed',
    },
  });
  const places = options.places ?? (await loopbackPlaces());
  const members = places.map((place, index): Running => ({
    index,
    address: `${place.host}:${place.port}`,
    place,
    directory: join(directory, `member-${index}`),
    server: undefined,
  }));
  // Whatever becomes of this process, nothing that it started goes on.
  const endAbruptly = () => {
    for (const { server } of members) server?.child.kill('SIGKILL');
  };
  process.once('exit', endAbruptly);
  const close = async () => {
    await Promise.all(members.map((member) => end(member, 'SIGKILL')));
    process.off('exit', endAbruptly);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await Promise.all(members.map((member) => start(member, binary.path)));
    await initiate(members, options.electionTimeoutMs);
    const cluster = controls(members, binary.path);
    await cluster.whole();
    return { ...cluster, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function loopbackPlaces(): Promise<Place[]> {
  const ports = await Promise.all(Array.from({ length: memberCount }, () => freePort()));
  return ports.map((port) => ({ host: '127.0.0.1', port, command: [] }));
}

function controls(members: readonly Running[], binary: string): Omit<Cluster, 'close'> {
  const runningOf = ({ index }: Member) => {
    const member = members[index];
    if (!member) throw new Error(`There is no member ${index}`);
    return member;
  };
  const signal = (member: Member, name: NodeJS.Signals) => {
    runningOf(member).server?.child.kill(name);
  };
  const whole = async () => {
    await waitFor('a whole set', async () => ((await isWhole(members)) ? true : null));
  };
  return {
    uriOf: (database) =>
      `mongodb://${members.map(({ address }) => address).join(',')}/${database}?replicaSet=${setName}`,
    members,
    primary: () => waitFor('a primary', () => findPrimary(members)),
    kill: (member) => end(runningOf(member), 'SIGKILL'),
    terminate: (member) => end(runningOf(member), 'SIGTERM'),
    pause: (member) => {
      signal(member, 'SIGSTOP');
    },
    resume: (member) => {
      signal(member, 'SIGCONT');
    },
    stepDown: async (member) => {
      await ask(member, (client) =>
        client.db('admin').command({ replSetStepDown: stepDownS, secondaryCatchUpPeriodSecs: stepDownS - 1 }),
      );
    },
    restart: async (member) => {
      await start(runningOf(member), binary);
      await whole();
    },
    whole,
  };
}

async function start(member: Running, binary: string): Promise<void> {
  const { place, directory } = member;
  await mkdir(join(directory, 'db'), { recursive: true });
  const [command = binary, ...args] = [...place.command, binary, ...serverArguments(member)];
  const child = spawn(command, args, { stdio: 'ignore', env: { ...process.env } });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
    child.once('error', () => {
      resolve();
    });
  });
  if (child.pid === undefined) throw new Error(`${command} could not be started`);
  const identity = (await identify(child.pid)) ?? { pid: child.pid, startedTicks: null };
  member.server = { child, identity, ended };
  await writeFile(join(directory, 'pid.json'), JSON.stringify(identity));
  await waitFor(`an answer of ${member.address}`, async () => {
    if (!(await isRunning(identity))) throw new Error(`mongod ended; its log is ${join(directory, 'mongod.log')}`);
    return ask(member, (client) => client.db('admin').command({ ping: 1 })).catch(() => null);
  });
}

function serverArguments({ place, directory }: Running): string[] {
  return [
    ...['--replSet', setName, '--port', String(place.port), '--bind_ip', place.host, '--nounixsocket'],
    ...['--dbpath', join(directory, 'db'), '--logpath', join(directory, 'mongod.log'), '--logappend'],
    ...['--wiredTigerCacheSizeGB', '0.25', '--oplogSize', '256'],
    ...['--setParameter', 'diagnosticDataCollectionEnabled=false'],
  ];
}

async function initiate(members: readonly Running[], electionTimeoutMs: number | undefined): Promise<void> {
  const [first] = members;
  if (!first) throw new Error('A set has members');
  const settings =
    electionTimeoutMs === undefined
      ? {}
      : { settings: { electionTimeoutMillis: electionTimeoutMs, heartbeatIntervalMillis: electionTimeoutMs / 4 } };
  const config = { _id: setName, members: members.map(({ index, address }) => ({ _id: index, host: address })) };
  await ask(first, (client) => client.db('admin').command({ replSetInitiate: { ...config, ...settings } }));
}

/** Ends a member and waits until it is gone; one that ignores SIGTERM for too long is killed. */
async function end(member: Running, how: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  const { server } = member;
  if (!server) return;
  // A stopped process hears of SIGTERM only when it goes on.
  server.child.kill('SIGCONT');
  if (how === 'SIGKILL') server.child.kill('SIGKILL');
  else await terminate(server.identity, 60_000);
  await server.ended;
  member.server = undefined;
}

/** Asks this one member, whatever the state of its set. */
async function ask<T>(member: Member, question: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = new MongoClient(`mongodb://${member.address}/?directConnection=true`, {
    serverSelectionTimeoutMS: 1_500,
    connectTimeoutMS: 1_500,
    socketTimeoutMS: 15_000,
  });
  try {
    await client.connect();
    return await question(client);
  } finally {
    await client.close();
  }
}

async function helloOf(member: Running): Promise<Document | null> {
  if (!member.server) return null;
  return ask(member, (client) => client.db('admin').command({ hello: 1, maxTimeMS: 1_500 })).catch(() => null);
}

/** Of two that think so, the one elected later. */
async function findPrimary(members: readonly Running[]): Promise<Member | null> {
  const answers = await Promise.all(members.map(async (member) => ({ member, hello: await helloOf(member) })));
  const primaries = answers
    .filter(({ hello }) => hello?.isWritablePrimary === true)
    .sort((a, b) => String(b.hello?.electionId).localeCompare(String(a.hello?.electionId)));
  return primaries[0]?.member ?? null;
}

async function isWhole(members: readonly Running[]): Promise<boolean> {
  const answers = await Promise.all(members.map(helloOf));
  const primary = answers.find((hello) => hello?.isWritablePrimary === true);
  if (primary === undefined) return false;
  const following = answers.filter((hello) => hello?.secondary === true && hello.primary === primary?.me);
  return following.length === members.length - 1;
}

async function waitFor<T>(what: string, question: () => Promise<T | null>): Promise<T> {
  const answer = await until(question, { timeoutMs: stateMs, everyMs: 100 });
  if (answer === null) throw new Error(`There was not ${what} within ${stateMs / 1_000} s`);
  return answer;
}

/** What a killed run left behind: servers whose owner is gone. */
export async function sweepAbandoned(): Promise<void> {
  for (const name of (await readdir(tmpdir())).filter((entry) => entry.startsWith(prefix))) {
    const directory = join(tmpdir(), name);
    const owner = await readIdentity(join(directory, 'owner.json'));
    if (owner === null || (await isRunning(owner))) continue;
    for (let index = 0; index < memberCount; index += 1) {
      const left = await readIdentity(join(directory, `member-${index}`, 'pid.json'));
      if (left !== null) await terminate(left, 0);
    }
    await rm(directory, { recursive: true, force: true });
  }
}

async function readIdentity(path: string): Promise<ProcessIdentity | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as ProcessIdentity);
}
