import { assert } from '#core/assert.ts';
import { minus, moneyOf, zero, type Money } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { afterEntry, entryOn, frozenFor, shortfall } from './account.rules.ts';
import type { AccountState, Hold, LedgerRefusal, Posting } from './account.rules.ts';
import { onNormalSide } from './chart.rules.ts';
import { decideHold, decideRelease } from './hold.rules.ts';
import { openAccount, pendingHold, spend, withoutMoney } from './request.rules.ts';
import type { Decided, Decision, PostingOrder, Request, World } from './request.rules.ts';

const mostPostings = 100;

/** What no caller may ever ask for; a fault of the program, not of its user. */
export function assertKey(key: string): void {
  assert(/^[\w:.-]{8,120}$/.test(key), 'A journal key has 8 to 120 letters, digits, colons, dots and dashes');
}

export function assertWellFormed(order: { key: string; postings: readonly PostingOrder[] }): void {
  const { key, postings } = order;
  assertKey(key);
  assert(postings.length >= 2 && postings.length <= mostPostings, 'A journal has 2 to 100 postings');
  const accounts = new Set<string>();
  let total = 0n;
  for (const { account, amount } of postings) {
    assert(amount !== 0n, 'A posting moves something');
    accounts.add(account);
    total += amount;
  }
  assert(accounts.size === postings.length, 'An account stands once in a journal');
  assert(total === 0n, 'A journal is balanced');
}

/** Numbers the entries and computes what is after them, or says why the order cannot be carried out. */
export function decide(request: Request, world: World): Decision {
  switch (request.what) {
    case 'post':
      return decidePost(request, world);
    case 'hold':
      return decideHold(request, world);
    case 'release':
      return decideRelease(request, world);
    case 'terms':
      return decideTerms(request, world);
    case 'close':
      return decideClose(request, world);
    case 'refuse':
      return refuse(request.refusal);
  }
}

type PostRequest = Extract<Request, { what: 'post' }>;

function decidePost(request: PostRequest, world: World): Decision {
  const fromHold = takeFromHold(request, world);
  if (fromHold && !fromHold.ok) return fromHold;
  const decided: Decided = { entries: [], accounts: [] };
  for (const posting of request.postings) {
    const open = openAccount(world, posting.account);
    if (!open.ok) return open;
    const account = open.value;
    if (account.currency !== request.currency) return refuse({ code: 'wrong-currency', account: account._id });
    const hold = fromHold?.value.hold.account === account._id ? fromHold.value : undefined;
    const entry = decidePosting({ account, posting, request, held: minus(account.held, hold?.released ?? zero) });
    if (!entry.ok) return entry;
    decided.entries.push(entry.value);
    decided.accounts.push(afterEntry(account, entry.value));
  }
  return ok(fromHold ? { ...decided, hold: fromHold.value.hold } : decided);
}

function decidePosting(facts: {
  account: AccountState;
  posting: PostingOrder;
  request: PostRequest;
  /** What stays held when this is posted. */
  held: Money;
}): Result<Posting, LedgerRefusal> {
  const { account, posting, request, held } = facts;
  const raised = onNormalSide(posting.amount, account.kind);
  if (frozenFor(account.freeze, raised < 0n ? 'debit' : 'credit'))
    return refuse({ code: 'frozen', account: account._id, freeze: account.freeze });
  const change = { amount: posting.amount, held };
  // What raises a balance is never refused for the floor.
  if (raised > 0n) return ok(entryOn(account, change));
  const taken = moneyOf(0n - raised);
  const short = shortfall(account, { taken, held });
  if (short > 0n) return refuse({ code: 'insufficient-funds', account: account._id, short });
  if (request.limitsOf !== account._id) return ok(entryOn(account, change));
  const spent = spend(account, { taken, on: request.bookedOn });
  return spent.ok ? ok(entryOn(account, { ...change, spent: spent.value })) : spent;
}

/** The hold after the posting, and what of it no longer counts; undefined where the order takes from none. */
function takeFromHold(
  { fromHold, postings }: PostRequest,
  world: World,
): Result<{ hold: Hold; released: Money }, LedgerRefusal> | undefined {
  if (!fromHold) return undefined;
  const found = pendingHold(world, fromHold.hold);
  if (!found.ok) return found;
  const hold = found.value;
  const account = world.accounts.get(hold.account);
  const posting = postings.find((one) => one.account === hold.account);
  assert(account !== undefined && posting !== undefined, 'A posting from a hold takes from the account of the hold');
  const taken = moneyOf(0n - onNormalSide(posting.amount, account.kind));
  assert(taken > 0n, 'A posting from a hold takes from its account');
  if (taken > hold.remaining) return refuse({ code: 'exceeds-hold', hold: hold._id, remaining: hold.remaining });
  const remaining = fromHold.rest === 'release' ? zero : minus(hold.remaining, taken);
  const state = remaining === zero ? 'posted' : 'pending';
  return ok({ hold: { ...hold, remaining, state }, released: minus(hold.remaining, remaining) });
}

function decideTerms(request: Extract<Request, { what: 'terms' }>, world: World): Decision {
  const open = openAccount(world, request.account);
  if (!open.ok) return open;
  const { freeze = open.value.freeze, floor = open.value.floor, limits = open.value.limits } = request;
  const account = { ...open.value, freeze, floor, limits };
  return ok({ ...withoutMoney(account, {}), termsOf: account._id });
}

function decideClose(request: Extract<Request, { what: 'close' }>, world: World): Decision {
  const open = openAccount(world, request.account);
  if (!open.ok) return open;
  const account = open.value;
  if (account.balance !== zero || account.held !== zero) {
    const balance = onNormalSide(account.balance, account.kind);
    return refuse({ code: 'not-empty', account: account._id, balance, held: account.held });
  }
  return ok({ ...withoutMoney({ ...account, state: 'closed' }, {}), termsOf: account._id });
}

/** The equal and opposite postings of a journal. */
export function reversed(postings: readonly PostingOrder[]): PostingOrder[] {
  return postings.map(({ account, amount }) => ({ account, amount: moneyOf(0n - amount) }));
}
