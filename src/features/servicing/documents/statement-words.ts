import type { Formats } from '#core/format.ts';
import { sum, zero, type Money } from '#core/money.ts';
import type { LoanTransaction } from '#features/loans/index.ts';
import { changeText, transactionName } from '../borrower/transaction-words.ts';
import type { StatementLine } from './statement-lines.ts';

/** What a line was, and beneath it what its columns do not say. */
export function lineWords(
  line: StatementLine,
  { all, formats }: { all: readonly LoanTransaction[]; formats: Formats },
): { what: string; sub: string } {
  const { transaction, as } = line;
  const undone = all.find(({ _id }) => _id === transaction.reverses);
  const name = transactionName(transaction, { formats, ...(undone ? { undone } : {}) });
  if (as === 'used') {
    const use = 'Paid before, waited for its instalment and was used now';
    return { what: `${name} of ${formats.date(transaction.on)}`, sub: `${use}.` };
  }
  const subs = [late(transaction, formats), ...notes(line, { all, formats })].filter(Boolean);
  return { what: name, sub: subs.map((text) => `${text}.`).join(' ') };
}

function late({ on, recordedOn }: LoanTransaction, formats: Formats): string {
  return on === recordedOn ? '' : `Recorded on ${formats.date(recordedOn)}`;
}

function notes(
  line: StatementLine,
  { all, formats }: { all: readonly LoanTransaction[]; formats: Formats },
): (string | undefined)[] {
  const { transaction, as, ahead } = line;
  if (as === 'undone') {
    const by = all.find(({ reverses }) => reverses === transaction._id);
    return [`Undone on ${formats.date(by?.recordedOn ?? transaction.recordedOn)}: counts as if it had never been`];
  }
  return [
    changeText(transaction, formats),
    ahead > zero
      ? `${formats.moneyWithCurrency(ahead)} wait for the next instalment and lower the principal`
      : undefined,
    transaction.kind === 'disbursal' && transaction.fee > zero
      ? `${formats.moneyWithCurrency(transaction.fee)} were kept back as a fee`
      : undefined,
    transaction.givenBack !== undefined && transaction.givenBack > zero
      ? `${formats.moneyWithCurrency(transaction.givenBack)} of fees were given back`
      : undefined,
    capitalised(line) > zero ? `${formats.moneyWithCurrency(capitalised(line))} became principal` : undefined,
  ];
}

function capitalised({ transaction, interest, fee, penalty }: StatementLine): Money {
  return transaction.change?.capitalise === 'arrears' ? sum([interest, fee, penalty]) : zero;
}

/** What of the line stands in the columns; arrears that became principal were used for nothing. */
export function lineAmounts(line: StatementLine): Record<'principal' | 'interest' | 'fee' | 'penalty', Money> {
  const { principal, interest, fee, penalty, transaction } = line;
  return transaction.change?.capitalise === 'arrears'
    ? { principal: zero, interest: zero, fee: zero, penalty: zero }
    : { principal, interest, fee, penalty };
}
