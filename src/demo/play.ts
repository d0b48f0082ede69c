import { dateText, type PlainDate } from '#core/calendar.ts';
import type { Clock } from '#platform/clock.ts';
import { currencyPlaces } from '#core/money.ts';
import type { Bank } from '../composition.ts';
import type { Cast, PlayedCustomer } from './cast.ts';
import { apply, join, payDue, receiveSalary, scaleBy } from './customer.ts';
import { demoEmail } from './answers.ts';
import { planBank, type Plan, type PlannedCustomer, type PlannedLoan } from './plan.ts';

/** A clock that stands at noon of the day that is played. */
export interface PlayedClock extends Clock {
  setDay(day: PlainDate): void;
}

export function createPlayedClock(timeZone: string): PlayedClock {
  let now = Temporal.Now.instant();
  return {
    now: () => now,
    setDay: (day) => {
      now = day.toZonedDateTime({ timeZone, plainTime: '12:00' }).toInstant();
    },
  };
}

export interface PlayOptions {
  bank: Bank;
  clock: PlayedClock;
  officer: Cast['officer'];
  customers: number;
  months: number;
  to: PlainDate;
  seed: number;
  /** Played beside the planned ones. */
  extra?: readonly PlannedCustomer[];
  progress: (sentence: string) => void;
}

export interface Played {
  customers: number;
  loans: number;
  /** The party of a customer by their number in the plan. */
  partyOf(number: number): string | undefined;
}

interface RunningLoan {
  customer: PlayedCustomer;
  loan: PlannedLoan;
  loanId: string;
  /** Nothing of it is due before this day; null when it is repaid. */
  quietUntil: string | null;
}

/** As many customers at once as two cores and one database can serve without waiting on each other. */
const atOnce = 12;

/** Plays a plan day by day through the services: who joins, is paid, applies and pays on each day. */
export async function playBank(options: PlayOptions): Promise<Played> {
  const { bank, clock, to } = options;
  const planned = planBank(options);
  const plan = { ...planned, customers: [...(options.extra ?? []), ...planned.customers] };
  const { currency } = bank.platform;
  const unitsPerDollar = { USD: 1n, EUR: 1n, GBP: 1n, INR: 50n, JPY: 100n }[currency];
  const cast: Cast = {
    bank,
    officer: options.officer,
    scale: scaleBy(unitsPerDollar * 10n ** BigInt(currencyPlaces[currency])),
  };
  const joined = new Map<PlannedCustomer, PlayedCustomer>();
  const running: RunningLoan[] = [];
  for (let day = plan.from; Temporal.PlainDate.compare(day, to) <= 0; day = day.add({ days: 1 })) {
    clock.setDay(day);
    await bank.platform.bankDay.advanceTo(day);
    await inParallel(plan.customers, (planned) => joinOn(cast, { planned, day, joined }));
    await inParallel([...joined.values()], (customer) => liveOn(cast, { customer, day, running, plan }));
    if (day.day === 1)
      options.progress(
        `Playing the demonstration: ${dateText(day)}, ${joined.size} customers, ${running.length} loans`,
      );
  }
  await bank.services.underwriting.expireOffers(to);
  const played = [...joined.values()];
  return {
    customers: joined.size,
    loans: running.length,
    partyOf: (number) => played.find((customer) => customer.planned.number === number)?.partyId,
  };
}

async function joinOn(
  cast: Cast,
  facts: { planned: PlannedCustomer; day: PlainDate; joined: Map<PlannedCustomer, PlayedCustomer> },
): Promise<void> {
  const { planned, day, joined } = facts;
  if (!planned.joinedOn.equals(day)) return;
  const person = { fullName: `Borrower ${planned.number}`, email: demoEmail(planned.number), ...planned.signIn };
  joined.set(planned, await join(cast, planned, person));
}

/** A customer's day, in order: money comes in, applications are sent, instalments are paid. */
async function liveOn(
  cast: Cast,
  facts: { customer: PlayedCustomer; day: PlainDate; running: RunningLoan[]; plan: Plan },
): Promise<void> {
  const { customer, day, running, plan } = facts;
  const { planned } = customer;
  if (day.day === planned.payday || planned.joinedOn.equals(day)) await receiveSalary(cast, customer);
  for (const loan of planned.loans.filter((one) => one.appliedOn.equals(day))) {
    const loanId = await apply(cast, customer, loan);
    if (loanId !== undefined) running.push({ customer, loan, loanId, quietUntil: day.toString() });
  }
  for (const one of running.filter((each) => each.customer === customer)) {
    const due = one.quietUntil !== null && one.quietUntil <= dateText(day) && paysOn(one.loan, { day, planned });
    if (due) one.quietUntil = await payDue(cast, { ...one, today: day, to: plan.to });
  }
}

/** Most pay on the due date, which is the day of the month they were paid out on; everybody catches up on payday. */
function paysOn(loan: PlannedLoan, facts: { day: PlainDate; planned: PlannedCustomer }): boolean {
  const { day, planned } = facts;
  const lastDay = day.daysInMonth;
  return day.day === Math.min(loan.appliedOn.day, lastDay) || day.day === planned.payday;
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
