import { z } from 'zod';
import type { Currency } from '#core/money.ts';
import { idField, moneyField, operationKeyField, wholeNumberField } from '#web/fields.ts';

/** Paying one instalment. `amountShown` is what the page said; `amount` what the borrower wrote, if anything. */
export const payForm = (currency: Currency) =>
  z.strictObject({
    key: operationKeyField,
    instalment: wholeNumberField({ what: 'the number of the instalment', min: 1, max: 3600 }),
    amountShown: moneyField({ what: 'the amount that the page showed', currency }),
    amount: moneyField({ what: 'the amount', currency }).optional(),
    accountId: idField.or(z.undefined()).transform((id, context) => {
      if (id !== undefined) return id;
      context.addIssue({ code: 'custom', message: 'Choose the account to pay from' });
      return z.NEVER;
    }),
  });

export const loanTabs = ['overview', 'payments', 'terms'] as const;
export type LoanTab = (typeof loanTabs)[number];

const loanQuery = z.object({
  tab: z.enum(loanTabs).catch('overview'),
  all: z.literal('1').optional().catch(undefined),
});

/** The tab of a loan's page and whether its schedule is unfolded; anything else is the overview, folded. */
export function loanPlace(query: unknown): { tab: LoanTab; fold: 'folded' | 'unfolded' } {
  const { tab, all } = loanQuery.parse(query);
  return { tab, fold: all === '1' ? 'unfolded' : 'folded' };
}
