// Loan maths: day counts, instalments, interest, whole repayment schedules and the annual percentage rate.
// Pure and exact: it reads no clock, stores nothing, and never decides who may borrow or what was really paid.
export { buildSchedule, type Schedule, type ScheduleRow } from './schedule.ts';
export {
  dayCounts,
  parts,
  prepaymentEffects,
  repaymentMethods,
  type AllocationOrder,
  type Fee,
  type Part,
  type PenaltyRule,
  type PrepaymentEffect,
  type ScheduleRefusal,
  type ScheduleTerms,
} from './terms.ts';
export { runLoan, type LoanRun, type PartAmounts, type RunRow } from './run-loan.ts';
export type { LoanEvent } from './run/story.ts';
export { millionths } from './agreement.ts';
export { solveApr } from './apr.ts';
export { measureOf } from './unit-periods.ts';
