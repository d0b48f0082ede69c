import { unreachable } from '#core/assert.ts';
import { minus, toDecimalString, zero } from '#core/money.ts';
import { noticeRow } from '#features/notices/index.ts';
import { bsonDate } from '#platform/clock.ts';
import type { Companion } from '#platform/companion.ts';
import type { Platform } from '#platform/platform.ts';
import { railCollection, type RailPayment } from './rail.model.ts';
import { reasonText, type RailState } from './rail.rules.ts';

/** A payment's next state, with what comes with it. */
export interface Move {
  state: Exclude<RailState, 'pending'>;
  railReference?: string;
  reason?: string;
  missing?: RailPayment['missing'];
}

/** A payment that settled within this time was never seen waiting. */
const atOnceMs = 60_000;

/** The guarded writes of a move: the payment itself, the audit entry, and a notice where the customer waited or is worse off. */
export function moveOf(platform: Platform, payment: RailPayment, move: Move): Companion[] {
  const { _id, state, version, amount, currency } = payment;
  const now = platform.clock.now();
  const at = bsonDate(now);
  const atOnce = payment.pendingSince === null && now.epochMilliseconds - payment.at.getTime() < atOnceMs;
  const dated = move.state === 'settled' ? { settledAt: at } : { endedAt: at };
  const details = { amount: toDecimalString(amount, currency), currency, payment: _id };
  return [
    {
      collection: railCollection,
      kind: 'update',
      filter: { _id, state, version },
      change: { $set: { ...move, ...dated, askAt: null }, $inc: { version: 1 } },
    },
    platform.audit.entry({
      actor: move.state === 'settled' ? payment.actor : 'system',
      action: `${kindOf(payment)}-${move.state}`,
      subject: subjectOf(payment),
      details: move.reason === undefined ? details : { ...details, reason: move.reason },
    }),
    ...(isTold(payment, move) || (move.state === 'settled' && atOnce)
      ? []
      : [noticeRow(platform.outbox, noticeOf(platform, payment, move))]),
  ];
}

function kindOf({ loan, proof, direction }: RailPayment): string {
  if (loan) return 'loan-transfer';
  if (proof) return 'bank-proof-payment';
  return direction === 'in' ? 'deposit' : 'withdrawal';
}

function subjectOf({ loan, proof, accountId }: RailPayment): { type: string; id: string } {
  if (loan) return { type: 'loan', id: loan.id };
  return proof ? { type: 'application', id: proof.applicationId } : { type: 'account', id: accountId };
}

/** What is done to a loan is told of with it, and that a proof has arrived is for its holder to find out. */
function isTold({ loan, proof, state }: RailPayment, move: Move): boolean {
  if (proof) return move.state === 'settled';
  return loan !== undefined && (move.state === 'settled' || state === 'settled');
}

function noticeOf(platform: Platform, payment: RailPayment, move: Move) {
  const { _id, partyId, direction, loan, proof } = payment;
  if (proof) {
    const text = `${reasonText(move.reason ?? null)}. Look at the bank details of your application; nothing of yours was moved.`;
    const href = `/loans/apply/${proof.applicationId}/bank-proof`;
    return { partyId, title: 'We could not prove your bank account', text, href };
  }
  if (loan) {
    const amount = platform.formats.moneyWithCurrency(payment.amount);
    const text = `${amount} from another bank for loan ${loan.number} went back. ${reasonText(move.reason ?? null)}. Nothing was booked; what is due stays due.`;
    return { partyId, title: 'Your transfer went back', text, href: `/loans/${loan.id}/transfer/${_id}` };
  }
  const href = direction === 'in' ? `/deposit/${_id}` : `/withdraw/${_id}`;
  const text = direction === 'in' ? depositText(platform, payment, move) : withdrawalText(platform, payment, move);
  return { partyId, href, ...text };
}

function depositText({ formats }: Platform, payment: RailPayment, move: Move): { title: string; text: string } {
  const amount = formats.moneyWithCurrency(payment.amount);
  const reason = reasonText(move.reason ?? null);
  switch (move.state) {
    case 'settled':
      return { title: 'Your deposit is here', text: `${amount} from your other bank is on your account now.` };
    case 'refused':
      return { title: 'Your deposit was refused', text: `${reason}. Nothing was collected and nothing was booked.` };
    case 'returned': {
      if (payment.state === 'pending') {
        const text = `Your deposit of ${amount} went back to your other bank. ${reason}. Nothing was booked to your account.`;
        return { title: 'Your deposit went back', text };
      }
      const taken = formats.moneyWithCurrency(minus(payment.amount, move.missing ?? zero));
      const owed = move.missing === undefined || move.missing === zero ? '' : ` ${owes(formats, move.missing)}`;
      return { title: 'A deposit was taken back', text: `${reason}. We took ${taken} off your account.${owed}` };
    }
    default:
      return unreachable(move.state);
  }
}

function owes(formats: Platform['formats'], missing: RailPayment['missing']): string {
  return `Your account had no more, so that you owe us ${formats.moneyWithCurrency(missing)}.`;
}

function withdrawalText({ formats }: Platform, payment: RailPayment, move: Move): { title: string; text: string } {
  const amount = formats.moneyWithCurrency(payment.amount);
  const reason = reasonText(move.reason ?? null);
  switch (move.state) {
    case 'settled':
      return { title: 'Your withdrawal was paid out', text: `${amount} has left your account for your other bank.` };
    case 'refused':
      return { title: 'Your withdrawal was refused', text: `${reason}. ${amount} is available to you again.` };
    case 'returned': {
      const back = payment.state === 'pending' ? 'is available to you again' : 'is back on your account';
      return { title: 'Your withdrawal came back', text: `${reason}. ${amount} ${back}.` };
    }
    default:
      return unreachable(move.state);
  }
}
