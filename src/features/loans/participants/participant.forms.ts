import { z } from 'zod';
import {
  agreedField,
  choiceField,
  emailField,
  longTextField,
  operationKeyField,
  textField,
  versionField,
} from '#web/fields.ts';
import { participantRoles, relationships } from './participant.rules.ts';

export const inviteForm = z.strictObject({
  key: operationKeyField,
  role: choiceField(participantRoles, 'Choose what the person is asked to be'),
  fullName: textField({ what: 'their full name', max: 100, min: 2 }),
  email: emailField,
  relationship: choiceField(relationships, 'Choose who they are to you'),
});

/** A button that says everything by being pressed. */
export const pressForm = z.strictObject({});

export const codeForm = z.strictObject({ code: textField({ what: 'the code', max: 20 }) });

export const answerForm = z.strictObject({
  answer: choiceField(['accept', 'decline'], 'Press one of the buttons'),
});

export const confirmForm = z.strictObject({
  version: versionField,
  /** What identifies the terms that the page showed. */
  terms: z.string({ error: 'Open the page again' }).max(60),
  truthful: agreedField('Tick the box to confirm that your answers are true and complete'),
  creditBureau: agreedField('Tick the box to let us ask the credit bureau; we cannot decide without it'),
  liability: agreedField('Tick the box if you agree to this. Without it you cannot take part in the loan'),
  marketing: z.literal('yes', { error: 'Tick this or leave it' }).optional(),
});

export const releaseForm = z.strictObject({
  text: longTextField({ what: 'why you want to be let go', max: 1_000 }),
});

export const signForm = z.strictObject({
  /** `kind:sha256` of each document as it was shown. */
  documents: z
    .string({ error: 'Open the page again' })
    .max(1_000)
    .regex(/^[a-z-]{1,30}:[0-9a-f]{64}( [a-z-]{1,30}:[0-9a-f]{64}){0,9}$/, 'Open the page again'),
  read: agreedField('Tick the box to confirm that you have read the offer'),
  typedName: textField({ what: 'your full name', max: 100 }),
  password: z.string({ error: 'Enter your password' }).min(1, 'Enter your password').max(200, 'Enter your password'),
});
