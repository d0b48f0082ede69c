import type { Formats } from '#core/format.ts';
import type { Entry } from '#features/ledger/index.ts';
import { paths } from '#web/paths.ts';
import type { DepositAccount } from './accounts.service.ts';

/** What a posting is called on a customer's pages, by the kind of its journal. */
const entryNames: Record<string, string> = {
  deposit: 'Deposit',
  'deposit-reversal': 'Deposit taken back',
  disbursal: 'Loan paid out',
  'disbursal-reversal': 'Loan payout taken back',
  'instalment-payment': 'Loan instalment',
  'instalment-payment-reversal': 'Loan instalment given back',
};

export function entryName(kind: string): string {
  return entryNames[kind] ?? 'Booking';
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Rows of an account's history, newest first, in groups by day. */
export function historyRows(entries: readonly Entry[], formats: Formats) {
  let day = '';
  return entries.flatMap((entry) => {
    const row = {
      cells: {
        what: { text: entryName(entry.kind), sub: sentence(entry.reference) },
        amount: { text: formats.signedMoney(entry.amount), ...(entry.amount > 0n ? { tone: 'credit' } : {}) },
        balance: formats.money(entry.balanceAfter),
      },
    };
    if (entry.effectiveOn === day) return [row];
    day = entry.effectiveOn;
    return [{ group: formats.date(day) }, row];
  });
}

export const historyColumns = [
  { key: 'what', label: 'What', grow: true },
  { key: 'amount', label: 'Amount', kind: 'num' },
  { key: 'balance', label: 'Balance after', kind: 'num', hideSmall: true },
];

export function noHistory({ accountId, total }: { accountId: string; total: number }) {
  if (total > 0) {
    const action = { href: paths.account(accountId), text: 'Go to the newest' };
    return { title: 'There is nothing on this page', text: 'The bookings before it are still there.', action };
  }
  const action = { href: `${paths.deposit}?account=${accountId}`, text: 'Deposit' };
  return { title: 'Nothing has moved yet', text: 'What comes in and goes out is listed here, newest first.', action };
}

export function accountCard(account: DepositAccount, formats: Formats) {
  return {
    href: paths.account(account.id),
    name: account.name,
    masked: account.masked,
    number: account.number,
    balance: formats.money(account.balance),
    available: `${formats.money(account.available)} available`,
    currency: account.currency,
  };
}

export function accountOptions(accounts: readonly DepositAccount[], formats: Formats) {
  return accounts.map((account) => ({
    value: account.id,
    text: `${account.name} ${account.masked}`,
    sub: `${formats.moneyWithCurrency(account.available)} available`,
  }));
}
