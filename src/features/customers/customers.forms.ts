import { z } from 'zod';
import { isBefore, yearsBetween, type PlainDate } from '#core/calendar.ts';
import type { Currency } from '#core/money.ts';
import { isOfferedCountry } from '#web/countries.ts';
import { agreedField, dateField, emailField, moneyField, phoneField, textField, versionField } from '#web/fields.ts';

const passwordField = z
  .string({ error: 'Choose a password' })
  .min(1, 'Choose a password')
  .max(512, 'Use at most 128 characters');

export const registerForm = z
  .strictObject({
    fullName: textField({ what: 'your full name', max: 100, min: 2 }),
    email: emailField,
    phone: phoneField,
    password: passwordField,
    passwordAgain: z.string({ error: 'Type the password again' }),
    terms: agreedField('Tick the box to agree to the terms'),
    /** Where to go on once signed in. */
    next: z.string().max(500).default(''),
  })
  .refine((form) => form.password === form.passwordAgain, {
    path: ['passwordAgain'],
    message: 'The two passwords are not the same. Type the password again',
  });

/** Tax ids differ by country; what all have in common is checked, so that a typing slip is seen and no country is shut out. */
const taxIdField = textField({ what: 'your tax id', max: 30 }).pipe(
  z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 ./-]{5,29}$/, 'Enter your tax id with 6 to 30 letters and digits'),
);

/** The profile's form at a business date: the birth date must make an adult. */
export function profileForm(facts: { currency: Currency; today: PlainDate }) {
  return z.strictObject({
    version: versionField,
    fullName: textField({ what: 'your full name', max: 100, min: 2 }),
    birthDate: dateField({ what: 'your birth date' }).refine(
      (date) =>
        isBefore(date, facts.today) && yearsBetween(date, facts.today) >= 18 && yearsBetween(date, facts.today) <= 120,
      'Enter a birth date of a person from 18 to 120 years old',
    ),
    taxId: taxIdField,
    phone: phoneField,
    addressLine: textField({ what: 'your street and number', max: 120 }),
    city: textField({ what: 'your city', max: 80 }),
    postcode: textField({ what: 'your postcode', max: 12 }),
    country: z.string({ error: 'Choose your country' }).refine(isOfferedCountry, 'Choose your country'),
    monthlyIncome: moneyField({ what: 'your monthly income', currency: facts.currency, zeroAllowed: 'zero-allowed' }),
  });
}
