import { present } from '#core/assert.ts';
import type { Formats } from '#core/format.ts';
import { sum, zero } from '#core/money.ts';
import type { LoanTransaction } from '#features/loans/index.ts';
import type { RunRow } from '#features/schedules/index.ts';
import type { Told } from '../life/act.service.ts';
import { leftOf } from '../life/due.ts';
import { effective } from '../life/story.ts';
import { changeText, transactionName } from './transaction-words.ts';

/** The rate that applies now: of the last change that still counts, or as it was agreed. */
export function rateNow({ loan, transactions }: Pick<Told, 'loan' | 'transactions'>): string {
  const changed = changesOf(transactions).findLast(({ change }) => change?.annualRate !== undefined);
  return changed?.change?.annualRate ?? present(loan.terms[0], 'The agreement of a loan').annualRate;
}

/** Changes of terms that were not undone, in the order they were recorded. */
export function changesOf(transactions: readonly LoanTransaction[]): LoanTransaction[] {
  return effective(transactions).filter(({ change }) => change !== undefined);
}

/** What the next full instalment comes to; undefined where none is to come. */
export function instalmentNow({ run }: Pick<Told, 'run'>): RunRow | undefined {
  const coming = run.rows.filter((row) => !row.known);
  return coming[1] ?? coming[0];
}

const everyWord = { month: 'monthly', week: 'weekly', day: 'daily' } as const;

/** What was agreed, and what of it applies now. */
export function termRows(told: Told, formats: Formats) {
  const { loan, run } = told;
  const agreed = present(loan.terms[0], 'The agreement of a loan');
  const last = present(run.rows.at(-1), 'The last instalment');
  const { every, unit } = agreed.frequency;
  const rhythm = every === 1 ? everyWord[unit] : `one every ${every} ${unit}s`;
  const now = instalmentNow(told);
  const rate = rateNow(told);
  return [
    { label: 'Contract', value: loan.number },
    { label: `Amount borrowed, ${loan.currency}`, value: formats.money(loan.principal) },
    ...(loan.fee > zero ? [{ label: 'Fee kept back at payout', value: formats.money(loan.fee) }] : []),
    { label: 'Interest rate a year, as agreed', value: formats.rate(agreed.annualRate) },
    ...(rate === agreed.annualRate ? [] : [{ label: 'Interest rate a year now', value: formats.rate(rate) }]),
    ...(loan.aprPercent === null ? [] : [{ label: 'Annual percentage rate', value: formats.rate(loan.aprPercent) }]),
    { label: 'Days are counted by', value: agreed.dayCount },
    { label: 'Agreed number of instalments', value: `${agreed.instalments}, ${rhythm}` },
    { label: 'Instalment as agreed', value: formats.money(agreed.instalment) },
    ...(now ? [{ label: 'Instalment now', value: formats.money(leftOf(now)) }] : []),
    { label: 'Paid out on', value: formats.date(loan.disbursedOn) },
    { label: 'First instalment', value: formats.date(agreed.firstDueOn) },
    { label: 'Last instalment', value: formats.date(last.dueOn) },
    { label: 'Interest in all', value: formats.money(sum(run.rows.map((row) => row.interest))) },
    { label: 'Repaid in all', value: formats.money(sum(run.rows.map((row) => row.total))), total: true },
  ];
}

/** The last change of the terms as a notice, with what applies since then. */
export function changeNotice(told: Told, formats: Formats): { title: string; text: string } | undefined {
  const last = changesOf(told.transactions).at(-1);
  if (!last || told.loan.state !== 'active') return undefined;
  const now = instalmentNow(told);
  const change = changeText(last, formats);
  const instalment = now ? `Your instalment is ${formats.moneyWithCurrency(leftOf(now))}` : '';
  const end = told.run.rows.at(-1)?.dueOn;
  const until = end === undefined ? '' : `, the last one is due ${formats.date(end)}`;
  return {
    title: `${transactionName(last, { formats })}, since ${formats.date(last.on)}`,
    text: `${change === undefined ? '' : `${change}. `}${instalment}${instalment === '' ? '' : `${until}.`}`,
  };
}
