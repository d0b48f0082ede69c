import { dateOf, dateText, daysBetween, type PlainDate } from '#core/calendar.ts';
import { moneyOf, sum, zero } from '#core/money.ts';
import {
  loanDocuments,
  type Instalment,
  type Loan,
  type LoanArrears,
  type LoanTransaction,
} from '#features/loans/index.ts';
import type { NpaBucket } from '#features/products/index.ts';
import { parts, type LoanRun, type RunRow } from '#features/schedules/index.ts';
import { booksOf } from './books.ts';
import { effective } from './story.ts';

/** What a loan's document holds beside its agreement: all of it follows from the agreement and the transactions. */
export type Projection = Pick<
  Loan,
  | 'instalments'
  | 'digest'
  | 'outstandingPrincipal'
  | 'paidInstalments'
  | 'nextDueOn'
  | 'arrears'
  | 'state'
  | 'closedOn'
  | 'booked'
  | 'bookedOn'
  | 'workOn'
>;

/** The projection at the end of a business date. `before` is what the document says: it knows since when the loan is bad. */
export function project(facts: {
  run: LoanRun;
  transactions: readonly LoanTransaction[];
  asOf: PlainDate;
  buckets: readonly NpaBucket[];
  before: Pick<Loan, 'closedOn' | 'terms'> & { arrears: Pick<LoanArrears, 'nonPerformingSince'> };
}): Projection {
  const { run, transactions, asOf, buckets, before } = facts;
  const instalments = run.rows.map(instalmentOf);
  const bad = before.arrears.nonPerformingSince;
  const onProbation = bad !== null && isOnProbation(run, { transactions, bad });
  const arrears = arrearsOf(run, { asOf, buckets, before: bad, onProbation });
  const next = instalments.find((row) => row.paidOn === null);
  const isWrittenOff = effective(transactions).some(({ kind }) => kind === 'write-off');
  const isDone = run.outstandingPrincipal === zero && run.payoff.total === zero;
  const state = isWrittenOff ? 'written-off' : isDone ? 'closed' : 'active';
  const provisionPercent = bucketOf(buckets, arrears.bucket)?.provisionPercent ?? '0';
  return {
    instalments,
    digest: loanDocuments.digestOf(instalments),
    outstandingPrincipal: run.outstandingPrincipal,
    paidInstalments: instalments.filter((row) => row.paidOn !== null).length,
    nextDueOn: next?.dueOn ?? null,
    arrears,
    state,
    closedOn: state === 'closed' ? (before.closedOn ?? dateText(asOf)) : null,
    booked: booksOf({
      ...{ run, transactions, nonPerforming: arrears.nonPerformingSince !== null, provisionPercent },
      feeTax: before.terms[0]?.feeTax,
    }),
    bookedOn: dateText(asOf),
    workOn: state === 'active' ? loanDocuments.workAfter(asOf, run.rows) : null,
  };
}

function instalmentOf(row: RunRow): Instalment {
  const { n, dueOn, principal, interest, fee, penalty, total, balance, settledOn, settledBy } = row;
  const used = (part: (typeof parts)[number]) => sum([row.paid[part], row.waived[part], row.moved[part]]);
  const paid = { penalty: used('penalty'), fee: used('fee'), interest: used('interest'), principal: used('principal') };
  const left = moneyOf(total - sum(Object.values(paid)));
  return {
    n,
    dueOn,
    principal,
    interest,
    fee,
    penalty,
    total,
    balance,
    paid,
    left,
    paidOn: settledOn,
    paidBy: settledBy,
  };
}

function arrearsOf(
  run: LoanRun,
  at: { asOf: PlainDate; buckets: readonly NpaBucket[]; before: string | null; onProbation: boolean },
): LoanArrears {
  const since = run.oldestUnpaidDueOn;
  const daysPastDue = since === null ? 0 : Math.max(0, daysBetween(dateOf(since), at.asOf));
  const bucket = at.buckets.findLast(({ fromDaysPastDue }) => fromDaysPastDue <= daysPastDue);
  const isBad = bucket?.npa === true;
  // Once non-performing, a loan stays so until nothing is in arrears (Reserve Bank of India, income recognition norms).
  const isCured = daysPastDue === 0 && !at.onProbation;
  const nonPerformingSince = isCured ? null : (at.before ?? (isBad ? dateText(at.asOf) : null));
  const code = nonPerformingSince !== null && !isBad ? firstBad(at.buckets) : bucket?.code;
  return { ...run.arrears, since, daysPastDue, bucket: code ?? '', nonPerformingSince };
}

const rowsToProve = 3;

/**
 * Arrears that became principal of rows to come were not paid: a loan that was bad when its terms were changed is so
 * until it has paid that many rows under the new ones (after the Reserve Bank of India's rule for restructured accounts).
 */
function isOnProbation(run: LoanRun, facts: { transactions: readonly LoanTransaction[]; bad: string }): boolean {
  const change = effective(facts.transactions).findLast(
    ({ change: terms, recordedOn }) => terms?.capitalise !== undefined && recordedOn >= facts.bad,
  );
  if (!change) return false;
  return run.rows.filter((row) => row.dueOn > change.on && row.settledOn !== null).length < rowsToProve;
}

function firstBad(buckets: readonly NpaBucket[]): string | undefined {
  return buckets.find(({ npa }) => npa)?.code;
}

export function bucketOf(buckets: readonly NpaBucket[], code: string): NpaBucket | undefined {
  return buckets.find((bucket) => bucket.code === code);
}
