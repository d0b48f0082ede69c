import type { Value } from '../scoring/values.ts';

/** How a column of a model is read: its name in words, and what kind of number it is. Money has no minor units here. */
interface ColumnWords {
  label: string;
  kind: 'money' | 'share' | 'months' | 'years' | 'count' | 'yes-no' | 'word';
}

const words: Readonly<Record<string, ColumnWords>> = {
  AnnualIncome: { label: 'Yearly income', kind: 'money' },
  MonthlyIncome: { label: 'Monthly income', kind: 'money' },
  CreditScore: { label: 'Bureau score', kind: 'count' },
  EmploymentStatus: { label: 'Employment', kind: 'word' },
  EducationLevel: { label: 'Education', kind: 'word' },
  Experience: { label: 'Years of work in all', kind: 'years' },
  JobTenure: { label: 'Years in this job', kind: 'years' },
  LoanAmount: { label: 'Amount of the loan', kind: 'money' },
  LoanDuration: { label: 'Term of the loan', kind: 'months' },
  LoanPurpose: { label: 'Purpose of the loan', kind: 'word' },
  HomeOwnershipStatus: { label: 'Home', kind: 'word' },
  MonthlyDebtPayments: { label: 'Paid on debts each month', kind: 'money' },
  CreditCardUtilizationRate: { label: 'Share of card limits used', kind: 'share' },
  NumberOfOpenCreditLines: { label: 'Open credit lines', kind: 'count' },
  NumberOfCreditInquiries: { label: 'Recent credit enquiries', kind: 'count' },
  DebtToIncomeRatio: { label: 'Debt to income', kind: 'share' },
  TotalDebtToIncomeRatio: { label: 'Debt to income with the loan', kind: 'share' },
  BankruptcyHistory: { label: 'Bankruptcy on record', kind: 'yes-no' },
  PreviousLoanDefaults: { label: 'Earlier default', kind: 'yes-no' },
  PaymentHistory: { label: 'Payments on record', kind: 'count' },
  LengthOfCreditHistory: { label: 'Length of credit history', kind: 'years' },
  SavingsAccountBalance: { label: 'Savings', kind: 'money' },
  CheckingAccountBalance: { label: 'Current account', kind: 'money' },
  TotalAssets: { label: 'Everything owned', kind: 'money' },
  TotalLiabilities: { label: 'Everything owed', kind: 'money' },
  NetWorth: { label: 'Net worth', kind: 'money' },
  UtilityBillsPaymentHistory: { label: 'Household bills paid on time', kind: 'share' },
  BaseInterestRate: { label: 'Base rate', kind: 'share' },
  InterestRate: { label: 'Rate of the loan', kind: 'share' },
  MonthlyLoanPayment: { label: 'Instalment offered', kind: 'money' },
  PortalInstalment: { label: 'Instalment at 20% a year', kind: 'money' },
  InstalmentToIncome: { label: 'Instalment to income', kind: 'share' },
  DebtWithInstalmentToIncome: { label: 'Debts and instalment to income', kind: 'share' },
};

/** `CreditScore` as staff read it; a column of a model that was not shipped is named as its file names it. */
export function columnLabel(name: string): string {
  return words[name]?.label ?? name;
}

/** A term of the model: one column, or both of a pair. */
export function termLabel(features: readonly string[]): string {
  return features.map(columnLabel).join(' and ');
}

const whole = (value: number, locale: string) =>
  new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }).format(value);

/** A value as staff read it: `7,500`, `27.7%`, `48 months`. */
export function columnValue(name: string, value: Value | undefined, { locale }: { locale: string }): string {
  if (value === null || value === undefined) return 'not known';
  if (typeof value === 'string') return value;
  switch (words[name]?.kind) {
    case 'share':
      return `${new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(value * 100)}%`;
    case 'money':
      return new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }).format(value);
    case 'months':
      return `${whole(value, locale)} months`;
    case 'years':
      return `${whole(value, locale)} years`;
    case 'yes-no':
      return value > 0 ? 'yes' : 'no';
    default:
      return whole(value, locale);
  }
}
