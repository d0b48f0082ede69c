import type { Formats } from '#core/format.ts';
import { paths } from '#web/paths.ts';
import type { DepositAccount } from '../own-accounts.service.ts';
import type { ShownTransfer } from './shown-transfer.service.ts';
import { spacedNumber } from './transfer.view.ts';

export interface ReceiptFacts {
  transfer: ShownTransfer;
  /** The person's account that it is about, and the other one where it is theirs too. */
  account: DepositAccount;
  other: DepositAccount | undefined;
  /** Whether whom was paid can still be saved as a payee. */
  savable: 'savable' | 'saved';
  formats: Formats;
}

/** `/transfer/:key`: what was moved, as the one or the other side sees it. */
export function receiptPage(facts: ReceiptFacts) {
  const { transfer, account, other, formats } = facts;
  const sent = transfer.side === 'sent';
  const title = sent ? 'Money sent' : 'Money received';
  return {
    title,
    crumbs: [
      { text: 'Accounts', href: paths.accounts },
      { text: account.name, href: paths.account(account.id) },
      { text: title },
    ],
    badge: { kind: 'ok', text: 'Booked' },
    sub: `Transfer ${transfer.number}, ${formats.instant(transfer.at)}`,
    amount: formats.money(transfer.amount),
    currency: transfer.currency,
    rows: [
      ...sideRows({ transfer, account, other }),
      ...(transfer.reference === '' ? [] : [{ label: 'Reference', value: transfer.reference }]),
      ...(transfer.scheduleId !== undefined && sent && transfer.ordered === 'by-oneself'
        ? [{ label: 'Ordered by', value: 'Your schedule', href: paths.scheduledTransfer(transfer.scheduleId) }]
        : []),
      ...(transfer.ordered === 'by-another' && sent ? [{ label: 'Ordered by', value: 'A joint holder' }] : []),
      { label: 'Counts on', value: formats.date(transfer.on) },
      { label: 'Transfer number', value: transfer.number },
      { label: `Balance of ${account.name} now`, value: formats.moneyWithCurrency(account.balance), total: true },
    ],
    next: nextSentence(facts),
    actions: [
      { href: paths.account(account.id), text: 'See the account', primary: true },
      ...(sent ? [{ href: paths.transfer, text: 'Send more money' }] : []),
      ...(sent && facts.savable === 'savable'
        ? [{ href: `${paths.addPayee}?transfer=${transfer.key}`, text: 'Save as a payee' }]
        : []),
    ],
  };
}

function sideRows({ transfer, account, other }: Pick<ReceiptFacts, 'transfer' | 'account' | 'other'>) {
  const own = (one: DepositAccount) => `${one.name} ${one.masked}`;
  const mine = { value: own(account), href: paths.account(account.id) };
  const theirs = other ? { value: own(other), href: paths.account(other.id) } : { value: transfer.name };
  if (transfer.side === 'received')
    return [
      { label: 'From', ...theirs },
      { label: 'Into', ...mine },
    ];
  const number =
    transfer.toNumber === undefined || other
      ? []
      : [{ label: 'Account number', value: spacedNumber(transfer.toNumber) }];
  return [{ label: 'From', ...mine }, { label: 'To', ...theirs }, ...number];
}

function nextSentence({ transfer, other }: ReceiptFacts): string {
  if (transfer.side === 'received')
    return 'The money is on your account now and you can use it. You need do nothing more.';
  if (other) return `The money is on ${other.name} now and you can use it there. You need do nothing more.`;
  return 'The money is on their account now, and we have told them. They see your name and the reference, and nothing else of yours. You need do nothing more.';
}
