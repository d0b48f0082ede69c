import { z } from 'zod';
import { dateText } from '#core/calendar.ts';
import { notFound } from '#core/errors.ts';
import type { Currency } from '#core/money.ts';
import { moneyField, wholeNumberField } from '#web/fields.ts';
import { emptyForm, parseForm, type FormState } from '#web/forms.ts';
import { addRates } from '../base-rates/base-rates.service.ts';
import { processingPercent, type ProductVersion } from '../product.model.ts';
import type { ProductRouteParts } from '../products.pages.ts';
import { comparePage, usualSample } from './compare.view.ts';
import type { OpenDraft } from './drafts.service.ts';

const sampleQuery = (currency: Currency) =>
  z.strictObject({
    amount: moneyField({ what: 'the amount', currency }),
    instalments: wholeNumberField({ what: 'the number of instalments', min: 1, max: 600 }),
  });

/** The page that compares; a sample amount and term of the query take the place of the usual ones. */
export async function compareModel(
  parts: ProductRouteParts,
  facts: { code: string; query: object; form: FormState; key: string },
) {
  const { products, platform, formats } = parts;
  const { code, query, form, key } = facts;
  const [draft, live, pending, today] = await Promise.all([
    products.drafts.find(code),
    products.newestByCode(code),
    products.drafts.pending(code),
    platform.bankDay.today(),
  ]);
  if (!draft) throw notFound('Draft');
  const asVersion = await versionOf(parts, draft, dateText(today));
  const asked = Object.keys(query).length > 0 ? parseForm(sampleQuery(platform.currency), query) : undefined;
  const sample = asked?.ok ? asked.value : usualSample(asVersion, live);
  const sampleForm = asked && !asked.ok ? asked.form : emptyForm;
  const estimate: typeof products.estimate = (product, wanted) => products.estimate(product, wanted);
  return comparePage({ draft, live, pending, today, asVersion, estimate, sample, sampleForm, form, key, formats });
}

async function versionOf(
  { products, platform }: ProductRouteParts,
  { code, terms, basedOn }: OpenDraft,
  publishedOn: string,
): Promise<ProductVersion> {
  const { rate } = terms;
  const frame = { _id: code, code, version: basedOn + 1, currency: platform.currency, publishedOn };
  const feePercent = processingPercent(terms);
  if (rate.kind === 'fixed') return { ...terms, ...frame, feePercent, annualRate: rate.annualRate };
  const base = await products.baseRates.on(rate.base, await platform.bankDay.today());
  return { ...terms, ...frame, feePercent, annualRate: addRates(base?.annualRate ?? '0', rate.spread) };
}
