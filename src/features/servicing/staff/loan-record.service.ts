import { dateText } from '#core/calendar.ts';
import { notFound } from '#core/errors.ts';
import type { Actor } from '#core/roles.ts';
import type { Approvals, ApprovalRequest } from '#features/approvals/index.ts';
import type { Customers } from '#features/customers/index.ts';
import type { Identity } from '#features/identity/index.ts';
import type { Balance, ChartAccount, Entry, Journal, Ledger } from '#features/ledger/index.ts';
import { loanAccounts, type LoanTransaction } from '#features/loans/index.ts';
import type { Platform } from '#platform/platform.ts';

import { planAct } from '../life/planning.ts';
import type { Told } from '../life/act.service.ts';
import type { PayoffQuote } from '../life/quotes.ts';
import { reasonPlace } from '../life/transactions.ts';
import type { Servicing } from '../servicing.service.ts';
import { forbidden } from './own-file.ts';

/** A transaction with what staff wrote, who they are, and whether it can be undone. */
export interface ToldTransaction {
  one: LoanTransaction;
  reason: string;
  /** Of the staff; undefined where the channel says all there is to say. */
  who: string | undefined;
  reversible: boolean;
  /** The transaction that undid it. */
  undoneBy: string | undefined;
  hasJournal: boolean;
}

export interface LoanRecord {
  told: Told;
  borrower: string;
  payoff: PayoffQuote | undefined;
  /** Of every kind, open for this loan. */
  pending: ApprovalRequest[];
}

export interface LoanRecordParts {
  platform: Pick<Platform, 'audit' | 'vault'>;
  servicing: Pick<Servicing, 'tell' | 'payoffQuote'>;
  approvals: Pick<Approvals, 'pendingOf'>;
  customers: Pick<Customers, 'names'>;
  identity: Pick<Identity, 'displayNames'>;
  ledger: Pick<Ledger, 'balances' | 'chart' | 'journal' | 'entries'>;
}

export interface LedgerLine {
  name: keyof ReturnType<typeof loanAccounts>;
  account: string;
  balance: Balance | undefined;
  /** The newest entries, each with its journal. */
  entries: Entry[];
}

/** A loan with everything that staff see of it. Whoever looks is named in the audit trail. */
export interface LoanRecords {
  record(query: { loanId: string; actor: Actor }): Promise<LoanRecord>;
  /** A page of what happened, newest first, with what staff wrote opened. */
  transactions(told: Told, page: { page: number; size: number }): Promise<ToldTransaction[]>;
  reversible(told: Told, kind: 'any' | 'incoming'): LoanTransaction[];
  ledgerLines(loanId: string): Promise<LedgerLine[]>;
  /** A journal that touches the loan; undefined for any other. */
  journal(query: {
    loanId: string;
    key: string;
    actor: Actor;
  }): Promise<{ told: Told; journal: Journal; chart: ReadonlyMap<string, ChartAccount> } | undefined>;
}

const shownEntries = 5;

export function createLoanRecords(parts: LoanRecordParts): LoanRecords {
  return {
    record: (query) => record(parts, query),
    transactions: (told, page) => transactions(parts, told, page),
    reversible: (told, kind) =>
      told.transactions.filter((one) => mayUndo(told, one) && (kind === 'any' || isIncoming(one))),
    ledgerLines: (loanId) => ledgerLines(parts, loanId),
    journal: async ({ loanId, key, actor }) => {
      const told = await viewed(parts, { loanId, actor });
      const journal = await parts.ledger.journal(key);
      const own: readonly string[] = Object.values(loanAccounts(loanId));
      const isOfLoan = journal?.postings.some(({ account }) => own.includes(account)) === true;
      const isItsAct = told.transactions.some(({ _id }) => _id === key);
      if (!journal || !(isOfLoan || isItsAct)) return undefined;
      return { told, journal, chart: await parts.ledger.chart(journal.postings.map(({ account }) => account)) };
    },
  };
}

async function viewed(
  { servicing, platform }: LoanRecordParts,
  query: { loanId: string; actor: Actor },
): Promise<Told> {
  const { loanId, actor } = query;
  const told = await servicing.tell({ loanId });
  if (!told) throw notFound('Loan');
  // The page holds what colleagues wrote about the borrower.
  if (told.loan.partyId === actor.partyId) throw forbidden();
  await platform.audit.record({ actor: actor.userId, action: 'loan-viewed', subject: { type: 'loan', id: loanId } });
  return told;
}

async function record(parts: LoanRecordParts, query: { loanId: string; actor: Actor }): Promise<LoanRecord> {
  const told = await viewed(parts, query);
  const { loan } = told;
  const [names, pending, payoff] = await Promise.all([
    parts.customers.names([loan.partyId]),
    parts.approvals.pendingOf({ type: 'loan', id: loan._id }),
    loan.state === 'active' ? parts.servicing.payoffQuote({ loanId: loan._id }, told.today) : undefined,
  ]);
  return { told, borrower: names.get(loan.partyId) ?? 'Unknown', payoff, pending };
}

async function transactions(
  { platform, identity, ledger }: LoanRecordParts,
  told: Told,
  { page, size }: { page: number; size: number },
): Promise<ToldTransaction[]> {
  const newest = told.transactions.toReversed().slice((page - 1) * size, page * size);
  const undone = new Map(told.transactions.map((one) => [one.reverses, one._id]));
  const names = await identity.displayNames(newest.map(({ actor }) => actor));
  return Promise.all(
    newest.map(async (one) => ({
      one,
      reason: one.reason ? await platform.vault.open(reasonPlace(one._id), one.reason) : '',
      who: one.channel === 'staff' ? names.get(one.actor) : undefined,
      reversible: mayUndo(told, one),
      undoneBy: undone.get(one._id),
      hasJournal: (await ledger.journal(one._id)) !== undefined,
    })),
  );
}

const incoming: readonly LoanTransaction['kind'][] = ['payment', 'prepayment', 'payoff', 'recovery'];

function isIncoming({ kind }: LoanTransaction): boolean {
  return incoming.includes(kind);
}

function mayUndo(told: Told, one: LoanTransaction): boolean {
  return planAct({ kind: 'reversal', reverses: one._id }, { ...told, on: told.today }).ok;
}

async function ledgerLines({ ledger }: LoanRecordParts, loanId: string): Promise<LedgerLine[]> {
  const accounts = Object.entries(loanAccounts(loanId)) as [LedgerLine['name'], string][];
  const balances = await ledger.balances(accounts.map(([, account]) => account));
  return Promise.all(
    accounts.map(async ([name, account]) => {
      const balance = balances.get(account);
      const page = balance && (await ledger.entries({ account, page: 1, size: shownEntries }));
      return { name, account, balance, entries: page?.entries ?? [] };
    }),
  );
}

/** The due dates that a change of terms can begin with. */
export function comingDueDates({ run, today }: Told): string[] {
  const text = dateText(today);
  return run.rows.filter((row) => !row.known && row.dueOn > text).map((row) => row.dueOn);
}
