import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { GivenSecrets } from '#config/config.ts';
import { readOrMakePrivateFile } from './private-file.ts';

const shape = z.strictObject({
  session: z.array(z.string().min(32)).min(1),
  peppers: z.array(z.strictObject({ id: z.string(), secret: z.string().min(32) })).min(1),
  blindIndexKey: z.string().min(32),
});

/** A laptop's own secrets, made at the first start and kept beside the data they protect. Production is given its own. */
export async function loadLocalSecrets(file: string): Promise<GivenSecrets> {
  const secret = () => randomBytes(32).toString('base64url');
  const text = await readOrMakePrivateFile(file, () =>
    JSON.stringify({ session: [secret()], peppers: [{ id: 'local1', secret: secret() }], blindIndexKey: secret() }),
  );
  return shape.parse(JSON.parse(text));
}
