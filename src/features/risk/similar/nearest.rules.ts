/** What two loans are compared by. */
export interface LoanShape {
  amount: bigint;
  months: number;
  /** 0 for the best grade; null where the model could not score it. */
  grade: number | null;
}

/** A grade weighs as much as an amount (or a term squared) that is a third larger. */
const gradeWeight = 0.3;

/**
 * How far apart two loans are: by how many times the one is as large and as long as the other, and by grades. Where a
 * grade is not known, a loan is as far as the average one.
 */
export function distance(one: LoanShape, other: LoanShape): number {
  const amounts = Math.abs(Math.log(Number(one.amount) / Number(other.amount)));
  const terms = Math.abs(Math.log(one.months / other.months));
  const grades = one.grade === null || other.grade === null ? 2 : Math.abs(one.grade - other.grade);
  return amounts + terms / 2 + grades * gradeWeight;
}

/** The nearest ones, nearest first; of two that are as near the one that came first stays first. */
export function nearest<T extends LoanShape>(to: LoanShape, among: readonly T[], most: number): T[] {
  return among
    .map((one) => ({ one, far: distance(to, one) }))
    .sort((a, b) => a.far - b.far)
    .slice(0, most)
    .map(({ one }) => one);
}
