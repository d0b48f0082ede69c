import { unreachable } from '#core/assert.ts';
import { counted, type Formats } from '#core/format.ts';
import { minus } from '#core/money.ts';
import { accountOptions } from '#features/accounts/index.ts';
import { formOf, type FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import type { AnswerRefusal } from './offer.rules.ts';
import type { OfferedApplication, OfferReview } from './offer-review.ts';

/** The offer: what it costs, its schedule, and the answer. */
export function offerPage(review: OfferReview, facts: { form?: FormState; formats: Formats }) {
  const { application, expired } = review;
  const { formats } = facts;
  const open = application.state === 'offered' && !expired;
  return {
    title: 'Your offer',
    crumbs: [
      { text: 'Loans', href: paths.loans },
      { text: application.productName, href: paths.application(application._id) },
      { text: 'Offer' },
    ],
    head: {
      title: `Your offer: ${application.productName.toLowerCase()} of ${formats.moneyWithCurrency(application.offer.amount)}`,
      sub: open
        ? `Application ${application.reference}. The offer stands until ${formats.date(application.offer.validUntil)}, that day included.`
        : `Application ${application.reference}`,
      secondary: { href: paths.offerKeyFacts(application._id), text: 'Key facts' },
    },
    form: facts.form ?? formOf({ accountId: review.accounts[0]?.id ?? '' }),
    closed: open ? null : closedNote(application, expired),
    figures: figuresOf(application, formats),
    costs: costsOf(application, formats),
    schedule: scheduleOf(review, formats),
    answer: open ? answerOf(review, formats) : null,
  };
}

function figuresOf({ offer }: OfferedApplication, formats: Formats) {
  const { currency } = formats;
  return [
    { label: 'You get', value: formats.money(minus(offer.amount, offer.fee)), note: `${currency}, after the fee` },
    { label: 'Instalment', value: formats.money(offer.instalment), note: `${currency} a month` },
    { label: 'Rate', value: formats.rate(offer.annualRate), note: 'a year, fixed' },
    { label: 'APR', value: offer.aprPercent === null ? 'none' : `${offer.aprPercent}%`, note: 'with the fee' },
  ];
}

function costsOf({ offer }: OfferedApplication, formats: Formats) {
  return [
    { label: 'Amount of the loan', value: formats.money(offer.amount) },
    { label: 'Fee, kept back', value: formats.money(offer.fee) },
    { label: 'Paid out to you', value: formats.money(minus(offer.amount, offer.fee)) },
    { label: 'Term', value: counted(offer.instalments, 'monthly instalment') },
    { label: 'Interest in all', value: formats.money(offer.totalInterest) },
    { label: 'You pay back in all', value: formats.money(offer.totalRepaid), total: true },
  ];
}

function scheduleOf({ rows, application }: OfferReview, formats: Formats) {
  const { offer } = application;
  return {
    summary: `See all ${counted(rows.length, 'instalment')}`,
    note: 'Due dates if you accept today; they move with the day on which the money is paid out.',
    table: {
      caption: `Schedule, amounts in ${formats.currency}`,
      captionHidden: true,
      columns: [
        { key: 'n', label: 'No.' },
        { key: 'due', label: 'Due' },
        { key: 'principal', label: 'Principal', kind: 'num', hideSmall: true },
        { key: 'interest', label: 'Interest', kind: 'num', hideSmall: true },
        { key: 'total', label: 'Instalment', kind: 'num' },
        { key: 'balance', label: 'Left to pay', kind: 'num' },
      ],
      rows: rows.map((row) => ({
        cells: {
          n: String(row.n),
          due: formats.date(row.dueOn),
          principal: formats.money(row.principal),
          interest: formats.money(row.interest),
          total: formats.money(row.total),
          balance: formats.money(row.balance),
        },
      })),
      foot: {
        cells: {
          n: 'All',
          due: '',
          principal: formats.money(offer.amount),
          interest: formats.money(offer.totalInterest),
          total: formats.money(offer.totalRepaid),
          balance: '',
        },
      },
    },
  };
}

function answerOf({ application, accounts }: OfferReview, formats: Formats) {
  const path = paths.offer(application._id);
  const { offer } = application;
  return {
    accept: `${path}/accept`,
    decline: `${path}/decline`,
    version: String(application.version),
    accounts: accountOptions(accounts, formats),
    button: `Accept and get ${formats.money(minus(offer.amount, offer.fee))}`,
    read: 'I have read what this loan costs and its schedule, and I accept the offer.',
  };
}

/** Why there is nothing to answer any more, and where to go on. */
function closedNote(application: OfferedApplication, expired: boolean) {
  const { state, loanId, _id } = application;
  if (expired) {
    return {
      kind: 'warn',
      title: 'This offer has expired',
      text: 'It was not answered in time. Nothing was borrowed and nothing is owed.',
      link: { href: paths.apply, text: 'Apply again' },
    };
  }
  if (state === 'disbursed' && loanId !== null) {
    const link = { href: paths.loan(loanId), text: 'See the loan' };
    return { kind: 'success', title: 'You accepted this offer', text: 'The money is in your account.', link };
  }
  if (state === 'accepted') {
    return {
      kind: 'info',
      title: 'You accepted this offer',
      text: 'The money is not in your account yet. We are working on it, and you need to do nothing.',
      link: undefined,
    };
  }
  return {
    kind: 'info',
    title: 'You declined this offer',
    text: 'Nothing was borrowed and nothing is owed.',
    link: { href: paths.application(_id), text: 'See the application' },
  };
}

/** What the borrower is told, at which field, and whether another input would do (422) or the state is in the way (409). */
export function explainAnswer(refusal: AnswerRefusal): { field: string; text: string; status: 409 | 422 } {
  switch (refusal.code) {
    case 'expired':
      return {
        field: 'form',
        text: 'This offer has expired, so it can no longer be answered. No money has moved. You can apply again.',
        status: 409,
      };
    case 'not-open':
      return {
        field: 'form',
        text: 'This offer was answered before. Nothing was changed and no money has moved.',
        status: 409,
      };
    case 'choose-account':
    case 'not-your-account':
      return { field: 'accountId', text: 'Choose the account that we pay into', status: 422 };
    default:
      return unreachable(refusal);
  }
}
