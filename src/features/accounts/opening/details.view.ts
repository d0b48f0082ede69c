import { counted, formatsIn, type Formats } from '#core/format.ts';
import { negate, zero } from '#core/money.ts';
import { paths } from '#web/paths.ts';
import type { DepositAccount } from '../own-accounts.service.ts';
import type { AccountDetails } from './details.service.ts';
import type { Holder } from './holders.service.ts';

/** `/accounts/:id/details`: what the account is, who holds it and what can be changed. */
export function detailsPage(details: AccountDetails, facts: { partyId: string; formats: Formats }) {
  const { account, people } = details;
  const formats = formatsIn(account.currency, facts.formats);
  return {
    title: 'Account details',
    crumbs: [
      { text: 'Accounts', href: paths.accounts },
      { text: account.name, href: paths.account(account.id) },
      { text: 'Details' },
    ],
    head: headOf(account),
    notice: noticeOf(account),
    about: aboutRows(details, formats),
    limits: account.state === 'open' ? limitRows(details, formats) : undefined,
    interest: interestOf(details, formats),
    holders: people.holders.map((holder) => holderRow(holder, facts.partyId)),
    holdersNote: counted(people.holders.length, 'holder'),
    actions: actionsOf(account),
  };
}

function headOf(account: DepositAccount) {
  const badge =
    account.state === 'closed'
      ? { kind: 'neutral', text: 'Closed', icon: 'lock' }
      : account.joint
        ? { kind: 'info', text: 'Joint', icon: 'people' }
        : undefined;
  return { title: account.name, sub: `${account.typeName} ${account.masked}`, badge };
}

/** The same words whatever is stopped and why: a person who is looked into must not learn of it here. */
function noticeOf({ freeze, state }: DepositAccount) {
  if (state === 'closed' || freeze === 'none') return undefined;
  return {
    title: 'Not every payment is possible at the moment',
    text: 'Your money is safe and the balance is yours. Please contact us if a payment does not go through.',
    link: { href: paths.contact, text: 'Contact us' },
  };
}

/** `1234 5678 9012`, as it is read aloud. */
function spaced(number: string): string {
  return number.replace(/(\d{4})(?=\d)/g, '$1 ');
}

function aboutRows({ account, annualRate, floor }: AccountDetails, formats: Formats) {
  return [
    { label: 'Account number', value: spaced(account.number) },
    { label: 'Type', value: account.typeName },
    { label: 'Interest', value: annualRate === undefined ? 'None' : `${formats.rate(annualRate)} a year` },
    ...(floor < zero ? [{ label: 'Overdraft', value: `Up to ${formats.moneyWithCurrency(negate(floor))}` }] : []),
    { label: 'Opened', value: formats.date(account.openedOn) },
    ...(account.closedOn === undefined ? [] : [{ label: 'Closed', value: formats.date(account.closedOn) }]),
  ];
}

function limitRows({ account, leftToday }: AccountDetails, formats: Formats) {
  const { limits, held, available, id } = account;
  const most = (amount: typeof limits.perDay) => (amount === null ? 'No limit' : formats.moneyWithCurrency(amount));
  return [
    { label: 'Most in one transfer', value: most(limits.perTransfer) },
    { label: 'Most in a day', value: most(limits.perDay) },
    ...(leftToday === undefined ? [] : [{ label: 'Left today', value: formats.moneyWithCurrency(leftToday) }]),
    ...(held === zero ? [] : [{ label: 'Set aside', value: formats.moneyWithCurrency(held), href: paths.account(id) }]),
    { label: 'Available now', value: formats.moneyWithCurrency(available), total: true },
  ];
}

function interestOf({ interest, account }: AccountDetails, formats: Formats) {
  if (account.kind !== 'savings' || account.state === 'closed') return undefined;
  const how = 'It grows every day on the balance at the end of the day and is paid after the end of each month.';
  // On the day it is opened or was paid no day has ended yet.
  if (!interest || Temporal.PlainDate.compare(interest.from, interest.to) > 0) {
    return { amount: formats.money(zero), unit: account.currency, days: 'From today on', how };
  }
  const days = `${formats.date(interest.from)} to ${formats.date(interest.to)}, not paid yet`;
  return { amount: formats.money(interest.amount), unit: account.currency, days, how };
}

function holderRow({ partyId, name, owner }: Holder, asks: string) {
  const you = partyId === asks ? ' (you)' : '';
  return { label: `${name}${you}`, value: owner ? 'Owner' : 'Joint holder' };
}

function actionsOf({ id, owned, state, joint }: DepositAccount) {
  if (state === 'closed') return [{ href: paths.account(id), text: 'See the history' }];
  const people = { href: paths.accountHolders(id), text: joint ? 'See who holds it' : 'Share this account' };
  if (!owned) return [people];
  return [
    { href: paths.renameAccount(id), text: 'Rename' },
    people,
    { href: paths.closeAccount(id), text: 'Close the account' },
  ];
}
