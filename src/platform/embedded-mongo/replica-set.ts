import { MongoClient, MongoServerError } from 'mongodb';
import { EmbeddedMongoError, reasonOf } from './errors.ts';
import { until } from './until.ts';

export const setName = 'rs0';

const notYetInitialized = 94;

/** Opens a connection to exactly this server, whatever the state of its set, for the time of the work. */
export async function withDirectClient<T>(
  { port, timeoutMs }: { port: number; timeoutMs: number },
  work: (client: MongoClient) => Promise<T>,
): Promise<T> {
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, {
    serverSelectionTimeoutMS: timeoutMs,
    socketTimeoutMS: timeoutMs,
    connectTimeoutMS: timeoutMs,
  });
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.close();
  }
}

/**
 * Makes the server the primary of a set of one, reached at this port: initiates a new set, or moves the one that is
 * there to the new port by force (there is no majority to ask when the only member moved).
 */
export async function ensurePrimary(
  client: MongoClient,
  { port, timeoutMs }: { port: number; timeoutMs: number },
): Promise<void> {
  const host = `127.0.0.1:${port}`;
  const current = await settledSetConfig(client);
  if (current === null)
    await client.db('admin').command({ replSetInitiate: { _id: setName, members: [{ _id: 0, host }] } });
  else if (current.hosts.length !== 1 || current.hosts[0] !== host)
    await client.db('admin').command({
      replSetReconfig: { ...current.config, version: current.version + 1, members: [{ _id: 0, host }] },
      force: true,
    });
  const primary = await until(
    async () => {
      const hello = await client.db('admin').command({ hello: 1 });
      return hello.isWritablePrimary === true ? true : null;
    },
    { timeoutMs, everyMs: 20 },
  );
  if (!primary) throw new EmbeddedMongoError(`mongod on ${host} did not become primary within ${timeoutMs / 1000} s`);
}

interface SetConfig {
  readonly config: Record<string, unknown>;
  readonly version: number;
  readonly hosts: readonly string[];
}

/**
 * The set's configuration, or null for a server that never had one. At start mongod asks the port of its old
 * configuration whether that is itself; a stranger there who says nothing keeps it waiting for 30 s.
 */
async function settledSetConfig(client: MongoClient): Promise<SetConfig | null> {
  const stored = await client.db('local').collection('system.replset').countDocuments();
  if (stored === 0) return readSetConfig(client);
  const settled = await until(() => readSetConfig(client), { timeoutMs: 60_000, everyMs: 50 });
  if (!settled) throw new EmbeddedMongoError('mongod did not load the configuration of its replica set within 60 s');
  return settled;
}

async function readSetConfig(client: MongoClient): Promise<SetConfig | null> {
  try {
    const { config } = (await client.db('admin').command({ replSetGetConfig: 1 })) as {
      config: Record<string, unknown>;
    };
    const members = config.members as readonly { host: string }[];
    return { config, version: Number(config.version), hosts: members.map(({ host }) => host) };
  } catch (error) {
    if (error instanceof MongoServerError && error.code === notYetInitialized) return null;
    throw error;
  }
}

/**
 * Refuses a server without transactions and change streams: a standalone mongod. A member of a replica set or a
 * `mongos` passes. For way 1, a MONGODB_URI somebody configured.
 */
export async function assertReplicaSetMember(client: MongoClient): Promise<void> {
  let hello;
  try {
    hello = await client.db('admin').command({ hello: 1 });
  } catch (error) {
    throw new EmbeddedMongoError(`The MongoDB of MONGODB_URI does not answer: ${reasonOf(error)}`);
  }
  if (typeof hello.setName === 'string' || hello.msg === 'isdbgrid') return;
  throw new EmbeddedMongoError(
    'The MongoDB of MONGODB_URI is not a member of a replica set, and transactions need one. ' +
      'Start it with --replSet rs0 and run rs.initiate() once, or unset MONGODB_URI to use the embedded one.',
  );
}
