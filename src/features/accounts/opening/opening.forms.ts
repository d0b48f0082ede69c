import { z } from 'zod';
import { choiceField, emailField, idField, operationKeyField, textField, versionField } from '#web/fields.ts';

const nameField = textField({ what: 'a name for the account', max: 40 });

export const openAccountForm = z.strictObject({
  key: operationKeyField,
  /** A version of a type as the page offered it; without a choice it is a current account. */
  type: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, 'Choose a kind of account')
    .default('current'),
  name: nameField,
});

export const renameForm = z.strictObject({ version: versionField, name: nameField });

export const closeForm = z.strictObject({
  key: operationKeyField,
  /** Where interest not paid yet goes; the account itself where nothing is chosen. */
  interestTo: idField.optional(),
});

export const inviteForm = z.strictObject({ key: operationKeyField, email: emailField });

export const withdrawInvitationForm = z.strictObject({ invitation: idField });

export const answerForm = z.strictObject({
  answer: choiceField(['accept', 'decline'], 'Choose whether to accept the invitation'),
});
