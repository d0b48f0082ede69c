import type { Model } from 'mongoose';
import { assert, present } from '#core/assert.ts';
import { dateText } from '#core/calendar.ts';
import { notFound } from '#core/errors.ts';
import { negate, toDecimalString } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { hashRequest, type Ledger, type LedgerRefusal } from '#features/ledger/index.ts';
import type { Products } from '#features/products/index.ts';
import { bsonDate } from '#platform/clock.ts';
import type { Companion } from '#platform/companion.ts';
import type { Platform } from '#platform/platform.ts';
import { applicationModel, type Application, type PlannedTranche } from '../applying/application.model.ts';
import { moveApplication } from '../applying/application-moving.ts';
import { chosenProduct } from '../applying/chosen-product.ts';
import { next } from '../applying/application-states.ts';
import { loanModel } from '../loan.model.ts';
import type { Loan } from '../loan.ts';
import { planOf } from '../offer/tranche-plan.ts';
import { scoreLoanRow } from '../scoring/score-rows.ts';
import { payoutNotice } from '../underwriting/underwriting-notices.ts';
import {
  disbursalPostings,
  disbursalTransaction,
  isAccepted,
  loanLedgerAccounts,
  newLoan,
  newLoanNumber,
  paidOut,
  scheduleFrom,
  type AcceptedApplication,
} from './disbursal-documents.ts';
import { sendOnRows } from './sending-on.ts';

export type DisbursalRefusal = { code: 'not-accepted' } | { code: 'ledger-refused'; refusal: LedgerRefusal };
export type DisbursalOutcome = Result<{ loanId: string }, DisbursalRefusal>;

export interface Disbursal {
  /**
   * Pays the first part of an accepted loan out, once: however often it is asked for, there is one loan and one journal. A
   * refusal of the ledger is kept under its key, so that each try after one has a key of its own.
   */
  disburse(order: { actor: string; applicationId: string }): Promise<DisbursalOutcome>;
  /** Why the last try failed; undefined where none did. */
  lastRefusal(application: Application): Promise<LedgerRefusal | undefined>;
}

interface Parts {
  platform: Platform;
  ledger: Ledger;
  products: Products;
  applications: Model<Application>;
  loans: Model<Loan>;
}

export function createDisbursal(platform: Platform, deps: { ledger: Ledger; products: Products }): Disbursal {
  const { connection } = platform.database;
  const parts: Parts = {
    platform,
    ...deps,
    applications: applicationModel(connection),
    loans: loanModel(connection),
  };
  return {
    disburse: (order) => disburse(parts, order),
    lastRefusal: async (application) => {
      if (!isAccepted(application)) return undefined;
      const { outcome } = await lastTry(parts, application);
      return outcome && !outcome.ok ? outcome.refusal : undefined;
    },
  };
}

async function disburse(parts: Parts, order: { applicationId: string; actor: string }): Promise<DisbursalOutcome> {
  const application = await find(parts, order.applicationId);
  if (!isAccepted(application)) return refuse({ code: 'not-accepted' });
  if (isPaidOut(application)) return ok({ loanId: application.loanId });
  if (next(application.state, 'disburse') === undefined) return refuse({ code: 'not-accepted' });
  const last = await lastTry(parts, application);
  const failed = last.outcome !== undefined && !last.outcome.ok;
  const key = keyOf(application, failed ? last.number + 1 : Math.max(last.number, 1));
  return post(parts, { application, key, actor: order.actor });
}

/** At least the first part of it. */
function isPaidOut({ state }: Application): boolean {
  return state === 'part-disbursed' || state === 'disbursed';
}

async function find({ applications }: Parts, _id: string): Promise<Application> {
  const application = await applications.findOne({ _id }).lean<Application>();
  if (!application) throw notFound('Application');
  return application;
}

async function post(
  parts: Parts,
  order: { application: AcceptedApplication; key: string; actor: string },
): Promise<DisbursalOutcome> {
  const { platform, ledger } = parts;
  const { application, key, actor } = order;
  const loan = await loanOf(parts, application);
  await ledger.open(loanLedgerAccounts(application));
  const posted = await ledger.post({
    key,
    requestHash: requestHashOf(application),
    kind: 'disbursal',
    currency: application.currency,
    effectiveOn: await platform.bankDay.today(),
    actor,
    reference: `loan ${loan.number}, disbursal`,
    postings: disbursalPostings(loan),
    companions: companionsOf(parts, { application, loan, key, actor }),
  });
  if (posted.ok) return ok({ loanId: application.loanId });
  // Another try, under another key, may have been quicker: then the loan is paid out, and the guard told us so.
  const now = await find(parts, application._id);
  if (isPaidOut(now)) return ok({ loanId: application.loanId });
  platform.logger.warn({ application: application._id, refusal: posted.refusal.code }, 'A loan was not paid out');
  return refuse({ code: 'ledger-refused', refusal: posted.refusal });
}

async function loanOf(parts: Parts, application: AcceptedApplication): Promise<Loan> {
  const { platform, products } = parts;
  const { offer, productVersionId } = application;
  const pinned = present(await products.version(productVersionId), 'The product version of an application');
  const product = chosenProduct(pinned, application);
  const today = await platform.bankDay.today();
  const { amount } = firstOf(application);
  const schedule = scheduleFrom(application, { product, amount, today });
  // On another day than the offer's, due dates move, and with them cents where days are counted as they are.
  if (amount === offer.amount && dateText(today) === offer.madeOn) {
    const asAgreed = schedule.instalment === offer.instalment && schedule.totals.total === offer.totalRepaid;
    assert(asAgreed, 'The loan that is paid out is the one that was accepted');
  }
  const at = bsonDate(platform.clock.now());
  return newLoan(application, { number: await freeNumber(parts), product, schedule, today, at, amount });
}

function firstOf(application: AcceptedApplication): PlannedTranche {
  return present(planOf(application)[0], 'The first part of a payout');
}

const mostNumberTries = 10;

async function freeNumber({ loans }: Parts): Promise<string> {
  for (let attempt = 1; attempt <= mostNumberTries; attempt += 1) {
    const number = newLoanNumber();
    if (!(await loans.exists({ number }))) return number;
  }
  throw new Error('No loan number is free: the numbers have become too short for this bank');
}

/** The plan with its part `n` paid out by the journal of the key. */
export function planWithPaid(
  application: Parameters<typeof planOf>[0],
  paid: { n: number; key: string; on: string },
): PlannedTranche[] {
  const { n, key, on } = paid;
  return planOf(application).map((one) => (one.n === n ? { ...one, paid: { key, on } } : one));
}

/** What must be true together with the money: the loan, its first transaction, the application, the audit and the notice. */
function companionsOf(
  { platform }: Parts,
  facts: { application: AcceptedApplication; loan: Loan; key: string; actor: string },
): Companion[] {
  const { application, loan, key, actor } = facts;
  const { _id, currency } = application;
  const amount = paidOut(loan);
  const tax = negate(loan.booked.taxPayable);
  const transaction = disbursalTransaction(loan, { key, amount, tax, at: loan.openedAt, actor });
  const tranches = planWithPaid(application, { n: 1, key, on: loan.disbursedOn });
  const action = tranches.length === 1 ? 'disburse' : 'disburse-part';
  const moved = moveApplication(platform, { application, action, actor, by: 'staff', set: { tranches } });
  return [
    { collection: 'loans', kind: 'insert', document: { ...loan } },
    { collection: 'loanTransactions', kind: 'insert', document: { ...transaction } },
    ...moved.companions,
    platform.audit.entry({
      actor,
      action: 'loan-disbursed',
      subject: { type: 'loan', id: loan._id },
      details: { application: _id, number: loan.number, amount: toDecimalString(amount, currency), currency },
    }),
    payoutNotice(platform, loan, { paidOut: amount }),
    scoreLoanRow(platform, { applicationId: _id, loanId: loan._id }),
    ...sendOnRows(platform, { application, n: 1 }),
  ];
}

const mostTries = 200;

/** The newest try that the ledger knows, by number from 1; 0 where there was none. */
async function lastTry({ ledger }: Parts, application: AcceptedApplication) {
  const requestHash = requestHashOf(application);
  let last: Awaited<ReturnType<Ledger['outcomeOf']>>;
  for (let number = 1; number <= mostTries; number += 1) {
    const outcome = await ledger.outcomeOf({ key: keyOf(application, number), requestHash });
    if (!outcome) return { number: number - 1, outcome: last };
    last = outcome;
  }
  return { number: mostTries, outcome: last };
}

function keyOf({ _id }: Application, number: number): string {
  return number === 1 ? `disbursal:${_id}` : `disbursal:${_id}:${number}`;
}

/** All of it was fixed with the acceptance, so every try asks for the same. */
function requestHashOf(application: AcceptedApplication): string {
  const { _id, loanId, payoutAccountId, offer, currency } = application;
  const amount = toDecimalString(firstOf(application).amount, currency);
  const fee = toDecimalString(offer.fee, currency);
  return hashRequest({ applicationId: _id, loanId, payoutAccountId, amount, fee });
}
