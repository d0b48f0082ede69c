import { formatsIn, type Formats } from '#core/format.ts';
import { zero } from '#core/money.ts';
import { paths } from '#web/paths.ts';
import type { DepositAccount } from './accounts.service.ts';

export function accountCard(account: DepositAccount, bankFormats: Formats) {
  const formats = formatsIn(account.currency, bankFormats);
  return {
    href: paths.account(account.id),
    name: account.name,
    masked: account.masked,
    number: account.number,
    balance: formats.money(account.balance),
    available: `${formats.money(account.available)} available`,
    held: account.held === zero ? undefined : `${formats.money(account.held)} set aside`,
    typeName: account.typeName,
    joint: account.joint
      ? { kind: 'info', text: account.owned ? 'Joint' : 'Shared with you', icon: 'people' }
      : undefined,
    currency: account.currency,
  };
}

export function accountOptions(accounts: readonly DepositAccount[], formats: Formats) {
  return accounts.map((account) => ({
    value: account.id,
    text: `${account.name} ${account.masked}`,
    sub: `${formatsIn(account.currency, formats).moneyWithCurrency(account.available)} available`,
  }));
}
