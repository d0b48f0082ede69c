import { dateText, type PlainDate } from '#core/calendar.ts';
import type { Clock } from '#platform/clock.ts';
import { ofDollarSize } from '#core/money.ts';
import type { Bank } from '../composition.ts';
import type { Cast, PlayedCustomer } from './cast.ts';
import { applyInStages, join, payDue, receiveSalary, remember, type RunningLoan } from './customer.ts';
import { demoEmail } from './answers.ts';
import { planBank, type PlannedCustomer, type PlannedLoan } from './plan.ts';

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
  senior: Cast['senior'];
  customers: number;
  months: number;
  to: PlainDate;
  seed: number;
  /** Played beside the planned ones. */
  extra?: readonly PlannedCustomer[];
  progress: (sentence: string) => void;
  /** Aborts where another instance may have taken over; looked at on every day that is played. */
  signal: AbortSignal;
}

export interface Played {
  customers: number;
  loans: number;
  /** The party of a customer by their number in the plan. */
  partyOf(number: number): string | undefined;
}

/** As many customers at once as two cores and one database can serve without waiting on each other. */
const atOnce = 24;

/** Plays a plan day by day through the services: who joins, is paid, applies and pays on each day. */
export async function playBank(options: PlayOptions): Promise<Played> {
  const { bank, clock, to } = options;
  const plan = planBank(options);
  const { officer, senior } = options;
  const cast: Cast = { bank, officer, senior, scale: (units) => ofDollarSize(units, bank.platform.currency) };
  const planned = [...(options.extra ?? []), ...plan.customers];
  const lives: Life[] = [];
  const loans = () => lives.reduce((count, life) => count + life.running.length, 0);
  for (let day = plan.from; Temporal.PlainDate.compare(day, to) <= 0; day = day.add({ days: 1 })) {
    options.signal.throwIfAborted();
    clock.setDay(day);
    await bank.platform.bankDay.advanceTo(day);
    const joining = planned.filter(({ joinedOn }) => joinedOn.equals(day));
    await inParallel(joining, async (one) => void lives.push(await beginLife(cast, one)));
    await inParallel(lives, (life) => liveOn(cast, life, { today: day, to }));
    // What the day promised is kept on the day, so that scores are of what was true then.
    await bank.platform.outbox.drain();
    if (day.day !== 1) continue;
    options.progress(`Playing the demonstration: ${dateText(day)}, ${lives.length} customers, ${loans()} loans`);
  }
  await bank.services.underwriting.expireOffers(to);
  const partyOf = (number: number) =>
    lives.find(({ customer }) => customer.planned.number === number)?.customer.partyId;
  return { customers: lives.length, loans: loans(), partyOf };
}

/** A customer with what they have under way; they fill in one application at a time, a stage a day. */
interface Life {
  customer: PlayedCustomer;
  toApply: PlannedLoan[];
  application: { loan: PlannedLoan; stages: ReturnType<typeof applyInStages> } | undefined;
  running: RunningLoan[];
}

async function beginLife(cast: Cast, planned: PlannedCustomer): Promise<Life> {
  const person = { fullName: `Borrower ${planned.number}`, email: demoEmail(planned.number), ...planned.signIn };
  const customer = await join(cast, planned, person);
  await receiveSalary(cast, customer);
  // A draft is left for last: another application for its product would go on with it.
  const order = (loan: PlannedLoan) => `${loan.fate === 'draft' ? 1 : 0}${loan.appliedOn.toString()}`;
  const toApply = planned.loans.toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
  return { customer, toApply, application: undefined, running: [] };
}

/** A customer's day, in order: money comes in, an application goes on, instalments are paid. */
async function liveOn(cast: Cast, life: Life, dates: { today: PlainDate; to: PlainDate }): Promise<void> {
  const { customer, running } = life;
  const { today, to } = dates;
  const isPayday = today.day === customer.planned.payday;
  if (isPayday) await receiveSalary(cast, customer);
  await Promise.all([
    goOnApplying(cast, life, today),
    ...running.map((one) => payDue(cast, one, { ...dates, isPayday })),
  ]);
  // On the last day everything that was begun comes to its end.
  while (today.equals(to) && (life.application || life.toApply.length > 0)) await goOnApplying(cast, life, today);
}

async function goOnApplying(cast: Cast, life: Life, today: PlainDate): Promise<void> {
  const { customer, toApply, running } = life;
  const [following] = toApply;
  if (!life.application && following && Temporal.PlainDate.compare(following.appliedOn, today) <= 0) {
    toApply.shift();
    life.application = { loan: following, stages: applyInStages(cast, customer, following) };
  }
  if (!life.application) return;
  const { loan, stages } = life.application;
  const stage = await stages.next();
  if (stage.done !== true) return;
  life.application = undefined;
  if (stage.value !== undefined) running.push(await remember(cast, { customer, plan: loan, loanId: stage.value }));
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
