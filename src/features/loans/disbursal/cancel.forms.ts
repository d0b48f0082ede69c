import { z } from 'zod';
import { negate, parseMoney, type Currency, type Money } from '#core/money.ts';
import { idField, operationKeyField, versionField } from '#web/fields.ts';

export const cancelForm = (currency: Currency) =>
  z.strictObject({
    key: operationKeyField,
    seen: versionField,
    /** What the page showed; below zero where fees that come back are more than what is owed. */
    shown: z.string({ error: 'Open the page again' }).transform((text, context): Money => {
      const parsed = parseMoney(text.replace(/^-/, ''), currency);
      if (parsed.ok) return text.startsWith('-') ? negate(parsed.value) : parsed.value;
      context.addIssue({ code: 'custom', message: 'Open the page again' });
      return z.NEVER;
    }),
    accountId: idField,
  });
