import { randomBytes } from 'node:crypto';
import { decrypt, encrypt, pack, unpack } from './cipher.ts';
import { readOrMakePrivateFile } from '../private-file.ts';
import type { Kms } from './kms.ts';

/** The twin of KMS on a laptop: its master key lies in the data directory, readable by its owner only. Production refuses it. */
export async function createLocalKms(file: string): Promise<Kms> {
  const master = Buffer.from(await readOrMakePrivateFile(file, () => randomBytes(32).toString('base64')), 'base64');
  if (master.length !== 32) throw new Error(`${file} does not hold a 256-bit key`);
  return {
    provider: 'local',
    generateDataKey: (context) => {
      const plain = randomBytes(32);
      return Promise.resolve({ plain, wrapped: pack(encrypt(master, plain, canonical(context))) });
    },
    // A wrong key or context is a rejection, as from the real service, never a throw.
    decrypt: (wrapped, context) =>
      new Promise((resolve) => {
        resolve(decrypt(master, unpack(wrapped), canonical(context)));
      }),
  };
}

function canonical(context: Record<string, string>): string {
  return JSON.stringify(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1)));
}
