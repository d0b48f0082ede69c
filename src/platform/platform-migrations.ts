import type { Migration } from './schema.ts';

/** Indexes of the collections that libraries write: they would make their own at every start of every instance. */
export const platformMigrations: readonly Migration[] = [
  {
    id: '0001-library-indexes',
    run: async ({ db }) => {
      await db.collection('sessions').createIndex({ expires: 1 }, { expireAfterSeconds: 0 });
      await db.collection('rateLimits').createIndex({ expire: -1 }, { expireAfterSeconds: 0 });
      await db.collection('rateLimits').createIndex({ key: 1 }, { unique: true });
    },
  },
];
