import { z } from 'zod';
import type { Currency } from '#core/money.ts';
import { moneyField, operationKeyField } from '#web/fields.ts';

export const startProofForm = z.strictObject({ key: operationKeyField });

const codeSentence = 'Enter the six digits of the code, like 482913';

/** The code alone, or with the word that stands before it on the statement. */
export const answerProofForm = (currency: Currency) =>
  z.strictObject({
    key: operationKeyField,
    amount: moneyField({ what: 'the amount that arrived', currency }),
    code: z
      .string({ error: codeSentence })
      .max(60, codeSentence)
      .transform((text) =>
        text
          .toUpperCase()
          .replace(/^\s*CLOUDBANK/, '')
          .replace(/[\s-]/g, ''),
      )
      .pipe(z.string().regex(/^\d{6}$/, codeSentence)),
  });
