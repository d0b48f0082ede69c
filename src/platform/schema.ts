import type { IndexDescription } from 'mongodb';
import { Schema, type SchemaDefinition } from 'mongoose';
import type { Logger } from './logger.ts';
import { withLock } from './locks.ts';
import type { Database } from './mongo.ts';

/**
 * A Mongoose schema as every collection here has it: strict to the point of throwing, our own string ids, no
 * automatic index, no `__v`. Amounts are `BigInt` paths: a `Number` path hydrates an int64 to undefined, silently.
 */
export function documentSchema(definition: SchemaDefinition, collection: string): Schema {
  return new Schema(
    { _id: { type: String, required: true }, ...definition },
    { collection, strict: 'throw', versionKey: false, autoIndex: false, autoCreate: false, minimize: false },
  );
}

/** A change to data that older versions of the program left behind. It runs once, in order, and may be run again after a crash. */
export interface Migration {
  id: string;
  run(database: Database): Promise<void>;
}

/**
 * Brings the database to what this version expects: collections and indexes of every registered model, then the
 * migrations not yet recorded. Runs under a lock, since several instances start at once.
 */
export async function prepareDatabase(options: {
  database: Database;
  migrations: readonly Migration[];
  logger: Logger;
}): Promise<void> {
  const { database, migrations, logger } = options;
  await withLock(database, { name: 'prepare-database', holdMs: 30_000, waitMs: 120_000 }, async () => {
    await createCollections(database);
    const records = database.db.collection<{ _id: string; at: Date }>('migrations');
    const done = new Set((await records.find().limit(10_000).toArray()).map((record) => record._id));
    for (const migration of migrations) {
      if (done.has(migration.id)) continue;
      await migration.run(database);
      await records.insertOne({ _id: migration.id, at: new Date() });
      logger.info({ migration: migration.id }, 'Migration done');
    }
  });
}

async function createCollections(database: Database): Promise<void> {
  const existing = new Set((await database.db.listCollections({}, { nameOnly: true }).toArray()).map((c) => c.name));
  // One collection after the other: parallel index builds on a two-core machine only fight each other.
  for (const { schema, collection } of Object.values(database.connection.models)) {
    const indexes = schema.indexes().map(([key, options]) => ({ key, ...options }) as IndexDescription);
    // All indexes of a collection by one command, which also creates it: a bank has two hundred of them.
    if (indexes.length > 0) await collection.createIndexes(indexes);
    else if (!existing.has(collection.collectionName)) await database.db.createCollection(collection.collectionName);
  }
}
