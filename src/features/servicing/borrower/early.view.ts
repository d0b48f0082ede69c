import { present } from '#core/assert.ts';
import { counted, type Formats } from '#core/format.ts';
import { plus, toDecimalString, zero, type Money } from '#core/money.ts';
import type { DepositAccount } from '#features/accounts/index.ts';
import type { Loan } from '#features/loans/index.ts';
import { emptyForm, type FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import type { ActRefusal } from '../life/act.ts';
import type { Told } from '../life/act.service.ts';
import type { PrepaymentChoices, PrepaymentOutcome } from '../life/quotes.ts';
import { explainAct } from '../life/refusals.ts';
import { accountChoice } from './accounts.view.ts';
import type { ChosenEffect } from './borrower.forms.ts';
import { seenNumber } from './due.ts';
import { loanCrumbs } from './receipt.view.ts';

export interface EarlyFacts {
  told: Told;
  loan: Loan;
  formats: Formats;
  sent?: FormState;
}

const head = (loan: Loan, title: string) => ({ title, sub: `${loan.productName} ${loan.number}` });

function frame({ loan, sent }: EarlyFacts, title: string) {
  return {
    title,
    crumbs: loanCrumbs(loan, title),
    head: head(loan, title),
    form: sent ?? emptyForm,
    back: paths.loan(loan._id),
  };
}

const prepayTitle = 'Repay a part early';

/** Why nothing can be repaid early now, and what can be done instead. */
export function noPrepaymentPage(facts: EarlyFacts, refusal: ActRefusal) {
  return { ...frame(facts, prepayTitle), blocked: { kind: 'info', ...blockedText(facts, refusal) } };
}

function blockedText({ told, loan, formats }: EarlyFacts, { code, amount }: ActRefusal) {
  const pay = { href: paths.payLoan(loan._id), text: 'Pay it now' };
  const payoff = { href: paths.payoffLoan(loan._id), text: 'Pay the loan off' };
  switch (code) {
    case 'prepayment-not-allowed':
      return {
        text: 'This loan cannot be repaid in part before its time. You can still pay it off in full.',
        link: payoff,
      };
    case 'locked-in': {
      const { lockInInstalments } = told.product.prepayment;
      const from = told.run.rows[lockInInstalments - 1]?.dueOn;
      const since = from === undefined ? '' : `, from ${formats.date(from)} on`;
      return {
        text: `A part can be repaid early once ${counted(lockInInstalments, 'instalment')} ${lockInInstalments === 1 ? 'has' : 'have'} fallen due${since}.`,
        link: { href: paths.payLoan(loan._id), text: 'Pay instalments in advance instead' },
      };
    }
    case 'in-arrears': {
      const owed = amount === undefined ? 'what is due' : `the ${formats.moneyWithCurrency(amount)} that is due`;
      return { text: `First pay ${owed}; then a part of the rest can be repaid early.`, link: pay };
    }
    case 'effect-not-offered':
      return {
        text: 'An early repayment of this loan pays the next instalments in advance.',
        link: { href: paths.payLoan(loan._id), text: 'Pay in advance' },
      };
    case 'too-much':
      return { text: 'So little is left that you can pay the loan off.', link: payoff };
    default:
      return { text: explainAct({ code, ...(amount === undefined ? {} : { amount }) }, formats).message, link: payoff };
  }
}

/** `/loans/:loanId/prepay`: the amount, and where it is given how the loan would go on, both ways. */
export function prepayPage(facts: EarlyFacts & { choices: PrepaymentChoices | undefined }) {
  const { told, loan, formats, choices, sent } = facts;
  const { minAmount } = told.product.prepayment;
  const least = minAmount > zero ? `At least ${formats.money(minAmount)}, less` : 'Less';
  const amount = sent?.values.amount ?? (choices ? toDecimalString(choices.amount, loan.currency) : '');
  return {
    ...frame(facts, prepayTitle),
    ask: {
      action: paths.prepayLoan(loan._id),
      form: { values: { amount }, errors: sent?.errors ?? {} },
      unit: formats.currency,
      hint: `${least} than the ${formats.money(told.run.outstandingPrincipal)} outstanding. You see how the loan goes on before anything moves.`,
      payoff: { href: paths.payoffLoan(loan._id), text: 'Pay the whole loan off instead' },
    },
    outcomes: choices && {
      charge: chargeText(choices, formats),
      now: { title: 'As it is now', items: outlookRows(choices.now, formats) },
      ways: choices.outcomes.map((one) => wayOf(one, { choices, loan, formats })),
    },
  };
}

const wayNames: Record<PrepaymentOutcome['effect'], string> = {
  'shorten-term': 'Finish sooner',
  'lower-instalment': 'Pay less each time',
  'next-instalments': 'Pay the next instalments',
};

function outlookRows(one: PrepaymentChoices['now'], formats: Formats) {
  return [
    { label: 'Instalment', value: formats.money(one.instalment) },
    { label: 'Instalments left', value: String(one.rowsLeft) },
    { label: 'Last instalment', value: one.endsOn === '' ? 'None' : formats.date(one.endsOn) },
    { label: 'Interest still to come', value: formats.money(one.interestLeft) },
  ];
}

function wayOf(one: PrepaymentOutcome, facts: { choices: PrepaymentChoices; loan: Loan; formats: Formats }) {
  const { choices, loan, formats } = facts;
  const query = new URLSearchParams({ amount: toDecimalString(choices.amount, loan.currency), effect: one.effect });
  return {
    title: wayNames[one.effect],
    items: [
      ...outlookRows(one, formats),
      { label: 'Interest saved', value: formats.money(one.interestSaved), total: true },
    ],
    href: `${paths.prepayLoan(loan._id)}?${query.toString()}`,
    button: `Choose “${wayNames[one.effect]}”`,
  };
}

function chargeText({ amount, charge }: PrepaymentChoices, formats: Formats): string {
  if (charge === zero) return `There is no fee: ${formats.moneyWithCurrency(amount)} will leave your account.`;
  const all = formats.moneyWithCurrency(plus(amount, charge));
  return `The fee is ${formats.moneyWithCurrency(charge)}: ${all} in all will leave your account.`;
}

/** The way that was chosen, once more in full, with the button that does it. */
export function confirmPrepayPage(
  facts: EarlyFacts & {
    choices: PrepaymentChoices;
    effect: ChosenEffect;
    accounts: readonly DepositAccount[];
    key: string;
  },
) {
  const { loan, formats, choices, effect, key } = facts;
  const one = present(
    choices.outcomes.find((outcome) => outcome.effect === effect),
    'The outcome that was chosen',
  );
  const { amount, charge } = choices;
  const all = plus(amount, charge);
  const text = (money: Money) => toDecimalString(money, loan.currency);
  return {
    ...frame(facts, prepayTitle),
    confirm: {
      title: wayNames[effect],
      before: outlookRows(choices.now, formats),
      items: wayOf(one, facts).items,
      pay: {
        title: 'What moves',
        action: paths.prepayLoan(loan._id),
        hidden: [
          { name: 'key', value: key },
          { name: 'seen', value: seenNumber(facts.told) },
          { name: 'amount', value: text(amount) },
          { name: 'effect', value: effect },
          { name: 'chargeShown', value: text(charge) },
        ],
        button: `Repay ${formats.money(all)}`,
        ...accountChoice({ loan, accounts: facts.accounts, amount: all, sent: facts.sent, formats }),
      },
      moves: [
        { label: 'Repaid early', value: formats.money(amount) },
        ...(charge > zero ? [{ label: 'Fee for repaying early', value: formats.money(charge) }] : []),
        { label: 'Leaves your account', value: formats.moneyWithCurrency(all), total: true },
      ],
      change: { href: `${paths.prepayLoan(loan._id)}?amount=${text(amount)}`, text: 'Compare both ways again' },
    },
  };
}
