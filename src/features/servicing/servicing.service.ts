import type { PlainDate } from '#core/calendar.ts';
import type { Money } from '#core/money.ts';
import type { Result } from '#core/result.ts';
import type { Accounts } from '#features/accounts/index.ts';
import type { Customers } from '#features/customers/index.ts';
import type { Ledger } from '#features/ledger/index.ts';
import {
  loanModel,
  loanTransactionModel,
  type Loan,
  type LoanLife,
  type LoanTransaction,
} from '#features/loans/index.ts';
import type { Products } from '#features/products/index.ts';
import type { LoanOutcome } from '#features/risk/index.ts';
import type { DayStep } from '#platform/close-of-day/step.ts';
import type { Platform } from '#platform/platform.ts';
import type { Migration } from '#platform/schema.ts';
import { loanSteps, type LoanSteps } from './closing/loan-steps.ts';
import { rateStep } from './closing/rate-step.ts';
import type { ActOrder, ActRefusal } from './life/act.ts';
import { act, readLoan, tellLoan, type ActOutcome, type LifeParts, type Told } from './life/act.service.ts';
import { foresee, type Foreseen } from './life/foresee.ts';
import { loanLife } from './life/loan-life.ts';
import { payoffQuote, prepaymentChoices, type PayoffQuote, type PrepaymentChoices } from './life/quotes.ts';
import { loanLifeMigration } from './loan.migration.ts';
import { outcomesOf } from './outcomes.service.ts';
import { createTakeovers, type Takeovers } from './taking-over/takeovers.service.ts';
import { verifyProjections, type ProjectionDifference } from './verify.service.ts';

// Nobody borrows so often that a page of loans would need pages; the bound keeps a slip from reading everything.
const mostLoans = 100;

/** `partyId` narrows a query to one borrower's loans: somebody else's is not found, as a missing one. */
export interface LoanQuery {
  loanId: string;
  partyId?: string;
}

export interface Servicing {
  /** The party's loans, newest first. */
  listOwn(partyId: string): Promise<Loan[]>;
  findOwn(partyId: string, loanId: string): Promise<Loan | undefined>;
  /** The loan told anew at the end of a date, the business date where none is given. */
  tell(query: LoanQuery, asOf?: PlainDate): Promise<Told | undefined>;
  /** What happened on a loan, newest first. */
  transactions(
    query: LoanQuery,
    page: { page: number; size: number },
  ): Promise<{ transactions: LoanTransaction[]; total: number }>;
  transaction(query: LoanQuery & { key: string }): Promise<LoanTransaction | undefined>;
  /** Money that came in, by its key: for the receipt. */
  payment(query: { partyId: string; key: string; loanId?: string }): Promise<LoanTransaction | undefined>;
  /** What was done to any loan under the key of a submission, by whoever sent it. */
  operation(key: string): Promise<LoanTransaction | undefined>;
  /** Everything that can be done to a loan that was paid out: once for a key. */
  act(order: ActOrder): Promise<ActOutcome>;
  /** What doing it would come to; nothing is written. */
  foresee(order: Omit<ActOrder, 'key' | 'reason'>): Promise<Result<Foreseen, ActRefusal>>;
  /** Both outcomes of an early repayment, before one is chosen. */
  prepaymentChoices(told: Told, amount: Money): Result<PrepaymentChoices, ActRefusal>;
  /** From today on; valid to the end of the date. */
  payoffQuote(query: LoanQuery, on: PlainDate): Promise<PayoffQuote | undefined>;
  /** How loans went so far, by their ids: at most five hundred. */
  outcomesOf(loanIds: readonly string[]): Promise<Map<string, LoanOutcome>>;
  /** What a loan does for its application: further parts paid out, and the way back within the cooling-off time. */
  life: LoanLife;
  businessDate(): Promise<PlainDate>;
  /** What loans of an earlier version of the program need. */
  migration: Migration;
  /** What the close of day does to loans. */
  steps: LoanSteps & { rates: DayStep };
  /** Compares every stored loan with its replay and with the ledger; gives the first difference. */
  verifyProjections(): Promise<ProjectionDifference | undefined>;
  /** Running loans of another bank, brought over from files. */
  takeovers: Takeovers;
}

export interface ServicingDeps {
  accounts: Pick<Accounts, 'findOwn' | 'byNumbers'>;
  customers: Pick<Customers, 'known'>;
  ledger: Ledger;
  products: Pick<Products, 'version' | 'newestByCode' | 'floating' | 'baseRates'>;
}

export function createServicing(platform: Platform, deps: ServicingDeps): Servicing {
  const parts = lifeParts(platform, deps);
  const { loans, transactions } = parts;
  const today = () => platform.bankDay.today();

  async function told(query: LoanQuery, asOf?: PlainDate): Promise<Told | undefined> {
    const loan = await readLoan(parts, query);
    return loan && tellLoan(parts, loan, asOf ?? (await today()));
  }

  return {
    listOwn: (partyId) => loans.find({ partyId }).sort({ openedAt: -1 }).limit(mostLoans).lean<Loan[]>().exec(),
    findOwn: (partyId, loanId) => readLoan(parts, { partyId, loanId }),
    tell: told,
    transactions: async (query, { page, size }) => {
      const filter = { loanId: query.loanId, ...(query.partyId === undefined ? {} : { partyId: query.partyId }) };
      const newest = transactions.find(filter).sort({ number: -1 });
      const [found, total] = await Promise.all([
        newest
          .skip((page - 1) * size)
          .limit(size)
          .lean<LoanTransaction[]>(),
        transactions.countDocuments(filter),
      ]);
      return { transactions: found, total };
    },
    transaction: async ({ key, loanId, partyId }) => {
      const filter = { _id: key, loanId, ...(partyId === undefined ? {} : { partyId }) };
      return (await transactions.findOne(filter).lean<LoanTransaction>()) ?? undefined;
    },
    payment: async ({ key, partyId, loanId }) => {
      const filter = { _id: key, partyId, ...(loanId === undefined ? {} : { loanId }) };
      const found = await transactions.findOne(filter).lean<LoanTransaction>();
      return found && moneyIn.includes(found.kind) ? found : undefined;
    },
    operation: async (key) => (await transactions.findById(key).lean<LoanTransaction>()) ?? undefined,
    act: (order) => act(parts, order),
    foresee: (order) => foresee(parts, order),
    prepaymentChoices: (of, amount) => prepaymentChoices({ ...of, on: of.today }, amount),
    payoffQuote: async (query, on) => {
      const [then, dayAfter] = await Promise.all([told(query, on), told(query, on.add({ days: 1 }))]);
      return then && dayAfter && payoffQuote({ ...then, on }, dayAfter);
    },
    outcomesOf: (loanIds) => outcomesOf(parts, loanIds),
    life: loanLife(parts, told),
    businessDate: today,
    migration: loanLifeMigration(parts),
    steps: { ...loanSteps(parts), rates: rateStep(parts, deps.products) },
    verifyProjections: () => verifyProjections(parts),
    takeovers: createTakeovers(platform, deps),
  };
}

const moneyIn: readonly LoanTransaction['kind'][] = ['payment', 'prepayment', 'payoff', 'cancellation'];

function lifeParts(platform: Platform, { accounts, ledger, products }: ServicingDeps): LifeParts {
  const { connection } = platform.database;
  return {
    platform,
    ledger,
    products,
    loans: loanModel(connection),
    transactions: loanTransactionModel(connection),
    mayPayFrom: async (partyId, accountId) => (await accounts.findOwn(partyId, accountId)) !== undefined,
  };
}
