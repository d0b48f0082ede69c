import { z } from 'zod';
import type { Currency } from '#core/money.ts';
import { moneyField, operationKeyField } from '#web/fields.ts';

export const incomingForm = (currency: Currency) =>
  z.strictObject({ key: operationKeyField, amount: moneyField({ what: 'the amount', currency }) });
