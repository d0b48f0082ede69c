import { createHash, randomBytes } from 'node:crypto';
import type { Connection, Model } from 'mongoose';
import { Fault } from '#core/errors.ts';
import { isDuplicateKey, operators, type Database } from '../mongo.ts';
import { documentSchema } from '../schema.ts';
import { createBoundedCache } from './bounded-cache.ts';
import { decrypt, encrypt, pack, unpack } from './cipher.ts';
import type { Kms } from './kms.ts';

/** A key-encryption key: made by KMS under the context `{ set }`, wrapped by KMS. */
interface KeySet {
  _id: string;
  wrapped: Buffer;
  madeAt: Date;
}

/** A party's data key, wrapped under a key set. Destroying this document makes the party's data unreadable for good. */
interface DataKey {
  _id: string;
  set: string;
  wrapped: Buffer;
}

const keySetSchema = documentSchema(
  { wrapped: { type: Buffer, required: true }, madeAt: { type: Date, required: true } },
  'keySets',
);
const dataKeySchema = documentSchema(
  { set: { type: String, required: true }, wrapped: { type: Buffer, required: true } },
  'dataKeys',
).index({ set: 1 });

/** The number of key sets: a page of fifty customers needs at most this many KMS calls, and none once they are cached. */
const keySetCount = 8;

/** Makes and destroys parties' data keys; only `features/customers` may (a layer rule). `keyFor` is the vault's. */
export interface DataKeys {
  make(keyId: string): Promise<void>;
  destroy(keyId: string): Promise<void>;
  /** The plain key, or undefined where it was destroyed. */
  find(keyId: string): Promise<Buffer | undefined>;
  /** Brings many keys into the cache by one query. */
  warm(keyIds: readonly string[]): Promise<void>;
}

interface Parts {
  kms: Kms;
  sets: Model<KeySet>;
  keys: Model<DataKey>;
  plainSets: ReturnType<typeof createBoundedCache<Buffer>>;
  plainKeys: ReturnType<typeof createBoundedCache<Buffer>>;
}

export function createDataKeys(options: { database: Database; kms: Kms }): DataKeys {
  const connection: Connection = options.database.connection;
  const parts: Parts = {
    kms: options.kms,
    sets: connection.model<KeySet>('KeySet', keySetSchema as never),
    keys: connection.model<DataKey>('DataKey', dataKeySchema as never),
    plainSets: createBoundedCache({ most: 64, keepMs: 10 * 60_000 }),
    plainKeys: createBoundedCache({ most: 5_000, keepMs: 5 * 60_000 }),
  };
  return {
    make: (keyId) => makeKey(parts, keyId),
    destroy: async (keyId) => {
      await parts.keys.deleteOne({ _id: keyId });
      parts.plainKeys.delete(keyId);
    },
    find: async (keyId) => {
      const cached = parts.plainKeys.get(keyId);
      if (cached) return cached;
      const key = await parts.keys.findOne({ _id: keyId }).lean<DataKey>();
      return key ? unwrap(parts, key) : undefined;
    },
    warm: async (keyIds) => {
      const missing = keyIds.filter((keyId) => !parts.plainKeys.get(keyId)).slice(0, 1_000);
      if (missing.length === 0) return;
      const found = await parts.keys
        .find({ _id: operators({ $in: missing }) })
        .limit(1_000)
        .lean<DataKey[]>();
      for (const key of found) await unwrap(parts, key);
    },
  };
}

async function makeKey(parts: Parts, keyId: string): Promise<void> {
  const set = `set-${(createHash('sha256').update(keyId).digest()[0] ?? 0) % keySetCount}`;
  const plain = randomBytes(32);
  const wrapped = pack(encrypt(await plainSet(parts, set), plain, keyId));
  await parts.keys.create({ _id: keyId, set, wrapped });
  parts.plainKeys.set(keyId, plain);
}

async function unwrap(parts: Parts, key: DataKey): Promise<Buffer> {
  const plain = decrypt(await plainSet(parts, key.set), unpack(bytes(key.wrapped)), key._id);
  parts.plainKeys.set(key._id, plain);
  return plain;
}

async function plainSet(parts: Parts, set: string): Promise<Buffer> {
  const cached = parts.plainSets.get(set);
  if (cached) return cached;
  const plain = await loadOrMakeSet(parts, set);
  parts.plainSets.set(set, plain);
  return plain;
}

async function loadOrMakeSet(parts: Parts, set: string): Promise<Buffer> {
  const existing = await parts.sets.findOne({ _id: set }).lean<KeySet>();
  if (existing) return parts.kms.decrypt(bytes(existing.wrapped), { set });
  const made = await parts.kms.generateDataKey({ set });
  try {
    await parts.sets.create({ _id: set, wrapped: made.wrapped, madeAt: new Date() });
    return made.plain;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const other = await parts.sets.findOne({ _id: set }).lean<KeySet>();
    if (!other) throw new Fault('keys-unavailable', 'A key set vanished while it was made', { cause: error });
    return parts.kms.decrypt(bytes(other.wrapped), { set });
  }
}

/** A lean query gives BSON's Binary where the schema says Buffer. */
function bytes(value: Buffer | { buffer: Uint8Array }): Buffer {
  return Buffer.isBuffer(value) ? value : Buffer.from(value.buffer);
}
