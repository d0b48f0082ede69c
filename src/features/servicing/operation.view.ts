import type { Formats } from '#core/format.ts';
import type { Ledger } from '#features/ledger/index.ts';
import type { LoanTransaction } from '#features/loans/index.ts';
import { paths } from '#web/paths.ts';
import { explainPayment, payRefusal } from './payment-refusals.ts';
import { paymentKind } from './payment.service.ts';

type Journal = NonNullable<Awaited<ReturnType<Ledger['journal']>>>;

interface Facts {
  key: string;
  /** Undefined where nothing is known under the key, or it is somebody else's. */
  journal: Journal | undefined;
  /** The loan payment under the key, where it is one. */
  payment: LoanTransaction | undefined;
  formats: Formats;
}

/** `/operations/:key`: what became of a submission. */
export function operationPage({ key, journal, payment, formats }: Facts) {
  if (!journal) {
    return {
      title: 'No outcome yet',
      kind: 'info',
      heading: 'We have no outcome for this order yet',
      text: 'Either it is still being processed, or it never reached us. Look again in a moment before you send it a second time.',
      link: { href: paths.operation(key), text: 'Look again' },
    };
  }
  if (journal.outcome === 'refused') {
    return {
      title: 'Not done',
      kind: 'warn',
      heading: 'This order was refused',
      text: refusalText(journal, formats),
      link: { href: paths.dashboard, text: 'Go to the start page' },
    };
  }
  return {
    title: 'Done',
    kind: 'success',
    heading: 'This order is done',
    text: `It was posted on ${formats.instant(journal.postedAt)}, once.`,
    link: linkOf(journal, payment),
  };
}

function refusalText(journal: Journal, formats: Formats): string {
  if (journal.kind === paymentKind && journal.refusal) {
    return explainPayment(payRefusal(journal.refusal), formats).message;
  }
  if (journal.refusal?.code === 'insufficient-funds') {
    return `The balance was ${formats.moneyWithCurrency(journal.refusal.short)} short. No money has moved.`;
  }
  return 'No money has moved. Open the page that you sent it from and try again.';
}

function linkOf(journal: Journal, payment: LoanTransaction | undefined) {
  if (payment) return { href: paths.receipt(payment.loanId, payment._id), text: 'See the receipt' };
  if (journal.kind === 'deposit') return { href: paths.depositReceipt(journal._id), text: 'See the receipt' };
  if (journal.kind === 'hold') return { href: paths.withdrawalReceipt(journal._id), text: 'See the withdrawal' };
  return { href: paths.dashboard, text: 'Go to the start page' };
}
