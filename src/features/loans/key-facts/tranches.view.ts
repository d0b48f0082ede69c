import { counted, type Formats } from '#core/format.ts';
import { minus, zero } from '#core/money.ts';
import type { KeyFacts, PlannedPart } from './key-facts.ts';

/** The plan of a loan that is paid out in parts; nothing for one that comes at once. */
export function trancheSection({ tranches, schedule }: KeyFacts, formats: Formats) {
  if (tranches.length < 2) return [];
  const keptBack = schedule.feeAtDisbursement;
  const less = keptBack === zero ? '' : `, less ${formats.money(keptBack)} kept back`;
  return [
    {
      title: `Paid out in ${counted(tranches.length, 'part')}`,
      items: [
        ...tranches.map((part) => ({
          label: `Part ${part.n}`,
          value: `${formats.moneyWithCurrency(part.amount)}${part.n === 1 ? less : ''}: ${whenText(part)}`,
        })),
        { label: 'Interest', value: partsCost },
      ],
    },
  ];
}

const partsCost =
  'Runs only on what is paid out, from its own day. The figures here are for everything paid out on the first day, so that you pay less than they say until the last part is out.';

export function whenText({ n, stage }: Pick<PlannedPart, 'n' | 'stage'>): string {
  if (stage === '') return n === 1 ? 'first' : 'after the part before it';
  return stage;
}

/** The same as a sentence of the agreement. */
export function tranchesText({ tranches }: KeyFacts, formats: Formats): string {
  const list = tranches
    .map((part) => `${part.n}. ${formats.moneyWithCurrency(part.amount)}: ${whenText(part)}.`)
    .join(' ');
  return `We pay it out in ${counted(tranches.length, 'part')} into the account you choose. ${list} Interest ${lower(partsCost)}`;
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** What reaches the borrower with a part: the first one less what is kept back. */
export function reaching(part: Pick<PlannedPart, 'n' | 'amount'>, fee: PlannedPart['amount']): PlannedPart['amount'] {
  return part.n === 1 ? minus(part.amount, fee) : part.amount;
}
