import { formatsIn, type Formats } from '#core/format.ts';
import { toDecimalString, type Money } from '#core/money.ts';
import { productChoices, type Products } from '#features/products/index.ts';
import { explaining, type LoanBasis, type Risk } from '#features/risk/index.ts';
import { monthsOf } from '../../scoring/evidence-parts.ts';
import { policyReasons } from '../deciding/reasons.rules.ts';
import type { OfficerFile } from './file.service.ts';
import { instalmentsOf } from './instalments.ts';

export interface ScoreParts {
  risk: Pick<Risk, 'explaining'>;
  products: Pick<Products, 'estimate'>;
  formats: Formats;
}

const reasons = new Map<string, string>(policyReasons.map(({ code, label }) => [code, label]));

/** The score and the policy of a file, with what they are made of and what would change them. */
export async function fileScore({ risk, products, formats }: ScoreParts, file: OfficerFile) {
  const { application, judgement, evidence, today, terms } = file;
  const { currency } = application;
  const basis = basisOf(file);
  const explained = await risk.explaining.explain({
    ...{ applicationId: application._id, judgement, evidence },
    loan: terms && basis && { basis, amount: terms.amount, instalmentOf: instalmentsOf(products, { ...file, terms }) },
  });
  return explaining.officersPanel(explained, { formats: formatsIn(currency, formats), today, reasons });
}

/** The loan behind the score as the models count: in units of the currency and in months. */
export function basisOf({
  terms,
  product,
  affordability,
  application,
}: Pick<OfficerFile, 'terms' | 'product' | 'affordability' | 'application'>): LoanBasis | null {
  if (!terms) return null;
  const units = (amount: Money) => Number(toDecimalString(amount, application.currency));
  const months = (instalments: number) => monthsOf(instalments, product.frequency);
  return {
    amount: units(terms.amount),
    months: months(terms.instalments),
    instalment: units(productChoices.aMonth(terms.instalment, product.frequency)),
    income: affordability && units(affordability.income),
    debts: affordability && units(affordability.debts),
    least: { amount: units(product.minAmount), months: months(product.minInstalments) },
    most: { months: months(product.maxInstalments) },
  };
}
