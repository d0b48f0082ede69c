import type { Currency } from '#core/money.ts';
import { ownBookId } from '#features/ledger/index.ts';
import type { Side } from './act.ts';

/** The ledger account of where money comes from or goes to. */
export function sideAccount(side: Side, currency: Currency): string {
  return side === 'cash' ? ownBookId('cash', currency) : side.accountId;
}
