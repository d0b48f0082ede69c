import { z } from 'zod';
import { isId } from '#core/ids.ts';
import { parseDate, type PlainDate } from '#core/calendar.ts';
import { parseMoney, zero, type Currency, type Money, type MoneyFault } from '#core/money.ts';
import { parseRate, type Rate } from '#core/rate.ts';
import type { Result } from '#core/result.ts';

/** Field schemas shared by forms. `what` goes into the sentence a person reads: "Enter your full name". */

const controlCharacters = /\p{Cc}/u;

export function textField(field: { what: string; max: number; min?: number }) {
  const base = z.string({ error: `Enter ${field.what}` }).transform((text) =>
    text
      .normalize('NFC')
      .trim()
      .replace(/[ \t]+/g, ' '),
  );
  return base.pipe(
    z
      .string()
      .min(1, `Enter ${field.what}`)
      .min(field.min ?? 1, `Use at least ${field.min ?? 1} characters for ${field.what}`)
      .max(field.max, `Use at most ${field.max} characters for ${field.what}`)
      .refine((text) => !controlCharacters.test(text), `Use only letters, digits and signs in ${field.what}`),
  );
}

/** Several lines; line ends are kept as one form. */
export function longTextField(field: { what: string; max: number }) {
  return z
    .string({ error: `Enter ${field.what}` })
    .transform((text) => text.normalize('NFC').replace(/\r\n?/g, '\n').trim())
    .pipe(
      z
        .string()
        .min(1, `Enter ${field.what}`)
        .max(field.max, `Use at most ${field.max} characters`)
        .refine((text) => !controlCharacters.test(text.replaceAll('\n', '')), 'Use only letters, digits and signs'),
    );
}

export function optionalText(field: { what: string; max: number }) {
  return z
    .string()
    .default('')
    .transform((text) => text.normalize('NFC').trim())
    .pipe(
      z
        .string()
        .max(field.max, `Use at most ${field.max} characters for ${field.what}`)
        .refine((text) => !controlCharacters.test(text), `Use only letters, digits and signs in ${field.what}`),
    );
}

export function choiceField<const T extends string>(options: readonly [T, ...T[]], message: string) {
  return z.enum(options, { error: message });
}

/** A ticked box sends `yes`; one that must be ticked says why. */
export function agreedField(message: string) {
  return z.literal('yes', { error: message });
}

export const emailField = z
  .string({ error: 'Enter an e-mail address' })
  .transform((text) => text.normalize('NFKC').trim())
  .pipe(z.email('Enter an e-mail address like name@example.com').max(254, 'Use at most 254 characters'));

export const phoneField = z
  .string({ error: 'Enter a phone number' })
  .transform((text) => text.replace(/[\s().-]/g, ''))
  .pipe(z.string().regex(/^\+?\d{7,15}$/, 'Enter a phone number with 7 to 15 digits, like +1 202 555 0143'));

export const idField = z.string().refine(isId, 'Choose one from the list');

/** The idempotency key that was rendered into the form. */
export const operationKeyField = z
  .string({ error: 'Open the page again and send the form from there' })
  .refine(isId, 'Open the page again and send the form from there');

/** The version of the document that the form was shown for. */
export const versionField = z
  .string({ error: 'Open the page again' })
  .regex(/^\d{1,9}$/, 'Open the page again')
  .transform(Number);

export function wholeNumberField(field: { what: string; min: number; max: number }) {
  const message = `Enter ${field.what} as a whole number from ${field.min} to ${field.max}`;
  return z
    .string({ error: message })
    .transform((text) => text.trim())
    .pipe(z.string().regex(/^\d{1,9}$/, message))
    .transform(Number)
    .pipe(z.number().min(field.min, message).max(field.max, message));
}

/** Runs a parser of `core` inside a schema, with a sentence for each of its faults. */
function parsedBy<T, F extends string>(parse: (text: string) => Result<T, F>, sentences: Record<F, string>) {
  return z.string({ error: Object.values<string>(sentences)[0] ?? 'Enter a value' }).transform((text, context): T => {
    const parsed = parse(text);
    if (parsed.ok) return parsed.value;
    context.addIssue({ code: 'custom', message: sentences[parsed.refusal] });
    return z.NEVER;
  });
}

export function moneyField(field: { what: string; currency: Currency; zeroAllowed?: 'zero-allowed' }) {
  const places = field.currency === 'JPY' ? 'a whole amount, like 1500' : 'an amount like 1500.00';
  const sentences: Record<MoneyFault, string> = {
    empty: `Enter ${field.what}`,
    'not-a-number': `Enter ${field.what} as ${places}, with digits only`,
    'too-many-places':
      field.currency === 'JPY'
        ? `Enter ${field.what} without decimals`
        : `Enter ${field.what} with at most two decimals`,
    'too-large': `Enter a smaller amount for ${field.what}`,
  };
  return parsedBy<Money, MoneyFault>((text) => parseMoney(text, field.currency), sentences).refine(
    (amount) => amount > zero || (field.zeroAllowed !== undefined && amount === zero),
    field.zeroAllowed === undefined ? `Enter ${field.what} above zero` : `Enter ${field.what} as zero or more`,
  );
}

export function dateField(field: { what: string }) {
  return parsedBy<PlainDate, 'empty' | 'not-a-date'>(parseDate, {
    empty: `Enter ${field.what}`,
    'not-a-date': `Enter ${field.what} as year-month-day, like 1990-04-23`,
  });
}

export function rateField(field: { what: string }) {
  return parsedBy<Rate, 'empty' | 'not-a-number' | 'too-large'>(parseRate, {
    empty: `Enter ${field.what}`,
    'not-a-number': `Enter ${field.what} as a number like 9.6`,
    'too-large': `Enter ${field.what} below 1000`,
  });
}

export type { Money };
