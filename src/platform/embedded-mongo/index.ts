/**
 * Owns the embedded MongoDB: finding a mongod, checking it, running it as a replica set of one under the data
 * directory, and emptying it. Never used in production, and never by way 1 (MONGODB_URI), which is the caller's; for
 * that one there is `assertReplicaSetMember`. Reads no environment of its own: the caller passes what it needs.
 */
export { EmbeddedMongoError } from './errors.ts';
export { assertReplicaSetMember } from './replica-set.ts';
export { resetEmbedded } from './reset.ts';
export type { MongodEnvironment } from './resolve-binary.ts';
export { startEmbeddedMongo, type EmbeddedMongo, type EmbeddedMongoOptions } from './start.ts';
export { withDatabase } from './uri.ts';
