import { minus, plus, zero, type Money } from '#core/money.ts';

export interface RunLine {
  line: number;
  effectiveOn: string;
  /** Positive comes into the account. */
  amount: Money;
}

export interface RunFacts {
  /** Today's, and what of it is set aside. */
  balance: Money;
  held: Money;
  /** The least the balance may be; null where there is no floor. */
  floor: Money | null;
  /** The balance before the first line's day. */
  opening: Money;
  /** What is booked here already from the first line's day on, a day. */
  existing: ReadonlyMap<string, Money>;
  /** In the order of posting: by day, then as in the file. */
  lines: readonly RunLine[];
}

export interface RunFault {
  line: number;
  effectiveOn: string;
  /** What would be left. */
  balance: Money;
  /** The least that has to be left. */
  least: Money;
  when: 'on-its-day' | 'today';
}

/** Whether an account stays at or above its floor: on every day by the dates, and today while the lines are posted. */
export function checkRun(facts: RunFacts): RunFault | undefined {
  return faultByDay(facts) ?? faultToday(facts);
}

/** What the ledger will decide, line by line: money that comes in is never refused for the floor. */
function faultToday({ balance, held, floor, lines }: RunFacts): RunFault | undefined {
  if (floor === null) return undefined;
  const least = plus(floor, held);
  let running = balance;
  for (const { line, effectiveOn, amount } of lines) {
    running = plus(running, amount);
    if (amount < zero && running < least) return { line, effectiveOn, balance: running, least, when: 'today' };
  }
  return undefined;
}

/** Days on which the file itself makes it worse; what was under its floor without it is not the file's doing. */
function faultByDay({ floor, opening, existing, lines }: RunFacts): RunFault | undefined {
  if (floor === null) return undefined;
  const byDay = Map.groupBy(lines, (line) => line.effectiveOn);
  const days = [...new Set([...byDay.keys(), ...existing.keys()])].sort();
  let balance = opening;
  let brought = zero;
  let last: RunLine | undefined;
  for (const day of days) {
    balance = plus(balance, existing.get(day) ?? zero);
    for (const line of byDay.get(day) ?? []) {
      balance = plus(balance, line.amount);
      brought = plus(brought, line.amount);
      if (line.amount < zero) last = line;
      // Inside a day the file's own order counts, where the account has nothing else on it.
      if (line.amount < zero && balance < floor && !existing.has(day)) return faultOf(line, { balance, floor });
    }
    if (balance < floor && brought < zero && last) return faultOf(last, { balance, floor });
  }
  return undefined;
}

function faultOf({ line, effectiveOn }: RunLine, { balance, floor }: { balance: Money; floor: Money }): RunFault {
  return { line, effectiveOn, balance, least: floor, when: 'on-its-day' };
}

/** How much is missing. */
export function missingOf({ balance, least }: RunFault): Money {
  return minus(least, balance);
}
