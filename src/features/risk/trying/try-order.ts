import { Decimal } from 'decimal.js';
import { RateDecimal } from '#core/rate.ts';
import type { JudgingOrder } from '../judging/judgement.ts';
import type { DerivedColumn } from '../models/model-file.ts';
import type { Stage } from '../models/shipped.ts';
import type { Fact, PolicyFacts, PolicySubject } from '../policy/policy.ts';
import type { EvidenceRow } from '../records/record.ts';
import { withDerived } from '../scoring/derived.ts';
import type { Value } from '../scoring/values.ts';
import type { PolicyQuestion } from './try.forms.ts';

/** What was typed, read: values of the model's columns, and the policy's further questions as decimal text. */
export interface TypedApplicant {
  stage: Stage;
  row: Readonly<Record<string, Value>>;
  answers: Readonly<Record<PolicyQuestion, string | null>>;
}

/** Somebody who did not apply, as an application would be judged. Facts that stand in the model's own row are not asked twice. */
export function orderOf(
  applicant: TypedApplicant,
  { subject, derived }: { subject: PolicySubject; derived: readonly DerivedColumn[] },
): JudgingOrder {
  const { stage, row } = applicant;
  return { stage, evidence: evidenceOf(row), facts: factsOf({ ...applicant, subject, derived }), subject };
}

function evidenceOf(row: Readonly<Record<string, Value>>): EvidenceRow {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, { value, source: 'typed by staff', asOf: null }]),
  );
}

function factsOf(typed: TypedApplicant & { subject: PolicySubject; derived: readonly DerivedColumn[] }): PolicyFacts {
  const { row, answers, subject } = typed;
  const column = (name: string, factor = 1) => numberFact(row[name], factor);
  return {
    age: textFact(answers.age),
    monthlyIncome: column('MonthlyIncome'),
    debtToIncome: debtToIncome(typed),
    fixedToIncome: textFact(answers.fixedToIncome),
    loanToValue: subject.security === 'none' ? 'none' : textFact(answers.loanToValue),
    creditScore: column('CreditScore'),
    creditHistoryMonths: column('LengthOfCreditHistory', 12),
    unpaidDefaults: textFact(answers.unpaidDefaults),
    bankruptcies: column('BankruptcyHistory'),
    ownDaysPastDue: textFact(answers.ownDaysPastDue),
    exposure: textFact(answers.exposure),
    amount: column('LoanAmount'),
    months: column('LoanDuration'),
    // The model's own word, which the judgement fills in.
    approvalProbability: 'unknown',
    riskScore: 'unknown',
  };
}

/**
 * With this loan, as a file has it: as typed once a rate is offered; before, with the instalment that the model works
 * with. Up to the next tenth of a per cent, as a file's is.
 */
function debtToIncome({
  stage,
  row,
  derived,
}: Pick<TypedApplicant, 'stage' | 'row'> & { derived: readonly DerivedColumn[] }): Fact {
  const worked = withDerived(new Map(Object.entries(row)), derived);
  const ratio = worked.get(stage === 'quoted' ? 'TotalDebtToIncomeRatio' : 'DebtWithInstalmentToIncome');
  if (typeof ratio !== 'number') return 'unknown';
  // Without what binary fractions go astray by, far under a tenth.
  const percent = new RateDecimal(ratio).times(100).toDecimalPlaces(9);
  return { known: percent.toDecimalPlaces(1, Decimal.ROUND_CEIL).toFixed() };
}

const textFact = (text: string | null): Fact => (text === null ? 'unknown' : { known: text });

function numberFact(value: Value | undefined, factor: number): Fact {
  if (typeof value !== 'number') return 'unknown';
  return { known: new RateDecimal(value).times(factor).toFixed() };
}
