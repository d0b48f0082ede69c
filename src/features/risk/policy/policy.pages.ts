import type { Formats } from '#core/format.ts';
import type { Pages } from '#web/render.ts';
import type { Policies } from './policies.service.ts';

/** What the pages of the credit policy are given. */
export interface PolicyRouteParts {
  policies: Policies;
  pages: Pages;
  formats: Formats;
}
