import { join, resolve } from 'node:path';

/** Where everything of one embedded server lies; only `db` holds data of the bank. */
export interface Layout {
  readonly dataDir: string;
  readonly dbPath: string;
  readonly stateFile: string;
  readonly lockFile: string;
  readonly usersDir: string;
  readonly logFile: string;
  readonly previousLogFile: string;
}

export function layoutOf(dataDir: string): Layout {
  const root = resolve(dataDir);
  return {
    dataDir: root,
    dbPath: join(root, 'db'),
    stateFile: join(root, 'mongod.json'),
    lockFile: join(root, 'mongod.lock'),
    usersDir: join(root, 'mongod.users'),
    logFile: join(root, 'mongod.log'),
    previousLogFile: join(root, 'mongod.log.1'),
  };
}
