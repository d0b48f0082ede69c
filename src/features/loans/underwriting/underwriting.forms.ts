import { z } from 'zod';
import type { Currency } from '#core/money.ts';
import {
  choiceField,
  idField,
  longTextField,
  moneyField,
  operationKeyField,
  rateField,
  versionField,
  wholeNumberField,
} from '#web/fields.ts';
import { rejectionReasons, type RejectionReason } from './underwriting.rules.ts';

const controlCharacters = /\p{Cc}/u;
const longestNote = 1_000;

/** Several lines, or none. */
function noteLike(most: number, what: string) {
  return z
    .string()
    .default('')
    .transform((text) => text.normalize('NFC').replace(/\r\n?/g, '\n').trim())
    .pipe(
      z
        .string()
        .max(most, `Use at most ${most} characters for ${what}`)
        .refine((text) => !controlCharacters.test(text.replaceAll('\n', '')), 'Use only letters, digits and signs'),
    );
}

const noteField = noteLike(longestNote, 'the note');

const mostConditions = 10;
const longestCondition = 300;

/** One condition a line, in words for the borrower. */
const conditionsField = noteLike(mostConditions * (longestCondition + 1), 'the conditions')
  .transform((text) =>
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  )
  .refine((lines) => lines.length <= mostConditions, `Use at most ${mostConditions} conditions, one a line`)
  .refine(
    (lines) => lines.every((line) => line.length <= longestCondition),
    `Use at most ${longestCondition} characters for a condition`,
  );

export const approveForm = (currency: Currency) =>
  z.strictObject({
    version: versionField,
    key: operationKeyField.optional(),
    amount: moneyField({ what: 'the amount to lend', currency }),
    annualRate: rateField({ what: 'the rate a year' }),
    instalments: wholeNumberField({ what: 'the number of instalments', min: 1, max: 600 }),
    conditions: conditionsField,
    note: noteField,
  });

const codes = rejectionReasons.map((reason) => reason.code) as [RejectionReason, ...RejectionReason[]];
const anotherReason = z
  .enum([...codes, ''], { error: 'Choose a reason of the list, or none' })
  .optional()
  .transform((code) => (code === '' ? undefined : code));

// Both forms stand on one page, so that their fields need names of their own.
export const rejectForm = z.strictObject({
  version: versionField,
  rejectionKey: operationKeyField.optional(),
  reason: choiceField(codes, 'Choose the reason that the borrower is told'),
  reason2: anotherReason,
  reason3: anotherReason,
  reason4: anotherReason,
  rejectionNote: noteField,
});

/** The reasons after the first, in their order. */
export function moreReasons(form: z.output<typeof rejectForm>): RejectionReason[] {
  return [form.reason2, form.reason3, form.reason4].filter((code) => code !== undefined);
}

export const bureauForm = z.strictObject({ partyId: idField });

export const contestForm = z.strictObject({
  version: versionField,
  text: longTextField({ what: 'what you think is wrong', max: 2_000 }),
});
