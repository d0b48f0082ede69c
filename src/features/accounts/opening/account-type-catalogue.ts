import { ofDollarSize, zero, type Currency } from '#core/money.ts';
import { rateOf } from '#core/rate.ts';
import type { AccountTypeVersion } from './account-type.model.ts';

// Before any history that a demonstration plays, so that its first accounts already have a type.
const foundingDay = '2020-01-01';

/** Version 1 of every account type, in the bank's currency. */
export function startingAccountTypes(currency: Currency): AccountTypeVersion[] {
  const limits = (perTransfer: number, perDay: number) => ({
    perTransfer: ofDollarSize(perTransfer, currency),
    perDay: ofDollarSize(perDay, currency),
  });
  const first = { version: 1, currency, floor: zero, effectiveFrom: foundingDay };
  return [
    {
      ...first,
      _id: 'current-1',
      code: 'current',
      kind: 'current',
      name: 'Current account',
      sentence: 'For everyday money: what comes in, what goes out, and your loan payments.',
      annualRate: rateOf('0'),
      limits: limits(25_000, 50_000),
    },
    {
      ...first,
      _id: 'savings-1',
      code: 'savings',
      kind: 'savings',
      name: 'Savings account',
      sentence: 'For money you put aside. Interest grows every day and is paid each month.',
      annualRate: rateOf('2.50'),
      limits: limits(10_000, 20_000),
    },
  ];
}
