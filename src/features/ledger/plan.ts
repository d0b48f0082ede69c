import type { Clock } from '#platform/clock.ts';
import { bsonDate } from '#platform/clock.ts';
import type { Companion } from '#platform/companion.ts';
import { refuse } from '#core/result.ts';
import { loadAccounts, type AccountCache } from './account-states.ts';
import type { AccountState, Hold, LedgerRefusal } from './account.rules.ts';
import type { Collections } from './collections.ts';
import { decide } from './decide.rules.ts';
import type { Journal } from './ledger.model.ts';
import type { PostingGuard } from './orders.ts';
import type { Follower } from './follower.ts';
import { expiryTask, journalOf, type Task } from './task.ts';

export interface PlanParts {
  collections: Collections;
  clock: Clock;
  guards: readonly PostingGuard[];
  cache: AccountCache;
  follower: Follower;
}

/** What a batch comes to: journals to insert, what else must be written with them, and the accounts afterwards. */
export interface Plan {
  journals: Omit<Journal, 'writer' | 'line'>[];
  companions: Companion[];
  accounts: AccountState[];
  /** The account with the most entries, where it has several. */
  busiest?: string;
}

interface Facts {
  /** Of holds whose time is over, though nobody asked. */
  expiries: readonly Task[];
  tasks: readonly Task[];
  accounts: Map<string, AccountState>;
  holds: Map<string, Hold>;
  reversed: ReadonlySet<string>;
  /** Refusals that are decided already, by key. */
  refusals: ReadonlyMap<string, LedgerRefusal>;
  now: Date;
}

const mostDueHolds = 1_000;
const mostReadings = 5;
const fewestForBusy = 4;

/**
 * Decides tasks with distinct keys in their order. Accounts come from memory where they are known; that one of them is
 * stale is found by the entry numbers when a journal is written, and for refusals, which write no number, by looking again.
 */
export async function planBatch(
  parts: PlanParts,
  tasks: readonly Task[],
  forced: ReadonlyMap<string, LedgerRefusal>,
): Promise<Plan> {
  const now = bsonDate(parts.clock.now());
  const refusals = await heldByGuards(parts, { tasks, forced });
  const ids = [...new Set(tasks.flatMap((task) => task.accounts))];
  if (parts.follower.isSuspicious()) await parts.follower.catchUp();
  const first = await decideNow(parts, { tasks, ids, refusals, now });
  if (!first.anyRefused) return first.plan;
  // A refusal must be true, and nothing that is written would say that it is not.
  await parts.follower.catchUp();
  const unchanged = ids.every((id) => parts.cache.get(id)?.seq === first.before.get(id));
  return unchanged ? first.plan : (await decideNow(parts, { tasks, ids, refusals, now })).plan;
}

async function decideNow(
  parts: PlanParts,
  facts: Pick<Facts, 'tasks' | 'refusals' | 'now'> & { ids: readonly string[] },
): Promise<{ plan: Plan; anyRefused: boolean; before: Map<string, number> }> {
  const { collections } = parts;
  const { tasks, ids, now } = facts;
  await remember(parts, ids);
  const accounts = new Map(ids.flatMap((id) => parts.cache.get(id) ?? []).map((state) => [state._id, state]));
  const before = new Map([...accounts.values()].map(({ _id, seq }) => [_id, seq]));
  const reversed = await reversedAlready(collections, tasks);
  const due = await dueHolds(collections, { accounts, now });
  const holds = new Map([...(await namedHolds(collections, tasks)), ...due].map((hold) => [hold._id, hold]));
  const expiries = expiriesOf(due, tasks);
  return { ...decideAll({ ...facts, expiries, accounts, holds, reversed }), before };
}

/** The end of holds whose time is over, but for those whose end is asked for anyway. */
function expiriesOf(due: readonly Hold[], tasks: readonly Task[]): Task[] {
  const asked = new Set(tasks.map((task) => task.key));
  const dayOf = (account: string) => tasks.find((task) => task.accounts.includes(account))?.bookedOn ?? '';
  return due
    .map(({ _id, account }) => expiryTask({ hold: _id, account, on: dayOf(account) }))
    .filter((task) => !asked.has(task.key));
}

/** Reads those accounts that are not in memory. */
async function remember({ collections, cache, follower }: PlanParts, ids: readonly string[]): Promise<void> {
  const unknown = ids.filter((id) => !cache.get(id));
  if (unknown.length === 0) return;
  for (let attempt = 1; ; attempt += 1) {
    const { generation } = follower;
    const states = await loadAccounts(collections, unknown);
    if (generation !== follower.generation && attempt < mostReadings) continue;
    for (const state of states.values()) cache.put(state);
    return;
  }
}

/** Holds whose time is over: their money is free, and that they have expired is written before anything else is decided. */
async function dueHolds(
  { holds }: Collections,
  { accounts, now }: { accounts: ReadonlyMap<string, AccountState>; now: Date },
): Promise<Hold[]> {
  const ids = [...accounts.values()].filter((state) => state.held > 0n).map((state) => state._id);
  if (ids.length === 0) return [];
  const due = { account: { $in: ids }, state: 'pending' as const, expiresAt: { $lte: now } };
  return holds.find(due).sort({ placedAt: 1 }).limit(mostDueHolds).toArray();
}

async function namedHolds({ holds }: Collections, tasks: readonly Task[]): Promise<Hold[]> {
  const ids = tasks.flatMap((task) => (task.request.what === 'hold' ? [] : (task.hold ?? [])));
  if (ids.length === 0) return [];
  return holds.find({ _id: { $in: ids } }).toArray();
}

async function reversedAlready({ journals }: Collections, tasks: readonly Task[]): Promise<Set<string>> {
  const wanted = tasks.flatMap((task) => task.reverses ?? []);
  if (wanted.length === 0) return new Set();
  const found = await journals.find({ reverses: { $in: wanted } }, { projection: { reverses: 1 } }).toArray();
  return new Set(found.flatMap((journal) => journal.reverses ?? []));
}

function decideAll(facts: Facts): { plan: Plan; anyRefused: boolean } {
  const { accounts, holds, refusals, now } = facts;
  const reversed = new Set(facts.reversed);
  const before = new Map(accounts);
  const plan: Plan = { journals: [], companions: [], accounts: [] };
  let anyRefused = false;
  const newTerms = new Set<string>();
  for (const task of [...facts.expiries, ...facts.tasks]) {
    const refusal = refusals.get(task.key) ?? reversalTaken(task, reversed);
    const decision = refusal ? refuse(refusal) : decide(task.request, { accounts, holds, now });
    // Somebody else has written that the hold expired.
    if (!decision.ok && facts.expiries.includes(task)) continue;
    const currency = accounts.get(task.accounts[0] ?? '')?.currency ?? null;
    plan.journals.push(journalOf(task, { decision, currency, at: now }));
    if (!decision.ok) {
      anyRefused ||= !refusal && task.request.what !== 'refuse';
      continue;
    }
    if (task.reverses !== undefined) reversed.add(task.reverses);
    const { value } = decision;
    for (const account of value.accounts) accounts.set(account._id, account);
    if (value.termsOf !== undefined) newTerms.add(value.termsOf);
    if (value.hold) plan.companions.push(holdWrite(value.hold, holds));
    plan.companions.push(...task.companions);
  }
  plan.companions.push(...[...newTerms].flatMap((id) => accounts.get(id) ?? []).map(termsWrite));
  plan.accounts = [...accounts.values()].filter((state) => state.seq !== before.get(state._id)?.seq);
  const busiest = busiestOf(plan.accounts, before);
  if (busiest !== undefined) plan.busiest = busiest;
  return { plan, anyRefused };
}

function busiestOf(after: readonly AccountState[], before: ReadonlyMap<string, AccountState>): string | undefined {
  let most = fewestForBusy - 1;
  let busiest: string | undefined;
  for (const { _id, seq } of after) {
    const entries = seq - (before.get(_id)?.seq ?? seq);
    if (entries <= most) continue;
    most = entries;
    busiest = _id;
  }
  return busiest;
}

function reversalTaken(task: Task, reversed: ReadonlySet<string>): LedgerRefusal | undefined {
  if (task.reverses === undefined || !reversed.has(task.reverses)) return undefined;
  return { code: 'already-reversed', journal: task.reverses };
}

/** The hold's document as it is after the decision, guarded by how it was before. */
function holdWrite(hold: Hold, holds: Map<string, Hold>): Companion {
  const before = holds.get(hold._id);
  holds.set(hold._id, hold);
  if (!before) return { collection: 'holds', kind: 'insert', document: { ...hold } };
  const { _id, remaining, state } = hold;
  const filter = { _id, state: before.state, remaining: before.remaining };
  return { collection: 'holds', kind: 'update', filter, change: { $set: { remaining, state } } };
}

/** What an account may do stands in its document from the moment it is decided. */
function termsWrite({ _id, ...state }: AccountState): Companion {
  const { floor, freeze, limits, balance, held, spent, seq } = state;
  const change = { $set: { floor, freeze, limits, state: state.state, balance, held, spent, seq } };
  return { collection: 'ledgerAccounts', kind: 'update', filter: { _id }, change };
}

async function heldByGuards(
  { guards }: PlanParts,
  { tasks, forced }: { tasks: readonly Task[]; forced: ReadonlyMap<string, LedgerRefusal> },
): Promise<Map<string, LedgerRefusal>> {
  const held = new Map(forced);
  if (guards.length === 0) return held;
  const orders = tasks.flatMap((task) => task.posting ?? []);
  for (const guard of guards) {
    const loaded = await guard.load(orders);
    for (const order of orders) {
      const reason = held.has(order.key) ? undefined : loaded.judge(order);
      if (reason !== undefined) held.set(order.key, { code: 'held-by-guard', guard: guard.name, reason });
    }
  }
  return held;
}
