import type { Model } from 'mongoose';
import { assert, present } from '#core/assert.ts';
import { dateText, type PlainDate } from '#core/calendar.ts';
import { Fault, notFound } from '#core/errors.ts';
import { minus, moneyOf, negate, sum, toDecimalString, zero } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { hashRequest, type Ledger } from '#features/ledger/index.ts';
import { loanAccounts, type Loan, type LoanTransaction } from '#features/loans/index.ts';
import type { Products, ProductVersion } from '#features/products/index.ts';
import type { LoanRun } from '#features/schedules/index.ts';
import { commitTogether, type Companion } from '#platform/companion.ts';
import type { Platform } from '#platform/platform.ts';
import type { ActFacts, ActOrder, ActRefusal, Plan } from './act.ts';
import { planAct, sideAccount } from './planning.ts';
import { actCompanions } from './act-records.ts';
import { joined, postingsBetween } from './books.ts';
import { project, type Projection } from './projection.ts';
import { actRefusal, keptRefusal } from './refusals.ts';
import { tell } from './story.ts';
import { completed } from './transactions.ts';

/** `replayed` where the key had done this before: what came of it then. */
export type ActOutcome = Result<{ key: string; replayed: boolean }, ActRefusal>;

export interface LifeParts {
  platform: Platform;
  ledger: Ledger;
  products: Pick<Products, 'version'>;
  loans: Model<Loan>;
  transactions: Model<LoanTransaction>;
  /** Whether the deposit account is one that the party may pay from. */
  mayPayFrom(partyId: string, accountId: string): Promise<boolean>;
}

/** More transactions than a loan of forty years with weekly payments and every fee has. */
const mostTransactions = 5_000;

/** The loan with all that was recorded, as it stands on a business date. */
export interface Told {
  loan: Loan;
  product: ProductVersion;
  transactions: LoanTransaction[];
  run: LoanRun;
  today: PlainDate;
}

export async function readLoan(
  parts: LifeParts,
  query: { loanId: string; partyId?: string },
): Promise<Loan | undefined> {
  const { loanId, partyId } = query;
  const filter = { _id: loanId, ...(partyId === undefined ? {} : { partyId }) };
  return (await parts.loans.findOne(filter).lean<Loan>()) ?? undefined;
}

export async function tellLoan(parts: LifeParts, loan: Loan, asOf: PlainDate): Promise<Told> {
  const [transactions, version] = await Promise.all([
    parts.transactions.find({ loanId: loan._id }).sort({ number: 1 }).limit(mostTransactions).lean<LoanTransaction[]>(),
    parts.products.version(loan.productVersionId),
  ]);
  const product = present(version, 'The product version of a loan');
  const told = tell(loan, transactions, { asOf, payoffInterest: product.prepayment.payoffInterest });
  assert(told.ok, 'What was recorded of a loan can be told');
  return { loan, product, transactions, run: told.value, today: asOf };
}

/** Does one thing to a loan: decided on its state, recorded, posted as the difference it makes, or refused by name. */
export async function act(parts: LifeParts, order: ActOrder): Promise<ActOutcome> {
  const { platform, ledger } = parts;
  const loan = await readLoan(parts, order);
  if (!loan) throw notFound('Loan');
  const request = { key: order.key, requestHash: requestHash(order, loan) };
  const known = (await ledger.outcomeOf(request)) ?? (await unposted(parts, order));
  if (known) return known.ok ? ok({ key: order.key, replayed: true }) : refuse(actRefusal(known.refusal));

  // It may have to go again, if the import that brings it is undone.
  if (loan.takenOver?.arriving) return refuse({ code: 'changed-meanwhile' });
  const today = await platform.bankDay.today();
  const told = await tellLoan(parts, loan, today);
  const { seen } = order;
  const facts: ActFacts = { ...told, on: order.on ?? today, ...(seen === undefined ? {} : { seen }) };
  const head = {
    ...request,
    kind: `loan-${order.act.kind}`,
    currency: loan.currency,
    effectiveOn: today,
    actor: order.actor,
    reference: `loan ${loan.number}, ${order.act.kind}`,
  };
  const decided = await decide(parts, order, facts);
  // Another request with this key may have been quicker: then the ledger answers with what that one did.
  if (!decided.ok) return outcomeOf(await ledger.refuse(head, keptRefusal(decided.refusal)));
  const { plan, recorded, after } = decided.value;
  const postings = joined([...postingsBetween(loan.booked, after.booked, loan), ...plan.legs]);
  assert(sum(postings.map((posting) => posting.amount)) === zero, 'A loan’s postings balance');
  const companions = [...actCompanions(parts, { order, facts, recorded, after }), ...(order.companions ?? [])];
  if (postings.length === 0) return record(parts, { order, companions });
  await openMissing(parts, { loan, after });
  return outcomeOf(await ledger.post({ ...head, postings, companions }));
}

/** What was decided and not yet written. */
export type Decided = Result<{ plan: Plan; recorded: LoanTransaction[]; after: Projection }, ActRefusal>;

export async function decide(parts: LifeParts, order: ActOrder, facts: ActFacts): Promise<Decided> {
  if (order.version !== undefined && order.version !== facts.loan.version) return refuse({ code: 'changed-meanwhile' });
  const side = 'from' in order.act ? order.act.from : 'cash';
  if (side !== 'cash' && !(await parts.mayPayFrom(facts.loan.partyId, side.accountId))) {
    return refuse({ code: 'not-your-account' });
  }
  const planned = planAct(order.act, facts);
  if (!planned.ok) return planned;
  const first = await outcomeWith(parts, { order, facts, plan: planned.value });
  if (!first.ok) return first;
  const refund = refundOf(first.value.run, { facts, recorded: first.value.recorded });
  if (!refund) return ok({ plan: planned.value, ...first.value });
  const plan = {
    drafts: [...planned.value.drafts, refund],
    legs: [...planned.value.legs, { account: refund.accountId, amount: negate(refund.amount) }],
  };
  const second = await outcomeWith(parts, { order, facts, plan });
  return second.ok ? ok({ plan, ...second.value }) : second;
}

/** What is more than all that was owed goes back to the account that the loan was paid out to. */
function refundOf(run: LoanRun, { facts, recorded }: { facts: ActFacts; recorded: LoanTransaction[] }) {
  const paidBack = sum([...facts.transactions, ...recorded].map((one) => (one.kind === 'refund' ? one.amount : zero)));
  const amount = minus(run.overpaid, paidBack);
  if (amount <= zero) return undefined;
  const { payoutAccountId, currency } = facts.loan;
  const accountId = payoutAccountId === '' ? sideAccount('cash', currency) : payoutAccountId;
  return { kind: 'refund' as const, amount, accountId };
}

async function outcomeWith(
  parts: LifeParts,
  by: { order: ActOrder; facts: ActFacts; plan: Plan },
): Promise<Result<{ run: LoanRun; recorded: LoanTransaction[]; after: Projection }, ActRefusal>> {
  const { order, facts, plan } = by;
  const { loan, today: asOf, product, transactions } = facts;
  const drafts = await completed(parts.platform, { order, facts, plan });
  const all = [...transactions, ...drafts];
  const told = tell(loan, all, { asOf, payoffInterest: product.prepayment.payoffInterest });
  if (!told.ok) return refuse({ code: 'no-schedule' });
  const run = told.value;
  const recorded = drafts.map((one) => used(one, run));
  const after = project({ run, transactions: all, asOf, buckets: product.npaBuckets, before: loan });
  return ok({ run, recorded, after });
}

/** The transaction with what its money was used for. */
export function used(one: LoanTransaction, run: LoanRun): LoanTransaction {
  const use = run.applied.get(one._id);
  if (!use || one.kind === 'charge') return one;
  const { principal, interest, fee, penalty, ahead } = use;
  const row = run.rows.find((candidate) => candidate.settledBy === one._id);
  return { ...one, principal, interest, fee, penalty, ahead, instalment: row?.n ?? null };
}

function requestHash({ act, on, loanId, partyId, channel }: ActOrder, { currency }: Loan): string {
  const flat = Object.entries(act).map(([name, value]) => [
    name,
    typeof value === 'bigint' ? toDecimalString(moneyOf(value), currency) : JSON.stringify(value ?? ''),
  ]);
  return hashRequest({
    ...(Object.fromEntries(flat) as Record<string, string>),
    loanId,
    partyId: partyId ?? '',
    channel,
    on: on ? dateText(on) : '',
  });
}

function outcomeOf(outcome: Awaited<ReturnType<Ledger['post']>>): ActOutcome {
  if (!outcome.ok) return refuse(actRefusal(outcome.refusal));
  return ok({ key: outcome.value.key, replayed: outcome.value.replayed });
}

/** What moved nothing has no journal: the transaction itself says that its key was used. */
async function unposted({ transactions }: LifeParts, { key, loanId }: ActOrder) {
  return (await transactions.exists({ _id: key, loanId })) ? ok(undefined) : undefined;
}

/** A change that moves no money today is recorded by itself, all of it or nothing. */
async function record(
  parts: LifeParts,
  { order, companions }: { order: ActOrder; companions: readonly Companion[] },
): Promise<ActOutcome> {
  try {
    await commitTogether(parts.platform.database, companions);
    return ok({ key: order.key, replayed: false });
  } catch (error) {
    // Another request with this key may have been quicker.
    if (await unposted(parts, order)) return ok({ key: order.key, replayed: true });
    if (error instanceof Fault && error.kind === 'conflict') return refuse({ code: 'changed-meanwhile' });
    throw error;
  }
}

/** Accounts that few loans ever need are opened when they do. */
export async function openMissing(
  { ledger }: Pick<LifeParts, 'ledger'>,
  { loan, after }: { loan: Omit<Loan, 'instalments'>; after: Projection },
): Promise<void> {
  const ids = loanAccounts(loan._id);
  const common = { currency: loan.currency, branchId: loan.branchId, owner: { type: 'loan' as const, id: loan._id } };
  const rare = [
    { id: ids.penalties, name: 'Loan penalties receivable', kind: 'asset' as const, book: 'penalties' as const },
    { id: ids.overpaid, name: 'Loan overpaid', kind: 'liability' as const, book: 'overpaid' as const },
  ];
  const needed = rare.filter(({ book }) => loan.booked[book] === zero && after.booked[book] !== zero);
  if (needed.length === 0) return;
  await ledger.open(needed.map(({ id, name, kind }) => ({ ...common, id, name, kind, floor: null })));
}
