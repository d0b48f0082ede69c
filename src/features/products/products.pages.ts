import type { Formats } from '#core/format.ts';
import type { Platform } from '#platform/platform.ts';
import type { Pages } from '#web/render.ts';
import type { Products } from './products.service.ts';

/** What the staff's pages of products are given. */
export interface ProductRouteParts {
  products: Products;
  platform: Platform;
  pages: Pages;
  formats: Formats;
}
