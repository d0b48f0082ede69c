import { describe, expect, it } from 'vitest';
import { dateOf } from '#core/calendar.ts';
import { moneyOf, zero } from '#core/money.ts';
import { loadShippedModels, readValues, type EvidenceRow } from '#features/risk/index.ts';
import { toldReasons } from '#features/risk/explaining/telling.ts';
import type { EmploymentStatus } from '#features/loans/applying/application-sections.ts';
import { modelEmployment, modelPurpose } from '#features/loans/scoring/categories.ts';
import { evidenceOf } from '#features/loans/scoring/evidence.ts';
import { monthsOf, type EvidenceFacts } from '#features/loans/scoring/evidence-parts.ts';
import { affordabilityOf } from '#features/loans/underwriting/affordability.rules.ts';
import { employment, monthly, obligations, personal, terms } from './application-builders.ts';

const savedAt = new Date('2026-03-01T10:00:00Z');
const report = {
  ...{ bureau: 'B', contact: 'C', isSandbox: true, on: '2026-03-05', score: 700, keyFactors: [], defaults: [] },
  accounts: [
    {
      ...{ kind: 'card', lender: 'Elsewhere', openedOn: '2020-01-05', state: 'open', history: [0, 0] },
      ...{ limit: moneyOf(400_000n), balance: moneyOf(100_000n), monthly: moneyOf(3_000n) },
    },
  ],
  enquiries: [{ on: '2026-02-01', by: 'A' }],
  bankruptcies: [{ on: '2019-01-01', ended: true }],
  ...{ bills: { known: 24, onTime: 18 }, paymentsOnRecord: 30 },
};

function factsOf(change: object = {}) {
  const sections = [
    { section: 'personal', answers: personal },
    { section: 'employment', answers: employment },
    { section: 'obligations', answers: obligations },
  ];
  const affordability = affordabilityOf({
    ...{ salary: moneyOf(400_000n), otherIncome: zero, declaredObligations: moneyOf(100_000n), ownLoans: [] },
    ...{ instalment: moneyOf(60_000n), amount: terms.amount, propertyValue: null },
  });
  const at = { ...terms, savedAt };
  return {
    application: {
      ...{ partyId: 'p', currency: 'USD', security: 'none', offer: null, secured: false },
      sections: { employment: { savedAt }, obligations: { savedAt }, terms: at },
    },
    product: { frequency: monthly, annualRate: '10.9' },
    terms: { amount: terms.amount, annualRate: '10.9', instalments: 36, instalment: moneyOf(60_000n) },
    people: [{ partyId: 'p', role: 'applicant', sections }],
    reports: new Map([['p', { report }]]),
    own: { loans: [{ outstanding: moneyOf(50_000n), worstDays: 0, daysPastDue: 0 }] },
    accounts: [
      { owned: true, kind: 'current', currency: 'USD', balance: moneyOf(12_345n) },
      { owned: true, kind: 'savings', currency: 'USD', balance: moneyOf(10_000n) },
      { owned: false, kind: 'savings', currency: 'USD', balance: moneyOf(99_999n) },
    ],
    figures: { affordability, byPerson: [] },
    ...{ today: dateOf('2026-03-17'), timeZone: 'UTC' },
    ...change,
  } as never as EvidenceFacts;
}

const { models } = loadShippedModels();
const values = (row: EvidenceRow) => Object.fromEntries(Object.entries(row).map(([name, one]) => [name, one.value]));

describe('The mapping', () => {
  it('gives every column its value, from where and of which day', () => {
    const row = evidenceOf(factsOf());
    const days = new Set(Object.values(row).map(({ asOf }) => asOf));
    expect(days).toEqual(new Set(['2026-03-01', '2026-03-05', '2026-03-17', null]));
    for (const { source } of Object.values(row)) expect(source).not.toBe('');
    expect(values(row)).toEqual({
      ...{ MonthlyIncome: 4000, AnnualIncome: 48_000, EmploymentStatus: 'Employed', EducationLevel: 'Bachelor' },
      ...{ Experience: 12, JobTenure: 4, HomeOwnershipStatus: 'Rent', LoanAmount: 18_000, LoanDuration: 36 },
      ...{ LoanPurpose: 'Home', MonthlyDebtPayments: 1000, DebtToIncomeRatio: 0.25, CreditScore: 700 },
      ...{ CreditCardUtilizationRate: 0.25, NumberOfOpenCreditLines: 1, NumberOfCreditInquiries: 1 },
      ...{ BankruptcyHistory: 1, PreviousLoanDefaults: 0, PaymentHistory: 30, LengthOfCreditHistory: 6 },
      ...{ UtilityBillsPaymentHistory: 0.75, CheckingAccountBalance: 123.45, SavingsAccountBalance: 3556.78 },
      ...{ TotalAssets: 16_025.9, TotalLiabilities: 1500, NetWorth: 14_525.9 },
      ...{ BaseInterestRate: null, InterestRate: null, MonthlyLoanPayment: null, TotalDebtToIncomeRatio: null },
    });
    expect(readValues(models.application.inputs, values(row)).ok).toBe(true);
  });

  it('has the rate once one is offered, and every column of both models', () => {
    const { application } = factsOf();
    const row = evidenceOf(factsOf({ application: { ...application, offer: { madeOn: '2026-03-16' } } }));
    expect(row.InterestRate).toEqual({ value: 0.109, source: 'terms offered', asOf: '2026-03-16' });
    expect(values(row)).toMatchObject({
      MonthlyLoanPayment: 600,
      TotalDebtToIncomeRatio: 0.4,
      BaseInterestRate: 0.109,
    });
    expect(readValues(models.quoted.inputs, values(row)).ok).toBe(true);
  });

  it('leaves what nobody knows unknown, and says which column is in the way', () => {
    const asked = (answers: object) => [
      { ...factsOf().people[0], sections: [{ section: 'employment', answers: { ...employment, ...answers } }] },
    ];
    const old = evidenceOf(factsOf({ people: asked({ education: null, workYears: null }) }));
    for (const name of ['EducationLevel', 'Experience', 'HomeOwnershipStatus', 'TotalAssets', 'NetWorth'])
      expect([name, old[name]?.value]).toEqual([name, null]);
    expect(readValues(models.application.inputs, values(old))).toMatchObject({ refusal: { field: 'EducationLevel' } });
    const { bills: _bills, paymentsOnRecord: _payments, ...former } = report;
    const before = evidenceOf(factsOf({ reports: new Map([['p', { report: former }]]) }));
    expect(before.UtilityBillsPaymentHistory?.value).toBeNull();
    expect(before.PaymentHistory?.value).toBeNull();
    const unasked = evidenceOf(factsOf({ reports: new Map() }));
    for (const name of ['CreditScore', 'CreditCardUtilizationRate', 'BankruptcyHistory', 'TotalLiabilities'])
      expect([name, unasked[name]?.value]).toEqual([name, null]);
    const idle = evidenceOf(factsOf({ people: asked({ status: 'retired', years: null }) }));
    expect(idle.JobTenure).toMatchObject({ value: 0, source: 'answer of the applicant: without work' });
  });

  it('does not call a pension unemployment, and says why there is no score', () => {
    const who = (answers: object) => [
      { ...factsOf().people[0], sections: [{ section: 'employment', answers: { ...employment, ...answers } }] },
    ];
    const retired = evidenceOf(factsOf({ people: who({ status: 'retired', years: null }) }));
    expect(retired.EmploymentStatus).toMatchObject({ value: null, source: 'answer of the applicant' });
    expect(retired.EmploymentStatus?.unscored).toContain('a person decides by the policy');
    expect(readValues(models.application.inputs, values(retired)).ok).toBe(false);
    const reasons = [{ code: 'job-tenure', text: 'Short', points: -1 }];
    expect(toldReasons({ reasons }, retired)).toEqual([]);
    expect(evidenceOf(factsOf()).EmploymentStatus).not.toHaveProperty('unscored');
  });

  it('marks what is counted of several, and nothing of the applicant alone', () => {
    const marked = (people: object[]) =>
      Object.entries(evidenceOf(factsOf({ people }))).flatMap(([name, { together }]) => (together ? [name] : []));
    const [first] = factsOf().people;
    if (!first) throw new Error('Nobody is on the file');
    const other = (role: string) => ({ ...first, partyId: 'q', role });
    expect(marked([first])).toEqual([]);
    expect(marked([first, other('guarantor')])).toEqual([]);
    expect(marked([first, other('co-applicant')]).toSorted()).toEqual([
      ...['AnnualIncome', 'DebtToIncomeRatio', 'MonthlyDebtPayments', 'MonthlyIncome', 'NetWorth'],
      ...['SavingsAccountBalance', 'TotalAssets', 'TotalDebtToIncomeRatio', 'TotalLiabilities'],
    ]);
  });

  it('clamps nothing: what the model has not learnt is a fault that names the column', () => {
    const absurd = evidenceOf(factsOf({ reports: new Map([['p', { report: { ...report, score: 900 } }]]) }));
    expect(absurd.CreditScore?.value).toBe(900);
    const read = readValues(models.application.inputs, values(absurd));
    expect(read).toMatchObject({ refusal: { field: 'CreditScore', message: 'is 900: must not be above 850' } });
  });

  it('knows the model’s words for every kind', () => {
    const wordOf = (status: EmploymentStatus, income: bigint) =>
      modelEmployment({ status, monthlyIncome: zero, otherIncome: moneyOf(income) });
    expect(wordOf('not-employed', 500n)).toBe('Unemployed');
    expect([wordOf('student', 0n), wordOf('student', 1n)]).toEqual(['Unemployed', null]);
    expect(modelEmployment({ status: 'student', monthlyIncome: moneyOf(1n), otherIncome: zero })).toBeNull();
    expect(modelPurpose('Debts in one place', 'none')).toBe('Debt Consolidation');
    expect(modelPurpose('Education', 'none')).toBe('Education');
    expect(modelPurpose('Working capital', 'none')).toBe('Other');
    expect(modelPurpose('Refinance a home loan', 'property')).toBe('Home');
    expect(modelPurpose('Motorcycle', 'vehicle')).toBe('Auto');
    expect(monthsOf(3, { every: 1, unit: 'week' })).toBe(1);
    expect(monthsOf(26, { every: 2, unit: 'week' })).toBe(12);
  });
});
