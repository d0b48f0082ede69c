import { z } from 'zod';
import type { Currency } from '#core/money.ts';
import { parseMoney, type Money } from '#core/money.ts';
import { idField, longTextField, moneyField, operationKeyField, versionField, wholeNumberField } from '#web/fields.ts';

export const askForm = (currency: Currency) =>
  z.strictObject({
    key: operationKeyField,
    version: versionField,
    n: wholeNumberField({ what: 'the part', min: 1, max: 24 }),
    amount: moneyField({ what: 'the amount', currency }),
    reason: longTextField({ what: 'what you checked', max: 500 }),
  });

export const metForm = z.strictObject({
  version: versionField,
  conditionId: idField.or(z.string().regex(/^[\w-]{1,64}$/, 'Choose one from the list')),
  note: longTextField({ what: 'how you know that it is met', max: 500 }),
});

/** As many rows as the page shows; an empty amount is no part. */
export const mostPlanRows = 6;

const text = z
  .string()
  .default('')
  .transform((value) => value.normalize('NFC').trim())
  .pipe(z.string().max(120, 'Use at most 120 characters'));

const partText = (currency: Currency) =>
  z
    .string()
    .default('')
    .transform((value, context): Money | undefined => {
      if (value.trim() === '') return undefined;
      const parsed = parseMoney(value, currency);
      if (parsed.ok) return parsed.value;
      context.addIssue({ code: 'custom', message: 'Enter an amount like 1500.00, with digits only' });
      return z.NEVER;
    });

export const planForm = (currency: Currency) => {
  const amount = partText(currency);
  return z.strictObject({
    version: versionField,
    ...{ amount1: amount, amount2: amount, amount3: amount, amount4: amount, amount5: amount, amount6: amount },
    ...{ stage1: text, stage2: text, stage3: text, stage4: text, stage5: text, stage6: text },
  });
};

/** The parts in the order of their rows. */
export function partsOf(form: z.output<ReturnType<typeof planForm>>): { amount: Money; stage: string }[] {
  const rows = [
    { amount: form.amount1, stage: form.stage1 },
    { amount: form.amount2, stage: form.stage2 },
    { amount: form.amount3, stage: form.stage3 },
    { amount: form.amount4, stage: form.stage4 },
    { amount: form.amount5, stage: form.stage5 },
    { amount: form.amount6, stage: form.stage6 },
  ];
  return rows.flatMap(({ amount, stage }) => (amount === undefined ? [] : [{ amount, stage }]));
}
