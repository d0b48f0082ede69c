import type { Formats } from '#core/format.ts';
import { minus, zero, type Money } from '#core/money.ts';
import type { FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import type { DepositAccount } from '../own-accounts.service.ts';
import type { Payee } from './payee.service.ts';
import { rhythmRows } from './rhythm.view.ts';
import type { Rhythm } from './timing.rules.ts';
import { newPayeeSentence } from './transfer-refusals.ts';
import type { CheckedTransfer } from './transfers.service.ts';

const crumb = { text: 'Transfer', href: paths.transfer };

/** `1234 5678 9012`, as people read it aloud. */
export function spacedNumber(number: string): string {
  return number.replace(/(\d{4})(?=\d)/g, '$1 ');
}

/** `/transfer`, empty or with what was sent before. */
export function enterPage(facts: {
  own: readonly DepositAccount[];
  payees: readonly Payee[];
  form: FormState;
  formats: Formats;
}) {
  const { own, payees, form, formats } = facts;
  const chosen = form.values.fromId ?? '';
  const fromId = own.some((account) => account.id === chosen) ? chosen : (own[0]?.id ?? '');
  const starting = { when: 'now', every: '1', end: 'open' };
  return {
    title: 'Transfer',
    action: paths.transferCheck,
    form: { ...form, values: { ...starting, ...form.values, fromId } },
    from: own.map((account) => ({
      value: account.id,
      text: `${account.name} ${account.masked}`,
      sub: `${formats.moneyWithCurrency(account.available)} available`,
    })),
    to: [
      { value: '', text: 'Choose, or enter a number below' },
      ...own.map((account) => ({ value: `own:${account.id}`, text: `My ${account.name} ${account.masked}` })),
      ...payees.map((payee) => ({ value: `payee:${payee.id}`, text: `${payee.nickname}, ${payee.maskedName}` })),
    ],
    currency: formats.currency,
    whenOptions: [
      { value: 'now', text: 'Now' },
      { value: 'once', text: 'Once, on a date' },
      { value: 'week', text: 'Every so many weeks' },
      { value: 'month', text: 'Every so many months' },
    ],
    endOptions: [
      { value: 'open', text: 'When I cancel it' },
      { value: 'until', text: 'On a last date' },
      { value: 'times', text: 'After a number of times' },
    ],
    // Open where something of it is filled in or wrong: a fault must never hide.
    later: (form.values.when ?? 'now') !== 'now' || laterFields.some((field) => form.errors[field] !== undefined),
    places: transferPlaces,
    noAccount: {
      title: 'You have no account to send money from',
      text: 'Open one and add money to it. It has a number at once.',
      action: { href: paths.openAccount, text: 'Open an account' },
    },
  };
}

const laterFields = ['when', 'startOn', 'every', 'end', 'until', 'times'];

const transferPlaces = [
  { href: paths.payees, text: 'Payees', sub: 'The accounts you have saved' },
  { href: paths.scheduledTransfers, text: 'Scheduled transfers', sub: 'What is sent later or regularly' },
];

export interface CheckFacts {
  checked: CheckedTransfer;
  from: DepositAccount;
  /** The nickname, where it goes to a saved payee. */
  nickname: string | undefined;
  amount: Money;
  rhythm: Rhythm | undefined;
  form: FormState;
  hidden: Record<string, string>;
  formats: Formats;
}

/** The check page: everything that is going to happen, before it happens. */
export function checkPage(facts: CheckFacts) {
  const { checked, rhythm, amount, form, hidden, formats } = facts;
  const firstTime = checked.acquaintance === 'first-time';
  return {
    title: 'Check the transfer',
    crumbs: [crumb, { text: 'Check' }],
    action: paths.transfer,
    change: paths.transferChange,
    form,
    hidden: Object.entries(hidden).map(([name, value]) => ({ name, value })),
    amount: formats.money(amount),
    currency: formats.currency,
    rows: mainRows(facts),
    limits: rhythm ? [] : limitRows(facts),
    cooling: coolingNote(facts),
    confirm: firstTime && {
      title: 'You have not sent money to this account before',
      text: `We show the holder’s name in part. If ${checked.shownName} is not who you mean, go back and check the number: money that was sent does not come back by itself.`,
      label: `${checked.shownName} is who I mean`,
    },
    button: rhythm ? 'Schedule the transfer' : `Send ${formats.money(amount)}`,
  };
}

function mainRows({ checked, from, nickname, rhythm, amount, hidden, formats }: CheckFacts) {
  const number = spacedNumber(checked.number);
  const to = checked.relation === 'own' ? `${checked.shownName} ··${checked.number.slice(-4)}` : checked.shownName;
  return [
    { label: 'From', value: `${from.name} ${from.masked}` },
    { label: 'To', value: nickname === undefined ? to : `${nickname}, ${to}` },
    ...(checked.relation === 'own' ? [] : [{ label: 'Account number', value: number }]),
    { label: 'Reference', value: hidden.reference === '' ? 'None' : (hidden.reference ?? 'None') },
    ...(rhythm
      ? rhythmRows(rhythm, formats)
      : [
          { label: 'When', value: 'Now' },
          {
            label: 'Left to use after it',
            value: formats.moneyWithCurrency(minus(checked.payer.available, amount)),
            total: true,
          },
        ]),
  ];
}

function limitRows({ checked, formats }: CheckFacts) {
  const { leftToday } = checked;
  const { perTransfer, perDay } = checked.payer.limits;
  return [
    ...(perTransfer === null ? [] : [{ label: 'Most in one transfer', value: formats.moneyWithCurrency(perTransfer) }]),
    ...(perDay === null || leftToday === undefined
      ? []
      : [
          {
            label: 'Left of today’s limit',
            value: `${formats.money(leftToday)} of ${formats.moneyWithCurrency(perDay)}`,
          },
        ]),
  ];
}

function coolingNote({ checked, rhythm, formats }: CheckFacts): string | undefined {
  const { sentWhileNew } = checked;
  if (sentWhileNew === undefined || rhythm) return undefined;
  const used =
    sentWhileNew > zero
      ? ` You have sent ${formats.moneyWithCurrency(sentWhileNew)} of it`
      : ' You have sent nothing of it yet';
  return `${newPayeeSentence(formats)}.${used}, so that this transfer is within it.`;
}
