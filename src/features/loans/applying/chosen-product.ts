import { present } from '#core/assert.ts';
import type { Frequency } from '#core/calendar.ts';
import { productChoices, type ProductVersion } from '#features/products/index.ts';
import type { Application } from './application.model.ts';

/** The product that an application pinned, in the rhythm that the borrower chose: what it is estimated, offered and lent by. */
export function chosenProduct(product: ProductVersion, { sections }: Pick<Application, 'sections'>): ProductVersion {
  const { frequency } = sections.terms ?? product;
  return present(productChoices.inFrequency(product, frequency), 'The chosen rhythm of an application');
}

/** The product in a rhythm that was asked for, or in its own; undefined for one that it does not offer. */
export function chosenBy(product: ProductVersion, asked: Frequency | undefined): ProductVersion | undefined {
  return productChoices.inFrequency(product, asked ?? product.frequency);
}
