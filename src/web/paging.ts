import { z } from 'zod';

export const pageSize = 30;
// A skip costs the database what it skips, so that nobody may ask for page one billion.
const lastPage = 10_000;

const pageQuery = z.object({
  page: z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number)
    .pipe(z.number().min(1).max(lastPage)),
});

/** The page number of a query; anything else is page 1. */
export function pageNumber(query: unknown): number {
  const parsed = pageQuery.safeParse(query);
  return parsed.success ? parsed.data.page : 1;
}

export interface PagingView {
  page: number;
  pages: number;
  total: number;
  from: number;
  to: number;
  previous?: string;
  next?: string;
}

/** The parameters of the pagination component; `path` keeps the filters of the query. */
export function pagingView(list: {
  page: number;
  total: number;
  path: string;
  size?: number;
  query?: Record<string, string>;
}): PagingView {
  const size = list.size ?? pageSize;
  const pages = Math.max(1, Math.ceil(list.total / size));
  const href = (page: number) =>
    `${list.path}?${new URLSearchParams({ ...list.query, page: String(page) }).toString()}`;
  return {
    page: list.page,
    pages,
    total: list.total,
    from: Math.min((list.page - 1) * size + 1, list.total),
    to: Math.min(list.page * size, list.total),
    // From a page past the end the way back leads to the last one.
    ...(list.page > 1 ? { previous: href(Math.min(list.page - 1, pages)) } : {}),
    ...(list.page < pages ? { next: href(list.page + 1) } : {}),
  };
}
