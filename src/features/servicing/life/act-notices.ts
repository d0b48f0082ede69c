import type { Formats } from '#core/format.ts';
import { zero } from '#core/money.ts';
import type { Loan, LoanTransaction } from '#features/loans/index.ts';
import type { Projection } from './projection.ts';

export interface NoticeText {
  title: string;
  text: string;
  href: string;
}

interface Facts {
  loan: Loan;
  recorded: readonly LoanTransaction[];
  after: Projection;
}

/** What the borrower is told of what was done; undefined where it is the bank's own business. */
export function noticeOf(formats: Formats, facts: Facts): NoticeText | undefined {
  const [first] = facts.recorded;
  if (!first) return undefined;
  // The fee for a try that failed is told of with the failure.
  if (first.kind === 'charge' && first.channel === 'autopay') return undefined;
  const said = sentenceOf(formats, facts, first);
  if (!said) return undefined;
  const { loan } = facts;
  const hasReceipt = ['payment', 'prepayment', 'payoff', 'cancellation'].includes(first.kind);
  const href = hasReceipt ? `/loans/${loan._id}/payments/${first._id}` : `/loans/${loan._id}`;
  return { ...said, href };
}

type Said = Omit<NoticeText, 'href'>;

function sentenceOf(formats: Formats, facts: Facts, one: LoanTransaction): Said | undefined {
  const amount = formats.moneyWithCurrency(one.amount);
  const day = formats.date(one.on);
  const ofLoan = `loan ${facts.loan.number}`;
  switch (one.kind) {
    case 'payment':
    case 'prepayment':
    case 'payoff':
      return paidSentence(one, { amount, day, ofLoan, closed: facts.after.state === 'closed' });
    case 'cancellation':
      return {
        title: 'Your loan is cancelled',
        text: `You cancelled ${ofLoan} on ${day} within its cooling-off time. Nothing is owed any more, and every fee was given back. Your certificate is ready.`,
      };
    case 'charge':
      return {
        title: `A fee of ${amount} was charged`,
        text: `${chargeText(one)} On ${day} a fee of ${amount} was added to ${ofLoan}. It falls due with your next payment.`,
      };
    case 'waiver':
      return { title: `We let ${amount} go`, text: `You no longer owe ${amount} of ${ofLoan}.` };
    case 'rate-change':
      return {
        title: 'The rate of your loan has changed',
        text: `From ${day} the rate of ${ofLoan} is ${one.change?.annualRate ?? ''} % a year. Your new schedule is ready.`,
      };
    case 'moratorium':
    case 'reschedule':
    case 'restructure':
      return { title: 'The terms of your loan have changed', text: `Your new schedule of ${ofLoan} is ready.` };
    case 'reversal':
      return {
        title: `A transaction of ${amount} was undone`,
        text: `We undid a transaction of ${amount} on ${ofLoan}.${bounceText(formats, facts)} Look at what is due now.`,
      };
    case 'disbursal':
      return {
        title: 'A further part of your loan is paid out',
        text: `${amount} of ${ofLoan} was paid out on ${day}. The instalments to come are worked out again; your new schedule is ready.`,
      };
    case 'write-off':
    case 'recovery':
    case 'refund':
      return undefined;
  }
}

interface Words {
  amount: string;
  day: string;
  ofLoan: string;
  closed: boolean;
}

function paidSentence(one: LoanTransaction, { amount, day, ofLoan, closed }: Words): Said {
  if (one.kind === 'payoff')
    return {
      title: 'Your loan is repaid in full',
      text: `We took ${amount} for ${ofLoan} on ${day}. Nothing is owed any more. Your certificate of no dues is ready.`,
    };
  if (one.kind === 'prepayment')
    return {
      title: `We took ${amount} to repay a part of your loan early`,
      text: `We took ${amount} for ${ofLoan} on ${day}. Your new schedule and your receipt are ready.`,
    };
  const what = howPaid[one.channel] ?? 'We took';
  const inFull = closed ? ' The loan is repaid in full.' : '';
  return {
    title: one.instalment === null ? `${what} ${amount} for your loan` : `Instalment ${one.instalment} is paid`,
    text: `${what} ${amount} for ${ofLoan} on ${day}.${inFull} Your receipt is ready.`,
  };
}

function bounceText(formats: Formats, { recorded }: Facts): string {
  const fee = recorded.find(({ kind }) => kind === 'charge');
  return fee && fee.amount !== zero ? ` A fee of ${formats.moneyWithCurrency(fee.amount)} was charged.` : '';
}

const howPaid: Partial<Record<LoanTransaction['channel'], string>> = {
  autopay: 'Autopay took',
  rail: 'We received',
};

function chargeText({ code }: LoanTransaction): string {
  if (code === 'late') return 'An instalment was not paid in time.';
  if (code === 'bounce') return 'A payment came back.';
  return 'You asked for a service that costs a fee.';
}
