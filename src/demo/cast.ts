import type { Money } from '#core/money.ts';
import type { Bank } from '../composition.ts';
import type { PlannedCustomer } from './plan.ts';

/** A customer as the player knows them while the year is played. */
export interface PlayedCustomer {
  planned: PlannedCustomer;
  partyId: string;
  accountId: string;
}

export interface Cast {
  bank: Bank;
  officer: { userId: string; partyId: string | undefined };
  /** Decides what is above the officer's authority. */
  senior: { userId: string; partyId: string | undefined; roles: readonly ['senior-officer'] };
  /** Whole units of the plan in minor units of the bank's currency. */
  scale(units: number): Money;
}
