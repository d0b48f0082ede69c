import type { Formats } from '#core/format.ts';
import type { Ledger } from '#features/ledger/index.ts';
import type { LoanTransaction } from '#features/loans/index.ts';
import { paths } from '#web/paths.ts';
import { actRefusal, explainAct } from '../life/refusals.ts';
import { isMoneyIn, transactionName } from './transaction-words.ts';

type Journal = NonNullable<Awaited<ReturnType<Ledger['journal']>>>;

interface Facts {
  key: string;
  /** Undefined where nothing is known under the key, or it is somebody else's. */
  journal: Journal | undefined;
  /** What was done to a loan under the key, where it was: a change that moved no money has no journal. */
  transaction: LoanTransaction | undefined;
  /** Whether the page of the loan is one of a customer or of staff. */
  reader: 'borrower' | 'staff';
  formats: Formats;
}

/** `/operations/:key`: what became of a submission. */
export function operationPage(facts: Facts) {
  const { key, journal, transaction, formats } = facts;
  if (journal?.outcome === 'refused') {
    return {
      title: 'Not done',
      kind: 'warn',
      heading: 'This order was refused',
      text: refusalText(journal, formats),
      link: { href: paths.dashboard, text: 'Go to the start page' },
    };
  }
  const at = journal?.postedAt ?? transaction?.at;
  if (!at) {
    return {
      title: 'No outcome yet',
      kind: 'info',
      heading: 'We have no outcome for this order yet',
      text: 'Either it is still being processed, or it never reached us. Look again in a moment before you send it a second time.',
      link: { href: paths.operation(key), text: 'Look again' },
    };
  }
  const what = transaction ? `${transactionName(transaction, { formats })}: this` : 'It';
  return {
    title: 'Done',
    kind: 'success',
    heading: 'This order is done',
    text: `${what} was recorded on ${formats.instant(at)}, once.`,
    link: linkOf(facts),
  };
}

function refusalText(journal: Journal, formats: Formats): string {
  if (journal.kind.startsWith('loan-') && journal.refusal) {
    return explainAct(actRefusal(journal.refusal), formats).message;
  }
  if (journal.refusal?.code === 'insufficient-funds') {
    return `The balance was ${formats.moneyWithCurrency(journal.refusal.short)} short. No money has moved.`;
  }
  return 'No money has moved. Open the page that you sent it from and try again.';
}

function linkOf({ journal, transaction, reader }: Facts) {
  if (transaction && reader === 'staff') return { href: paths.staffLoan(transaction.loanId), text: 'See the loan' };
  if (transaction && isMoneyIn(transaction)) {
    return { href: paths.receipt(transaction.loanId, transaction._id), text: 'See the receipt' };
  }
  if (transaction) return { href: paths.loan(transaction.loanId), text: 'See the loan' };
  if (journal?.kind === 'deposit') return { href: paths.depositReceipt(journal._id), text: 'See the receipt' };
  if (journal?.kind === 'hold') return { href: paths.withdrawalReceipt(journal._id), text: 'See the withdrawal' };
  return { href: paths.dashboard, text: 'Go to the start page' };
}
