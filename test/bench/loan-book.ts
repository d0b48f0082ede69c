import { dateOf } from '#core/calendar.ts';
import { zero } from '#core/money.ts';
import { hashRequest, ownBookId } from '#features/ledger/index.ts';
import { loanAccounts } from '#features/loans/index.ts';
import { disbursalPostings } from '#features/loans/disbursal/disbursal-documents.ts';
import type { Bank } from '#src/composition.ts';
import { loanOf, productOf } from '../features/servicing/lender.ts';

const chunk = 500;
/** One loan in twenty has an instalment due on the fifteenth of each month, which nobody pays. */
const lateOneIn = 20;

/**
 * A book of running loans, paid out on the tenth to the twenty-ninth of January 2025 from the bank's cash: most of them
 * pay every six months, so that what a month's end does to them is the interest; some fall behind from February on.
 */
export async function lendBook(bank: Bank, loans: number): Promise<void> {
  const halfYearly = await productOf(bank, { frequency: { every: 6, unit: 'month' }, dayCount: 'actual/365' });
  const monthly = await productOf(bank, { dayCount: 'actual/365' });
  for (let from = 0; from < loans; from += chunk) {
    const numbers = Array.from({ length: Math.min(chunk, loans - from) }, (_, index) => from + index);
    await lendChunk(
      bank,
      numbers.map((number) =>
        number % lateOneIn === 0 ? { number, product: monthly } : { number, product: halfYearly },
      ),
    );
  }
}

async function lendChunk(
  bank: Bank,
  wanted: { number: number; product: Awaited<ReturnType<typeof productOf>> }[],
): Promise<void> {
  const { ledger } = bank.services;
  const accountId = ownBookId('cash', 'USD');
  const made = wanted.map(({ number, product }) =>
    loanOf(bank, {
      of: product,
      partyId: 'bench',
      accountId,
      principal: BigInt(1_000_00 + (number % 997) * 1_00),
      annualRate: '12.5',
      instalments: 12 + (number % 3) * 12,
      disbursedOn: number % lateOneIn === 0 ? '2025-01-15' : `2025-01-${10 + (number % 20)}`,
    }),
  );
  await ledger.open(
    made.flatMap(({ loan }) => {
      const ids = loanAccounts(loan._id);
      const owner = { type: 'loan', id: loan._id } as const;
      const shared = { kind: 'asset', currency: loan.currency, branchId: loan.branchId, owner } as const;
      return [
        { id: ids.principal, name: 'Loan principal', floor: zero, ...shared },
        { id: ids.interest, name: 'Loan interest receivable', floor: null, ...shared },
        { id: ids.fees, name: 'Loan fees receivable', floor: null, ...shared },
      ];
    }),
  );
  const outcomes = await Promise.all(
    made.map(({ loan, disbursal }) =>
      ledger.post({
        key: disbursal._id,
        requestHash: hashRequest({ loan: loan._id }),
        kind: 'disbursal',
        currency: loan.currency,
        effectiveOn: dateOf(loan.disbursedOn),
        actor: 'bench',
        reference: `loan ${loan.number}`,
        postings: disbursalPostings(loan),
        companions: [
          { collection: 'loans', kind: 'insert', document: { ...loan } },
          { collection: 'loanTransactions', kind: 'insert', document: { ...disbursal } },
        ],
      }),
    ),
  );
  for (const outcome of outcomes)
    if (!outcome.ok) throw new Error(`A loan of the benchmark was not paid out: ${outcome.refusal.code}`);
}
