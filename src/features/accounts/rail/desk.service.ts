import { notFound } from '#core/errors.ts';
import type { Actor } from '#core/roles.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { Companion } from '#platform/companion.ts';
import type { AccountRecord } from '../account.model.ts';
import { takes } from './booking.service.ts';
import { listPayments, type DeskList, type DeskQuery } from './desk-list.service.ts';
import { follow } from './following.service.ts';
import { railCollection, sealedPlace, type RailPayment } from './rail.model.ts';
import { findPayment, type RailParts } from './rail-parts.ts';
import { isProof, proofText } from './proof-payments.ts';
import type { ReturnReason } from './rail.rules.ts';

/** A payment as staff see it. */
export interface DeskPayment {
  payment: RailPayment;
  accountNumber: string;
  /** Where a withdrawal goes. */
  bank: { name: string; account: string } | undefined;
  note: string | undefined;
  /** What the other bank shows its customer beside the amount. */
  text: string | undefined;
  /** What staff decided on it, oldest first. */
  decisions: { to: 'settled' | 'returned'; by: string; at: Date }[];
  /** It concerns an account that whoever looks at it holds. */
  own: boolean;
  /** What can be decided now, whoever decides. */
  choices: readonly ('settle' | 'return')[];
}

export interface DeskOrder {
  actor: Actor;
  /** The payment's. */
  key: string;
  decisionKey: string;
  version: number;
  decision: { to: 'settled' } | { to: 'returned'; reason: ReturnReason; note: string };
}

export type DeskRefusal =
  | { code: 'own-payment' }
  /** Somebody else, or the rail, was quicker. */
  | { code: 'moved' }
  /** What the customer's account does not take at the moment. */
  | { code: 'account-blocked'; state: 'closed' | 'frozen' };

export interface Desk {
  list(query: DeskQuery): Promise<DeskList>;
  find(key: string, actor: Actor): Promise<DeskPayment | undefined>;
  decide(order: DeskOrder): Promise<Result<RailPayment, DeskRefusal>>;
}

/** Where staff see what is under way, and stand in for the other bank while the rail is a sandbox. */
export function createDesk(parts: RailParts): Desk {
  return {
    list: (query) => listPayments(parts, query),
    find: (key, actor) => find(parts, key, actor),
    decide: (order) => decide(parts, order),
  };
}

async function find(parts: RailParts, key: string, actor: Actor): Promise<DeskPayment | undefined> {
  const payment = await findPayment(parts, key);
  if (!payment) return undefined;
  const account = await accountOf(parts, payment);
  const { vault } = parts.platform;
  const { bankName, bankAccount, note } = payment;
  return {
    payment,
    accountNumber: account?.number ?? '',
    bank:
      bankName && bankAccount
        ? {
            name: await vault.open(sealedPlace(key, 'bankName'), bankName),
            account: await vault.open(sealedPlace(key, 'bankAccount'), bankAccount),
          }
        : undefined,
    note: note ? await vault.open(sealedPlace(key, 'note'), note) : undefined,
    text: isProof(payment) ? proofText(vault, key) : undefined,
    decisions: await decisionsOf(parts, key),
    own: isOwn(actor, { payment, account }),
    choices: parts.rail.desk ? choicesOf(payment) : [],
  };
}

const actions = { settled: 'rail-payment-settled', returned: 'rail-payment-returned' } as const;
const mostDecisions = 10;

async function decisionsOf({ platform }: RailParts, key: string): Promise<DeskPayment['decisions']> {
  const { entries } = await platform.audit.list({ page: 1, size: mostDecisions, subjectId: key });
  const decided = entries.flatMap(({ action, actor: by, at }): DeskPayment['decisions'] => {
    if (action === actions.settled) return [{ to: 'settled', by, at }];
    return action === actions.returned ? [{ to: 'returned', by, at }] : [];
  });
  return decided.reverse();
}

function choicesOf({ state, railReference }: RailPayment): DeskPayment['choices'] {
  if (railReference === null) return [];
  if (state === 'pending') return ['settle', 'return'];
  return state === 'settled' ? ['return'] : [];
}

async function accountOf({ accounts }: RailParts, { accountId }: RailPayment): Promise<AccountRecord | undefined> {
  return (await accounts.findOne({ _id: accountId }).lean<AccountRecord>()) ?? undefined;
}

/** Also where they hold the account with somebody else who ordered it. */
function isOwn(actor: Actor, facts: { payment: RailPayment; account: AccountRecord | undefined }): boolean {
  const { partyId } = actor;
  if (partyId === undefined) return false;
  return facts.payment.partyId === partyId || facts.account?.holders.includes(partyId) === true;
}

/**
 * The decision is taken at the rail, together with its audit entry; the books follow what the rail says. So they follow
 * also where this process dies in between, by the rail's call back.
 */
async function decide(parts: RailParts, order: DeskOrder): Promise<Result<RailPayment, DeskRefusal>> {
  const { actor, key, decision, version } = order;
  const { desk } = parts.rail;
  const payment = await findPayment(parts, key);
  if (!payment || !desk) throw notFound('Payment');
  if (isOwn(actor, { payment, account: await accountOf(parts, payment) })) return refuse({ code: 'own-payment' });
  const blocked = await blockOf(parts, payment, decision.to);
  if (blocked) return refuse({ code: 'account-blocked', state: blocked });
  const decided = await desk.decide({
    key,
    decisionKey: order.decisionKey,
    // A version that is not the payment's any more finds no state to decide from.
    from: version === 1 ? 'pending' : 'settled',
    to: decision.to,
    ...(decision.to === 'returned' ? { reason: decision.reason } : {}),
    companions: await companionsOf(parts, payment, order),
  });
  if (!decided.ok) return refuse({ code: 'moved' });
  return ok(await follow(parts, key));
}

/** What would keep the books from following: told before anything is decided. */
async function blockOf(
  { ledger }: RailParts,
  { direction, state, accountId, loan, proof }: RailPayment,
  to: 'settled' | 'returned',
): Promise<'closed' | 'frozen' | undefined> {
  if (loan || proof) return undefined;
  const booksDeposit = direction === 'in' && to === 'settled';
  const booksWithdrawal = direction === 'out' && to === 'settled';
  const creditsBack = direction === 'out' && to === 'returned' && state === 'settled';
  if (!booksDeposit && !booksWithdrawal && !creditsBack) return undefined;
  const account = (await ledger.balances([accountId])).get(accountId);
  if (takes(account, booksWithdrawal ? 'debit' : 'credit')) return undefined;
  return account?.state === 'open' ? 'frozen' : 'closed';
}

async function companionsOf({ platform }: RailParts, payment: RailPayment, order: DeskOrder): Promise<Companion[]> {
  const { _id, partyId, state } = payment;
  const { actor, version, decision } = order;
  const note =
    decision.to === 'returned' && decision.note !== ''
      ? await platform.vault.seal(partyId, sealedPlace(_id, 'note'), decision.note)
      : null;
  return [
    { collection: railCollection, kind: 'update', filter: { _id, state, version }, change: { $set: { note } } },
    platform.audit.entry({
      actor: actor.userId,
      action: actions[decision.to],
      subject: { type: 'rail-payment', id: _id },
      details: { from: state, ...(decision.to === 'returned' ? { reason: decision.reason } : {}) },
    }),
  ];
}
