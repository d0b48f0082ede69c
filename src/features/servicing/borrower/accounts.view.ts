import type { Formats } from '#core/format.ts';
import type { Money } from '#core/money.ts';
import type { DepositAccount } from '#features/accounts/index.ts';
import type { Loan } from '#features/loans/index.ts';
import type { FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';

/** The choice of the account that an amount is paid from: the one chosen before, or one that covers it. */
export function accountChoice(facts: {
  loan: Loan;
  accounts: readonly DepositAccount[];
  amount: Money;
  sent: FormState | undefined;
  formats: Formats;
}) {
  const { loan, amount, sent, formats } = facts;
  const accounts = facts.accounts.filter(({ state, currency }) => state === 'open' && currency === loan.currency);
  const covering = accounts.filter((account) => account.available >= amount);
  const usual = covering.find((account) => account.id === loan.payoutAccountId) ?? covering[0] ?? accounts[0];
  const given = accounts.find((account) => account.id === sent?.values.accountId);
  return {
    form: { values: { ...sent?.values, accountId: (given ?? usual)?.id ?? '' }, errors: sent?.errors ?? {} },
    accounts: accounts.map((account) => ({
      value: account.id,
      text: `${account.name} ${account.masked}`,
      sub: `${formats.moneyWithCurrency(account.available)} available`,
    })),
    noAccount: accounts.length === 0 && {
      title: 'You have no account to pay from',
      text: 'Open an account and put money in; then pay from it.',
      action: { href: paths.openAccount, text: 'Open an account' },
    },
    notCovered:
      accounts.length > 0 && covering.length === 0
        ? {
            text: `None of your accounts covers ${formats.moneyWithCurrency(amount)} today.`,
            link: { href: paths.deposit, text: 'Add money' },
          }
        : undefined,
  };
}
