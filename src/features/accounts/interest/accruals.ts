import { dateText, daysBetween, type PlainDate } from '#core/calendar.ts';
import { minus, plus, zero, type Money } from '#core/money.ts';
import type { Ledger } from '#features/ledger/index.ts';
import type { AccountTypes } from '../opening/account-types.service.ts';
import {
  accruedParts,
  closingsOf,
  type ClosingBalance,
  type InterestParts,
  type InterestPeriod,
} from './interest.rules.ts';

export interface AccrualParts {
  ledger: Pick<Ledger, 'statementLines' | 'balanceOn'>;
  types: AccountTypes;
}

/** The interest of some days, exactly and before rounding. */
export async function accruedOver(
  { ledger, types }: AccrualParts,
  { account, period }: { account: { id: string; typeId: string }; period: InterestPeriod },
): Promise<InterestParts> {
  if (daysBetween(period.from, period.to) < 0) return 0n;
  const { code } = await types.version(account.typeId);
  const [balances, rates] = await Promise.all([
    balancesIn(ledger, { account: account.id, ...period }),
    types.rates(code),
  ]);
  return accruedParts({ period, ...balances, rates });
}

interface Balances {
  /** At the end of the day before the period. */
  opening: Money;
  closings: ClosingBalance[];
}

// Pieces have 500 lines: beyond 2,000 of them a question for each day costs less than reading on.
const mostPieces = 4;

/** A month costs one read of its lines; a second one where nothing moved in it. */
async function balancesIn(
  ledger: AccrualParts['ledger'],
  period: { account: string; from: PlainDate; to: PlainDate },
): Promise<Balances> {
  const movedOn = new Map<string, Money>();
  let opening: Money | undefined;
  let pieces = 0;
  for await (const piece of ledger.statementLines(period)) {
    pieces += 1;
    if (pieces > mostPieces) return askedDayByDay(ledger, period);
    for (const { effectiveOn, amount, balanceAfter } of piece) {
      opening ??= minus(balanceAfter, amount);
      movedOn.set(effectiveOn, plus(movedOn.get(effectiveOn) ?? zero, amount));
    }
  }
  opening ??= await ledger.balanceOn({ account: period.account, date: period.to });
  return { opening, closings: closingsOf(opening, movedOn) };
}

async function askedDayByDay(
  ledger: Pick<Ledger, 'balanceOn'>,
  { account, from, to }: { account: string; from: PlainDate; to: PlainDate },
): Promise<Balances> {
  const opening = await ledger.balanceOn({ account, date: from.subtract({ days: 1 }) });
  const closings: ClosingBalance[] = [];
  for (let date = from; daysBetween(date, to) >= 0; date = date.add({ days: 1 }))
    closings.push({ on: dateText(date), balance: await ledger.balanceOn({ account, date }) });
  return { opening, closings };
}
