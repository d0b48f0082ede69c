import { z } from 'zod';
import type { Currency } from '#core/money.ts';
import { choiceField, moneyField, rateField, versionField, wholeNumberField } from '#web/fields.ts';
import { queueStates } from './underwriting-queue.ts';
import { rejectionReasons, type RejectionReason } from './underwriting.rules.ts';

const controlCharacters = /\p{Cc}/u;
const longestNote = 1_000;

/** Several lines, or none. */
const noteField = z
  .string()
  .default('')
  .transform((text) => text.normalize('NFC').replace(/\r\n?/g, '\n').trim())
  .pipe(
    z
      .string()
      .max(longestNote, `Use at most ${longestNote} characters for the note`)
      .refine((text) => !controlCharacters.test(text.replaceAll('\n', '')), 'Use only letters, digits and signs'),
  );

export const approveForm = (currency: Currency) =>
  z.strictObject({
    version: versionField,
    amount: moneyField({ what: 'the amount to lend', currency }),
    annualRate: rateField({ what: 'the rate a year' }),
    instalments: wholeNumberField({ what: 'the number of instalments', min: 1, max: 600 }),
    note: noteField,
  });

const codes = rejectionReasons.map((reason) => reason.code) as [RejectionReason, ...RejectionReason[]];

// Both forms stand on one page, so that their fields need names of their own.
export const rejectForm = z.strictObject({
  version: versionField,
  reason: choiceField(codes, 'Choose the reason that the borrower is told'),
  rejectionNote: noteField,
});

/** The filters of the queue; what is not one of them is passed over. */
export const queueQuery = z.object({
  state: z.enum(queueStates).catch('submitted'),
  product: z
    .string()
    .regex(/^[a-z]{1,30}$/)
    .optional()
    .catch(undefined),
});
