import { z } from 'zod';
import type { Currency } from '#core/money.ts';
import { choiceField, dateField, idField, moneyField, operationKeyField } from '#web/fields.ts';
import type { FormState } from '#web/forms.ts';

const accountField = idField.or(z.undefined()).transform((id, context) => {
  if (id !== undefined) return id;
  context.addIssue({ code: 'custom', message: 'Choose the account to pay from' });
  return z.NEVER;
});

const shownField = (currency: Currency) => moneyField({ what: 'the amount that the page showed', currency });

/** The number of the last transaction that the page was made from. */
const seenField = z
  .string({ error: 'Open the page again' })
  .regex(/^\d{1,6}$/, 'Open the page again')
  .transform(Number);

/** `shown` pays exactly what is due; `amount` pays that much, whatever is due. */
export const payForm = (currency: Currency) =>
  z
    .strictObject({
      key: operationKeyField,
      seen: seenField,
      accountId: accountField,
      shown: shownField(currency).optional(),
      amount: moneyField({ what: 'the amount', currency }).optional(),
    })
    .refine((form) => (form.shown === undefined) !== (form.amount === undefined), {
      path: ['form'],
      message: 'Choose what to pay on this page',
    });

export const amountQuery = (currency: Currency) =>
  z.strictObject({ amount: moneyField({ what: 'the amount', currency }) });

export const chosenEffects = ['shorten-term', 'lower-instalment'] as const;
export type ChosenEffect = (typeof chosenEffects)[number];

export const prepayForm = (currency: Currency) =>
  z.strictObject({
    key: operationKeyField,
    seen: seenField,
    amount: moneyField({ what: 'the amount', currency }),
    effect: choiceField(chosenEffects, 'Choose one of the ways shown'),
    chargeShown: moneyField({ what: 'the fee that the page showed', currency, zeroAllowed: 'zero-allowed' }),
    accountId: accountField,
  });

export const payoffForm = (currency: Currency) =>
  z.strictObject({ key: operationKeyField, seen: seenField, shown: shownField(currency), accountId: accountField });

/** The page asks for one date at a time; how far ahead is the caller's rule. */
export const quoteQuery = z.strictObject({ on: dateField({ what: 'a date' }) });

export function effectOf(text: string | undefined): ChosenEffect | undefined {
  return chosenEffects.find((effect) => effect === text);
}

const unseen: readonly string[] = ['seen', 'shown', 'chargeShown'];

/** What is wrong with a field that nobody sees is a fault of the whole form. */
export function unseenAtForm({ values, errors }: FormState): FormState {
  const placed = Object.entries(errors).map(([name, text]) => [unseen.includes(name) ? 'form' : name, text]);
  return { values, errors: Object.fromEntries(placed) as Record<string, string> };
}

export const loanTabs = ['overview', 'schedule', 'payments', 'documents'] as const;
export type LoanTab = (typeof loanTabs)[number];

const loanQuery = z.object({ tab: z.enum(loanTabs).catch('overview') });

/** The tab of a loan's page; anything unknown is the overview. */
export function tabOf(query: unknown): LoanTab {
  return loanQuery.parse(query).tab;
}
