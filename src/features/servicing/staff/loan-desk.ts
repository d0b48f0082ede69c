import type { Approvals } from '#features/approvals/index.ts';
import type { Customers } from '#features/customers/index.ts';
import type { Identity } from '#features/identity/index.ts';
import type { ChartAccount, Ledger } from '#features/ledger/index.ts';
import type { Products } from '#features/products/index.ts';
import type { Platform } from '#platform/platform.ts';
import { createCollections, type Collections } from '../collections/collections.service.ts';
import type { Servicing } from '../servicing.service.ts';
import { createDelinquency, type Delinquency } from './delinquency.service.ts';
import { createLoanRecords, type LoanRecords } from './loan-record.service.ts';
import { createLoanSearch, type LoanSearch } from './loan-search.service.ts';
import { createStaffActs, type StaffActs } from './staff-acts.service.ts';

/** Everything that staff see of loans and do to them. */
export interface LoanDesk {
  search: LoanSearch;
  records: LoanRecords;
  acts: StaffActs;
  delinquency: Delinquency;
  collections: Collections;
  /** What accounts of the ledger are called. */
  chart(ids: readonly string[]): Promise<Map<string, ChartAccount>>;
  /** Keeps in the audit trail that somebody took the list away as a file. */
  exported(actor: string): Promise<void>;
}

export interface LoanDeskDeps {
  servicing: Servicing;
  approvals: Approvals;
  customers: Customers;
  identity: Identity;
  ledger: Ledger;
  products: Products;
  /** The page of a loan, for requests that a second person decides on. */
  hrefOf(loanId: string): string;
}

export function createLoanDesk(platform: Platform, deps: LoanDeskDeps): LoanDesk {
  const parts = { platform, ...deps };
  return {
    search: createLoanSearch(parts),
    records: createLoanRecords(parts),
    acts: createStaffActs({ ...deps, formats: platform.formats }),
    delinquency: createDelinquency(parts),
    collections: createCollections(parts),
    chart: (ids) => deps.ledger.chart(ids),
    exported: (actor) =>
      platform.audit.record({ actor, action: 'delinquency-exported', subject: { type: 'loans', id: 'delinquency' } }),
  };
}
