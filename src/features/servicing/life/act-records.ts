import { dateText } from '#core/calendar.ts';
import { plus, toDecimalString, zero } from '#core/money.ts';
import type { Loan, LoanTransaction } from '#features/loans/index.ts';
import { noticeRow } from '#features/notices/index.ts';
import type { Companion } from '#platform/companion.ts';
import type { Platform } from '#platform/platform.ts';
import type { ActFacts, ActOrder } from './act.ts';
import { noticeOf } from './act-notices.ts';
import type { Projection } from './projection.ts';
import { termsAfter } from './transactions.ts';

/** What must be true together with the posting: the transactions, the loan's projection, the audit entry, the notice. */
export function actCompanions(
  { platform }: { platform: Platform },
  by: { order: ActOrder; facts: ActFacts; recorded: readonly LoanTransaction[]; after: Projection },
): Companion[] {
  const { order, facts, recorded, after } = by;
  const { loan } = facts;
  const terms = termsAfter(facts, by);
  const notice = noticeOf(platform.formats, { loan, recorded, after });
  return [
    ...recorded.map((document): Companion => ({
      collection: 'loanTransactions',
      kind: 'insert',
      document: { ...document },
    })),
    projectionUpdate(loan, { ...after, ...(terms ? { terms } : {}), ...lentAfter(order, loan) }),
    platform.audit.entry({
      actor: order.actor,
      action: `loan-${order.act.kind}`,
      subject: { type: 'loan', id: loan._id },
      details: detailsOf({ order, loan, recorded, today: dateText(facts.today) }),
    }),
    ...(notice ? [noticeRow(platform.outbox, { partyId: loan.partyId, ...notice })] : []),
  ];
}

/** All that was paid out, where more was. */
function lentAfter({ act }: ActOrder, { principal }: Loan): Partial<Pick<Loan, 'principal'>> {
  return act.kind === 'advance' ? { principal: plus(principal, act.amount) } : {};
}

/** Sets what changed, only where the loan is as it was read: the second guard beside the key. */
export function projectionUpdate(
  loan: Pick<Loan, '_id' | 'version' | 'digest'>,
  after: Projection & Partial<Pick<Loan, 'terms' | 'principal'>>,
): Companion {
  const { instalments, ...facts } = after;
  const rows = after.digest === loan.digest ? {} : { instalments };
  return {
    collection: 'loans',
    kind: 'update',
    filter: { _id: loan._id, version: loan.version },
    change: { $set: { ...facts, ...rows }, $inc: { version: 1 } },
  };
}

function detailsOf(facts: {
  order: ActOrder;
  loan: Loan;
  recorded: readonly LoanTransaction[];
  today: string;
}): Record<string, string> {
  const { order, loan, recorded, today } = facts;
  const [first] = recorded;
  const amount = first && first.amount !== zero ? { amount: toDecimalString(first.amount, loan.currency) } : {};
  const late = first && first.on !== today ? { countsFrom: first.on } : {};
  const undone = first?.reverses === undefined ? {} : { reverses: first.reverses };
  return { loan: loan.number, key: order.key, channel: order.channel, ...amount, ...late, ...undone };
}
