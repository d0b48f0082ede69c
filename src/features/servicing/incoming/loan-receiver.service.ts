import { dateOf, isBefore, type PlainDate } from '#core/calendar.ts';
import { Fault } from '#core/errors.ts';
import type { LoanReceipt, LoanReceiver } from '#features/accounts/index.ts';
import type { Loan, LoanTransaction } from '#features/loans/index.ts';
import { commitTogether } from '#platform/companion.ts';
import type { Platform } from '#platform/platform.ts';
import type { ActOutcome } from '../life/act.service.ts';
import type { Servicing } from '../servicing.service.ts';

interface Parts {
  platform: Platform;
  servicing: Pick<Servicing, 'act' | 'transaction' | 'findOwn' | 'businessDate'>;
}

const railActor = 'rail';
// The loan moved at the moment of posting: that refusal stands under its key, and the next one is tried.
const mostRounds = 5;

/**
 * What the payment rail brings for loans and takes back again. Booked with the rail payment's own next state, so that the
 * two never disagree; asked again, it answers with what it did before.
 */
export function createLoanReceiver(parts: Parts): LoanReceiver {
  return {
    book: (receipt) => book(parts, receipt),
    takeBack: (receipt) => takeBack(parts, receipt),
  };
}

export function receiptKey(key: string, round: number): string {
  return round === 0 ? key : `${key}:${round}`;
}

async function book(parts: Parts, receipt: LoanReceipt): Promise<boolean> {
  const { key, loanId, partyId, amount, companions } = receipt;
  const loan = await parts.servicing.findOwn(partyId, loanId);
  if (!loan) return false;
  const arrival = await arrivalOn(parts, { loan, on: receipt.on });
  const kind = loan.state === 'written-off' ? 'recovery' : 'payment';
  const outcome = await inRounds((round) =>
    parts.servicing.act({
      ...{ key: receiptKey(key, round), actor: railActor, loanId, partyId, companions },
      channel: 'rail',
      ...(arrival ? { on: arrival } : {}),
      act: { kind, from: 'cash', amount },
    }),
  );
  if (!outcome.ok)
    parts.platform.logger.warn({ payment: key, refusal: outcome.refusal.code }, 'Money for a loan was not booked');
  return outcome.ok;
}

/** The day it counts from, where that is not the business date: the day of its arrival, of which the books may be late. */
async function arrivalOn(
  { servicing }: Parts,
  { loan, on }: { loan: Loan; on: PlainDate },
): Promise<PlainDate | undefined> {
  const first = dateOf(loan.disbursedOn);
  const arrived = isBefore(on, first) ? first : on;
  return isBefore(arrived, await servicing.businessDate()) ? arrived : undefined;
}

async function takeBack(parts: Parts, receipt: LoanReceipt): Promise<boolean> {
  const { key, loanId, partyId, companions } = receipt;
  const booked = await bookedAs(parts, receipt);
  if (!booked) return false;
  const outcome = await inRounds((round) =>
    parts.servicing.act({
      ...{ key: `rail-return:${key}:${round}`, actor: railActor, loanId, partyId, companions },
      channel: 'rail',
      act: { kind: 'reversal', reverses: booked._id, ...(booked.kind === 'payment' ? { bounce: 'charged' } : {}) },
    }),
  );
  if (outcome.ok) return true;
  if (outcome.refusal.code !== 'already-reversed') return false;
  // Staff undid it before the other bank did: only the payment over the rail is left to end.
  await commitTogether(parts.platform.database, companions);
  return true;
}

async function bookedAs({ servicing }: Parts, { key, loanId }: LoanReceipt): Promise<LoanTransaction | undefined> {
  for (let round = 0; round < mostRounds; round += 1) {
    const found = await servicing.transaction({ loanId, key: receiptKey(key, round) });
    if (found) return found;
  }
  return undefined;
}

async function inRounds(attempt: (round: number) => Promise<ActOutcome>): Promise<ActOutcome> {
  for (let round = 0; round < mostRounds; round += 1) {
    const outcome = await attempt(round);
    if (outcome.ok || outcome.refusal.code !== 'changed-meanwhile') return outcome;
  }
  // Neither booked nor refused: whoever follows the rail asks again later.
  throw new Fault('conflict', 'The loan was changed by somebody else each time');
}
