import { z } from 'zod';
import type { Currency } from '#core/money.ts';
import type { ProductVersion } from '#features/products/index.ts';
import { choiceField, moneyField } from '#web/fields.ts';
import { employmentStatuses } from '../applying/application-sections.ts';
import { calculatorQuery } from './calculator.forms.ts';

const valueWords = {
  property: 'what the property is worth',
  vehicle: 'what the vehicle costs',
} as const;

/** Where nothing secures the loan, a value that was typed is passed over. */
export function indicativeForm(currency: Currency, { security }: Pick<ProductVersion, 'security'>) {
  const aMonth = (what: string) => moneyField({ what, currency, zeroAllowed: 'zero-allowed' });
  const value =
    security === 'none'
      ? z
          .string()
          .max(40, 'Enter a smaller amount')
          .default('')
          .transform(() => null)
      : moneyField({ what: valueWords[security], currency });
  return z.strictObject({
    ...calculatorQuery(currency).shape,
    work: choiceField(employmentStatuses, 'Choose what describes your work best'),
    income: aMonth('your income a month'),
    debts: aMonth('what you pay for loans and cards a month'),
    fixed: aMonth('what you pay for rent and the like a month'),
    value,
  });
}
