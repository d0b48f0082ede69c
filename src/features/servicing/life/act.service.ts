import { assert, present } from '#core/assert.ts';
import { dateText, type PlainDate } from '#core/calendar.ts';
import { Fault, notFound } from '#core/errors.ts';
import { moneyOf, sum, toDecimalString, zero } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { hashRequest, type Ledger } from '#features/ledger/index.ts';
import { loanAccounts, type Loan, type LoanTransaction } from '#features/loans/index.ts';
import { productChoices } from '#features/products/index.ts';
import { commitTogether, type Companion } from '#platform/companion.ts';
import type { ActFacts, ActOrder, ActRefusal } from './act.ts';
import { actCompanions } from './act-records.ts';
import { joined, postingsBetween } from './books.ts';
import { type Projection } from './projection.ts';
import { decide } from './deciding.service.ts';
import type { LifeParts, Told } from './life-parts.ts';
import { recordedOf } from './recorded.ts';
import { actRefusal, keptRefusal } from './refusals.ts';
import { tell } from './story.ts';

/** `replayed` where the key had done this before: what came of it then. */
export type ActOutcome = Result<{ key: string; replayed: boolean }, ActRefusal>;

export type { LifeParts, Told } from './life-parts.ts';

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
    recordedOf(parts, loan),
    parts.products.version(loan.productVersionId),
  ]);
  const pinned = present(version, 'The product version of a loan');
  // What the product counts in instalments stands for the same time in the rhythm that the borrower chose.
  const product = productChoices.inFrequency(pinned, loan.terms[0]?.frequency ?? pinned.frequency) ?? pinned;
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
  const known = (await ledger.outcomeOf(request)) ?? (await unposted(parts, request));
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
  const { plan, after } = decided.value;
  const recorded = decided.value.recorded.map((one, index) =>
    index === 0 ? { ...one, requestHash: request.requestHash } : one,
  );
  const postings = joined([...postingsBetween(loan.booked, after.booked, loan), ...plan.legs]);
  assert(sum(postings.map((posting) => posting.amount)) === zero, 'A loan’s postings balance');
  const companions = [...actCompanions(parts, { order, facts, recorded, after }), ...(order.companions ?? [])];
  if (postings.length === 0) return record(parts, { request, companions });
  await openMissing(parts, { loan, after });
  return outcomeOf(await ledger.post({ ...head, postings, companions }));
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

interface Request {
  key: string;
  requestHash: string;
}

/** What moved nothing has no journal: the transaction itself says that its key was used, and for what. */
async function unposted(
  { transactions }: LifeParts,
  { key, requestHash }: Request,
): Promise<Result<void, { code: 'key-reused' }> | undefined> {
  const known = await transactions.findById(key, { requestHash: 1 }).lean<Pick<LoanTransaction, 'requestHash'>>();
  if (!known) return undefined;
  // Those of before hashes were kept can only answer for themselves.
  const isSame = known.requestHash === undefined || known.requestHash === requestHash;
  return isSame ? ok(undefined) : refuse({ code: 'key-reused' });
}

/** A change that moves no money today is recorded by itself, all of it or nothing. */
async function record(
  parts: LifeParts,
  { request, companions }: { request: Request; companions: readonly Companion[] },
): Promise<ActOutcome> {
  try {
    await commitTogether(parts.platform.database, companions);
    return ok({ key: request.key, replayed: false });
  } catch (error) {
    // Another request with this key may have been quicker.
    const known = await unposted(parts, request);
    if (known) return known.ok ? ok({ key: request.key, replayed: true }) : known;
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
