import { formatsIn, type Formats } from '#core/format.ts';
import { larger, zero } from '#core/money.ts';
import type { FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import { accountOptions } from '../accounts.view.ts';
import type { DepositAccount } from '../own-accounts.service.ts';
import type { CloseRefusal } from './closing.rules.ts';
import type { AccountDetails } from './details.service.ts';

/** `/accounts/:id/close`: what is left on it, or what closing does and the button. */
export function closePage(facts: {
  details: AccountDetails;
  /** All that the owner holds: interest not paid yet can go to another one. */
  own: readonly DepositAccount[];
  form: FormState;
  key: string;
  formats: Formats;
}) {
  const { details, form, key } = facts;
  const { account } = details;
  const formats = formatsIn(account.currency, facts.formats);
  const empty = account.balance === zero && account.held === zero;
  const takers = facts.own.filter(({ id, currency }) => id !== account.id && currency === account.currency);
  const interest = empty ? interestOf(details, { takers, formats }) : undefined;
  const interestTo = form.values.interestTo ?? interest?.options[0]?.value ?? '';
  return {
    title: `Close ${account.name}`,
    crumbs: [
      { text: 'Accounts', href: paths.accounts },
      { text: account.name, href: paths.account(account.id) },
      { text: 'Close' },
    ],
    head: { title: `Close ${account.name}`, sub: `${account.typeName} ${account.masked}` },
    form: { ...form, values: { ...form.values, interestTo } },
    key,
    action: paths.closeAccount(account.id),
    back: paths.accountDetails(account.id),
    left: empty ? undefined : leftOf(account, formats),
    interest,
    consequences: consequencesOf(account),
  };
}

/** What has to go before it can be closed, and the ways out. */
function leftOf({ id, balance, held, available }: DepositAccount, formats: Formats) {
  const balanceText = formats.moneyWithCurrency(balance);
  const heldText = formats.moneyWithCurrency(held);
  const text =
    held > zero
      ? `There is still ${balanceText} on it, of which ${heldText} is set aside for payments that are not settled yet. Wait for those, move the rest out, and then close it.`
      : `There is still ${balanceText} on it. Move it out, and then close it.`;
  const from = (path: string) => `${path}?account=${id}`;
  const ways = [
    { href: from(paths.transfer), text: 'Transfer it', kind: 'primary' },
    { href: from(paths.withdraw), text: 'Withdraw it', kind: 'outline' },
  ];
  return { text, ways: larger(available, zero) > zero ? ways : [] };
}

function interestOf(
  { account, interest }: AccountDetails,
  { takers, formats }: { takers: readonly DepositAccount[]; formats: Formats },
) {
  if (!interest || interest.amount === zero) return undefined;
  const amount = formats.moneyWithCurrency(interest.amount);
  const into =
    takers.length > 0
      ? `It has earned ${amount} that is not paid yet. We pay it when you close the account.`
      : `It has earned ${amount} that is not paid yet. You have no other open account, so we pay it into ${account.name} first; move it out and then close the account.`;
  return { text: into, legend: `Where shall we pay the ${amount}?`, options: accountOptions(takers, formats) };
}

function consequencesOf({ joint }: DepositAccount): string[] {
  return [
    'It cannot be opened again. Its number is not given to anybody else.',
    'Its history and statements stay readable under Accounts.',
    'Scheduled transfers from it or into it no longer take place.',
    ...(joint ? ['The people who share it can no longer use it, and are told so.'] : []),
  ];
}

const unchanged = 'Nothing was closed and nothing was moved.';

export function explainClosing(refusal: CloseRefusal, formats: Formats): { field: string; sentence: string } {
  switch (refusal.code) {
    case 'not-empty':
      return { field: 'form', sentence: `Only an empty account can be closed. ${unchanged}` };
    case 'not-now':
      return { field: 'form', sentence: `We cannot close this account at the moment. Please contact us. ${unchanged}` };
    case 'not-your-account':
      return { field: 'interestTo', sentence: `Choose another open account of yours. ${unchanged}` };
    case 'interest-not-taken':
      return { field: 'interestTo', sentence: `That account could not take the interest. ${unchanged} Choose another` };
    case 'interest-paid-in': {
      const amount = formats.moneyWithCurrency(refusal.amount);
      return {
        field: 'form',
        sentence: `We paid its interest of ${amount} into the account just now. Move it out, and then close it`,
      };
    }
    case 'changed-meanwhile':
      return { field: 'form', sentence: `The account changed at the same moment. ${unchanged} Look at it again` };
  }
}
