import type { Formats } from '#core/format.ts';
import { zero, type Money } from '#core/money.ts';
import type { Mandate, PauseReason } from './mandate.model.ts';

interface Text {
  title: string;
  text: string;
}

type About = Pick<Mandate, 'loanNumber' | 'dueOn'>;

/** Why a try failed, to follow a colon; `short` of money where that is the reason. */
export function failureText(
  reason: string | null,
  { short, formats }: { short: Money | null; formats: Formats },
): string {
  switch (reason) {
    case 'short-of-funds':
      return short === null
        ? 'the account was short of money'
        : `the account was ${formats.moneyWithCurrency(short)} short`;
    case 'account-unusable':
      return 'the account cannot be used at the moment';
    case 'account-closed':
      return 'the account is closed';
    case 'not-your-account':
      return 'the account is no longer yours';
    case 'held':
      return 'we have to look at this payment first';
    default:
      return 'it could not be booked';
  }
}

export function failedNotice(
  formats: Formats,
  facts: { about: About; amount: Money; short: Money | null; reason: string; againOn: string | null; fee: Money },
): Text {
  const { about, amount, short, reason, againOn, fee } = facts;
  const why = failureText(reason, { short, formats });
  const what = `Autopay could not take ${formats.moneyWithCurrency(amount)} for loan ${about.loanNumber}, due ${formats.date(about.dueOn)}: ${why}. Nothing was moved.`;
  const charged = fee === zero ? '' : ` A fee of ${formats.moneyWithCurrency(fee)} was added to the loan.`;
  const next =
    againOn === null
      ? `We do not try this date again.${charged} Pay it yourself from the page of the loan; otherwise it is taken with the next instalment.`
      : `We try again on ${formats.date(againOn)}. Add money before then, choose another account, or pay it yourself.`;
  const title =
    againOn === null ? 'Autopay could not take your instalment' : 'Autopay could not take your instalment yet';
  return { title, text: `${what} ${next}` };
}

export function pausedNotice(formats: Formats, { about, reason }: { about: About; reason: PauseReason }): Text {
  const why =
    reason === 'account-closed'
      ? 'The account it takes from is closed'
      : 'The account it takes from is no longer yours';
  return {
    title: 'Autopay is paused',
    text: `${why}, so that nothing is taken for loan ${about.loanNumber}. Choose another account, or pay what is due on ${formats.date(about.dueOn)} yourself.`,
  };
}

/** `short` is what the account has too little of on the day of the reminder. */
export function autopayReminder(
  formats: Formats,
  facts: { loanNumber: string; dueOn: string; amount: Money; account: string; short: Money },
): Text {
  const { loanNumber, dueOn, amount, account, short } = facts;
  const sum = formats.moneyWithCurrency(amount);
  const day = formats.date(dueOn);
  const what = `On ${day} we take ${sum} for loan ${loanNumber} from your account ${account}.`;
  return short === zero
    ? {
        title: `Autopay takes ${sum} on ${day}`,
        text: `${what} Leave the money there until then; you need not do anything else.`,
      }
    : {
        title: `Add money for autopay by ${day}`,
        text: `${what} At the moment the account has ${formats.moneyWithCurrency(short)} too little. Add money by then, choose another account, or pay the instalment yourself.`,
      };
}

export function dueReminder(formats: Formats, facts: { loanNumber: string; dueOn: string; amount: Money }): Text {
  const sum = formats.moneyWithCurrency(facts.amount);
  const day = formats.date(facts.dueOn);
  return {
    title: `${sum} is due on ${day}`,
    text: `${sum} of loan ${facts.loanNumber} is due on ${day}. Pay it from the page of the loan, or set up autopay and it is taken for you.`,
  };
}

export function overdueNotice(
  formats: Formats,
  facts: { loanNumber: string; since: string; days: number; amount: Money; againOn: string | null },
): Text {
  const { loanNumber, since, days, amount, againOn } = facts;
  const sum = formats.moneyWithCurrency(amount);
  const late = days === 1 ? '1 day' : `${days} days`;
  const next =
    againOn === null
      ? 'Pay it now from the page of the loan. If you cannot, write to us: we look for a way with you.'
      : `Autopay tries again on ${formats.date(againOn)}; add money before then, or pay it now.`;
  return {
    title: `Your loan is ${late} overdue`,
    text: `${sum} of loan ${loanNumber} is unpaid. The oldest part was due on ${formats.date(since)}. ${next}`,
  };
}
