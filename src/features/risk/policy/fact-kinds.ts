import type { FactName, PolicyRule } from './policy.ts';

export type FactUnit = 'money' | 'percent' | 'years' | 'months' | 'days' | 'count' | 'points';

/** What a fact is measured in, which way of it is better for the bank, and between what its limits may lie. */
export interface FactKind {
  /** As staff read it, in the middle of a list. */
  label: string;
  unit: FactUnit;
  /** `either` where a rule may ask for as much or for no more: neither is better by itself. */
  better: 'more' | 'less' | 'either';
  least: number;
  most: number;
}

const percent = (label: string, better: 'more' | 'less', most: number): FactKind => ({
  ...{ label, better, most },
  unit: 'percent',
  least: 0,
});
const largestAmount = 1_000_000_000_000;

export const factKinds: Readonly<Record<FactName, FactKind>> = {
  // A limit above this would not ask whether somebody may sign, but how old they are.
  age: { label: 'Age of the youngest', unit: 'years', better: 'more', least: 16, most: 21 },
  monthlyIncome: { label: 'Income a month', unit: 'money', better: 'more', least: 0, most: largestAmount },
  debtToIncome: percent('Debts to income', 'less', 200),
  fixedToIncome: percent('Fixed payments to income', 'less', 200),
  loanToValue: percent('Loan to value', 'less', 200),
  creditScore: { label: 'Bureau score', unit: 'points', better: 'more', least: 0, most: 1000 },
  creditHistoryMonths: { label: 'Credit history', unit: 'months', better: 'more', least: 0, most: 600 },
  unpaidDefaults: { label: 'Unpaid defaults', unit: 'count', better: 'less', least: 0, most: 100 },
  bankruptcies: { label: 'Bankruptcies', unit: 'count', better: 'less', least: 0, most: 100 },
  ownDaysPastDue: { label: 'Days past due with us', unit: 'days', better: 'less', least: 0, most: 10_000 },
  exposure: { label: 'Owed to us, this loan included', unit: 'money', better: 'less', least: 0, most: largestAmount },
  amount: { label: 'Amount of the loan', unit: 'money', better: 'either', least: 0, most: largestAmount },
  months: { label: 'Term', unit: 'months', better: 'either', least: 0, most: 600 },
  approvalProbability: percent('Probability of approval', 'more', 100),
  riskScore: { label: 'Risk score', unit: 'points', better: 'less', least: 0, most: 1000 },
};

/** What a rule about this fact may ask. */
export function comparisonsOf(fact: FactName): readonly PolicyRule['comparison'][] {
  const { better } = factKinds[fact];
  if (better === 'either') return ['at-least', 'at-most'];
  return better === 'more' ? ['at-least'] : ['at-most'];
}

/** Money and shares may have decimals; counts of something are whole. */
export const isWhole = ({ unit }: FactKind): boolean => unit !== 'money' && unit !== 'percent';
