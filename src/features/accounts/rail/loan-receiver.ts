import type { PlainDate } from '#core/calendar.ts';
import type { Money } from '#core/money.ts';
import type { Companion } from '#platform/companion.ts';
import type { RailStatus } from '#platform/payment-rail.ts';
import type { Platform } from '#platform/platform.ts';
import type { RailPayment } from './rail.model.ts';

/** Money that another bank sent for a loan, as whoever keeps loans is given it. */
export interface LoanReceipt {
  /** The payment's key. */
  key: string;
  loanId: string;
  partyId: string;
  amount: Money;
  /** The day it arrived on, in the bank's time zone. */
  on: PlainDate;
  /** What must be true together with the booking: the payment's own next state. */
  companions: readonly Companion[];
}

/** Loans are kept by a feature that stands after this one: it registers itself here. May be asked twice for one receipt. */
export interface LoanReceiver {
  /** False where it cannot be booked: then it goes back to the other bank. */
  book(receipt: LoanReceipt): Promise<boolean>;
  /** The other bank took it back; false where that cannot be booked at the moment. */
  takeBack(receipt: LoanReceipt): Promise<boolean>;
}

type LoanPayment = RailPayment & Required<Pick<RailPayment, 'loan'>>;

export function receiptOf(
  platform: Pick<Platform, 'timeZone'>,
  payment: LoanPayment,
  facts: { settledAt: RailStatus['settledAt'] | null; companions: readonly Companion[] },
): LoanReceipt {
  const { _id: key, loan, partyId, amount, at } = payment;
  const arrived = facts.settledAt ?? at;
  const instant = Temporal.Instant.fromEpochMilliseconds(arrived.getTime());
  const on = instant.toZonedDateTimeISO(platform.timeZone).toPlainDate();
  return { key, loanId: loan.id, partyId, amount, on, companions: facts.companions };
}

export function isForLoan(payment: RailPayment): payment is LoanPayment {
  return payment.loan !== undefined;
}
