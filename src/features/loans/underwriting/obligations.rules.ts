import { larger, minus, plus, sum, zero, type Money } from '#core/money.ts';

/** What somebody pays every month. `any` is a sum of everything, as older applications have it; the last three are no debts. */
export const obligationKinds = ['loan', 'card', 'any', 'rent', 'maintenance', 'other'] as const;
export type ObligationKind = (typeof obligationKinds)[number];

const credit = ['loan', 'card'] as const satisfies readonly ObligationKind[];
const noDebts = ['rent', 'maintenance', 'other'] as const satisfies readonly ObligationKind[];

export interface MonthlyPayment {
  kind: ObligationKind;
  monthly: Money;
}

/** One kind of obligation: what was declared, what the bureau reports, and what counts. */
export interface CountedRow {
  kind: ObligationKind;
  declared: Money;
  reported: Money;
  counted: Money;
}

export interface CountedObligations {
  rows: CountedRow[];
  /** What counts of loans and cards, and of everything else that is paid every month. */
  debts: Money;
  otherFixed: Money;
}

/**
 * The same loan stands in what was declared and in the report, so that of each kind the higher sum counts and never
 * both. What the report has beyond the declared kinds may be what a sum of everything meant: there too the higher counts.
 */
export function countObligations(facts: {
  declared: readonly MonthlyPayment[];
  reported: readonly MonthlyPayment[];
}): CountedObligations {
  const of = (payments: readonly MonthlyPayment[], kind: ObligationKind) =>
    sum(payments.filter((one) => one.kind === kind).map((one) => one.monthly));
  const hasSum = facts.declared.some((one) => one.kind === 'any');
  const byKind = credit.map((kind) => {
    const declared = of(facts.declared, kind);
    const reported = of(facts.reported, kind);
    return { kind, declared, reported, counted: hasSum ? declared : larger(declared, reported) };
  });
  const beyond = sum(byKind.map(({ declared, reported }) => larger(minus(reported, declared), zero)));
  const declaredSum = of(facts.declared, 'any');
  const lump: CountedRow[] = hasSum
    ? [{ kind: 'any', declared: declaredSum, reported: beyond, counted: larger(declaredSum, beyond) }]
    : [];
  const fixed = noDebts.map((kind) => {
    const declared = of(facts.declared, kind);
    return { kind, declared, reported: zero, counted: declared };
  });
  const debts = [...byKind, ...lump];
  return {
    rows: [...debts, ...fixed].filter(({ declared, reported }) => declared > zero || reported > zero),
    debts: sum(debts.map((row) => row.counted)),
    otherFixed: sum(fixed.map((row) => row.counted)),
  };
}

export function totalOf({ debts, otherFixed }: Pick<CountedObligations, 'debts' | 'otherFixed'>): Money {
  return plus(debts, otherFixed);
}
