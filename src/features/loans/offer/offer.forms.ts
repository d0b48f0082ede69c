import { z } from 'zod';
import { agreedField, idField, versionField } from '#web/fields.ts';

export const acceptForm = z.strictObject({
  version: versionField,
  /** Absent where the borrower has no account yet. */
  accountId: idField.optional(),
  read: agreedField('Tick the box to confirm that you have read the offer and its schedule'),
});

export const declineForm = z.strictObject({ version: versionField });
