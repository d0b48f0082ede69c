import { present } from '#core/assert.ts';
import { dateText, isBefore, type PlainDate } from '#core/calendar.ts';
import { newId } from '#core/ids.ts';
import { moneyOf } from '#core/money.ts';
import { rateOf } from '#core/rate.ts';
import type { Result } from '#core/result.ts';
import type { Application, Loan } from '#features/loans/index.ts';
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

/** Walks an application from the first answer to what the plan has for it; gives the loan's id where one is paid out. */
export async function apply(cast: Cast, customer: PlayedCustomer, loan: PlannedLoan): Promise<string | undefined> {
  const { applications, products } = cast.bank.services;
  const { partyId } = customer;
  const actor = { actor: 'demo', partyId };
  const product = present(await products.liveByCode(loan.product), 'A product of the demonstration');
  const started = await applications.start({
    ...actor,
    branchId: cast.bank.platform.headBranchId,
    productCode: product.code,
  });
  let application = done(started, 'start an application');
  const answers = answersOf(cast, { customer, loan, product });
  for (const input of loan.fate === 'draft' ? answers.slice(0, 2) : answers) {
    const order = { ...actor, applicationId: application._id, version: application.version, ...input };
    application = done(await applications.saveSection(order), 'save a section');
  }
  if (loan.fate === 'draft') return undefined;
  const order = { ...actor, applicationId: application._id, version: application.version };
  application = done(
    await applications.submit({ ...order, declared: { truthful: true, creditBureau: true } }),
    'submit an application',
  );
  return follow(cast, { customer, loan, product, application });
}

interface Submitted {
  customer: PlayedCustomer;
  loan: PlannedLoan;
  product: ProductVersion;
  application: Application;
}

async function follow(cast: Cast, facts: Submitted): Promise<string | undefined> {
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
  const offered = await approve(cast, facts, decision);
  if (loan.fate === 'offered' || loan.fate === 'expired') return undefined;
  if (loan.fate === 'declined') {
    done(await underwriting.declineOffer({ ...own, version: offered.version }), 'decline');
    return undefined;
  }
  const accepted = await underwriting.acceptOffer({ ...own, version: offered.version, accountId: customer.accountId });
  return done(accepted, 'accept').loanId;
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

/**
 * Pays the oldest instalment if it is due by today, unless the plan has it missed. Gives the day before which nothing
 * more is due; null when the loan is repaid.
 */
export async function payDue(
  cast: Cast,
  facts: { customer: PlayedCustomer; loan: PlannedLoan; loanId: string; today: PlainDate; to: PlainDate },
): Promise<string | null> {
  const { servicing } = cast.bank.services;
  const { customer, loan, loanId, today, to } = facts;
  const found: Loan = present(await servicing.findOwn(customer.partyId, loanId), 'A demonstration loan');
  const [row, following] = found.instalments.filter((instalment) => instalment.paidOn === null);
  if (!row) return null;
  if (row.dueOn > dateText(today) || missesFrom(loan, to, today)) return row.dueOn;
  const outcome = await servicing.payInstalment({
    actor: 'demo',
    partyId: customer.partyId,
    loanId,
    key: newId(),
    instalment: row.n,
    amountShown: row.total,
    accountId: customer.accountId,
  });
  if (outcome.ok) return following?.dueOn ?? null;
  // Who is short of money pays on a later payday: a real book has such loans too.
  if (outcome.refusal.code !== 'short-of-funds') done(outcome, 'pay an instalment');
  return row.dueOn;
}

/** An overdue borrower stops paying some months before the end. */
function missesFrom(loan: PlannedLoan, to: PlainDate, today: PlainDate): boolean {
  return loan.fate === 'overdue' && !isBefore(today, to.subtract({ months: loan.missed }));
}

export const scaleBy = (multiplier: bigint) => (units: number) => moneyOf(BigInt(units) * multiplier);
