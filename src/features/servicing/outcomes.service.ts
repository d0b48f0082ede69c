import type { Model } from 'mongoose';
import { assert } from '#core/assert.ts';
import type { Loan } from '#features/loans/index.ts';
import type { LoanOutcome } from '#features/risk/index.ts';
import { operators } from '#platform/mongo.ts';
import type { Platform } from '#platform/platform.ts';
import { courseOf, type LoanFacts } from './outcome.rules.ts';

const mostIds = 500;
/** Documents hold hundreds of rows, of which two dates are read. */
const read = {
  state: 1,
  'instalments.dueOn': 1,
  'instalments.paidOn': 1,
  'arrears.daysPastDue': 1,
  'arrears.nonPerformingSince': 1,
} as const;

const states = { active: 'running', closed: 'closed', 'written-off': 'written-off' } as const;

/** How loans went, by their ids, of which there are at most five hundred. What is no loan is left out. */
export async function outcomesOf(
  { loans, platform }: { loans: Model<Loan>; platform: Pick<Platform, 'bankDay'> },
  loanIds: readonly string[],
): Promise<Map<string, LoanOutcome>> {
  assert(loanIds.length <= mostIds, `At most ${mostIds} loans are asked about at once`);
  if (loanIds.length === 0) return new Map();
  const [today, found] = await Promise.all([
    platform.bankDay.today(),
    loans.find({ _id: operators({ $in: [...loanIds] }) }, read).lean<(LoanFacts & { _id: string })[]>(),
  ]);
  return new Map(
    found.map((loan) => [loan._id, { loanId: loan._id, ...courseOf(loan, today), state: states[loan.state] }]),
  );
}
