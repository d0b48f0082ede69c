import { toDecimalString, type Money } from '#core/money.ts';
import { RateDecimal } from '#core/rate.ts';
import { creditFigures } from '../bureau/credit.rules.ts';
import type { Ratio } from '../underwriting/affordability.rules.ts';
import type { FigureFacts, FileFigures } from '../underwriting/file/file-figures.ts';
import { answersOf } from '../underwriting/file/people-on-file.ts';
import type { Feature, Features } from './scoring.ts';

/**
 * From a file to what a model reads, the one place that says so, each with its source. Age, marital status and
 * dependants are not here, and nothing that only stands for them.
 */
export function featuresOf(facts: FigureFacts & { figures: FileFigures | null }): Features {
  const { application, terms, people, own, figures } = facts;
  const affordability = figures?.affordability;
  const sections = people[0]?.sections ?? [];
  const employment = answersOf(sections, 'employment');
  const answer = 'answer of the applicant';
  const { frequency } = facts.product;
  return {
    annualIncome: money(
      facts,
      affordability && ((affordability.income * 12n) as Money),
      'incomes of who owes the loan',
    ),
    employmentStatus: { value: employment?.status ?? null, source: answer },
    jobTenureYears: number(employment?.years, answer),
    loanAmount: money(facts, terms?.amount, 'terms in hand'),
    loanMonths: number(terms && monthsOf(terms.instalments, frequency), 'terms in hand'),
    loanPurpose: { value: application.sections.terms?.purpose ?? null, source: answer },
    interestRate: { value: terms?.annualRate ?? null, source: 'terms in hand' },
    monthlyDebtPayments: money(facts, affordability?.debts, 'declared, bureau and own loans'),
    debtToIncome: share(affordability?.debtNow, 'affordability'),
    totalDebtToIncome: share(affordability?.debtWithLoan, 'affordability'),
    loanToValue: share(affordability?.loanToValue, 'affordability'),
    ...bureauFeatures(facts),
    ownDaysPastDue: number(Math.max(0, ...own.loans.map((loan) => loan.daysPastDue)), 'own loans'),
  };
}

type BureauFeatures = Pick<
  Features,
  | 'creditScore'
  | 'cardUtilisation'
  | 'openCreditLines'
  | 'creditEnquiries'
  | 'bankruptcies'
  | 'previousDefaults'
  | 'lateMonths'
  | 'creditHistoryYears'
  | 'totalLiabilities'
>;

/** Of the applicant's report. */
function bureauFeatures(facts: FigureFacts): BureauFeatures {
  const report = facts.reports.get(facts.application.partyId)?.report;
  const figures = report && creditFigures(report);
  const source = 'credit report of the applicant';
  return {
    creditScore: number(report?.score, source),
    cardUtilisation: { value: tenthsText(figures?.utilisationTenths), source },
    openCreditLines: number(figures?.openAccounts, source),
    creditEnquiries: number(figures?.recentEnquiries, source),
    bankruptcies: number(figures?.bankruptcies, source),
    previousDefaults: number(figures?.defaults, source),
    lateMonths: number(figures?.lateMonths, source),
    creditHistoryYears: number(wholeYears(figures?.oldestMonths), source),
    totalLiabilities: money(facts, figures?.balance, source),
  };
}

function number(value: number | null | undefined, source: string): Feature {
  return { value: value === null || value === undefined ? null : String(value), source };
}

function money({ application }: FigureFacts, amount: Money | null | undefined, source: string): Feature {
  const known = amount !== null && amount !== undefined;
  return { value: known ? toDecimalString(amount, application.currency) : null, source };
}

/** As a fraction of one: 27.7 % is `0.277`. */
function share(ratio: Ratio | null | undefined, source: string): Feature {
  return { value: tenthsText(ratio?.tenths), source };
}

function tenthsText(tenths: bigint | null | undefined): string | null {
  return tenths === null || tenths === undefined ? null : new RateDecimal(tenths.toString()).div(1000).toFixed();
}

function wholeYears(months: number | null | undefined): number | null {
  return months === null || months === undefined ? null : Math.trunc(months / 12);
}

function monthsOf(instalments: number, frequency: { every: number; unit: 'month' | 'week' | 'day' }): number {
  const perYear = { month: 12, week: 52, day: 365 }[frequency.unit];
  return Math.trunc((instalments * frequency.every * 12) / perYear);
}
