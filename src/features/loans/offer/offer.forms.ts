import { z } from 'zod';
import { agreedField, idField, textField, versionField } from '#web/fields.ts';

const again = 'Open the page again and read the papers before you sign';
const sha256 = z.string({ error: again }).regex(/^[0-9a-f]{64}$/, again);

export const signForm = z.strictObject({
  version: versionField,
  /** The papers as the page showed them. */
  keyFacts: sha256,
  sanctionLetter: sha256,
  agreement: sha256,
  /** An account of theirs, or the proved one at another bank; absent where the borrower has no account yet. */
  payInto: z.union([idField, z.literal('bank')], { error: 'Choose where we pay the money' }).optional(),
  read: agreedField('Tick the box once you have read the papers'),
  typedName: textField({ what: 'your full name', max: 100 }),
  password: z.string({ error: 'Enter your password' }).min(1, 'Enter your password').max(200, 'Enter your password'),
});

export const versionForm = z.strictObject({ version: versionField });
