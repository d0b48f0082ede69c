import { present } from '#core/assert.ts';
import { dateText, isBefore, type PlainDate } from '#core/calendar.ts';
import { newId } from '#core/ids.ts';
import { rateOf } from '#core/rate.ts';
import type { Result } from '#core/result.ts';
import type { Application, Instalment } from '#features/loans/index.ts';
import type { ProductVersion } from '#features/products/index.ts';
import type { Cast, PlayedCustomer } from './cast.ts';
import type { PlannedCustomer, PlannedLoan } from './plan.ts';
import { answersOf, demoPhone } from './answers.ts';

/** The value of what must not be refused while a plan is played; a refusal is a fault of the plan. */
export function done<T>(outcome: Result<T, unknown>, what: string): T {
  if (outcome.ok) return outcome.value;
  throw new Error(
    `The demonstration could not ${what}: ${JSON.stringify(outcome.refusal, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}`,
  );
}

/** Registers the customer and opens their account; a password only where somebody shall sign in as them. */
export async function join(
  cast: Cast,
  planned: PlannedCustomer,
  person: { fullName: string; email: string; password?: string },
): Promise<PlayedCustomer> {
  const { customers, accounts } = cast.bank.services;
  const phone = demoPhone(planned.number);
  const registered = done(await customers.register({ ...person, phone }), 'register a customer');
  const partyId = present(registered.partyId, 'The party of a demonstration customer');
  const opened = done(await accounts.open({ actor: 'demo', partyId, name: 'Everyday account' }), 'open an account');
  return { planned, partyId, accountId: opened.id };
}

export async function receiveSalary(cast: Cast, customer: PlayedCustomer): Promise<void> {
  const { partyId, accountId, planned } = customer;
  const order = { key: newId(), actor: 'demo', partyId, accountId, amount: cast.scale(planned.incomeUnits) };
  done(await cast.bank.services.accounts.deposit(order), 'receive a salary');
}

/**
 * Walks an application from the first answer to what the plan has for it, a stage each time it is asked on; gives the
 * loan's id where one is paid out.
 */
export async function* applyInStages(
  cast: Cast,
  customer: PlayedCustomer,
  loan: PlannedLoan,
): AsyncGenerator<undefined, string | undefined> {
  const { applications, products } = cast.bank.services;
  const actor = { actor: 'demo', partyId: customer.partyId };
  const product = present(await products.liveByCode(loan.product), 'A product of the demonstration');
  const started = await applications.start({
    ...actor,
    branchId: cast.bank.platform.headBranchId,
    productCode: product.code,
  });
  let application = done(started, 'start an application');
  const answers = answersOf(cast, { customer, loan, product });
  for (const [index, input] of (loan.fate === 'draft' ? answers.slice(0, 2) : answers).entries()) {
    if (index % 2 === 1) yield;
    const order = { ...actor, applicationId: application._id, version: application.version, ...input };
    application = done(await applications.saveSection(order), 'save a section');
  }
  if (loan.fate === 'draft') return undefined;
  yield;
  const order = { ...actor, applicationId: application._id, version: application.version };
  const declared = { truthful: true, creditBureau: true };
  application = done(await applications.submit({ ...order, declared }), 'submit an application');
  yield;
  return yield* follow(cast, { customer, loan, product, application });
}

interface Submitted {
  customer: PlayedCustomer;
  loan: PlannedLoan;
  product: ProductVersion;
  application: Application;
}

async function* follow(cast: Cast, facts: Submitted): AsyncGenerator<undefined, string | undefined> {
  const { applications, underwriting } = cast.bank.services;
  const { customer, loan, application } = facts;
  const own = { actor: 'demo', partyId: customer.partyId, applicationId: application._id };
  if (loan.fate === 'submitted') return undefined;
  if (loan.fate === 'withdrawn') {
    done(await applications.withdraw({ ...own, version: application.version }), 'withdraw');
    return undefined;
  }
  const decision = { actor: cast.officer, applicationId: application._id, version: application.version };
  if (loan.fate === 'rejected') {
    done(await underwriting.reject({ ...decision, reason: 'debt-too-high' }), 'reject');
    return undefined;
  }
  const { version } = await approve(cast, facts, decision);
  if (loan.fate === 'offered' || loan.fate === 'expired') return undefined;
  yield;
  if (loan.fate === 'declined') {
    done(await underwriting.declineOffer({ ...own, version }), 'decline');
    return undefined;
  }
  return done(await underwriting.acceptOffer({ ...own, version, accountId: customer.accountId }), 'accept').loanId;
}

async function approve(
  cast: Cast,
  { product, application }: Submitted,
  decision: { actor: Cast['officer']; applicationId: string; version: number },
): Promise<Application> {
  const terms = present(application.sections.terms, 'The terms of an application');
  const { amount, instalments } = terms;
  const annualRate = rateOf(product.annualRate);
  return done(
    await cast.bank.services.underwriting.approve({ ...decision, amount, annualRate, instalments }),
    'approve',
  );
}

/** What of a paid-out loan the player remembers: its rows never change, and only the player pays them. */
export interface RunningLoan {
  customer: PlayedCustomer;
  loan: PlannedLoan;
  loanId: string;
  rows: readonly Instalment[];
  paid: number;
}

export async function remember(
  cast: Cast,
  facts: { customer: PlayedCustomer; loan: PlannedLoan; loanId: string },
): Promise<RunningLoan> {
  const found = await cast.bank.services.servicing.findOwn(facts.customer.partyId, facts.loanId);
  return { ...facts, rows: present(found, 'A demonstration loan').instalments, paid: 0 };
}

/** Pays the oldest instalment on its due date, or later on a payday, unless the plan has it missed. */
export async function payDue(
  cast: Cast,
  one: RunningLoan,
  dates: { today: PlainDate; to: PlainDate; isPayday: boolean },
): Promise<void> {
  const row = one.rows[one.paid];
  const { today, to, isPayday } = dates;
  const dueNow = row?.dueOn === dateText(today) || (isPayday && row !== undefined && row.dueOn < dateText(today));
  if (!dueNow || missesFrom(one.loan, to, today)) return;
  const { partyId, accountId } = one.customer;
  const payment = { key: newId(), instalment: row.n, amountShown: row.total, accountId };
  const outcome = await cast.bank.services.servicing.payInstalment({
    actor: 'demo',
    partyId,
    loanId: one.loanId,
    ...payment,
  });
  // Who is short of money pays on a later payday: a real book has such loans too.
  if (!outcome.ok && outcome.refusal.code === 'short-of-funds') return;
  done(outcome, 'pay an instalment');
  one.paid += 1;
}

/** An overdue borrower stops paying some months before the end. */
function missesFrom(loan: PlannedLoan, to: PlainDate, today: PlainDate): boolean {
  return loan.fate === 'overdue' && !isBefore(today, to.subtract({ months: loan.missed }));
}
