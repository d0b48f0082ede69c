import { loadConfig, type Config } from './config.ts';

/** The only place that reads the process environment. */
export function readConfig(overrides: Record<string, string> = {}): Config {
  return loadConfig({ ...process.env, ...overrides });
}
