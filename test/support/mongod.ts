import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { withDatabase } from '#platform/embedded-mongo/index.ts';
import type {} from './global-setup.ts';

/** The URI of a database of its own, fresh on every call, on the run's one replica set. */
export function testDatabaseUri(): string {
  return withDatabase(testServerUri(), `test-${randomUUID()}`);
}

/** The run's replica set without a database. */
export function testServerUri(): string {
  const uri = inject('mongodUri');
  if (uri === null) throw new Error('There is no MongoDB in this run, and this test should have been skipped');
  return uri;
}
