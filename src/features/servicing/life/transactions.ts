import { dateText } from '#core/calendar.ts';
import { plus, zero } from '#core/money.ts';
import type { LoanTerms, LoanTransaction } from '#features/loans/index.ts';
import { bsonDate } from '#platform/clock.ts';
import type { Platform } from '#platform/platform.ts';
import type { ActFacts, ActOrder, Draft, Plan } from './act.ts';
import type { Projection } from './projection.ts';
import { effective } from './story.ts';

const collection = 'loanTransactions';

/** The drafts as they are recorded, numbered after the last one; what they are used for is filled in when the loan is told with them. */
export async function completed(
  platform: Platform,
  { order, facts, plan }: { order: ActOrder; facts: ActFacts; plan: Plan },
): Promise<LoanTransaction[]> {
  const { loan, transactions, today, on } = facts;
  const last = transactions.at(-1)?.number ?? 0;
  const at = bsonDate(platform.clock.now());
  const reason = await sealedReason(platform, { order, partyId: loan.partyId });
  return plan.drafts.map((draft, index) => ({
    ...draft,
    _id: idOf(order.key, draft, index),
    loanId: loan._id,
    partyId: loan.partyId,
    number: last + index + 1,
    on: dateText(index === 0 ? on : today),
    recordedOn: dateText(today),
    at,
    principal: draft.principal ?? zero,
    interest: zero,
    fee: draft.kind === 'charge' ? draft.amount : zero,
    penalty: zero,
    ahead: zero,
    instalment: null,
    actor: order.actor,
    channel: order.channel,
    ...(index === 0 && reason ? { reason } : {}),
  }));
}

/** The first has the order's key; what comes with it is named after it. */
function idOf(key: string, draft: Draft, index: number): string {
  if (index === 0) return key;
  // Several late fees may be undone with one payment.
  return draft.kind === 'reversal' ? `${key}:reversal:${index}` : `${key}:${draft.kind}`;
}

async function sealedReason(platform: Platform, { order, partyId }: { order: ActOrder; partyId: string }) {
  if (order.reason === undefined || order.reason === '') return null;
  return platform.vault.seal(partyId, reasonPlace(order.key), order.reason);
}

export function reasonPlace(key: string) {
  return { collection, document: key, field: 'reason' };
}

const termReasons: Partial<Record<LoanTransaction['kind'], LoanTerms['reason']>> = {
  disbursal: 'advance',
  'rate-change': 'rate-change',
  moratorium: 'moratorium',
  reschedule: 'reschedule',
  restructure: 'restructure',
};

/**
 * The loan's terms with the version that a change of them makes, or without the one that was undone, in the order of their
 * days; undefined where nothing was changed.
 */
export function termsAfter(
  facts: ActFacts,
  by: { recorded: readonly LoanTransaction[]; after: Projection },
): LoanTerms[] | undefined {
  const { loan, transactions } = facts;
  const [agreed, ...versions] = loan.terms;
  const before = termChanges(transactions);
  const changes = termChanges([...transactions, ...by.recorded]);
  if (!agreed || changes.map(({ _id }) => _id).join() === before.map(({ _id }) => _id).join()) return undefined;
  const known = new Map(before.map(({ _id }, index) => [_id, versions[index]]));
  const terms = [agreed];
  for (const change of changes) {
    const last = terms.at(-1) ?? agreed;
    const annualRate = change.change?.annualRate ?? last.annualRate;
    const { instalments, instalment } = known.get(change._id) ?? rowsFrom(change.on, { last, after: by.after });
    const reason = termReasons[change.kind] ?? 'restructure';
    const principal = change.kind === 'disbursal' ? plus(last.principal, change.principal) : last.principal;
    const from = change.on;
    terms.push({ ...last, version: terms.length + 1, principal, from, reason, annualRate, instalments, instalment });
  }
  return terms;
}

function termChanges(transactions: readonly LoanTransaction[]): LoanTransaction[] {
  // The first advance is the agreement.
  const changes = effective(transactions).filter(({ kind, number }) => number !== 1 && kind in termReasons);
  return changes.toSorted((a, b) => (a.on === b.on ? a.number - b.number : a.on < b.on ? -1 : 1));
}

/** How many rows there are, and what the first one that the change is about asks for, without what is charged on top. */
function rowsFrom(on: string, { last, after }: { last: LoanTerms; after: Projection }) {
  const next = after.instalments.find((row) => row.dueOn > on && plus(row.principal, row.interest) > zero);
  return {
    instalments: after.instalments.length,
    instalment: next ? plus(next.principal, next.interest) : last.instalment,
  };
}
