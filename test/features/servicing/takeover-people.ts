import { present } from '#core/assert.ts';
import type { Loan, LoanTransaction } from '#features/loans/index.ts';
import { newBorrower, type TestPortal } from '#test/portal.ts';
import { confirmedAt, uploadedAt } from './takeover-steps.ts';

export const header =
  'kind,loan,customer,product,principal,annual_rate,instalments,disbursed_on,first_due_on,paid_instalments,fee,expected_outstanding,account,on,amount,effect';

let loans = 0;

/** A number that no other test gives. */
export function oldNumber(): string {
  loans += 1;
  return `OLD-${loans}`;
}

const usual = {
  ...{ product: 'personal', principal: '38000.00', rate: '9.6', instalments: '24' },
  ...{ disbursed: '2025-03-03', first: '2025-04-03', paid: '', fee: '', expected: '', account: '' },
};

/** A line of kind loan; what is not given is a loan of 38,000 over 24 months. */
export function loanLine(loan: string, customer: string, given: Partial<typeof usual> = {}): string {
  const { product, principal, rate, instalments, disbursed, first, paid, fee, expected, account } = {
    ...usual,
    ...given,
  };
  return [
    'loan',
    loan,
    customer,
    product,
    principal,
    rate,
    instalments,
    disbursed,
    first,
    paid,
    fee,
    expected,
    account,
    '',
    '',
    '',
  ].join(',');
}

export function paymentLine(loan: string, on: string, amount: string, effect?: string): string {
  const kind = effect === undefined ? 'payment' : 'prepayment';
  return [kind, loan, '', '', '', '', '', '', '', '', '', '', '', on, amount, effect ?? ''].join(',');
}

export function csv(...lines: string[]): string {
  return [header, ...lines, ''].join('\n');
}

export const customer = (portal: TestPortal) => newBorrower(portal);

type Staff = Awaited<ReturnType<TestPortal['staff']>>;

/** Uploads a file and lets it be checked; gives the import's id. */
export const uploaded = (portal: TestPortal, staff: Staff, file: string | Buffer) => uploadedAt(portal, staff, file);
export const confirmed = (staff: Pick<Staff, 'get' | 'post'>, id: string) => confirmedAt(staff, id);

/** What the report says of each line that has findings. */
export async function findings(portal: TestPortal, id: string): Promise<Record<number, string[]>> {
  const { lines } = await portal.services.servicing.takeovers.lines(id, { show: 'all', page: 1, size: 1_000 });
  return Object.fromEntries(
    lines.filter((one) => one.findings.length > 0).map((one) => [one.line, one.findings.map(({ text }) => text)]),
  );
}

/** A loan that came, by its number in the old bank. */
export async function loanBy(portal: TestPortal, number: string): Promise<Loan> {
  const found = await portal.database.db.collection<Loan>('loans').findOne({ 'takenOver.number': number });
  return present(found, 'A loan that was taken over');
}

export async function transactionsOf(portal: TestPortal, loan: Loan): Promise<LoanTransaction[]> {
  const found = portal.database.db.collection<LoanTransaction>('loanTransactions').find({ loanId: loan._id });
  return found.sort({ number: 1 }).toArray();
}

/** Moves the business date alone: whoever is signed in stays so. */
export async function bankDate(portal: TestPortal, date: string): Promise<void> {
  const bank = portal.database.db.collection<{ _id: string }>('bank');
  await bank.updateOne({ _id: 'business-date' }, { $set: { date } }, { upsert: true });
}

/** What one of the bank's own books holds, on its normal side. */
export async function bookBalance(portal: TestPortal, book: string): Promise<bigint> {
  const id = `bank:${book}:USD`;
  return (await portal.services.ledger.balances([id])).get(id)?.balance ?? 0n;
}
