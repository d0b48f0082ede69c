import type { Formats } from '#core/format.ts';
import type { LoanTransaction, TermsChange } from '#features/loans/index.ts';
import { counted } from '#core/format.ts';

const kinds: Record<LoanTransaction['kind'], string> = {
  disbursal: 'Paid out',
  payment: 'Payment',
  prepayment: 'Early repayment',
  payoff: 'Payoff',
  cancellation: 'Cancelled in cooling-off',
  charge: 'Fee charged',
  waiver: 'Let go',
  'rate-change': 'Rate changed',
  moratorium: 'Moratorium',
  reschedule: 'Rescheduled',
  restructure: 'Restructured',
  'write-off': 'Written off',
  recovery: 'Recovery',
  refund: 'Paid back',
  reversal: 'Undone',
};

export const channelNames: Record<LoanTransaction['channel'], string> = {
  customer: 'by the customer',
  autopay: 'by standing mandate',
  rail: 'over the rail',
  staff: 'by staff',
  system: 'by ourselves',
};

/** `Fee charged (bounce)`, `Rate changed to 9.60%`. */
export function transactionText(one: Pick<LoanTransaction, 'kind' | 'code' | 'change'>, formats: Formats): string {
  const { kind, code, change } = one;
  if (kind === 'rate-change' && change?.annualRate !== undefined) {
    return `${kinds[kind]} to ${formats.rate(change.annualRate)}`;
  }
  if ((kind === 'charge' || kind === 'waiver') && code !== undefined) return `${kinds[kind]} (${code})`;
  return kinds[kind];
}

/** What a change of terms asked for; empty for every other kind. */
export function changeTexts(change: TermsChange | undefined, formats: Formats): string[] {
  if (!change) return [];
  const { annualRate, extraInstalments = 0, interestGrace = 0, principalGrace = 0, fromDueOn, capitalise } = change;
  const interestOnly = Math.max(0, principalGrace - interestGrace);
  return [
    ...(annualRate === undefined ? [] : [`${formats.rate(annualRate)} a year`]),
    ...(extraInstalments === 0 ? [] : [counted(extraInstalments, 'more instalment')]),
    ...(interestGrace === 0 ? [] : [`${counted(interestGrace, 'instalment')} without payment`]),
    ...(interestOnly === 0 ? [] : [`${counted(interestOnly, 'instalment')} with interest only`]),
    ...(capitalise ? ['arrears added to the principal'] : []),
    ...(fromDueOn === undefined ? [] : [`from ${formats.date(fromDueOn)}`]),
  ];
}
