import { z } from 'zod';
import { dateText } from '#core/calendar.ts';
import { dateField, longTextField, operationKeyField, rateField, textField } from '#web/fields.ts';

export const baseRateForm = z.strictObject({
  key: operationKeyField,
  code: z
    .string({ error: 'Enter a code' })
    .transform((text) => text.trim())
    .pipe(
      z
        .string()
        .max(30, 'Use at most 30 characters')
        .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'Use small letters, digits and dashes, like prime'),
    ),
  name: textField({ what: 'the name', max: 60 }),
  annualRate: rateField({ what: 'the rate a year' }),
  from: dateField({ what: 'the first day' }).transform(dateText),
  reason: longTextField({ what: 'why it changes', max: 500 }),
});
