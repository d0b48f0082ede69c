import { dateText, isBefore, type PlainDate } from '#core/calendar.ts';
import type { Formats } from '#core/format.ts';
import { currencyPlaces, minus, moneyOf, zero, type Currency, type Money } from '#core/money.ts';
import { rateOf } from '#core/rate.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { ownBookId } from '#features/ledger/index.ts';
import { loanDocuments, type Loan, type LoanTransaction } from '#features/loans/index.ts';
import { scheduleTermsOf, type ProductVersion } from '#features/products/index.ts';
import { buildSchedule, type LoanRun, type Schedule, type ScheduleRefusal } from '#features/schedules/index.ts';
import { used } from '../life/deciding.service.ts';
import { totalOf } from '../life/due.ts';
import { project, type Projection } from '../life/projection.ts';
import { tell } from '../life/story.ts';
import type { LoanCells, MovementCells } from './cells.rules.ts';
import { earlierOf } from './opening-books.ts';
import { said, type Finding } from './takeover-columns.rules.ts';

/** Everything that a loan of a file follows from. */
export interface PlanOrder {
  importId: string;
  /** The line of kind `loan`. */
  line: number;
  /** The loan's number in the old bank. */
  externalId: string;
  loanId: string;
  number: string;
  partyId: string;
  branchId: string;
  /** Empty where the customer has no account here: a refund goes out in cash then. */
  payoutAccountId: string;
  product: ProductVersion;
  cells: LoanCells;
  movements: readonly Movement[];
  takeoverOn: PlainDate;
  at: Date;
  actor: string;
  /** In the currency of the loan. */
  formats: Formats;
}

export type Movement = MovementCells & { line: number };

export interface Plan {
  loan: Loan;
  transactions: LoanTransaction[];
  run: LoanRun;
  warnings: Finding[];
}

export interface PlanFault {
  line: number;
  text: string;
}

export function keyOf({ importId, line }: { importId: string; line: number }): string {
  return `loan-import:${importId}:${line}`;
}

/** The loan as it would stand here on the takeover date, told by the engine from its agreement and its payments. */
export function planLoan(order: PlanOrder): Result<Plan, PlanFault> {
  const { cells, product, line, takeoverOn } = order;
  const refused = (text: string, at = line) => refuse({ line: at, text });
  const early = order.movements.find(({ on }) => isBefore(on, cells.disbursedOn));
  if (early) return refused(`on is “${early.on.toString()}”: it lies before the loan was paid out.`, early.line);
  const schedule = scheduleOf(order);
  if (!schedule.ok) return refused(scheduleText(schedule.refusal));
  const fault = paidFault(order, schedule.value);
  if (fault) return refuse(fault);

  const begun = begin(order, schedule.value);
  const recorded = transactionsOf(order, { loan: begun, schedule: schedule.value });
  const payoffInterest = product.prepayment.payoffInterest;
  const told = tell(begun, recorded, { asOf: takeoverOn, payoffInterest });
  if (!told.ok) return refuse(storyFault(order));
  const run = told.value;
  const projection = project({
    ...{ run, transactions: recorded, asOf: takeoverOn, buckets: product.npaBuckets },
    before: { closedOn: null, terms: begun.terms, arrears: { nonPerformingSince: null } },
  });
  const standing = standingFault(order, { run, projection });
  if (standing) return refuse(standing);
  const loan = finished(order, { begun, projection });
  const transactions = recorded.map((one) => (one.number === 1 ? one : used(one, run)));
  return ok({ loan, transactions, run, warnings: warningsOf(order, { loan, run }) });
}

/** What was kept back and lent is the file's, whatever the product would keep back today. */
function scheduleOf({ product, cells }: PlanOrder): Result<Schedule, ScheduleRefusal> {
  const { fee } = cells;
  const terms = scheduleTermsOf({ ...product, downPaymentPercent: rateOf('0') }, cells);
  const everyRow = (terms.fees ?? []).filter(({ when }) => when === 'instalment');
  return buildSchedule({
    ...terms,
    fees: [...everyRow, ...(fee === zero ? [] : [{ when: 'disbursement' as const, amount: fee }])],
  });
}

function scheduleText({ field }: ScheduleRefusal): string {
  const where: Partial<Record<ScheduleRefusal['field'], string>> = {
    firstDueOn: 'first_due_on does not fit',
    instalments: 'the last instalment would lie too far away',
    principalGraceInstalments: 'the grace of the product is longer than the term',
    interestGraceInstalments: 'the grace of the product is longer than the term',
    fees: 'the fees take up what was paid out',
    balloon: 'the last payment would be as large as the loan itself',
  };
  return `No schedule follows from this line: ${where[field] ?? 'its terms do not fit the product'}.`;
}

function paidFault({ cells, line, takeoverOn, movements }: PlanOrder, { rows }: Schedule): PlanFault | undefined {
  const last = rows[cells.paidInstalments - 1];
  if (!last) return undefined;
  const what = said('paid_instalments', String(cells.paidInstalments));
  if (last.dueOn > dateText(takeoverOn))
    return {
      line,
      text: `${what}: that instalment falls due on ${last.dueOn}, after the takeover date. Give what was paid early as lines of kind payment.`,
    };
  const before = movements.find(({ kind, on }) => kind === 'prepayment' && dateText(on) < last.dueOn);
  return (
    before && {
      line: before.line,
      text: 'Instalments after an early repayment have other amounts: leave paid_instalments of this loan at those before it, and give the later ones as lines of kind payment.',
    }
  );
}

type Begun = Omit<Loan, keyof Projection>;

function begin(order: PlanOrder, schedule: Schedule): Begun {
  const { product, cells, takeoverOn } = order;
  const { principal, annualRate, instalments, disbursedOn, firstDueOn } = cells;
  const facts = { principal, annualRate, instalments, disbursedOn, firstDueOn, instalment: schedule.instalment };
  return {
    ...{ _id: order.loanId, number: order.number, partyId: order.partyId, branchId: order.branchId },
    // Unique over all loans: a loan of the old bank is brought over once, whatever else goes wrong.
    applicationId: `import:${order.externalId}`,
    ...{ productVersionId: product._id, productCode: product.code, productName: product.name },
    ...{ currency: product.currency, version: 1, principal, fee: cells.fee, aprPercent: schedule.aprPercent },
    ...{ disbursedOn: dateText(disbursedOn), openedAt: order.at, payoutAccountId: order.payoutAccountId },
    terms: [loanDocuments.agreementOf(product, facts)],
    takenOver: {
      ...{ importId: order.importId, number: order.externalId, on: dateText(takeoverOn), arriving: true },
      earlier: earlierOf(undefined),
    },
  };
}

function finished({ takeoverOn }: PlanOrder, { begun, projection }: { begun: Begun; projection: Projection }): Loan {
  const { importId = '', number = '' } = begun.takenOver ?? {};
  const on = dateText(takeoverOn);
  const takenOver = { importId, number, on, arriving: true as const, earlier: earlierOf(projection.booked) };
  return { ...begun, ...projection, takenOver };
}

interface Paid {
  key: string;
  kind: MovementCells['kind'];
  on: string;
  amount: Money;
  effect?: MovementCells['effect'];
}

/** As if each had been recorded here on its day, but for the day it was recorded on. */
function transactionsOf(order: PlanOrder, by: { loan: Begun; schedule: Schedule }): LoanTransaction[] {
  const { cells, at, actor } = order;
  const key = keyOf(order);
  const recordedOn = dateText(order.takeoverOn);
  const accountId = ownBookId('migration', by.loan.currency);
  const onTime = by.schedule.rows.slice(0, cells.paidInstalments).map(({ n, dueOn, total }): Paid => {
    return { key: `${key}:paid:${n}`, kind: 'payment', on: dueOn, amount: total };
  });
  const given = order.movements.map(({ line, kind, on, amount, effect }): Paid => {
    return { key: keyOf({ importId: order.importId, line }), kind, on: dateText(on), amount, effect };
  });
  const paid = [...onTime, ...given].filter(({ amount }) => amount !== zero);
  const inOrder = paid.toSorted((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0));
  const disbursal = loanDocuments.disbursalTransaction(by.loan, {
    key,
    amount: minus(cells.principal, cells.fee),
    // What of the fee was tax was the former bank's to pay.
    tax: zero,
    at,
    actor,
  });
  return [
    { ...disbursal, recordedOn, accountId },
    ...inOrder.map(({ key: _id, effect, ...one }, index): LoanTransaction => ({
      ...{ _id, loanId: order.loanId, partyId: order.partyId, number: index + 2, ...one },
      ...(effect === undefined ? {} : { effect }),
      ...{ recordedOn, at, principal: zero, interest: zero, fee: zero, penalty: zero, ahead: zero },
      ...{ instalment: null, accountId, actor, channel: 'system' },
    })),
  ];
}

function storyFault({ line, movements }: PlanOrder): PlanFault {
  const early = movements.filter(({ kind }) => kind === 'prepayment');
  const [only] = early;
  if (!only) return { line, text: 'The payments do not fit the loan: it cannot be told from them.' };
  const at = early.length === 1 ? only.line : line;
  return { line: at, text: 'More was repaid early than there was principal, or while an instalment was unpaid.' };
}

/** The engine and the old bank may round differently by so much. */
function toleranceIn(currency: Currency): bigint {
  return currencyPlaces[currency] === 2 ? 5n : 0n;
}

function standingFault(
  { line, cells, movements, product, takeoverOn, formats }: PlanOrder,
  { run, projection }: { run: LoanRun; projection: Projection },
): PlanFault | undefined {
  const amount = (money: Money) => formats.moneyWithCurrency(money);
  const day = formats.date(takeoverOn);
  const last = movements.toSorted((a, b) => a.on.toString().localeCompare(b.on.toString())).at(-1)?.line ?? line;
  if (run.overpaid > zero)
    return { line: last, text: `More was paid than was owed: ${amount(run.overpaid)} would be left over on ${day}.` };
  if (projection.state === 'closed')
    return { line, text: 'Nothing is owed any more: take the lines of this loan out.' };
  if (cells.expected === undefined) return undefined;
  const gap = run.outstandingPrincipal - cells.expected;
  if (gap <= toleranceIn(product.currency) && -gap <= toleranceIn(product.currency)) return undefined;
  return {
    line,
    text: `expected_outstanding is ${amount(cells.expected)}, but by its terms and payments ${amount(run.outstandingPrincipal)} of principal are outstanding on ${day}, a difference of ${amount(moneyOf(gap < 0n ? -gap : gap))}.`,
  };
}

function warningsOf({ formats }: PlanOrder, { loan, run }: { loan: Loan; run: LoanRun }): Finding[] {
  const { daysPastDue, since, nonPerformingSince } = loan.arrears;
  const owed = formats.moneyWithCurrency(totalOf(run.arrears));
  const days = daysPastDue === 1 ? '1 day' : `${daysPastDue} days`;
  const bad = nonPerformingSince === null ? '' : ' It comes as non-performing, with its interest in suspense.';
  const texts = [
    ...(since === null || daysPastDue === 0
      ? []
      : [`It is ${days} past due: ${owed} are unpaid, the oldest since ${formats.date(since)}.${bad}`]),
    ...(loan.aprPercent === null ? ['No annual percentage rate follows from its payments.'] : []),
  ];
  return texts.map((text) => ({ severity: 'warning', text }));
}
