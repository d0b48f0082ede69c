import { present } from '#core/assert.ts';
import { dateText, isBefore, type PlainDate } from '#core/calendar.ts';
import { newId } from '#core/ids.ts';
import { moneyOf, zero, type Money } from '#core/money.ts';
import type { Application, Loan } from '#features/loans/index.ts';
import type { ProductVersion } from '#features/products/index.ts';
import { dueOf, type Servicing } from '#features/servicing/index.ts';
import type { Cast, PlayedCustomer } from './cast.ts';
import type { PlannedCustomer, PlannedLoan } from './plan.ts';
import { done } from './done.ts';
import { signAndPayOut } from './payout.ts';
import { answersOf, demoPhone } from './answers.ts';
import { verifyIdentity } from './identity.ts';
import { sendPapers, verifyPapers } from './papers.ts';

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
  await sendPapers(cast, application);
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
  await verifyPapers(cast, application);
  await verifyIdentity(cast, { partyId: customer.partyId, number: customer.planned.number });
  const { version } = await approve(cast, facts, decision);
  if (loan.fate === 'offered' || loan.fate === 'expired') return undefined;
  yield;
  if (loan.fate === 'declined') {
    done(await underwriting.declineOffer({ ...own, version }), 'decline');
    return undefined;
  }
  return signAndPayOut(cast, { customer, applicationId: application._id });
}

async function approve(
  cast: Cast,
  { application }: Submitted,
  decision: { actor: Cast['officer']; applicationId: string; version: number },
): Promise<Application> {
  const terms = present(application.sections.terms, 'The terms of an application');
  const { amount, instalments } = terms;
  const { underwriting } = cast.bank.services;
  const file = present(await underwriting.findForReview(application._id, decision.actor), 'The file of an application');
  const { annualRate } = file.price;
  const order = { ...decision, amount, annualRate, instalments };
  const approved = await underwriting.approve(order);
  const isAbove = !approved.ok && approved.refusal.code === 'above-authority';
  return done(isAbove ? await underwriting.approve({ ...order, actor: cast.senior }) : approved, 'approve');
}

/** A paid-out loan as the player last saw it: only the player pays it. */
export interface RunningLoan {
  customer: PlayedCustomer;
  plan: PlannedLoan;
  loan: Loan;
  /** How often it was paid. */
  payments: number;
}

export async function remember(
  cast: Cast,
  facts: { customer: PlayedCustomer; plan: PlannedLoan; loanId: string },
): Promise<RunningLoan> {
  const { customer, plan } = facts;
  return { customer, plan, loan: await found(cast, { customer, loanId: facts.loanId }), payments: 0 };
}

async function found(cast: Cast, of: { customer: PlayedCustomer; loanId: string }): Promise<Loan> {
  const loan = await cast.bank.services.servicing.findOwn(of.customer.partyId, of.loanId);
  return present(loan, 'A demonstration loan');
}

/** Pays what is due on its due date, or later on a payday, unless the plan has it missed; then does what is special. */
export async function payDue(
  cast: Cast,
  one: RunningLoan,
  dates: { today: PlainDate; to: PlainDate; isPayday: boolean },
): Promise<void> {
  const { today, to, isPayday } = dates;
  const { nextDueOn } = one.loan;
  const isDue = nextDueOn === dateText(today) || (isPayday && nextDueOn !== null && nextDueOn < dateText(today));
  if (!isDue || one.loan.state !== 'active') return;
  if (missesFrom(one.plan, to, today)) return payPart(cast, one);
  const told = await toldOf(cast, one);
  if (!(await paid(cast, one, { kind: 'payment', from: from(one), shown: present(dueOf(told), 'What is due').total })))
    return;
  one.payments += 1;
  const { prepays } = one.plan;
  if (prepays?.afterPayments !== one.payments) return;
  const amount = divided(one.loan.principal, prepays.parts);
  await paid(cast, one, { kind: 'prepayment', from: from(one), amount, effect: prepays.effect, chargeShown: zero });
}

/** Who stops paying in full may still bring a part of the first instalment that is missed. */
async function payPart(cast: Cast, one: RunningLoan): Promise<void> {
  const row = one.loan.instalments.find(({ paidOn }) => paidOn === null);
  if (one.plan.bringsPart !== true || !row || row.paid.principal > zero || row.paid.interest > zero) return;
  await paid(cast, one, { kind: 'payment', from: from(one), amount: divided(row.total, 3n) });
}

const from = ({ customer }: RunningLoan) => ({ accountId: customer.accountId });
const divided = (amount: Money, parts: bigint) => moneyOf(amount / parts);

async function toldOf(cast: Cast, { loan }: RunningLoan) {
  return present(await cast.bank.services.servicing.tell({ loanId: loan._id }), 'A demonstration loan');
}

/** Whether it went through: who is short of money pays on a later payday; a real book has such loans too. */
async function paid(cast: Cast, one: RunningLoan, act: Parameters<Servicing['act']>[0]['act']): Promise<boolean> {
  const { partyId } = one.customer;
  const order = { key: newId(), actor: 'demo', channel: 'customer' as const, loanId: one.loan._id, partyId, act };
  const outcome = await cast.bank.services.servicing.act(order);
  if (!outcome.ok && outcome.refusal.code === 'short-of-funds') return false;
  done(outcome, 'pay a loan');
  one.loan = await found(cast, { customer: one.customer, loanId: one.loan._id });
  return true;
}

/** An overdue borrower stops paying some months before the end. */
function missesFrom(loan: PlannedLoan, to: PlainDate, today: PlainDate): boolean {
  return loan.fate === 'overdue' && !isBefore(today, to.subtract({ months: loan.missed }));
}
