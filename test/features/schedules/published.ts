import { existsSync, readFileSync } from 'node:fs';

// The published schedules stand beside the checkout, not in it; see their README for where they come from.
const folder = new URL('../../../../shared/vectors/', import.meta.url);

export const arePublishedFilesHere = existsSync(folder);

export interface PublishedRow {
  n: number;
  due_date?: string;
  principal: string;
  interest: string;
  fee: string;
  penalty: string;
  total: string;
  balance: string;
}

export interface Published {
  inputs: {
    principal: string;
    annual_rate_percent: string;
    periods: number;
    repay_every?: number;
    frequency: string;
    day_count: string;
    disbursement_date?: string;
    first_due_date?: string;
    principal_grace_periods?: number;
    fixed_instalment?: string;
    amount_financed: string;
    unit_periods_per_year: number;
    payments: { unit_periods: number; fraction: string; amount: string }[];
    advance_date: string;
    first_payment: string;
  };
  expected: {
    rows?: PublishedRow[];
    totals: Omit<PublishedRow, 'n' | 'balance'>;
    emi?: string;
    periods?: number;
    total_interest: string;
    total: string;
    apr_percent: string;
    cases: { principal: string; annual_rate_percent: string; periods: number; expected_emi: string }[];
  };
}

export function published(name: string): Published {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Published;
}
