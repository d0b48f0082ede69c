import { dateText, type PlainDate } from '#core/calendar.ts';
import { zero, type Money } from '#core/money.ts';
import type { Loan } from '#features/loans/index.ts';
import { noticeRow } from '#features/notices/index.ts';
import { commitTogether } from '#platform/companion.ts';
import type { ActRefusal } from '../life/act.ts';
import { eventFee, totalOf } from '../life/due.ts';
import { failedNotice, pausedNotice } from './autopay-notices.ts';
import { afterFailure, bounceKey, isDueDate, nextPlace, takingKey } from './autopay.rules.ts';
import type { Mandate, PauseReason } from './mandate.model.ts';
import { auditOfMandate, eventOf, mandateUpdate, takingInsert } from './mandate-records.ts';
import { autopayActor, type AutopayParts } from './parts.ts';

// The loan or the mandate moved at the moment of posting: that refusal stands under its key, and the next one is tried.
const mostRounds = 5;

/**
 * Takes what has fallen due for one mandate. May run twice at once or be killed anywhere and run again: each try has its
 * keys, and the mandate moves on in the same transaction as the money. Gives a sentence where staff have to look at it.
 */
export async function takeOne(
  parts: AutopayParts,
  { mandateId, date }: { mandateId: string; date: PlainDate },
): Promise<string | undefined> {
  for (let round = 0; round < mostRounds; round += 1) {
    const mandate = await parts.mandates.findOne({ _id: mandateId }).lean<Mandate>();
    if (mandate?.state !== 'active' || mandate.tryOn > dateText(date)) return undefined;
    if ((await tryOnce(parts, { mandate, round })) === 'done') return undefined;
  }
  return 'The loan was changed by somebody else each time. Nothing was taken; try it again.';
}

interface Try {
  mandate: Mandate;
  loan: Loan;
  today: PlainDate;
  key: string;
}

async function tryOnce(
  parts: AutopayParts,
  { mandate, round }: { mandate: Mandate; round: number },
): Promise<'done' | 'again'> {
  const { loanId, partyId, accountId } = mandate;
  const [loan, today] = await Promise.all([parts.servicing.findOwn(partyId, loanId), parts.platform.bankDay.today()]);
  if (loan?.state !== 'active') return end(parts, { mandate, today });
  const key = takingKey(mandate, round);
  const one = { mandate, loan, today, key };
  if (!isDueDate(mandate, loan.instalments)) return moveOn(parts, one);
  const outcome = await parts.servicing.act({
    ...{ key, actor: autopayActor, loanId, partyId },
    channel: 'autopay',
    act: { kind: 'payment', only: 'arrears', from: { accountId } },
    companions: [
      mandateUpdate(mandate, nextPlace(mandate, loan.instalments)),
      takingInsert(parts.platform, mandate, { _id: key, outcome: 'taken', today }),
    ],
  });
  // What was taken under this key before moved its mandate then; one that stands here still is a later one of the loan.
  if (outcome.ok) return outcome.value.replayed ? moveOn(parts, one) : 'done';
  if (outcome.refusal.code === 'changed-meanwhile') return 'again';
  if (outcome.refusal.code === 'nothing-due') return moveOn(parts, one);
  return fail(parts, one, outcome.refusal);
}

async function end(parts: AutopayParts, { mandate, today }: { mandate: Mandate; today: PlainDate }): Promise<'done'> {
  const { platform } = parts;
  const event = eventOf(platform, { what: 'loan-ended', today });
  await commitTogether(platform.database, [
    mandateUpdate(mandate, { state: 'cancelled' }, event),
    auditOfMandate(platform, mandate, { actor: autopayActor, action: 'autopay-ended' }),
  ]);
  return 'done';
}

/** Nothing was due: it was paid before, or it is not a due date any more. */
async function moveOn({ platform, mandates }: AutopayParts, { mandate, loan }: Try): Promise<'done'> {
  const { _id, version } = mandate;
  const place = nextPlace(mandate, loan.instalments);
  await mandates.updateOne({ _id, version }, { $set: place, $inc: { version: 1 } });
  platform.logger.debug({ mandate: _id }, 'Nothing to take');
  return 'done';
}

async function fail(parts: AutopayParts, one: Try, refusal: ActRefusal): Promise<'done'> {
  const { mandate } = one;
  const account = await parts.accounts.findOwn(mandate.partyId, mandate.accountId);
  if (!account) return pause(parts, one, 'not-your-account');
  if (account.state === 'closed') return pause(parts, one, 'account-closed');
  const told = await parts.servicing.tell({ loanId: mandate.loanId });
  const amount = told ? totalOf(told.run.arrears) : zero;
  const { place, againOn } = afterFailure(mandate, { rows: one.loan.instalments, today: one.today });
  const fee = againOn === null ? await chargeBounce(parts, { mandate, amount }) : zero;
  const { platform } = parts;
  const short = refusal.code === 'short-of-funds' ? (refusal.amount ?? null) : null;
  const facts = { amount, short, reason: refusal.code, againOn };
  const notice = failedNotice(platform.formats, { about: mandate, ...facts, fee });
  await commitTogether(platform.database, [
    mandateUpdate(mandate, place),
    takingInsert(platform, mandate, { _id: one.key, outcome: 'failed', ...facts, fee, today: one.today }),
    auditOfMandate(platform, mandate, {
      actor: autopayActor,
      action: 'autopay-failed',
      details: { due: mandate.dueOn, try: String(mandate.attempt), reason: refusal.code, again: againOn ?? 'no' },
    }),
    noticeRow(platform.outbox, { partyId: mandate.partyId, ...notice, href: `/loans/${mandate.loanId}/autopay` }),
  ]);
  return 'done';
}

/** The product's fee for a payment that could not be taken, once an instalment; gives what was charged. */
async function chargeBounce(
  parts: AutopayParts,
  { mandate, amount }: { mandate: Mandate; amount: Money },
): Promise<Money> {
  const { loanId, partyId } = mandate;
  for (let round = 0; round < mostRounds; round += 1) {
    const key = bounceKey(mandate, round);
    const known = await parts.servicing.transaction({ loanId, key });
    if (known) return known.amount;
    const told = await parts.servicing.tell({ loanId });
    const fee = told ? eventFee(told.product, { code: 'bounce', base: amount }) : undefined;
    if (!fee || fee.amount === zero) return zero;
    const outcome = await parts.servicing.act({
      ...{ key, actor: autopayActor, loanId, partyId },
      channel: 'autopay',
      act: { kind: 'charge', code: 'bounce', ...fee },
    });
    if (outcome.ok) return fee.amount;
    if (outcome.refusal.code !== 'changed-meanwhile') return zero;
  }
  return zero;
}

/** Stops a mandate whose account is gone, until the borrower chooses another one. */
export async function pause(
  { platform }: Pick<AutopayParts, 'platform'>,
  { mandate, today, key }: { mandate: Mandate; today: PlainDate; key?: string },
  reason: PauseReason,
): Promise<'done'> {
  const notice = pausedNotice(platform.formats, { about: mandate, reason });
  await commitTogether(platform.database, [
    mandateUpdate(mandate, { state: 'paused' }, eventOf(platform, { what: 'paused', today, reason })),
    ...(key === undefined ? [] : [takingInsert(platform, mandate, { _id: key, outcome: 'failed', reason, today })]),
    auditOfMandate(platform, mandate, { actor: autopayActor, action: 'autopay-paused', details: { reason } }),
    noticeRow(platform.outbox, { partyId: mandate.partyId, ...notice, href: `/loans/${mandate.loanId}/autopay` }),
  ]);
  return 'done';
}
