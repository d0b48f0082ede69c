import { columnLabel } from '../explaining/columns.ts';
import type { InputColumn } from '../models/model-file.ts';

/** How a column is asked for. A `percent` is typed as people say it (28.4) and read as the model's fraction (0.284). */
type Asked =
  | { as: 'money' | 'percent' | 'months' | 'years' | 'number' | 'yes-no'; example: string; hint?: string }
  | { as: 'choice'; example: string; hint?: string };

/** One input of the model as the form shows it. */
export interface TryColumn {
  input: InputColumn;
  label: string;
  as: Asked['as'];
  /** What the form begins with; empty where the model is one that this page was not written for. */
  example: string;
  hint?: string;
}

export interface TrySection {
  title: string;
  columns: TryColumn[];
}

/** The columns of the shipped models in the order in which people are asked; the values are of nobody. */
const sections: readonly { title: string; asked: Readonly<Record<string, Asked>> }[] = [
  {
    title: 'The loan',
    asked: {
      LoanAmount: { as: 'money', example: '18000' },
      LoanDuration: { as: 'months', example: '48' },
      LoanPurpose: { as: 'choice', example: 'Auto' },
    },
  },
  {
    title: 'The rate offered',
    asked: {
      BaseInterestRate: { as: 'percent', example: '20', hint: 'A year, before what the grade adds' },
      InterestRate: { as: 'percent', example: '20.5', hint: 'A year, as offered' },
      MonthlyLoanPayment: { as: 'money', example: '553', hint: 'A month, at the rate offered' },
      TotalDebtToIncomeRatio: {
        as: 'percent',
        example: '14.5',
        hint: 'Debts and the instalment, of the monthly income',
      },
    },
  },
  {
    title: 'Work and income',
    asked: {
      EmploymentStatus: { as: 'choice', example: 'Employed' },
      AnnualIncome: { as: 'money', example: '72000', hint: 'Before tax' },
      MonthlyIncome: {
        as: 'money',
        example: '6000',
        hint: 'A twelfth of the yearly income, unless it is known better',
      },
      JobTenure: { as: 'years', example: '6' },
      Experience: { as: 'years', example: '16' },
      EducationLevel: { as: 'choice', example: 'Bachelor' },
    },
  },
  {
    title: 'Credit history',
    asked: {
      CreditScore: { as: 'number', example: '610' },
      LengthOfCreditHistory: { as: 'years', example: '14' },
      PaymentHistory: { as: 'number', example: '26', hint: 'Payments that a bureau has on record' },
      NumberOfOpenCreditLines: { as: 'number', example: '3' },
      NumberOfCreditInquiries: { as: 'number', example: '1' },
      CreditCardUtilizationRate: { as: 'percent', example: '22', hint: 'Of all card limits together' },
      UtilityBillsPaymentHistory: { as: 'percent', example: '86' },
      BankruptcyHistory: { as: 'yes-no', example: '0' },
      PreviousLoanDefaults: { as: 'yes-no', example: '0' },
    },
  },
  {
    title: 'Debts and what is owned',
    asked: {
      MonthlyDebtPayments: { as: 'money', example: '320', hint: 'Without this loan' },
      DebtToIncomeRatio: { as: 'percent', example: '15', hint: 'Without this loan' },
      HomeOwnershipStatus: { as: 'choice', example: 'Mortgage' },
      SavingsAccountBalance: { as: 'money', example: '6200' },
      CheckingAccountBalance: { as: 'money', example: '1900' },
      TotalAssets: { as: 'money', example: '118000' },
      TotalLiabilities: { as: 'money', example: '31000' },
      NetWorth: { as: 'money', example: '87000', hint: 'Everything owned less everything owed' },
    },
  },
];

/** Every input of a model, each once: those that this page knows in their sections, others in one at the end. */
export function trySections(inputs: readonly InputColumn[]): TrySection[] {
  const known = sections.map(({ title, asked }) => ({
    title,
    columns: Object.entries(asked).flatMap(([name, how]) => {
      const input = inputs.find((one) => one.name === name);
      return input && fits(input, how) ? [{ input, label: columnLabel(name), ...how }] : [];
    }),
  }));
  const placed = new Set(known.flatMap(({ columns }) => columns.map(({ input }) => input.name)));
  const others = inputs.filter(({ name }) => !placed.has(name)).map(plainColumn);
  return [...known, { title: 'Other inputs', columns: others }].filter(({ columns }) => columns.length > 0);
}

/** A model that calls something else by a known name is asked for plainly. */
function fits(input: InputColumn, how: Asked): boolean {
  if (how.as === 'choice') return input.type === 'category' && input.categories.includes(how.example);
  return input.type === 'number';
}

function plainColumn(input: InputColumn): TryColumn {
  const as = input.type === 'category' ? 'choice' : 'number';
  return { input, label: columnLabel(input.name), as, example: '' };
}
