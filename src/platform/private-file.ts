import { link, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { newId } from '#core/ids.ts';

/**
 * The content of a file only its owner may read, made once. Two processes that start at once get the same content: the
 * file appears whole or not at all, and the first one wins.
 */
export async function readOrMakePrivateFile(file: string, make: () => string): Promise<string> {
  const existing = await readPrivate(file);
  if (existing !== undefined) return existing;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${newId()}`;
  await writeFile(draft, make(), { mode: 0o600, flag: 'wx' });
  try {
    await link(draft, file);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  const made = await readPrivate(file);
  if (made === undefined) throw new Error(`${file} could not be made`);
  return made;
}

async function readPrivate(file: string): Promise<string | undefined> {
  try {
    const { mode } = await stat(file);
    // Windows has no such bits; everywhere else a key others can read is no key.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new Error(`${file} may be read by others. Run: chmod 600 ${file}`);
    }
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
