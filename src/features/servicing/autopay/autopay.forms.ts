import { z } from 'zod';
import { agreedField, idField, operationKeyField, versionField } from '#web/fields.ts';

const accountId = idField.or(z.undefined()).transform((id, context) => {
  if (id !== undefined) return id;
  context.addIssue({ code: 'custom', message: 'Choose the account to take from' });
  return z.NEVER;
});
const consent = agreedField('Tick the box to agree, or leave autopay off');

export const setUpForm = z.strictObject({ key: operationKeyField, accountId, consent });
export const changeAccountForm = z.strictObject({ version: versionField, accountId, consent });
export const cancelForm = z.strictObject({ version: versionField });
