import { dateOf, dateText, type PlainDate } from '#core/calendar.ts';
import { minus, zero } from '#core/money.ts';
import { eachBatch } from '#platform/close-of-day/each-batch.ts';
import type { DayStep, StepRun } from '#platform/close-of-day/step.ts';
import { operators } from '#platform/mongo.ts';
import { act, type LifeParts } from '../life/act.service.ts';
import { eventFee } from '../life/due.ts';
import { bookLoan, onDesk, readAgain, toldOn, type LeanLoan, type LoanOnDesk } from './booking.service.ts';

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
      run: (day) =>
        workThrough(parts, day, {
          fields: ['workOn'],
          until: dateText(day.date),
          work: (desk) => bookLoan(parts, desk, day.date),
        }),
    },
    penalise: {
      name: 'penalise',
      title: 'Late fees',
      run: (day) => overArrears(parts, day, (desk) => chargeLateFees(parts, desk, day.date)),
    },
    classify: {
      name: 'classify',
      title: 'Days past due and provisions',
      run: (day) => overArrears(parts, day, (desk) => classify(parts, desk, day.date)),
    },
  };
}

interface Work {
  fields: ['workOn'] | ['arrears.since'];
  /** The last date of that field that there is something to do for. */
  until: string;
  work: (desk: LoanOnDesk) => Promise<void>;
}

/** In the order of an index: what was worked on leaves the range or stays where it is, and what comes after is not moved. */
async function workThrough(parts: LifeParts, day: StepRun, { fields: [field], until, work }: Work): Promise<void> {
  const tried = new WeakSet<LoanOnDesk>();
  await eachBatch<LoanOnDesk>(day, {
    page: async (after) => onDesk(parts, await pageOf(parts, { field, until, after })),
    cursorOf: ({ loan }) => `${dateIn(loan, field)} ${loan._id}`,
    subjectOf: ({ loan }) => loan.number,
    atOnce,
    count: () => parts.loans.countDocuments({ [field]: operators({ $gt: '', $lte: until }) }),
    work: async (desk) => {
      // Somebody else was at the loan at the same moment: it is read again.
      const now = tried.has(desk) ? await readAgain(parts, desk.loan._id) : desk;
      tried.add(desk);
      if (now) await work(now);
      return undefined;
    },
  });
}

function overArrears(parts: LifeParts, day: StepRun, work: Work['work']): Promise<void> {
  return workThrough(parts, day, { fields: ['arrears.since'], until: dateText(day.date), work });
}

function dateIn(loan: LeanLoan, field: Work['fields'][0]): string {
  return (field === 'workOn' ? loan.workOn : loan.arrears.since) ?? '';
}

function pageOf(
  { loans }: LifeParts,
  { field, until, after }: { field: Work['fields'][0]; until: string; after: string | undefined },
): Promise<LeanLoan[]> {
  const [date = '', id = ''] = after?.split(' ') ?? [];
  const sort = { [field]: 1, _id: 1 } as const;
  const sameDate = { [field]: date, _id: operators({ $gt: id }) };
  const later = { [field]: operators({ $gt: date, $lte: until }) };
  const filter = after === undefined ? later : { $or: [sameDate, later] };
  return loans.find(filter, { instalments: 0 }).sort(sort).limit(pageSize).lean<LeanLoan[]>().exec();
}

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
    const key = `late-fee:${loan._id}:${row.n}`;
    if (transactions.some(({ _id }) => _id === key)) continue;
    const base = minus(row.total, row.penalty);
    const fee = eventFee(product, { code: 'late', base });
    if (fee.amount === zero) continue;
    const outcome = await act(parts, {
      key,
      actor: 'close-of-day',
      channel: 'system',
      loanId: loan._id,
      act: { kind: 'charge', code: 'late', ...fee },
    });
    if (!outcome.ok) throw new Error(`A late fee was refused: ${outcome.refusal.code}`);
  }
}

/** On most days only the count of days moves; another bucket, or being cured, is an event that is booked. */
async function classify(parts: LifeParts, desk: LoanOnDesk, date: PlainDate): Promise<void> {
  const { loan } = desk;
  if (loan.state !== 'active') return;
  const { after } = toldOn(desk, date);
  const { arrears } = after;
  const isBooked = arrears.bucket === loan.arrears.bucket && arrears.since === loan.arrears.since;
  if (!isBooked) {
    await bookLoan(parts, desk, date);
    return;
  }
  const guard = { _id: loan._id, version: loan.version };
  await parts.loans.updateOne(guard, { $set: { arrears } });
}
