import type { PlainDate } from '#core/calendar.ts';
import type { Accounts } from '#features/accounts/index.ts';
import type { Ledger } from '#features/ledger/index.ts';
import { loanModel, loanTransactionModel, type Loan, type LoanTransaction } from '#features/loans/index.ts';
import type { Platform } from '#platform/platform.ts';
import { payInstalment, type PaymentOrder, type PayOutcome } from './payment.service.ts';
import { verifyProjections, type ProjectionDifference } from './verify.service.ts';

// Nobody borrows so often that a page of loans would need pages; the bound keeps a slip from reading everything.
const mostLoans = 100;

export interface Servicing {
  /** The party's loans, newest first. */
  listOwn(partyId: string): Promise<Loan[]>;
  findOwn(partyId: string, loanId: string): Promise<Loan | undefined>;
  /** What happened on a loan of the party, newest first. */
  transactions(
    loan: { partyId: string; loanId: string },
    page: { page: number; size: number },
  ): Promise<{ transactions: LoanTransaction[]; total: number }>;
  /** A payment of the party by its key; `loanId` narrows it to one loan. */
  payment(query: { partyId: string; key: string; loanId?: string }): Promise<LoanTransaction | undefined>;
  payInstalment(order: PaymentOrder): Promise<PayOutcome>;
  businessDate(): Promise<PlainDate>;
  /** Compares every stored loan with its replay and with the ledger; gives the first difference. */
  verifyProjections(): Promise<ProjectionDifference | undefined>;
}

export function createServicing(
  platform: Platform,
  deps: { accounts: Pick<Accounts, 'findOwn'>; ledger: Ledger },
): Servicing {
  const loans = loanModel(platform.database.connection);
  const transactions = loanTransactionModel(platform.database.connection);

  const findOwn = async (partyId: string, loanId: string) =>
    (await loans.findOne({ _id: loanId, partyId }).lean<Loan>()) ?? undefined;
  const lastNumber = async (loanId: string) =>
    (await transactions.findOne({ loanId }).sort({ number: -1 }).lean<LoanTransaction>())?.number ?? 0;
  const parts = { platform, ...deps, findLoan: findOwn, lastNumber };

  return {
    listOwn: (partyId) => loans.find({ partyId }).sort({ openedAt: -1 }).limit(mostLoans).lean<Loan[]>().exec(),
    findOwn,
    transactions: async ({ partyId, loanId }, { page, size }) => {
      const newest = transactions.find({ loanId, partyId }).sort({ number: -1 });
      const [found, total] = await Promise.all([
        newest
          .skip((page - 1) * size)
          .limit(size)
          .lean<LoanTransaction[]>(),
        transactions.countDocuments({ loanId, partyId }),
      ]);
      return { transactions: found, total };
    },
    payment: async ({ key, partyId, loanId }) => {
      const filter = { _id: key, kind: 'payment' as const, partyId, ...(loanId === undefined ? {} : { loanId }) };
      return (await transactions.findOne(filter).lean<LoanTransaction>()) ?? undefined;
    },
    payInstalment: (order) => payInstalment(parts, order),
    businessDate: () => platform.bankDay.today(),
    verifyProjections: () => verifyProjections({ loans, transactions, ledger: deps.ledger }),
  };
}
