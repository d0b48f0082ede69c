import { counted, type Formats } from '#core/format.ts';
import { minus, negate, plus, sum, zero } from '#core/money.ts';
import type { LoanTransaction } from '#features/loans/index.ts';

/** What a transaction was, in a few plain words. `undone` is the one that a reversal takes back. */
export function transactionName(
  one: LoanTransaction,
  facts: { formats: Formats; undone?: LoanTransaction; rows?: readonly number[] },
): string {
  const { formats, undone, rows = one.instalment === null ? [] : [one.instalment] } = facts;
  switch (one.kind) {
    case 'disbursal':
      return one.number === 1 ? 'Loan paid out' : 'Further amount paid out';
    case 'payment':
      return rows.length === 0 ? 'Payment' : `Payment, ${rowsText(rows)}`;
    case 'prepayment':
      return 'Early repayment of a part';
    case 'payoff':
      return 'Paid off in full';
    case 'cancellation':
      return 'Cancelled within the cooling-off time';
    case 'charge':
      return chargeNames[one.code ?? 'other'] ?? 'Fee charged';
    case 'waiver':
      return waiverName(one);
    case 'rate-change':
      return `New rate, ${formats.rate(one.change?.annualRate ?? '0')} a year`;
    case 'moratorium':
      return 'Payment break agreed';
    case 'reschedule':
      return 'New due dates agreed';
    case 'restructure':
      return 'New terms agreed';
    case 'write-off':
      return 'Written off';
    case 'recovery':
      return 'Payment after the write-off';
    case 'refund':
      return 'Paid back to you';
    case 'reversal':
      return undone ? `Undone: ${lowerFirst(transactionName(undone, { formats }))}` : 'Undone';
  }
}

function waiverName({ code }: LoanTransaction): string {
  if (code === 'interest') return 'Interest let go';
  return code === 'penalty' ? 'Penalty let go' : 'Fee let go';
}

/** `instalment 3`, `instalments 3 and 4`, `instalments 3 to 9`. */
export function rowsText(rows: readonly number[]): string {
  if (rows.length === 1) return `instalment ${rows[0]}`;
  return `instalments ${rows.length === 2 ? rows.join(' and ') : `${rows[0]} to ${rows.at(-1)}`}`;
}

const chargeNames: Record<string, string> = {
  late: 'Late fee charged',
  bounce: 'Fee for a payment that came back',
};

export function asSentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** What a change of terms came to, in a sentence; undefined for other transactions. */
export function changeText({ kind, change }: LoanTransaction, formats: Formats): string | undefined {
  if (!change) return undefined;
  const { annualRate, fromDueOn, extraInstalments = 0, interestGrace = 0, principalGrace = 0, capitalise } = change;
  const said = [
    annualRate !== undefined && kind !== 'rate-change' ? `the rate is ${formats.rate(annualRate)} a year` : '',
    interestGrace > 0 ? `${counted(interestGrace, 'instalment')} without payment` : '',
    principalGrace > 0 ? `${counted(principalGrace, 'instalment')} without principal` : '',
    extraInstalments > 0 ? `${counted(extraInstalments, 'instalment')} more` : '',
    capitalise ? 'what was overdue is paid with the instalments to come' : '',
  ].filter(Boolean);
  if (said.length === 0) return undefined;
  const from = fromDueOn === undefined ? '' : `From ${formats.date(fromDueOn)}: `;
  return asSentence(`${from}${said.join(', ')}`);
}

/** What the money of a transaction was used for, part by part, with what was left over. */
export function usesOf(one: LoanTransaction, formats: Formats): { label: string; value: string }[] {
  const used = sum([one.penalty, one.fee, one.interest, one.principal, one.ahead, one.charge ?? zero]);
  const rest = minus(one.amount, used);
  const { givenBack = zero } = one;
  // Fees that had not been paid are neither asked for nor given back.
  const isCancelled = one.kind === 'cancellation';
  const returned = minus(givenBack, plus(one.fee, one.penalty));
  const uses = [
    { label: 'Penalty', amount: isCancelled ? zero : one.penalty },
    { label: 'Fee', amount: isCancelled ? zero : one.fee },
    { label: 'Interest', amount: one.interest },
    { label: 'Principal', amount: one.principal },
    { label: 'Fee for repaying early', amount: one.charge ?? zero },
    { label: 'Kept for the next instalment', amount: one.ahead },
    { label: 'More than was owed, paid back', amount: one.kind === 'payment' || one.kind === 'payoff' ? rest : zero },
  ]
    .filter(({ amount }) => amount > zero)
    .map(({ label, amount }) => ({ label, value: formats.money(amount) }));
  if (!isCancelled || returned === zero) return uses;
  return [...uses, { label: 'Fees given back', value: formats.money(negate(returned)) }];
}

export function feesAndPenalties(one: LoanTransaction) {
  return plus(plus(one.fee, one.penalty), one.charge ?? zero);
}

export function isMoneyIn({ kind }: LoanTransaction): boolean {
  return kind === 'payment' || kind === 'prepayment' || kind === 'payoff' || kind === 'cancellation';
}
