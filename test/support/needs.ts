import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** The machine's Chromium: `CHROMIUM_PATH` if set, else the first on the PATH; null where there is none. */
export function chromiumPath(): string | null {
  const chosen = process.env.CHROMIUM_PATH;
  const directories = (process.env.PATH ?? '').split(delimiter).filter((part) => part !== '');
  const candidates = chosen ? [chosen] : names.flatMap((name) => directories.map((directory) => join(directory, name)));
  return candidates.find(isExecutable) ?? null;
}

/**
 * For `describe.skipIf(skipWithoutChromium())`: outside CI a missing Chromium skips the browser tests. In CI it does
 * not: they run and fail.
 */
export function skipWithoutChromium(): boolean {
  return process.env.CI !== 'true' && chromiumPath() === null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
