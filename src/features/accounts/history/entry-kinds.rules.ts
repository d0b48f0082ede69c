import { zero, type Money } from '#core/money.ts';

/** What a customer is told of a journal, by its kind; where a topic has more to say of its own, it gives the text. */
const names: Record<string, string> = {
  deposit: 'Deposit',
  'deposit-reversal': 'Deposit taken back',
  withdrawal: 'Withdrawal',
  'withdrawal-reversal': 'Withdrawal given back',
  transfer: 'Transfer',
  'transfer-reversal': 'Transfer taken back',
  interest: 'Interest',
  'interest-reversal': 'Interest corrected',
  migration: 'Brought over from your former bank',
  'migration-reversal': 'Former bank’s entry corrected',
  disbursal: 'Loan paid out',
  'disbursal-reversal': 'Loan payout taken back',
  'loan-payment': 'Loan payment',
  'loan-prepayment': 'Loan repaid in part',
  'loan-payoff': 'Loan paid off',
  'loan-advance': 'Further part of a loan paid out',
  'loan-cancellation': 'Loan cancelled',
  'loan-recovery': 'Loan payment',
  'loan-reversal': 'Loan payment undone',
  // What was booked before loans could be paid in any other way than by whole instalments.
  'instalment-payment': 'Loan instalment',
  'instalment-payment-reversal': 'Loan instalment given back',
  hold: 'Hold placed',
  'hold-void': 'Hold released',
  'hold-expiry': 'Hold ended',
  close: 'Account closed',
};

export function entryName(kind: string): string {
  return names[kind] ?? 'Booking';
}

/** What a customer chooses a history by. */
export const kindGroups = {
  deposits: { text: 'Deposits', kinds: ['deposit', 'deposit-reversal'] },
  withdrawals: { text: 'Withdrawals', kinds: ['withdrawal', 'withdrawal-reversal'] },
  transfers: { text: 'Transfers', kinds: ['transfer', 'transfer-reversal'] },
  loans: {
    text: 'Loans',
    kinds: [
      'disbursal',
      'disbursal-reversal',
      'loan-payment',
      'loan-prepayment',
      'loan-payoff',
      'loan-advance',
      'loan-cancellation',
      'loan-recovery',
      'loan-reversal',
      'instalment-payment',
      'instalment-payment-reversal',
    ],
  },
  interest: { text: 'Interest', kinds: ['interest', 'interest-reversal'] },
} as const satisfies Record<string, { text: string; kinds: readonly string[] }>;
export type KindGroup = keyof typeof kindGroups;
export const kindGroupNames = Object.keys(kindGroups) as [KindGroup, ...KindGroup[]];

const holdKinds: readonly string[] = ['hold', 'hold-void', 'hold-expiry'];
const shownWithoutAmount: readonly string[] = [...holdKinds, 'close'];

export function isHoldKind(kind: string): boolean {
  return holdKinds.includes(kind);
}

/**
 * Entries of amount zero are the ledger's own notes. Of those a customer sees holds and the closing; never a freeze or
 * changed terms, since whoever is looked into must not learn of it (tipping off, e.g. Directive (EU) 2015/849, art. 39).
 */
export function isForCustomers(entry: { kind: string; amount: Money }): boolean {
  return entry.amount !== zero || shownWithoutAmount.includes(entry.kind);
}

/** The history stands in the order of booking: a back-dated entry is found where it came in, with the day it counts for. */
export function bookingDay(entry: { effectiveOn: string; bookedOn?: string }): string {
  return entry.bookedOn ?? entry.effectiveOn;
}

/** The kind that a reversal takes back; any other kind itself. */
export function baseKind(kind: string): string {
  return kind.replace(/-reversal$/, '');
}

/** A structured reference as a line begins: `loan L-4402-7719` becomes `Loan L-4402-7719`. */
export function asSentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
