import type { Model } from 'mongoose';
import { assert, present } from '#core/assert.ts';
import { notFound } from '#core/errors.ts';
import { negate, toDecimalString } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { hashRequest, type Ledger, type LedgerRefusal } from '#features/ledger/index.ts';
import type { Products } from '#features/products/index.ts';
import { bsonDate } from '#platform/clock.ts';
import type { Companion } from '#platform/companion.ts';
import type { Platform } from '#platform/platform.ts';
import { applicationModel, type Application } from '../applying/application.model.ts';
import { moveApplication } from '../applying/application-moving.ts';
import { next } from '../applying/application-states.ts';
import {
  disbursalPostings,
  disbursalTransaction,
  isAccepted,
  loanLedgerAccounts,
  newLoan,
  newLoanNumber,
  paidOut,
  type AcceptedApplication,
} from './disbursal-documents.ts';
import { loanModel } from '../loan.model.ts';
import type { Loan } from '../loan.ts';
import { payoutNotice } from '../underwriting/underwriting-notices.ts';

export type DisbursalRefusal = { code: 'not-accepted' } | { code: 'ledger-refused'; refusal: LedgerRefusal };
export type DisbursalOutcome = Result<{ loanId: string }, DisbursalRefusal>;

export interface Disbursal {
  /** Pays an accepted loan out, once: however often it is asked for, there is one loan and one journal. */
  disburse(applicationId: string): Promise<DisbursalOutcome>;
  /** Tries anew after the ledger refused; a refusal is kept under its key, so that each try has a key of its own. */
  disburseAgain(order: { actor: string; applicationId: string }): Promise<DisbursalOutcome>;
  /** Why the last try failed; undefined where none did. */
  lastRefusal(application: Application): Promise<LedgerRefusal | undefined>;
}

const topic = 'disburse';

/** Written with the acceptance, so that the loan is paid out also where the process dies before it did so itself. */
export function disburseRow({ outbox }: Platform, applicationId: string): Companion {
  return outbox.row({ topic, payload: { applicationId } });
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
  // Whatever disburse answers, the row is delivered: what the ledger refused, an officer pays out again.
  platform.outbox.handle(topic, async ({ payload: { applicationId } }) => {
    assert(typeof applicationId === 'string', 'A row about a disbursal names its application');
    await disburse(parts, { applicationId, actor: 'system', after: 'answer-kept' });
  });
  return {
    disburse: (applicationId) => disburse(parts, { applicationId, actor: 'system', after: 'answer-kept' }),
    disburseAgain: (order) => disburse(parts, { ...order, after: 'try-again' }),
    lastRefusal: async (application) => {
      if (!isAccepted(application)) return undefined;
      const { outcome } = await lastTry(parts, application);
      return outcome && !outcome.ok ? outcome.refusal : undefined;
    },
  };
}

interface Order {
  applicationId: string;
  actor: string;
  /** What a refusal of the last try means: it stands, or another try is made. */
  after: 'answer-kept' | 'try-again';
}

async function disburse(parts: Parts, order: Order): Promise<DisbursalOutcome> {
  const application = await find(parts, order.applicationId);
  if (!isAccepted(application)) return refuse({ code: 'not-accepted' });
  if (application.state === 'disbursed') return ok({ loanId: application.loanId });
  if (next(application.state, 'disburse') === undefined) return refuse({ code: 'not-accepted' });
  const last = await lastTry(parts, application);
  if (last.outcome && !last.outcome.ok && order.after === 'answer-kept')
    return refuse({ code: 'ledger-refused', refusal: last.outcome.refusal });
  const failed = last.outcome !== undefined && !last.outcome.ok;
  const key = keyOf(application, failed ? last.number + 1 : Math.max(last.number, 1));
  return post(parts, { application, key, actor: order.actor });
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
  if (now.state === 'disbursed') return ok({ loanId: application.loanId });
  platform.logger.warn({ application: application._id, refusal: posted.refusal.code }, 'A loan was not paid out');
  return refuse({ code: 'ledger-refused', refusal: posted.refusal });
}

async function loanOf(parts: Parts, application: AcceptedApplication): Promise<Loan> {
  const { platform, products } = parts;
  const { offer, productVersionId } = application;
  const product = present(await products.version(productVersionId), 'The product version of an application');
  const today = await platform.bankDay.today();
  const { amount, instalments, annualRate } = offer;
  const schedule = products.estimate(product, { amount, instalments, annualRate, disbursedOn: today });
  assert(schedule.ok, 'An accepted offer has a schedule');
  const { instalment, fee, totalRepaid } = schedule.value;
  const asAgreed = instalment === offer.instalment && fee === offer.fee && totalRepaid === offer.totalRepaid;
  assert(asAgreed, 'The loan that is paid out is the one that was accepted');
  const at = bsonDate(platform.clock.now());
  return newLoan(application, { number: await freeNumber(parts), product, schedule: schedule.value, today, at });
}

const mostNumberTries = 10;

async function freeNumber({ loans }: Parts): Promise<string> {
  for (let attempt = 1; attempt <= mostNumberTries; attempt += 1) {
    const number = newLoanNumber();
    if (!(await loans.exists({ number }))) return number;
  }
  throw new Error('No loan number is free: the numbers have become too short for this bank');
}

function companionsOf(
  { platform }: Parts,
  facts: { application: AcceptedApplication; loan: Loan; key: string; actor: string },
): Companion[] {
  const { application, loan, key, actor } = facts;
  const amount = paidOut(loan);
  const transaction = disbursalTransaction(loan, {
    ...{ key, amount, actor, at: loan.openedAt },
    tax: negate(loan.booked.taxPayable),
  });
  const { _id, currency } = application;
  const moved = moveApplication(platform, { application, action: 'disburse', actor, by: 'system' });
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
  const amount = toDecimalString(offer.amount, currency);
  return hashRequest({
    applicationId: _id,
    loanId,
    payoutAccountId,
    amount,
    fee: toDecimalString(offer.fee, currency),
  });
}
