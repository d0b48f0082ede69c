import type { Formats } from '#core/format.ts';
import { sum, type Money } from '#core/money.ts';
import type { Loan } from '#features/loans/index.ts';

/** A part of the loan that was agreed and is not paid out yet. */
export interface PartToCome {
  amount: Money;
  /** What it waits for, in the officer's words; empty where it waits for nothing. */
  stage: string;
}

export const amountToCome = (parts: readonly PartToCome[]): Money => sum(parts.map(({ amount }) => amount));

/** What is owed is told of the part that is paid out; that more was agreed, and what it waits for, must not be missed. */
export function toComeAlert(loan: Pick<Loan, 'state'>, parts: readonly PartToCome[], formats: Formats) {
  const [next] = parts;
  if (!next || loan.state !== 'active') return [];
  const waits =
    next.stage === '' ? '' : ` The next part, ${formats.money(next.amount)}, waits for this: ${stop(next.stage)}`;
  return [
    {
      kind: 'info',
      title: `${formats.moneyWithCurrency(amountToCome(parts))} of this loan is still to be paid out`,
      text: `You pay interest only on what is paid out. When more is, your instalments are worked out anew.${waits}`,
    },
  ];
}

const stop = (text: string) => text.replace(/[.]?$/, '.');

/** Of what an outstanding amount is a part: all that was paid out, and that more is to come. */
export function paidOutNote(loan: Pick<Loan, 'principal'>, parts: readonly PartToCome[], formats: Formats): string {
  const paidOut = formats.moneyWithCurrency(loan.principal);
  return parts.length === 0 ? `of ${paidOut}` : `of ${paidOut} paid out so far`;
}
