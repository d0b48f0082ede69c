import { z } from 'zod';
import { holdsCardNumber } from '#core/card-number.ts';
import { idField, longTextField, operationKeyField, versionField } from '#web/fields.ts';
import { mostQuestions, type NewQuestion } from './asking.service.ts';
import { queueSorts, queueTabs } from './queue.service.ts';
import { slaStates } from './sla.rules.ts';

export const longestText = 1_000;
const cardSentence = 'This looks like the number of a payment card. We never keep those; leave it out';

/** What somebody writes about or to a customer. */
export function freeText(what: string) {
  return longTextField({ what, max: longestText }).refine((text) => !holdsCardNumber(text), cardSentence);
}

/** The same, where nothing may stand. */
function optionalFreeText(what: string) {
  return z
    .string()
    .default('')
    .transform((text) => text.normalize('NFC').replace(/\r\n?/g, '\n').trim())
    .pipe(z.union([z.literal(''), freeText(what)], { error: cardSentence }));
}

const about = z
  .string()
  .default('')
  .pipe(z.string().regex(/^(?:section:[a-z]{1,20}|documents)?$/, 'Choose what the question is about'));

export const askForm = z.strictObject({
  version: versionField,
  question1: freeText('your question'),
  about1: about,
  question2: optionalFreeText('the second question'),
  about2: about,
  question3: optionalFreeText('the third question'),
  about3: about,
});

export function questionsOf(form: z.output<typeof askForm>): NewQuestion[] {
  const { question1, question2, question3, about1, about2, about3 } = form;
  return [
    { text: question1, about: about1 },
    { text: question2, about: about2 },
    { text: question3, about: about3 },
  ]
    .filter(({ text }) => text !== '')
    .slice(0, mostQuestions);
}

export const returnForm = z.strictObject({
  version: versionField,
  key: operationKeyField,
  returnWords: freeText('what the borrower should change'),
});

export const referForm = z.strictObject({
  version: versionField,
  key: operationKeyField,
  referNote: freeText('why a senior officer should look at it'),
});

export const noteForm = z.strictObject({ key: operationKeyField, deskNote: freeText('your note') });

export const breakForm = z.strictObject({ key: operationKeyField, breakReason: freeText('why you end the lock') });

export const versionForm = z.strictObject({ version: versionField });

export const assignForm = z.strictObject({ assignTo: idField });

export const emptyPost = z.strictObject({});

/** One field an open question; what is left empty is answered later. */
export const answerForm = z.strictObject({
  version: versionField,
  answer1: optionalFreeText('your answer'),
  answer2: optionalFreeText('your answer'),
  answer3: optionalFreeText('your answer'),
  answer4: optionalFreeText('your answer'),
  answer5: optionalFreeText('your answer'),
  answer6: optionalFreeText('your answer'),
});

const nothing = undefined;

/** The filters of the queue; what is not one of them is passed over. */
export const queueForm = z.object({
  tab: z.enum(queueTabs).catch('waiting'),
  sort: z.enum(queueSorts).catch('due'),
  product: z
    .string()
    .regex(/^[a-z-]{1,30}$/)
    .optional()
    .catch(nothing),
  level: z.enum(['officer', 'senior']).optional().catch(nothing),
  age: z.enum(['1', '3', '7']).optional().catch(nothing),
  sla: z.enum(slaStates).optional().catch(nothing),
  with: idField.optional().catch(nothing),
  contested: z.enum(['yes']).optional().catch(nothing),
});
export type QueueForm = z.output<typeof queueForm>;

/** As people type it: with or without the dash, in any case. */
export const referenceForm = z.strictObject({
  reference: z
    .string({ error: 'Enter a reference like 7K3M-92QX' })
    .transform((text) => text.toUpperCase().replace(/[^0-9A-Z]/g, ''))
    .pipe(z.string().regex(/^[0-9A-Z]{8}$/, 'Enter a reference like 7K3M-92QX'))
    .transform((text) => `${text.slice(0, 4)}-${text.slice(4)}`),
});
