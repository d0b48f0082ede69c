import { unreachable } from '#core/assert.ts';
import { dateText } from '#core/calendar.ts';
import { counted, type Formats } from '#core/format.ts';
import { zero } from '#core/money.ts';
import type { Act } from '../life/act.ts';
import type { Told } from '../life/act.service.ts';
import type { Change } from './change-payload.ts';
import { changeTexts, transactionText } from './transaction-texts.ts';

interface Facts {
  told: Pick<Told, 'transactions'>;
  formats: Formats;
}

/** What an act asks for, in a line without personal values. */
export function actText({ act, on }: Pick<Change, 'act' | 'on'>, { told, formats }: Facts): string {
  switch (act.kind) {
    case 'waiver':
      return `Let ${formats.moneyWithCurrency(act.amount)} of ${act.part} go`;
    case 'write-off':
      return 'Write the loan off';
    case 'reschedule':
      return `${counted(act.change.extraInstalments ?? 0, 'more instalment')} from ${formats.date(act.change.fromDueOn ?? '')}`;
    case 'restructure':
    case 'moratorium':
      return changeText(act, formats);
    case 'rate-change':
      return `${formats.rate(act.annualRate)} a year${on ? ` from ${formats.date(dateText(on))}` : ''}`;
    case 'reversal':
      return undoText(act.reverses, { told, formats });
    case 'payment':
    case 'prepayment':
    case 'payoff':
    case 'advance':
    case 'cancellation':
    case 'charge':
    case 'recovery':
      return act.kind;
    default:
      return unreachable(act);
  }
}

function changeText(
  act: Extract<Act, { kind: 'restructure' | 'moratorium' | 'reschedule' }>,
  formats: Formats,
): string {
  return `${act.kind === 'moratorium' ? 'Moratorium' : 'Restructure'}: ${changeTexts(act.change, formats).join(', ')}`;
}

function undoText(reverses: string, { told, formats }: Facts): string {
  const one = told.transactions.find(({ _id }) => _id === reverses);
  if (!one) return 'Undo a transaction';
  const amount = one.amount === zero ? '' : `, ${formats.moneyWithCurrency(one.amount)}`;
  return `Undo transaction ${one.number}: ${transactionText(one, formats)}${amount}`;
}
