import type { Model } from 'mongoose';
import type { Customers } from '#features/customers/index.ts';
import { loanModel, type Loan } from '#features/loans/index.ts';
import type { Products } from '#features/products/index.ts';
import { operators } from '#platform/mongo.ts';
import type { Platform } from '#platform/platform.ts';
import { bucketGroups, bucketNames, type BucketName } from './buckets.rules.ts';

/** How staff look for a loan by what is written on its papers. */
export type LoanText =
  | { by: 'number'; number: string }
  | { by: 'email'; email: string }
  | { by: 'name'; name: string }
  /** A phone number or a tax id: both are looked for. */
  | { by: 'identifier'; text: string };

export interface LoanFilters {
  text?: LoanText;
  state?: Loan['state'];
  product?: string;
  /** A bucket's code, or `npa` for all that are non-performing. */
  bucket?: string;
  branch?: string;
}

/** A loan as lists show it: without its rows and terms, of which it has hundreds. */
export type ListedLoan = Omit<Loan, 'instalments' | 'terms'>;

export interface FoundLoan {
  loan: ListedLoan;
  borrower: string;
}

export interface LoanSearch {
  /** Newest first, or by days past due where a bucket is chosen. Whoever looks is named in the audit trail. */
  find(query: {
    actor: string;
    filters: LoanFilters;
    page: number;
    size: number;
  }): Promise<{ loans: FoundLoan[]; total: number }>;
  choices(): Promise<LoanChoices>;
}

/** What can be chosen from. */
export interface LoanChoices {
  buckets: Map<string, BucketName>;
  products: { code: string; name: string }[];
  branches: string[];
}

export interface LoanSearchParts {
  platform: Pick<Platform, 'audit' | 'database'>;
  customers: Pick<Customers, 'names' | 'search'>;
  products: Pick<Products, 'newest'>;
}

interface Parts extends LoanSearchParts {
  loans: Model<Loan>;
}

/** Counting further would cost more than the number is worth. */
export const mostCounted = 10_000;
/** What a list does not show of a loan, and what would make a page of them megabytes. */
export const listed = { instalments: 0, terms: 0 } as const;

export function createLoanSearch(given: LoanSearchParts): LoanSearch {
  const parts: Parts = { ...given, loans: loanModel(given.platform.database.connection) };
  return { find: (query) => find(parts, query), choices: () => choices(parts) };
}

async function choices({ products, loans }: Parts): Promise<LoanChoices> {
  const [newest, branches] = await Promise.all([products.newest(), loans.distinct('branchId')]);
  return {
    buckets: bucketNames(newest),
    products: newest.map(({ code, name }) => ({ code, name })),
    branches: branches.toSorted(),
  };
}

async function find(
  parts: Parts,
  query: { actor: string; filters: LoanFilters; page: number; size: number },
): Promise<{ loans: FoundLoan[]; total: number }> {
  const { loans, platform, customers } = parts;
  const { actor, filters, page, size } = query;
  const filter = await filterOf(parts, filters);
  const byDays = filters.bucket !== undefined;
  const [found, total] = await Promise.all([
    loans
      .find(filter, listed)
      // Ids are made in the order of time; a bucket's index has the days.
      .sort(byDays ? { 'arrears.daysPastDue': -1, _id: 1 } : { _id: -1 })
      .skip((page - 1) * size)
      .limit(size)
      .lean<ListedLoan[]>(),
    loans.countDocuments(filter).limit(mostCounted),
  ]);
  await platform.audit.record({
    actor,
    action: 'loans-listed',
    subject: { type: 'loans', id: filters.text?.by ?? 'all' },
    details: { page: String(page), found: String(total) },
  });
  const names = await customers.names(found.map(({ partyId }) => partyId));
  return { loans: found.map((loan) => ({ loan, borrower: names.get(loan.partyId) ?? 'Unknown' })), total };
}

async function filterOf(parts: Parts, filters: LoanFilters): Promise<Record<string, unknown>> {
  const { text, state, product, bucket, branch } = filters;
  return {
    ...(text ? await textFilter(parts, text) : {}),
    ...(state ? { state } : {}),
    ...(product === undefined ? {} : { productCode: product }),
    ...(bucket === undefined ? {} : { 'arrears.bucket': operators({ $in: await codesOf(parts, bucket) }) }),
    ...(branch === undefined ? {} : { branchId: branch }),
  };
}

async function codesOf({ products }: Parts, bucket: string): Promise<string[]> {
  const groups = bucketGroups(bucketNames(await products.newest()));
  return groups.find(({ key }) => key === bucket)?.codes ?? [bucket];
}

async function textFilter({ customers }: Parts, text: LoanText): Promise<Record<string, unknown>> {
  switch (text.by) {
    case 'number':
      return { number: text.number };
    case 'email':
    case 'name':
      return { partyId: operators({ $in: await customers.search(text) }) };
    case 'identifier': {
      const [byPhone, byTaxId] = await Promise.all([
        customers.search({ by: 'phone', phone: text.text }),
        customers.search({ by: 'tax-id', taxId: text.text }),
      ]);
      return { partyId: operators({ $in: [...new Set([...byPhone, ...byTaxId])] }) };
    }
  }
}
