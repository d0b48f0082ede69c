import { RateDecimal } from '#core/rate.ts';
import type { JudgingOrder } from '../judging/judgement.ts';
import type { Stage } from '../models/shipped.ts';
import type { Fact, PolicyFacts, PolicySubject } from '../policy/policy.ts';
import type { EvidenceRow } from '../records/record.ts';
import type { Value } from '../scoring/values.ts';
import type { PolicyQuestion } from './try.forms.ts';

/** What was typed, read: values of the model's columns, and the policy's further questions as decimal text. */
export interface TypedApplicant {
  stage: Stage;
  row: Readonly<Record<string, Value>>;
  answers: Readonly<Record<PolicyQuestion, string | null>>;
}

/** Somebody who did not apply, as an application would be judged. Facts that stand in the model's own row are not asked twice. */
export function orderOf({ stage, row, answers }: TypedApplicant, subject: PolicySubject): JudgingOrder {
  return { stage, evidence: evidenceOf(row), facts: factsOf({ row, answers, subject }), subject };
}

function evidenceOf(row: Readonly<Record<string, Value>>): EvidenceRow {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, { value, source: 'typed by staff', asOf: null }]),
  );
}

function factsOf({ row, answers, subject }: Omit<TypedApplicant, 'stage'> & { subject: PolicySubject }): PolicyFacts {
  const column = (name: string, factor = 1) => numberFact(row[name], factor);
  return {
    age: textFact(answers.age),
    monthlyIncome: column('MonthlyIncome'),
    debtToIncome: column('DebtToIncomeRatio', 100),
    fixedToIncome: textFact(answers.fixedToIncome),
    loanToValue: subject.security === 'none' ? 'none' : textFact(answers.loanToValue),
    creditScore: column('CreditScore'),
    creditHistoryMonths: column('LengthOfCreditHistory', 12),
    unpaidDefaults: column('PreviousLoanDefaults'),
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

const textFact = (text: string | null): Fact => (text === null ? 'unknown' : { known: text });

function numberFact(value: Value | undefined, factor: number): Fact {
  if (typeof value !== 'number') return 'unknown';
  return { known: new RateDecimal(value).times(factor).toFixed() };
}
