import { dateOf, dateText, type PlainDate } from '#core/calendar.ts';
import { Fault, notFound } from '#core/errors.ts';
import type { Money } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { DepositAccount } from '#features/accounts/index.ts';
import type { Loan } from '#features/loans/index.ts';
import { noticeRow } from '#features/notices/index.ts';
import { commitTogether } from '#platform/companion.ts';
import { isDuplicateKey } from '#platform/mongo.ts';
import type { PartAmounts } from '#features/schedules/index.ts';
import { totalOf } from '../life/due.ts';
import { firstPlace } from './autopay.rules.ts';
import { mandateCollection, type Mandate, type Taking } from './mandate.model.ts';
import { auditOfMandate, eventOf, mandateUpdate } from './mandate-records.ts';
import { standingMandate, type AutopayParts } from './parts.ts';

export type MandateRefusal =
  | 'loan-not-active'
  | 'not-your-account'
  | 'account-closed'
  | 'account-frozen'
  | 'wrong-currency'
  | 'same-account'
  | 'already-set-up'
  | 'moved'
  | 'key-reused';

export interface MandateOrder {
  actor: string;
  partyId: string;
  loanId: string;
}

export type MandateOutcome = Result<{ mandateId: string }, MandateRefusal>;

/** Sets a mandate up: once for a key, and one a loan. */
export async function setUp(
  parts: AutopayParts,
  order: MandateOrder & { key: string; accountId: string },
): Promise<MandateOutcome> {
  const loan = await ownLoan(parts, order);
  const { platform } = parts;
  const { key, actor, accountId, partyId } = order;
  const known = await parts.mandates.findOne({ _id: key }).lean<Mandate>();
  if (known) return sameOrder(known, order);
  const fault = await faultOf(parts, { loan, accountId });
  if (fault) return refuse(fault);
  const today = await platform.bankDay.today();
  const mandate: Mandate = {
    _id: key,
    ...{ loanId: loan._id, loanNumber: loan.number, partyId, accountId, currency: loan.currency },
    state: 'active',
    version: 1,
    since: dateText(today),
    ...firstPlace(loan.instalments, today),
    history: [eventOf(platform, { what: 'set-up', today })],
  };
  try {
    await commitTogether(platform.database, [
      { collection: mandateCollection, kind: 'insert', document: { ...mandate } },
      auditOfMandate(platform, mandate, { actor, action: 'autopay-set-up' }),
      noticeRow(platform.outbox, setUpNotice(parts, mandate)),
    ]);
    return ok({ mandateId: key });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const quicker = await parts.mandates.findOne({ _id: key }).lean<Mandate>();
    return quicker ? sameOrder(quicker, order) : refuse('already-set-up');
  }
}

function sameOrder(known: Mandate, order: MandateOrder & { accountId: string }): MandateOutcome {
  const isSame = known.loanId === order.loanId && known.partyId === order.partyId;
  return isSame ? ok({ mandateId: known._id }) : refuse('key-reused');
}

function setUpNotice({ platform }: AutopayParts, { partyId, loanId, loanNumber, dueOn }: Mandate) {
  const day = platform.formats.date(dueOn);
  return {
    partyId,
    title: 'Autopay is set up',
    text: `From now on autopay takes what is due on loan ${loanNumber}, first on ${day}. You can change the account or cancel at any time.`,
    href: `/loans/${loanId}/autopay`,
  };
}

/** Takes from another account from now on; a paused mandate goes on with it. */
export async function changeAccount(
  parts: AutopayParts,
  order: MandateOrder & { version: number; accountId: string },
): Promise<MandateOutcome> {
  const loan = await ownLoan(parts, order);
  const { platform } = parts;
  const mandate = await standingMandate(parts, order);
  if (mandate?.version !== order.version) return refuse('moved');
  const { accountId, actor } = order;
  const isPaused = mandate.state === 'paused';
  if (mandate.accountId === accountId && !isPaused) return refuse('same-account');
  const fault = await faultOf(parts, { loan, accountId });
  if (fault) return refuse(fault);
  const today = await platform.bankDay.today();
  const place = isPaused ? firstPlace(loan.instalments, today) : {};
  const event = eventOf(platform, { what: isPaused ? 'resumed' : 'account-changed', today });
  return commitMoved(parts, mandate, [
    mandateUpdate(mandate, { ...place, accountId, state: 'active' }, event),
    auditOfMandate(platform, mandate, { actor, action: isPaused ? 'autopay-resumed' : 'autopay-account-changed' }),
  ]);
}

export async function cancel(parts: AutopayParts, order: MandateOrder & { version: number }): Promise<MandateOutcome> {
  await ownLoan(parts, order);
  const { platform } = parts;
  const mandate = await standingMandate(parts, order);
  if (mandate?.version !== order.version) return refuse('moved');
  const today = await platform.bankDay.today();
  return commitMoved(parts, mandate, [
    mandateUpdate(mandate, { state: 'cancelled' }, eventOf(platform, { what: 'cancelled', today })),
    auditOfMandate(platform, mandate, { actor: order.actor, action: 'autopay-cancelled' }),
    noticeRow(platform.outbox, {
      partyId: mandate.partyId,
      title: 'Autopay is cancelled',
      text: `Autopay takes nothing for loan ${mandate.loanNumber} any more. Pay each instalment yourself by its due date.`,
      href: `/loans/${mandate.loanId}`,
    }),
  ]);
}

async function commitMoved(
  { platform }: AutopayParts,
  mandate: Mandate,
  companions: Parameters<typeof commitTogether>[1],
): Promise<MandateOutcome> {
  try {
    await commitTogether(platform.database, companions);
    return ok({ mandateId: mandate._id });
  } catch (error) {
    if (error instanceof Fault && error.kind === 'conflict') return refuse('moved');
    throw error;
  }
}

async function ownLoan({ servicing }: AutopayParts, { partyId, loanId }: MandateOrder): Promise<Loan> {
  const loan = await servicing.findOwn(partyId, loanId);
  if (!loan) throw notFound('Loan');
  return loan;
}

async function faultOf(
  { accounts }: AutopayParts,
  { loan, accountId }: { loan: Loan; accountId: string },
): Promise<MandateRefusal | undefined> {
  if (loan.state !== 'active') return 'loan-not-active';
  const account = await accounts.findOwn(loan.partyId, accountId);
  if (!account) return 'not-your-account';
  return accountFault(account, loan);
}

/** Why autopay cannot take from an account of the borrower's. */
export function accountFault(
  account: Pick<DepositAccount, 'state' | 'freeze' | 'currency'>,
  loan: Pick<Loan, 'currency'>,
): MandateRefusal | undefined {
  if (account.state === 'closed') return 'account-closed';
  if (account.freeze === 'debit' || account.freeze === 'full') return 'account-frozen';
  return account.currency === loan.currency ? undefined : 'wrong-currency';
}

/** What will be taken on a due date if nothing else is paid until then. */
export interface Outlook {
  dueOn: string;
  parts: PartAmounts;
  total: Money;
}

export async function outlook(
  { servicing }: AutopayParts,
  { loanId, partyId, on }: { loanId: string; partyId: string; on: PlainDate | string },
): Promise<Outlook | undefined> {
  const date = typeof on === 'string' ? dateOf(on) : on;
  const told = await servicing.tell({ loanId, partyId }, date);
  if (!told) return undefined;
  return { dueOn: dateText(date), parts: told.run.arrears, total: totalOf(told.run.arrears) };
}

/** A try with what it took. */
export interface ShownTaking extends Taking {
  taken: Money | null;
}

export async function listTakings(
  { takings, servicing }: AutopayParts,
  query: { loanId: string; partyId: string },
  { page, size }: { page: number; size: number },
): Promise<{ takings: ShownTaking[]; total: number }> {
  const { loanId, partyId } = query;
  const [found, total] = await Promise.all([
    takings
      .find({ loanId, partyId })
      .sort({ at: -1, _id: -1 })
      .skip((page - 1) * size)
      .limit(size)
      .lean<Taking[]>(),
    takings.countDocuments({ loanId, partyId }),
  ]);
  const shown = await Promise.all(
    found.map(async (taking): Promise<ShownTaking> => {
      const paid = taking.outcome === 'taken' ? await servicing.transaction({ loanId, key: taking._id }) : undefined;
      return { ...taking, taken: paid?.amount ?? null };
    }),
  );
  return { takings: shown, total };
}
