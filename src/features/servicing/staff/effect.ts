import type { Formats } from '#core/format.ts';
import { minus, sum, type Money } from '#core/money.ts';
import type { Instalment, Loan } from '#features/loans/index.ts';
import type { Foreseen } from '../life/foresee.ts';

/** One thing about a loan as it is, and as it would be. */
export interface EffectRow {
  label: string;
  before: string;
  after: string;
}

type State = Pick<Loan, 'instalments' | 'outstandingPrincipal' | 'arrears' | 'state' | 'nextDueOn' | 'paidInstalments'>;

const stateNames = { active: 'Running', closed: 'Repaid', 'written-off': 'Written off' } as const;

/** What would be otherwise, amounts in the loan's currency; what stays as it is is left out. */
export function effectRows(
  { told, after, recorded }: Pick<Foreseen, 'told' | 'after' | 'recorded'>,
  formats: Formats,
): EffectRow[] {
  const now = told.loan;
  const before = statements({ ...now, instalments: now.instalments }, formats);
  const then = new Map(statements(after, formats));
  const rate = recorded[0]?.change?.annualRate;
  const old = now.terms.at(-1)?.annualRate;
  const rateRow =
    rate === undefined || old === undefined
      ? []
      : [{ label: 'Rate a year', before: formats.rate(old), after: formats.rate(rate) }];
  const rows = before.map(([label, text]) => ({ label, before: text, after: then.get(label) ?? '' }));
  return [...rateRow, ...rows.filter((row) => row.before !== row.after)];
}

function statements(loan: State, formats: Formats): [label: string, text: string][] {
  const { arrears } = loan;
  const coming = loan.instalments.filter((row) => row.paidOn === null);
  const [next] = coming;
  const last = loan.instalments.at(-1);
  const owed = (part: keyof Instalment['paid']) => sum(coming.map((row) => minus(row[part], row.paid[part])));
  const money = (amount: Money) => formats.money(amount);
  return [
    ['State', stateNames[loan.state]],
    ['Outstanding principal', money(loan.outstandingPrincipal)],
    ['Principal in arrears', money(arrears.principal)],
    ['Interest in arrears', money(arrears.interest)],
    ['Fees in arrears', money(arrears.fee)],
    ['Penalties in arrears', money(arrears.penalty)],
    ['Days past due', String(arrears.daysPastDue)],
    ['Next due date', next ? formats.date(next.dueOn) : 'None'],
    ['Owed on that date', next ? money(next.left) : 'Nothing'],
    ['Instalments to come', String(coming.length)],
    ['Interest to come', money(owed('interest'))],
    ['Fees to come', money(owed('fee'))],
    ['Last instalment', last ? formats.date(last.dueOn) : 'None'],
  ];
}

/** The rows not paid yet, as they are and as they would be, side by side; only the next few. */
export function comingRows(
  { told, after }: Pick<Foreseen, 'told' | 'after'>,
  shown: number,
): { dueOn: string; before: Money | undefined; after: Money | undefined }[] {
  const unpaid = (rows: readonly Instalment[]) => rows.filter((row) => row.paidOn === null);
  const before = new Map(unpaid(told.loan.instalments).map((row) => [row.dueOn, row.left]));
  const then = new Map(unpaid(after.instalments).map((row) => [row.dueOn, row.left]));
  const days = [...new Set([...before.keys(), ...then.keys()])].toSorted();
  return days.slice(0, shown).map((dueOn) => ({ dueOn, before: before.get(dueOn), after: then.get(dueOn) }));
}
