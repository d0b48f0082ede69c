import { dateText } from '#core/calendar.ts';
import { moneyOf } from '#core/money.ts';
import { RateDecimal } from '#core/rate.ts';
import { productChoices } from '#features/products/index.ts';
import type { Evidence, EvidenceRow } from '#features/risk/index.ts';
import { works } from '../applying/application-sections.ts';
import type { EmploymentAnswers } from '../applying/application-sections.ts';
import { creditFigures } from '../bureau/credit.rules.ts';
import { answersOf } from '../underwriting/file/people-on-file.ts';
import { modelEducation, modelEmployment, modelHome, modelPurpose } from './categories.ts';
import {
  answerOf,
  fractionOf,
  known,
  monthsOf,
  oldest,
  together,
  units,
  type EvidenceFacts,
} from './evidence-parts.ts';
import { worthOf } from './worth.ts';

/** Ever so late on a loan of ours counts as a default. */
const defaultDays = 90;

/**
 * From a file to the model's columns, the one place that says so: each with where its value is from and of which day it
 * is. What nobody knows is null, and then the file cannot be scored. Age, marital status and dependants are not here,
 * and nothing that only stands for them. Amounts in units of the currency, shares as fractions of one.
 */
export function evidenceOf(facts: EvidenceFacts): EvidenceRow {
  return {
    ...workColumns(facts),
    ...loanColumns(facts),
    ...debtColumns(facts),
    ...bureauColumns(facts),
    ...worthOf(facts),
  };
}

function workColumns(facts: EvidenceFacts) {
  const employment = answersOf(facts.people[0]?.sections ?? [], 'employment');
  const home = answersOf(facts.people[0]?.sections ?? [], 'obligations')?.home;
  const answer = answerOf(facts, 'employment');
  const income = { ...answer, ...together(facts), source: 'incomes of who owes the loan' };
  const monthly = facts.figures?.affordability.income;
  const idle = employment && !works(employment.status);
  return {
    MonthlyIncome: known(units(facts, monthly), income),
    AnnualIncome: known(units(facts, monthly && moneyOf(monthly * 12n)), income),
    EmploymentStatus: employmentOf(employment, answer),
    EducationLevel: known(employment?.education && modelEducation[employment.education], answer),
    Experience: known(employment?.workYears, answer),
    JobTenure: idle
      ? known(0, { ...answer, source: 'answer of the applicant: without work' })
      : known(employment?.years, answer),
    HomeOwnershipStatus: known(home && modelHome[home], answerOf(facts, 'obligations')),
  };
}

const unlearnt =
  'Employment: the model has not learnt what it means to be retired, or a student with an income. So it does not score the file, and a person decides by the policy.';

function employmentOf(employment: EmploymentAnswers | undefined, answer: Omit<Evidence, 'value'>): Evidence {
  const value = employment && modelEmployment(employment);
  return value === null ? { ...answer, value, unscored: unlearnt } : known(value, answer);
}

function loanColumns(facts: EvidenceFacts) {
  const { terms, application, product, figures } = facts;
  const asked = answerOf(facts, 'terms');
  const { offer, sections } = application;
  const inHand = offer ? { source: 'terms offered', asOf: offer.madeOn } : asked;
  const quoted = (value: Evidence['value'] | undefined): Evidence =>
    offer ? known(value, inHand) : { value: null, source: 'no rate is offered yet', asOf: null };
  const rate = (percent: string) => new RateDecimal(percent).div(100).toNumber();
  const purpose = sections.terms?.purpose;
  return {
    LoanAmount: known(units(facts, terms?.amount), inHand),
    LoanDuration: known(terms && monthsOf(terms.instalments, product.frequency), inHand),
    LoanPurpose: known(purpose === undefined ? null : modelPurpose(purpose, application.security), asked),
    BaseInterestRate: quoted(rate(product.annualRate)),
    InterestRate: quoted(terms && rate(terms.annualRate)),
    MonthlyLoanPayment: quoted(terms && units(facts, productChoices.aMonth(terms.instalment, product.frequency))),
    TotalDebtToIncomeRatio: { ...quoted(fractionOf(figures?.affordability.debtWithLoan)), ...together(facts) },
  };
}

function debtColumns(facts: EvidenceFacts) {
  const affordability = facts.figures?.affordability;
  const asOf = oldest(answerOf(facts, 'obligations').asOf, reportOf(facts)?.on);
  const from = { ...together(facts), source: 'declared, reported and own loans of who owes the loan', asOf };
  return {
    MonthlyDebtPayments: known(units(facts, affordability?.debts), from),
    DebtToIncomeRatio: known(fractionOf(affordability?.debtNow), { ...from, source: `${from.source}, against income` }),
  };
}

const reportOf = ({ application, reports }: EvidenceFacts) => reports.get(application.partyId)?.report;

/** Of the applicant's report. */
function bureauColumns(facts: EvidenceFacts) {
  const report = reportOf(facts);
  const figures = report && creditFigures(report);
  const from = { source: 'credit report of the applicant', asOf: report?.on ?? null };
  const drawn = figures?.utilisationTenths;
  return {
    CreditScore: known(report?.score, from),
    CreditCardUtilizationRate:
      drawn === null
        ? known(0, { ...from, source: `${from.source}: no card` })
        : known(drawn === undefined ? null : Number(drawn) / 1000, from),
    NumberOfOpenCreditLines: known(figures?.openAccounts, from),
    NumberOfCreditInquiries: known(figures?.recentEnquiries, from),
    BankruptcyHistory: known(figures && Number(figures.bankruptcies > 0), from),
    PreviousLoanDefaults: defaults(facts, figures?.defaults),
    PaymentHistory: known(figures?.paymentsOnRecord, from),
    LengthOfCreditHistory: known(figures && Math.trunc((figures.oldestMonths ?? 0) / 12), from),
    UtilityBillsPaymentHistory: known(figures?.billsOnTime, from),
  };
}

/** Whether somebody ever failed to repay, as the bureau or our own books have it. */
function defaults(facts: EvidenceFacts, reported: number | undefined): Evidence {
  if (facts.own.loans.some(({ worstDays }) => worstDays >= defaultDays))
    return { value: 1, source: 'own loans', asOf: dateText(facts.today) };
  const from = { source: 'credit report of the applicant and own loans', asOf: reportOf(facts)?.on ?? null };
  return known(reported === undefined ? null : Number(reported > 0), from);
}
