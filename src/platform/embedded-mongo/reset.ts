import { readdir, rm } from 'node:fs/promises';
import { EmbeddedMongoError } from './errors.ts';
import { layoutOf } from './layout.ts';
import { withLock } from './lock.ts';
import { stopServer } from './start.ts';
import { liveUsers } from './users.ts';

/**
 * Empties the embedded bank: its database, logs and port. The cached binary and whatever else lies in the directory
 * stay. Refused while a portal or a command uses the server, which would go on with balances that are gone; a server
 * left behind by a killed process is shut down.
 */
export async function resetEmbedded({
  dataDir,
  log,
}: {
  dataDir: string;
  log: (sentence: string) => void;
}): Promise<{ removed: readonly string[] }> {
  const layout = layoutOf(dataDir);
  const present = await readdir(layout.dataDir).catch(() => null);
  if (present === null) {
    log(`Nothing to reset: ${layout.dataDir} does not exist.`);
    return { removed: [] };
  }
  return withLock(layout.lockFile, async () => {
    const users = await liveUsers(layout.usersDir);
    if (users.length > 0)
      throw new EmbeddedMongoError(`The bank is in use by process ${users.join(', ')}. Stop it, then reset again.`);
    await stopServer(layout, log);
    const own = [layout.dbPath, layout.stateFile, layout.usersDir, layout.logFile, layout.previousLogFile];
    const removed = own.filter((path) => present.some((name) => path === `${layout.dataDir}/${name}`));
    for (const path of own) await rm(path, { recursive: true, force: true });
    log(removed.length === 0 ? 'Nothing to reset.' : `Removed ${removed.join(', ')}.`);
    return { removed };
  });
}
