import { dateOf, dateText, isBefore, type PlainDate } from '#core/calendar.ts';
import { conflict } from '#core/errors.ts';
import { minus, zero, type Money } from '#core/money.ts';
import { eachBatch } from '#platform/close-of-day/each-batch.ts';
import type { DayStep, StepRun } from '#platform/close-of-day/step.ts';
import { operators } from '#platform/mongo.ts';
import { act, type LifeParts } from '../life/act.service.ts';
import { eventFee } from '../life/due.ts';
import { keyOfRound } from '../life/rounds.ts';
import {
  bookLoan,
  onDesk,
  readAgain,
  toldOn,
  type BookingDay,
  type LeanLoan,
  type LoanOnDesk,
} from './booking.service.ts';

const pageSize = 500;
/** The ledger takes as many into one transaction as are posted at the same time. */
const atOnce = 250;

/** What is done to loans at the end of a business date, in this order around the autopay of the day. */
export interface LoanSteps {
  /** Books interest of loans on which a row falls due or a month ends, and lets the row fall due. */
  fallDue: DayStep;
  /** Charges the product's fee for rows that are late beyond its grace, once a row. */
  penalise: DayStep;
  /** Counts days past due, and books what another bucket asks for. */
  classify: DayStep;
}

export function loanSteps(parts: LifeParts): LoanSteps {
  return {
    fallDue: {
      name: 'fall-due',
      title: 'Interest and instalments due',
      run: async (day) => {
        const booking = await bookingDay(parts, day);
        await workThrough(parts, day, {
          field: 'workOn',
          until: dateText(booking.asOf),
          work: (desk) => bookLoan(parts, desk, booking),
        });
      },
    },
    penalise: {
      name: 'penalise',
      title: 'Late fees',
      run: (day) => overArrears(parts, day, (desk, { asOf }) => chargeLateFees(parts, desk, asOf)),
    },
    classify: {
      name: 'classify',
      title: 'Days past due and provisions',
      run: (day) => overArrears(parts, day, (desk, booking) => classify(parts, desk, booking)),
    },
  };
}

/**
 * A day that is closed for the first time is the business date itself. Where one is retried, others may be closed since:
 * loans stand at the end of the last of them, and what is posted belongs to the business date, never to a closed one.
 */
async function bookingDay({ platform }: LifeParts, { date }: StepRun): Promise<BookingDay> {
  const today = await platform.bankDay.today();
  if (!isBefore(date, today)) return { asOf: date, effectiveOn: date };
  return { asOf: today.subtract({ days: 1 }), effectiveOn: today };
}

interface Work {
  field: 'workOn' | 'arrears.since';
  /** The last date of that field that there is something to do for. */
  until: string;
  work: (desk: LoanOnDesk) => Promise<void>;
}

/** In the order of an index: what was worked on leaves the range or stays where it is, and what comes after is not moved. */
async function workThrough(parts: LifeParts, day: StepRun, { field, until, work }: Work): Promise<void> {
  const tried = new WeakSet<LoanOnDesk>();
  await eachBatch<LoanOnDesk>(day, {
    page: async (after) => onDesk(parts, await pageOf(parts, { field, until, after })),
    cursorOf: ({ loan }) => `${dateIn(loan, field)} ${loan._id}`,
    subjectOf: ({ loan }) => loan.number,
    atOnce,
    count: () => parts.loans.countDocuments(dueLoans({ field, until, after: undefined })),
    work: async (desk) => {
      // Somebody else was at the loan at the same moment: it is read again.
      const now = tried.has(desk) ? await readAgain(parts, desk.loan._id) : desk;
      tried.add(desk);
      if (now) await work(now);
      return undefined;
    },
  });
}

async function overArrears(
  parts: LifeParts,
  day: StepRun,
  work: (desk: LoanOnDesk, booking: BookingDay) => Promise<void>,
): Promise<void> {
  const booking = await bookingDay(parts, day);
  const until = dateText(booking.asOf);
  await workThrough(parts, day, { field: 'arrears.since', until, work: (desk) => work(desk, booking) });
}

function dateIn(loan: LeanLoan, field: Work['field']): string {
  return (field === 'workOn' ? loan.workOn : loan.arrears.since) ?? '';
}

function pageOf(
  { loans }: LifeParts,
  range: { field: Work['field']; until: string; after: string | undefined },
): Promise<LeanLoan[]> {
  const sort = { [range.field]: 1, _id: 1 } as const;
  const found = loans.find(dueLoans(range), { instalments: 0 }).sort(sort).limit(pageSize);
  return found.hint(indexOf[range.field]).lean<LeanLoan[]>().exec();
}

/** Named, since another index of arrears has the loans that were written off as well, which become ever more. */
export const indexOf = {
  workOn: { workOn: 1, _id: 1 },
  'arrears.since': { state: 1, 'arrears.since': 1, _id: 1 },
} as const;

/** Exported for the test of its indexes. */
export function dueLoans({ field, until, after }: { field: Work['field']; until: string; after: string | undefined }) {
  const [date = '', id = ''] = after?.split(' ') ?? [];
  // A loan that was written off stays in arrears, and nothing is done to it; of what is to come it has nothing.
  const own = field === 'arrears.since' ? { state: 'active' as const } : {};
  const sameDate = { ...own, [field]: date, _id: operators({ $gt: id }) };
  const later = { ...own, [field]: operators({ $gt: date, $lte: until }) };
  return after === undefined ? later : { $or: [sameDate, later] };
}

/** Charged on the business date, for every row that was late beyond its grace before the end of a date, once a row. */
async function chargeLateFees(parts: LifeParts, desk: LoanOnDesk, date: PlainDate): Promise<void> {
  const { loan, product, transactions } = desk;
  if (loan.state !== 'active' || !product.fees.some(({ code, when }) => code === 'late' && when === 'event')) return;
  // Nothing can be done yet to a loan whose import may have to be undone.
  if (loan.takenOver?.arriving) return;
  const grace = product.penalty?.graceDays ?? 0;
  const { run } = toldOn(desk, date);
  for (const row of run.rows) {
    const lateFrom = dateText(dateOf(row.dueOn).add({ days: grace }));
    if (!row.known || row.settledOn !== null || lateFrom >= dateText(date)) continue;
    // What was late before the loan came here was the former bank's to charge.
    if (loan.takenOver && lateFrom < loan.takenOver.on) continue;
    const name = `late-fee:${loan._id}:${row.n}`;
    if (transactions.some(({ _id }) => _id === name || _id.startsWith(`${name}:`))) continue;
    const base = minus(row.total, row.penalty);
    const fee = eventFee(product, { code: 'late', base });
    if (fee.amount !== zero) await chargeLateFee(parts, { loan, name, fee });
  }
}

async function chargeLateFee(
  parts: LifeParts,
  { loan, name, fee }: { loan: LeanLoan; name: string; fee: { amount: Money; tax: Money } },
): Promise<void> {
  const key = await keyOfRound(parts.ledger, name);
  if (key === undefined) throw new Error('A late fee was refused too often');
  const outcome = await act(parts, {
    key,
    actor: 'close-of-day',
    channel: 'system',
    loanId: loan._id,
    act: { kind: 'charge', code: 'late', ...fee },
  });
  if (outcome.ok) return;
  const { code } = outcome.refusal;
  // The loan moved at that moment, or another instance charged what it then came to: the loan is read again.
  if (code === 'changed-meanwhile' || code === 'key-reused') throw conflict('The loan');
  throw new Error(`A late fee was refused: ${code}`);
}

/** On most days only the count of days moves; another bucket, or being cured, is an event that is booked. */
async function classify(parts: LifeParts, desk: LoanOnDesk, booking: BookingDay): Promise<void> {
  const { loan } = desk;
  if (loan.state !== 'active' || loan.bookedOn > dateText(booking.asOf)) return;
  const { after } = toldOn(desk, booking.asOf);
  const { arrears } = after;
  const isBooked = arrears.bucket === loan.arrears.bucket && arrears.since === loan.arrears.since;
  if (!isBooked) {
    await bookLoan(parts, desk, booking);
    return;
  }
  // A later day may have counted already: the days since a date never become fewer.
  if (arrears.daysPastDue <= loan.arrears.daysPastDue) return;
  const guard = { _id: loan._id, version: loan.version };
  await parts.loans.updateOne(guard, { $set: { arrears } });
}
