import { connectMongo } from '#platform/mongo.ts';
import { createLogger } from '#platform/logger.ts';
import { prepareDatabase } from '#platform/schema.ts';
import { createGridFsStorage } from '#platform/storage/gridfs-storage.ts';
import { createQuarantine } from '#platform/storage/quarantine.ts';
import { createDataKeys } from '#platform/vault/data-keys.ts';
import { createLocalKms } from '#platform/vault/local-kms.ts';
import { createVault } from '#platform/vault/vault.ts';

/** A quarantine on a database of its own, and the time it lives in. */
export async function openQuarantine({ uri, keyFile }: { uri: string; keyFile: string }) {
  const database = await connectMongo({ uri });
  const keys = createDataKeys({ database, kms: await createLocalKms(keyFile) });
  const vault = createVault({ keys, blindIndexKey: 'a blind index key for tests, long enough' });
  const time = { now: Temporal.Now.instant() };
  const storage = createGridFsStorage(database);
  const quarantine = createQuarantine({ storage, vault, database, clock: { now: () => time.now } });
  await prepareDatabase({ database, migrations: [], logger: createLogger({ level: 'silent' }) });
  return { database, keys, vault, storage, quarantine, time };
}
