import { loadConfig, type Config } from './config.ts';

/** The only place that reads the process environment. */
export function readConfig(): Config {
  return loadConfig(process.env);
}

const ownSecrets = ['MONGODB_URI', 'SESSION_SECRETS', 'PASSWORD_PEPPERS', 'BLIND_INDEX_KEY'];

/** What programs that we start (mongod, pip) are given: everything but our secrets. */
export function childVariables(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ownSecrets.includes(name)));
}

/** Arguments of the command line, after the program's name. */
export function commandArguments(): string[] {
  return process.argv.slice(2);
}
