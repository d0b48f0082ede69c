import { moneyOf } from '#core/money.ts';
import { rhythmText, termText } from './plain-words.ts';
import type { ProductVersion } from './product.model.ts';
import type { Products } from './products.service.ts';
import type { ProductCard } from '#features/site/index.ts';
import type { Platform } from '#platform/platform.ts';

/** Products as the public pages show them; wired here, since `site` stands left of `products`. */
export async function productCards(products: Products, platform: Platform): Promise<ProductCard[]> {
  const [live, today] = await Promise.all([products.live(), platform.bankDay.today()]);
  return live.map((product) => cardOf(products, { product, platform, today }));
}

function cardOf(
  products: Products,
  facts: { product: ProductVersion; platform: Platform; today: Temporal.PlainDate },
): ProductCard {
  const { product, today } = facts;
  const { formats } = facts.platform;
  const { code, name, summary, minAmount, maxAmount, minInstalments, maxInstalments } = product;
  // A representative example: the middle of what can be borrowed, over the longest term.
  const amount = moneyOf(((minAmount + maxAmount) / 2n / 100_000n) * 100_000n || minAmount);
  const estimate = products.estimate(product, { amount, instalments: maxInstalments, disbursedOn: today });
  const example = estimate.ok
    ? `${formats.money(amount)} over ${termText(product, maxInstalments)}: ${formats.money(estimate.value.instalment)} ${rhythmText(product)}, ` +
      `${formats.money(estimate.value.totalRepaid)} in all, APR ${estimate.value.aprPercent ?? '–'}%`
    : '';
  return {
    code,
    name,
    summary,
    rate: formats.rate(product.annualRate),
    amounts: `${formats.money(minAmount)} to ${formats.moneyWithCurrency(maxAmount)}`,
    terms: `${minInstalments} to ${termText(product, maxInstalments)}`,
    example,
  };
}
