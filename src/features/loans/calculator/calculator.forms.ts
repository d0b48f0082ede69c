import { z } from 'zod';
import type { Currency } from '#core/money.ts';
import { productChoices, type ProductVersion } from '#features/products/index.ts';
import { moneyField, textField, wholeNumberField } from '#web/fields.ts';

/** Anything but the name of a rhythm that is offered is the product's own: a product that was chosen anew has others. */
const rhythmField = z.string().max(20).catch('');

/** What the calculator is asked. Other fields are passed over: addresses are shared and grow parameters on the way. */
export const calculatorQuery = (currency: Currency) =>
  z.object({
    product: z.string({ error: 'Choose a loan' }).max(60, 'Choose a loan'),
    amount: moneyField({ what: 'the amount you want to borrow', currency }),
    instalments: wholeNumberField({ what: 'the number of instalments', min: 1, max: 600 }),
    frequency: rhythmField,
  });

/** The same as a form that starts an application; it says what the money is for, too. */
export const carryForm = (currency: Currency) =>
  z.strictObject({
    ...calculatorQuery(currency).shape,
    purpose: textField({ what: 'what the loan is for', max: 80 }),
  });

/** The product as it is lent in the rhythm of that name, or in its own. */
export function inRhythm(product: ProductVersion, code: string): ProductVersion {
  const wanted = productChoices
    .frequenciesOf(product)
    .find((frequency) => productChoices.rhythmName(frequency) === code);
  return (wanted && productChoices.inFrequency(product, wanted)) ?? product;
}
