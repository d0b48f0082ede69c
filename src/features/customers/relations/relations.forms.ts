import { z } from 'zod';
import { choiceField, emailField, optionalText, operationKeyField, versionField } from '#web/fields.ts';
import { relationKinds } from './relations.ts';

export const longestRelationNote = 500;

const relation = {
  key: operationKeyField,
  email: emailField,
  kind: choiceField(relationKinds, 'Choose how they are related'),
  note: optionalText({ what: 'the note', max: longestRelationNote }),
};

export const declareForm = z.strictObject(relation);
export const registerForm = z.strictObject({ ...relation, staffEmail: emailField });
export const endForm = z.strictObject({ version: versionField });
