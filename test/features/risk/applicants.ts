import { loadShippedModels, type Stage } from '#features/risk/index.ts';
import { trySections } from '#features/risk/trying/try-columns.ts';
import { exampleValues } from '#features/risk/trying/try.forms.ts';

const { models } = loadShippedModels();

/** The form of `/risk/try` as it is first shown, with what a test changes. */
export function tryFields(stage: Stage, change: Record<string, string> = {}): Record<string, string> {
  return { ...exampleValues(trySections(models[stage].inputs), stage), ...change };
}

const columnsOf = (stage: Stage) => models[stage].inputs.map(({ name }) => name);

/** One applicant of a file, as the model reads it, who is nobody. */
const applicant: Readonly<Record<string, string>> = {
  ...{ AnnualIncome: '72000', CreditScore: '610', EmploymentStatus: 'Employed', EducationLevel: 'Bachelor' },
  ...{ Experience: '16', LoanAmount: '18000', LoanDuration: '48', HomeOwnershipStatus: 'Mortgage' },
  ...{ MonthlyDebtPayments: '320', CreditCardUtilizationRate: '0.22', NumberOfOpenCreditLines: '3' },
  ...{ NumberOfCreditInquiries: '1', DebtToIncomeRatio: '0.15', BankruptcyHistory: '0', LoanPurpose: 'Auto' },
  ...{ PreviousLoanDefaults: '0', PaymentHistory: '26', LengthOfCreditHistory: '14', SavingsAccountBalance: '6200' },
  ...{ CheckingAccountBalance: '1900', TotalAssets: '118000', TotalLiabilities: '31000', MonthlyIncome: '6000' },
  ...{ UtilityBillsPaymentHistory: '0.86', JobTenure: '6', NetWorth: '87000', BaseInterestRate: '0.2' },
  ...{ InterestRate: '0.205', MonthlyLoanPayment: '553', TotalDebtToIncomeRatio: '0.145' },
};

/** A CSV of the stage: a row for each change to the applicant above; further columns by `more`. */
export function applicantsCsv(
  changes: readonly Record<string, string>[],
  { stage = 'application', more = [] }: { stage?: Stage; more?: readonly string[] } = {},
): string {
  const columns = [...columnsOf(stage), ...more];
  const lines = changes.map((change) => columns.map((name) => ({ ...applicant, ...change })[name] ?? '').join(','));
  return [columns.join(','), ...lines].join('\r\n');
}

export const nobody = applicant;
