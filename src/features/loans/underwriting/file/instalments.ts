import type { Frequency } from '#core/calendar.ts';
import { parseMoney, toDecimalString } from '#core/money.ts';
import { productChoices, type Products } from '#features/products/index.ts';
import type { InstalmentOf } from '#features/risk/index.ts';
import { monthsOf } from '../../scoring/evidence-parts.ts';
import type { OfficerFile } from './file.service.ts';

/**
 * What other amounts and terms of a file's loan would take a month, at the rate in hand and paid out today: by the
 * product's own schedule, whatever its way of repayment. In units of the currency; null where the product refuses.
 */
export function instalmentsOf(
  products: Pick<Products, 'estimate'>,
  file: Pick<OfficerFile, 'product' | 'application' | 'today'> & { terms: NonNullable<OfficerFile['terms']> },
): InstalmentOf {
  const { product, terms, today, application } = file;
  const { currency } = application;
  const { frequency } = product;
  const { annualRate } = terms;
  const monthsNow = monthsOf(terms.instalments, frequency);
  return ({ amount, months }) => {
    const money = parseMoney(String(amount), currency);
    const instalments = months === monthsNow ? terms.instalments : instalmentsIn(months, frequency);
    if (!money.ok || instalments === null) return null;
    const cost = products.estimate(product, { amount: money.value, instalments, annualRate, disbursedOn: today });
    if (!cost.ok) return null;
    return Number(toDecimalString(productChoices.aMonth(cost.value.instalment, frequency), currency));
  };
}

/** The most instalments that a term has room for; null where none of the rhythm's terms is that long. */
function instalmentsIn(months: number, frequency: Frequency): number | null {
  const perYear = { month: 12, week: 52, day: 365 }[frequency.unit];
  const most = Math.trunc((months * perYear) / (12 * frequency.every));
  return most > 0 && monthsOf(most, frequency) === months ? most : null;
}
