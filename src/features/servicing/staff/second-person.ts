import { isBefore, type PlainDate } from '#core/calendar.ts';
import { compareRates, rateOf } from '#core/rate.ts';
import type { LoanTransaction } from '#features/loans/index.ts';
import type { Act } from '../life/act.ts';
import type { Told } from '../life/act.service.ts';
import { isChange, type ChangeAct } from './change-payload.ts';

/** What one person may undo: money that came in, whose undoing leaves more owed, and what one person may grant. */
const undoneAlone: readonly LoanTransaction['kind'][] = ['payment', 'prepayment', 'payoff', 'recovery', 'moratorium'];

/** The act where a second person decides on it: what the bank gives up, agrees anew, or takes back of the like. */
export function forTwo(
  act: Act,
  by: { told: Pick<Told, 'loan' | 'transactions' | 'today'>; on: PlainDate | undefined },
): ChangeAct | undefined {
  if (!isChange(act)) return undefined;
  const { told, on } = by;
  if (act.kind === 'reversal') {
    const undone = told.transactions.find(({ _id }) => _id === act.reverses);
    return undone && undoneAlone.includes(undone.kind) ? undefined : act;
  }
  if (act.kind === 'rate-change') {
    const present = rateOf(told.loan.terms.at(-1)?.annualRate ?? '0');
    const isLater = on !== undefined && isBefore(on, told.today);
    return isLater || compareRates(rateOf(act.annualRate), present) < 0 ? act : undefined;
  }
  return act;
}
