import type { PlainDate } from '#core/calendar.ts';
import type { ProductCode } from '#features/products/index.ts';
import { createRandom, type Random } from './random.ts';

/** What becomes of an application in the demonstration. */
export type Fate =
  | 'draft'
  | 'submitted'
  | 'offered'
  | 'rejected'
  | 'withdrawn'
  | 'declined'
  | 'expired'
  | 'repaid'
  | 'on-time'
  | 'overdue';

export interface PlannedLoan {
  product: ProductCode;
  /** Whole units of the currency's dollar size; scaled to the currency when it is played. */
  amountUnits: number;
  instalments: number;
  appliedOn: PlainDate;
  fate: Fate;
  /** An overdue loan is paid until this many instalments are left open. */
  missed: number;
  /** The first of those that are missed is paid by part. */
  bringsPart?: true;
  /** After so many payments one of so many parts of the loan is repaid early. */
  prepays?: { afterPayments: number; parts: bigint; effect: 'shorten-term' | 'lower-instalment' };
}

export interface PlannedCustomer {
  number: number;
  joinedOn: PlainDate;
  incomeUnits: number;
  /** The day of the month their salary comes in. */
  payday: number;
  loans: PlannedLoan[];
  /** Only for the few that a visitor may sign in as. */
  signIn?: { email: string; password: string };
}

export interface Plan {
  from: PlainDate;
  to: PlainDate;
  customers: PlannedCustomer[];
}

const daysBeforeFirstLoan = 12;

/** Everything the demonstration will play, decided beforehand from the seed: who joins when, borrows what and pays how. */
export function planBank(size: { customers: number; months: number; to: PlainDate; seed: number }): Plan {
  const random = createRandom(size.seed);
  const from = size.to.subtract({ months: size.months });
  const days = from.until(size.to, { largestUnit: 'day' }).days;
  const customers = Array.from({ length: size.customers }, (_, index) => {
    const joinedOn = from.add({ days: random.whole(0, Math.trunc(days / 6)) });
    const incomeUnits = random.whole(28, 95) * 100;
    const loans = Array.from({ length: loanCount(index) }, (__, turn) =>
      planLoan(random, { joinedOn, to: size.to, incomeUnits, turn: index * 3 + turn }),
    );
    return { number: 1001 + index, joinedOn, incomeUnits, payday: random.whole(1, 28), loans };
  });
  return { from, to: size.to, customers };
}

/** Three loans for most: with 200 customers, more than 500 loans are paid out beside the applications that are not. */
function loanCount(index: number): number {
  return index % 10 === 0 ? 2 : 3;
}

/** One application in twelve ends before a loan; those take turns, so that every state has its examples. */
const unlentFates = ['draft', 'submitted', 'offered', 'rejected', 'withdrawn', 'declined', 'expired'] as const;

function planLoan(
  random: Random,
  facts: { joinedOn: PlainDate; to: PlainDate; incomeUnits: number; turn: number },
): PlannedLoan {
  const { joinedOn, to, incomeUnits, turn } = facts;
  const earliest = joinedOn.add({ days: daysBeforeFirstLoan });
  const room = Math.max(1, earliest.until(to, { largestUnit: 'day' }).days - 1);
  const unlent = turn % 12 === 5 ? unlentFates[Math.trunc(turn / 12) % unlentFates.length] : undefined;
  if (unlent) {
    const ago = unlent === 'expired' ? random.whole(20, Math.max(21, room)) : random.whole(1, 9);
    return {
      ...sizeOf(random, incomeUnits),
      appliedOn: to.subtract({ days: Math.min(ago, room) }),
      fate: unlent,
      missed: 0,
    };
  }
  const fate = random.chance(0.1) ? 'overdue' : random.chance(0.14) ? 'repaid' : 'on-time';
  const early = fate === 'on-time' ? room : Math.max(1, Math.trunc(room / 4));
  const appliedOn = earliest.add({ days: random.whole(0, early) });
  const size =
    fate === 'repaid'
      ? { ...sizeOf(random, incomeUnits), product: 'personal' as const, instalments: 6 }
      : sizeOf(random, incomeUnits);
  return {
    ...size,
    amountUnits: fate === 'repaid' ? random.whole(10, 30) * 100 : size.amountUnits,
    appliedOn,
    fate,
    missed: random.whole(1, 5),
    ...habitOf(fate, turn),
  };
}

/** One overdue loan in three is paid by part, and one loan in thirty is repaid early by part, both ways in turn. */
function habitOf(fate: Fate, turn: number): Pick<PlannedLoan, 'bringsPart' | 'prepays'> {
  if (fate === 'overdue') return turn % 3 === 0 ? { bringsPart: true } : {};
  if (fate !== 'on-time' || turn % 30 !== 7) return {};
  const effect = turn % 60 === 7 ? 'shorten-term' : 'lower-instalment';
  return { prepays: { afterPayments: 2, parts: 10n, effect } };
}

/** An amount whose instalment an income can carry: about an eighth of it, since there may be three loans. */
function sizeOf(random: Random, incomeUnits: number): Pick<PlannedLoan, 'product' | 'amountUnits' | 'instalments'> {
  const product = random.pick(['personal', 'personal', 'vehicle', 'business', 'home'] as const);
  const instalments = {
    personal: random.pick([12, 18, 24, 36, 48]),
    vehicle: random.pick([24, 36, 48, 60]),
    business: random.pick([24, 36, 60]),
    home: random.pick([180, 240, 300, 360]),
  }[product];
  const least = { personal: 1_000, vehicle: 2_000, business: 5_000, home: 20_000 }[product];
  const carried = Math.trunc((incomeUnits / 8) * instalments * (product === 'home' ? 0.55 : 0.85));
  return { product, instalments, amountUnits: Math.max(least, Math.trunc(carried / 500) * 500) };
}
