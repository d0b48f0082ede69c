import { formatsIn, type Formats } from '#core/format.ts';
import { negate, toDecimalString, zero } from '#core/money.ts';
import type { DepositAccount } from '#features/accounts/index.ts';
import { emptyForm, type FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import type { LoanToCancel } from './cancelling.ts';

/** `/loans/:id/cancel`: what cancelling costs to the cent, or why it is not possible any more. */
export function cancelPage(facts: LoanToCancel, bank: { key: string; formats: Formats; form?: FormState }) {
  const { loan, until, terms } = facts;
  const formats = formatsIn(loan.currency, bank.formats);
  const name = `${loan.productName} ${loan.number}`;
  return {
    title: 'Cancel the loan',
    crumbs: [{ text: 'Loans', href: paths.loans }, { text: name, href: paths.loan(loan._id) }, { text: 'Cancel' }],
    head: {
      title: 'Cancel the loan',
      sub:
        until === undefined ? name : `${name}. The cooling-off time ends on ${formats.date(until)}, that day included.`,
    },
    form: bank.form ?? emptyForm,
    back: paths.loan(loan._id),
    refusal: terms === undefined ? notPossible(facts, formats) : null,
    cost: terms === undefined ? null : costOf(facts, formats),
    pay: terms === undefined ? null : payOf(facts, bank),
  };
}

function notPossible({ loan, refusal, payoff, until }: LoanToCancel, formats: Formats) {
  const isOver = loan.state === 'active' && until !== undefined;
  const text = isOver
    ? `The cooling-off time of this loan ended on ${formats.date(until)}, so it cannot be cancelled any more. Nothing was moved.`
    : (refusal ?? 'This loan cannot be cancelled. Nothing was moved.');
  return {
    kind: 'info',
    title: 'This loan cannot be cancelled',
    text: loan.state === 'active' ? `${text} You can pay it off today for ${formats.moneyWithCurrency(payoff)}.` : text,
    link: loan.state === 'active' ? { href: paths.payoffLoan(loan._id), text: 'Pay it off' } : undefined,
  };
}

function costOf({ terms }: LoanToCancel, formats: Formats) {
  const { principal = zero, interest = zero, returned = zero, total = zero } = terms ?? {};
  return {
    title: 'What you pay today',
    items: [
      { label: 'Principal that was paid out and is still owed', value: formats.money(principal) },
      { label: 'Interest for the days you had it', value: formats.money(interest) },
      ...(returned === zero ? [] : [{ label: 'Fees that we give back', value: formats.money(negate(returned)) }]),
      total < zero
        ? { label: 'We pay you', value: formats.moneyWithCurrency(negate(total)), total: true }
        : { label: 'In all', value: formats.moneyWithCurrency(total), total: true },
    ],
    text: 'There is no fee for cancelling. The loan is closed at once, and you get a certificate that nothing is owed.',
  };
}

function payOf(
  { loan, terms, accounts, seen }: LoanToCancel,
  bank: { key: string; formats: Formats; form?: FormState },
) {
  const total = terms?.total ?? zero;
  const formats = formatsIn(loan.currency, bank.formats);
  const open = accounts.filter(({ state }) => state === 'open');
  const usual = chosen(open, { loan, total, sent: bank.form?.values.accountId });
  return {
    action: paths.cancelLoan(loan._id),
    hidden: [
      { name: 'key', value: bank.key },
      { name: 'seen', value: String(seen) },
      { name: 'shown', value: toDecimalString(total, loan.currency) },
    ],
    form: { values: { accountId: usual?.id ?? '' }, errors: bank.form?.errors ?? {} },
    accounts: open.map((account) => ({
      value: account.id,
      text: `${account.name} ${account.masked}`,
      sub: `${formats.moneyWithCurrency(account.available)} available`,
    })),
    noAccount:
      open.length === 0
        ? {
            title: 'You have no account to pay from',
            text: 'Open an account and put money in; then cancel the loan from it.',
            action: { href: paths.openAccount, text: 'Open an account' },
          }
        : null,
    button: total > zero ? `Pay ${formats.money(total)} and cancel the loan` : 'Cancel the loan',
  };
}

function chosen(
  accounts: readonly DepositAccount[],
  by: { loan: LoanToCancel['loan']; total: DepositAccount['available']; sent: string | undefined },
): DepositAccount | undefined {
  const covering = accounts.filter(({ available }) => available >= by.total);
  return (
    accounts.find(({ id }) => id === by.sent) ??
    covering.find(({ id }) => id === by.loan.payoutAccountId) ??
    covering[0] ??
    accounts[0]
  );
}
