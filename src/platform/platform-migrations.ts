import type { Migration } from './schema.ts';

/** Indexes of the collections that libraries write: they would make their own at every start of every instance. */
export const platformMigrations: readonly Migration[] = [
  {
    id: '0001-library-indexes',
    run: async ({ db }) => {
      await db.collection('sessions').createIndexes([{ key: { expires: 1 }, expireAfterSeconds: 0 }]);
      await db.collection('rateLimits').createIndexes([{ key: { expire: -1 }, expireAfterSeconds: 0 }]);
      await db.collection('rateLimits').createIndexes([{ key: { key: 1 }, unique: true }]);
    },
  },
];
