import { dateOf, dateText, isBefore, type PlainDate } from '#core/calendar.ts';
import { divideRounded, sum, zero, type Money } from '#core/money.ts';

/** A report is asked for anew where it is older than this. */
export const reportDays = 30;

interface Account {
  kind: string;
  openedOn: string;
  state: 'open' | 'closed';
  limit: Money;
  balance: Money;
  monthly: Money;
  history: readonly number[];
}

interface Report {
  on: string;
  accounts: readonly Account[];
  enquiries: readonly { on: string }[];
  defaults: readonly { paid: boolean; amount: Money }[];
  bankruptcies: readonly unknown[];
  bills?: { known: number; onTime: number } | null;
  paymentsOnRecord?: number;
}

/** A report in the figures that a decision looks at. */
export interface CreditFigures {
  openAccounts: number;
  balance: Money;
  monthly: Money;
  /** Of the limits of cards, in tenths of a per cent; null without a card. */
  utilisationTenths: bigint | null;
  /** Whole months since the oldest account was opened; null without one. */
  oldestMonths: number | null;
  /** Months of the last 24 paid 30 days late or more, and the worst of them. */
  lateMonths: number;
  worstDaysLate: number;
  /** Of the last six months. */
  recentEnquiries: number;
  unpaidDefaults: number;
  defaults: number;
  bankruptcies: number;
  /** The share of bills that were paid on time, 1 for all; null where none is known of. */
  billsOnTime: number | null;
  /** Null in a report of before they were counted. */
  paymentsOnRecord: number | null;
}

export function creditFigures(report: Report): CreditFigures {
  const open = report.accounts.filter((account) => account.state === 'open');
  const cards = open.filter((account) => account.kind === 'card');
  const limits = sum(cards.map((card) => card.limit));
  const months = report.accounts.flatMap((account) => account.history);
  const on = dateOf(report.on);
  const halfYearAgo = on.subtract({ months: 6 });
  const oldest = report.accounts.map((account) => account.openedOn).toSorted()[0];
  return {
    openAccounts: open.length,
    balance: sum(open.map((account) => account.balance)),
    monthly: sum(open.map((account) => account.monthly)),
    utilisationTenths:
      limits === zero ? null : divideRounded(sum(cards.map((card) => card.balance)) * 1000n, limits, 'up'),
    oldestMonths: oldest === undefined ? null : monthsBetween(dateOf(oldest), on),
    lateMonths: months.filter((days) => days >= 30).length,
    worstDaysLate: months.reduce((worst, days) => (days > worst ? days : worst), 0),
    recentEnquiries: report.enquiries.filter((one) => !isBefore(dateOf(one.on), halfYearAgo)).length,
    unpaidDefaults: report.defaults.filter((one) => !one.paid).length,
    defaults: report.defaults.length,
    bankruptcies: report.bankruptcies.length,
    billsOnTime: report.bills && report.bills.known > 0 ? report.bills.onTime / report.bills.known : null,
    paymentsOnRecord: report.paymentsOnRecord ?? null,
  };
}

function monthsBetween(from: PlainDate, to: PlainDate): number {
  return from.until(to, { largestUnit: 'month' }).months;
}

/** Whether the report is too old to decide by. */
export function isStale(reportOn: string, today: PlainDate): boolean {
  return isBefore(dateOf(reportOn), today.subtract({ days: reportDays }));
}

/** The last day on which a report of today may be used. */
export function freshUntil(reportOn: string): string {
  return dateText(dateOf(reportOn).add({ days: reportDays }));
}

interface Consenting {
  consents: readonly { name: string; given: boolean }[];
  submittedAt: Date | null;
}

/**
 * Whether the applicant let us ask. An application that was sent before consents were kept with it could not be sent
 * without this one.
 */
export function letsUsAsk({ consents, submittedAt }: Consenting): boolean {
  const declared = consents.find((consent) => consent.name === 'credit-bureau');
  return declared ? declared.given : submittedAt !== null;
}
