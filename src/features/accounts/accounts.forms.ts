import { z } from 'zod';
import type { Currency } from '#core/money.ts';
import { idField, moneyField, operationKeyField, textField } from '#web/fields.ts';

export const openAccountForm = z.strictObject({
  key: operationKeyField,
  name: textField({ what: 'a name for the account', max: 40 }),
});

export function depositForm(currency: Currency) {
  return z.strictObject({
    key: operationKeyField,
    accountId: idField,
    amount: moneyField({ what: 'the amount', currency }),
  });
}
