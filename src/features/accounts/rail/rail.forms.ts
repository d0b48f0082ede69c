import { z } from 'zod';
import type { Currency } from '#core/money.ts';
import { railDirections } from '#platform/payment-rail.ts';
import { choiceField, idField, moneyField, operationKeyField, textField, versionField } from '#web/fields.ts';
import { railStates, readExternalAccount, returnReasons, type ReturnReason } from './rail.rules.ts';

const accountField = idField.or(z.undefined()).transform((id, context) => {
  if (id !== undefined) return id;
  context.addIssue({ code: 'custom', message: 'Choose one of your accounts' });
  return z.NEVER;
});

export function depositForm(currency: Currency) {
  return z.strictObject({
    key: operationKeyField,
    accountId: accountField,
    amount: moneyField({ what: 'the amount', currency }),
  });
}

const accountFaults = {
  empty: 'Enter the number of your account at the other bank',
  'not-a-number': 'Enter an account number of 5 to 34 digits, or an IBAN',
  'wrong-digits': 'Check the IBAN: its digits do not fit together',
} as const;

const externalAccountField = z.string({ error: accountFaults.empty }).transform((text, context): string => {
  const read = readExternalAccount(text);
  if (read.ok) return read.value;
  context.addIssue({ code: 'custom', message: accountFaults[read.refusal] });
  return z.NEVER;
});

export function withdrawalForm(currency: Currency) {
  return z.strictObject({
    key: operationKeyField,
    accountId: accountField,
    amount: moneyField({ what: 'the amount', currency }),
    bankName: textField({ what: 'the name of the other bank', max: 40 }),
    bankAccount: externalAccountField,
  });
}

export const settleForm = z.strictObject({ key: operationKeyField, version: versionField });

const reasonCodes = returnReasons.map(({ code }) => code) as [ReturnReason, ...ReturnReason[]];
const longestNote = 300;

export const returnForm = z.strictObject({
  key: operationKeyField,
  version: versionField,
  reason: choiceField(reasonCodes, 'Choose why it comes back; the customer is told'),
  note: z
    .string()
    .default('')
    .transform((text) => text.normalize('NFC').replace(/\s+/g, ' ').trim())
    .pipe(
      z
        .string()
        .max(longestNote, `Use at most ${longestNote} characters for the note`)
        .refine((text) => !/\p{Cc}/u.test(text), 'Use only letters, digits and signs in the note'),
    ),
});

/** The filters of the staff's list; what is not one of them is passed over. */
export const deskQuery = z.object({
  state: z.enum(railStates).optional().catch(undefined),
  direction: z.enum(railDirections).optional().catch(undefined),
});
