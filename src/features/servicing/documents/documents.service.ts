import { present } from '#core/assert.ts';
import { dateOf, isBefore, type Period, type PlainDate } from '#core/calendar.ts';
import { zero, type Money } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { Customers } from '#features/customers/index.ts';
import {
  keyFacts,
  type Application,
  type Applications,
  type Loan,
  type LoanTransaction,
} from '#features/loans/index.ts';
import type { Platform } from '#platform/platform.ts';
import type { LoanQuery, Servicing } from '../servicing.service.ts';
import type { Told } from '../life/act.service.ts';
import { wasCancelled } from '../life/cancelling.ts';
import { agreementOf } from '../life/story.ts';
import { paidBetween, statementOf, type LoanStatement, type Standing, type Use } from './statement-lines.ts';

/** What every document of a loan says of it. */
export interface DocumentHead {
  loan: Loan;
  /** Of the party whose loan it is; opened from the vault. */
  borrower: string;
  today: PlainDate;
  madeAt: Date;
}

export interface StatementDocument extends DocumentHead {
  statement: LoanStatement;
  /** All that was ever recorded: a line may name another one. */
  transactions: readonly LoanTransaction[];
}

export interface InterestCertificate extends DocumentHead {
  year: number;
  period: Period;
  /** Whether the year, or the loan, is over, so that nothing is added any more. */
  isFinal: boolean;
  paid: Use & { total: Money };
  /** Kept back when the loan was paid out, where that was in the year. */
  keptBack: Money;
  outstanding: Money;
}

export interface NoDues extends DocumentHead {
  /** How it ended. */
  ended: 'repaid' | 'cancelled';
  closedOn: string;
  reference: string;
}

export interface AgreementDocument extends DocumentHead {
  told: Told;
  facts: ReturnType<typeof keyFacts.of>;
  /** When the borrower accepted the offer, and the application's reference; undefined where no offer was made here. */
  accepted: { at: Date; reference: string } | undefined;
  /** What had to be met before it was paid out. */
  conditions: readonly string[];
}

/** Who asks: staff are named in the audit trail, a borrower only ever gets their own. */
export type DocumentQuery = LoanQuery & { staff?: string };
export type DocumentKind = 'statement' | 'interest-certificate' | 'no-dues' | 'key-facts' | 'agreement';

/** The documents of a loan, made anew from what is recorded each time. Undefined for a loan that is not there for them. */
export interface LoanDocuments {
  loan(query: LoanQuery): Promise<Loan | undefined>;
  statement(query: DocumentQuery, period: Period): Promise<StatementDocument | undefined>;
  /** For a year of the loan. */
  interestCertificate(query: DocumentQuery, year: number): Promise<InterestCertificate | undefined>;
  noDues(query: DocumentQuery): Promise<Result<NoDues, { code: 'not-closed'; loan: Loan }> | undefined>;
  /** As it was agreed. Undefined also for a loan that another bank agreed. */
  agreement(query: DocumentQuery, kind: 'key-facts' | 'agreement'): Promise<AgreementDocument | undefined>;
  today(): Promise<PlainDate>;
}

export interface LoanDocumentDeps {
  servicing: Pick<Servicing, 'tell' | 'businessDate'>;
  customers: Pick<Customers, 'names'>;
  applications: Pick<Applications, 'findOwn' | 'openWords'>;
}

interface Parts extends LoanDocumentDeps {
  platform: Pick<Platform, 'audit' | 'clock'>;
}

export function createLoanDocuments(platform: Parts['platform'], deps: LoanDocumentDeps): LoanDocuments {
  const parts: Parts = { platform, ...deps };
  return {
    loan: async (query) => (await deps.servicing.tell(query))?.loan,
    statement: (query, period) => statement(parts, { query, period }),
    interestCertificate: (query, year) => interestCertificate(parts, { query, year }),
    noDues: (query) => noDues(parts, query),
    agreement: (query, kind) => agreement(parts, { query, kind }),
    today: () => deps.servicing.businessDate(),
  };
}

/** The years that a loan has something to say about, newest first. */
export function yearsOf({ disbursedOn, closedOn }: Pick<Loan, 'disbursedOn' | 'closedOn'>, today: PlainDate): number[] {
  const first = dateOf(disbursedOn).year;
  const last = closedOn === null ? today.year : dateOf(closedOn).year;
  return Array.from({ length: last - first + 1 }, (_, index) => last - index);
}

async function headOf(parts: Parts, told: Told, { query, kind }: { query: DocumentQuery; kind: DocumentKind }) {
  const { platform, customers } = parts;
  const { loan, today } = told;
  if (query.staff !== undefined) {
    const subject = { type: 'loan', id: loan._id };
    const entry = { actor: query.staff, action: 'loan-document-opened', subject, details: { document: kind } };
    await platform.audit.record(entry);
  }
  const names = await customers.names([loan.partyId]);
  const madeAt = new Date(platform.clock.now().epochMilliseconds);
  return { loan, today, madeAt, borrower: names.get(loan.partyId) ?? '' };
}

/** As the loan stood at the end of a day; undefined for a day before it was paid out. */
async function standing({ servicing }: Parts, told: Told, on: PlainDate): Promise<Standing> {
  if (isBefore(on, dateOf(told.loan.disbursedOn))) return undefined;
  if (on.equals(told.today)) return told.run;
  const { _id: loanId } = told.loan;
  return present(await servicing.tell({ loanId }, on), 'A loan that was there a moment ago').run;
}

async function between(parts: Parts, told: Told, period: Period) {
  const [before, after] = await Promise.all([
    standing(parts, told, period.from.subtract({ days: 1 })),
    standing(parts, told, period.to),
  ]);
  return { transactions: told.transactions, period, before, after };
}

async function statement(
  parts: Parts,
  { query, period }: { query: DocumentQuery; period: Period },
): Promise<StatementDocument | undefined> {
  const told = await parts.servicing.tell(query);
  if (!told) return undefined;
  const head = await headOf(parts, told, { query, kind: 'statement' });
  return { ...head, statement: statementOf(await between(parts, told, period)), transactions: told.transactions };
}

async function interestCertificate(
  parts: Parts,
  { query, year }: { query: DocumentQuery; year: number },
): Promise<InterestCertificate | undefined> {
  const told = await parts.servicing.tell(query);
  if (!told || !yearsOf(told.loan, told.today).includes(year)) return undefined;
  const head = await headOf(parts, told, { query, kind: 'interest-certificate' });
  const { loan, today } = told;
  const [first, last] = [dateOf(`${year}-01-01`), dateOf(`${year}-12-31`)];
  const to = isBefore(today, last) ? today : last;
  const facts = await between(parts, told, { from: first, to });
  return {
    ...head,
    year,
    period: facts.period,
    isFinal: isBefore(last, today) || loan.closedOn !== null,
    paid: paidBetween(facts),
    keptBack: dateOf(loan.disbursedOn).year === year ? loan.fee : zero,
    outstanding: facts.after?.outstandingPrincipal ?? zero,
  };
}

async function noDues(parts: Parts, query: DocumentQuery): ReturnType<LoanDocuments['noDues']> {
  const told = await parts.servicing.tell(query);
  if (!told) return undefined;
  const { loan, run } = told;
  const { closedOn } = loan;
  if (loan.state !== 'closed' || closedOn === null || run.payoff.total !== zero)
    return refuse({ code: 'not-closed', loan });
  const head = await headOf(parts, told, { query, kind: 'no-dues' });
  const ended = wasCancelled(told.transactions) ? 'cancelled' : 'repaid';
  return ok({ ...head, ended, closedOn, reference: noDuesReference({ number: loan.number, closedOn }) });
}

/** The same for the same loan and closing day, whenever it is printed: a loan that was opened again has another one. */
function noDuesReference({ number, closedOn }: { number: string; closedOn: string }): string {
  return `ND-${number.replace(/^L-/, '')}-${closedOn.replaceAll('-', '')}`;
}

async function agreement(
  parts: Parts,
  { query, kind }: { query: DocumentQuery; kind: 'key-facts' | 'agreement' },
): Promise<AgreementDocument | undefined> {
  const told = await parts.servicing.tell(query);
  if (!told || isTakenOver(told.loan)) return undefined;
  const head = await headOf(parts, told, { query, kind });
  const { loan } = told;
  const application = await parts.applications.findOwn(loan.partyId, loan.applicationId);
  const accepted = application?.answeredAt
    ? { at: application.answeredAt, reference: application.reference }
    : undefined;
  const words = application && (await parts.applications.openWords(application));
  const facts = agreedFacts(told, { application, plan: words?.plan ?? [] });
  return { ...head, told, facts, accepted, conditions: (words?.conditions ?? []).map(({ text }) => text) };
}

/** What was agreed with another bank is not ours to print. */
function isTakenOver({ applicationId }: Loan): boolean {
  return applicationId.startsWith('import:');
}

/** The first terms, with the fee that was really kept back: what the borrower accepted. */
function agreedFacts(
  { loan, product }: Told,
  { application, plan }: { application: Application | undefined; plan: NonNullable<Parameters<typeof keyFacts.of>[2]> },
): AgreementDocument['facts'] {
  // A loan of several parts begins with the first of them; all of it was agreed.
  const amount = plan.length > 1 ? application?.offer?.amount : undefined;
  const terms = { ...agreementOf(loan), ...(amount === undefined ? {} : { principal: amount }) };
  const keptBack = loan.fee === zero ? [] : [{ when: 'disbursement' as const, amount: loan.fee }];
  return keyFacts.of(product, { ...terms, fees: [...(terms.fees ?? []), ...keptBack] }, plan);
}
