import { counted, type Formats } from '#core/format.ts';
import { toDecimalString } from '#core/money.ts';
import { paths } from '#web/paths.ts';
import { emptyForm, formOf, type FormState } from '#web/forms.ts';
import { answerRows, type AnswerRow } from '../applying/application-review.view.ts';
import { sectionTitles } from '../applying/application-texts.ts';
import type { ApplicationState } from '../applying/application-states.ts';
import { affordabilityCard } from './underwriting-affordability.view.ts';
import { explainDecision, explainLedger } from './underwriting-refusals.ts';
import type { Review, TermsInHand } from './underwriting-review.ts';
import { timelineOf } from './underwriting-timeline.view.ts';
import { rateBand, rejectionReason, rejectionReasons } from './underwriting.rules.ts';

/** A state as staff read it. */
const badges: Record<
  ApplicationState,
  { kind: 'ok' | 'alert' | 'critical' | 'info' | 'neutral'; text: string; icon?: string }
> = {
  draft: { kind: 'neutral', text: 'Draft' },
  submitted: { kind: 'info', text: 'To decide', icon: 'clock' },
  asked: { kind: 'neutral', text: 'Waiting for the borrower', icon: 'clock' },
  returned: { kind: 'neutral', text: 'Given back', icon: 'clock' },
  proposed: { kind: 'alert', text: 'Recommended', icon: 'clock' },
  offered: { kind: 'info', text: 'Offered', icon: 'clock' },
  rejected: { kind: 'neutral', text: 'Rejected' },
  withdrawn: { kind: 'neutral', text: 'Withdrawn' },
  declined: { kind: 'neutral', text: 'Offer declined' },
  expired: { kind: 'neutral', text: 'Offer expired' },
  accepted: { kind: 'alert', text: 'Payout stopped' },
  'part-disbursed': { kind: 'ok', text: 'Partly paid out' },
  disbursed: { kind: 'ok', text: 'Paid out' },
  cancelled: { kind: 'neutral', text: 'Cancelled' },
};

/** Labels that are written to the borrower, as staff read them. */
const staffWords: Record<string, string> = {
  'People who depend on you': 'Dependants',
  'I own it alone': 'Sole owner',
  'I own it with somebody': 'Joint owner',
  'I am buying it with this loan': 'Bought with this loan',
};

export interface ReviewForms {
  /** The form that was sent and refused, if any; the other one starts afresh. */
  failed?: { which: 'approve' | 'reject'; form: FormState };
}

export function reviewPage(review: Review, facts: ReviewForms & { userId: string; formats: Formats }) {
  const { formats, failed } = facts;
  const { application, applicant, terms } = review;
  const decidable = review.decidable.ok;
  return {
    title: `Application ${application.reference}`,
    crumbs: [{ text: 'Queue', href: paths.officer }, { text: application.reference }],
    head: {
      title: terms ? `${application.productName}, ${formats.money(terms.amount)}` : application.productName,
      sub: `Application ${application.reference}, ${applicant}${application.submittedAt ? `, sent ${formats.instant(application.submittedAt)}` : ''}`,
      badge: badges[application.state],
      ...(decidable ? { action: { href: '#decision', text: 'Go to the decision' } } : {}),
    },
    form: failed?.form ?? emptyForm,
    figures: figuresOf(review, formats),
    affordability: review.affordability && affordabilityCard(review.affordability, formats),
    sections: review.sections.map((section) => ({
      title: sectionTitles[section.section],
      rows: answerRows(section, formats).map(forStaff),
    })),
    decision: decidable ? decisionForms(review, facts) : null,
    blocked: blockedOf(review, formats),
    outcome: outcomeOf(review, facts),
    payOut: payOutOf(review, formats),
    timeline: timelineOf(review, facts),
  };
}

function forStaff({ label, value }: AnswerRow): AnswerRow {
  return { label: staffWords[label] ?? label, value: staffWords[value] ?? value };
}

function figuresOf({ application, terms, affordability }: Review, formats: Formats) {
  if (!terms) return [];
  const { currency } = formats;
  const debt = affordability?.debtWithLoan;
  const value = affordability?.loanToValue;
  const tone = (within: boolean) => (within ? {} : { tone: 'danger' });
  return [
    {
      label: application.offer ? 'Offered' : 'Asked for',
      value: formats.money(terms.amount),
      note: `${currency}, ${counted(terms.instalments, 'month')}, ${formats.rate(terms.annualRate)}`,
    },
    { label: 'Instalment', value: formats.money(terms.instalment), note: aprText(terms) },
    ...(debt
      ? [
          {
            label: 'Debt to income',
            value: `${debt.percent}%`,
            note: `${debt.within ? 'limit' : 'over the limit of'} ${debt.limitPercent}%`,
            href: '#affordability',
            ...tone(debt.within),
          },
        ]
      : []),
    ...(affordability
      ? [{ label: 'Left after bills', value: formats.money(affordability.leftAfterBills), note: `${currency} a month` }]
      : []),
    ...(value
      ? [
          {
            label: 'Loan to value',
            value: `${value.percent}%`,
            note: `${value.within ? 'limit' : 'over the limit of'} ${value.limitPercent}%`,
            href: '#affordability',
            ...tone(value.within),
          },
        ]
      : []),
    { label: 'Fee kept back', value: formats.money(terms.fee), note: currency },
  ];
}

function aprText({ aprPercent }: TermsInHand): string {
  return aprPercent === null ? 'APR not solvable' : `APR ${aprPercent}%`;
}

function decisionForms(
  { application, product, terms }: Review,
  { failed, formats }: ReviewForms & { formats: Formats },
) {
  const { currency } = application;
  const asked = {
    amount: terms ? toDecimalString(terms.amount, currency) : '',
    annualRate: terms?.annualRate ?? product.annualRate,
    instalments: terms ? String(terms.instalments) : '',
  };
  const band = rateBand(product.annualRate);
  const action = paths.officerApplication(application._id);
  return {
    version: String(application.version),
    approve: {
      action: `${action}/approve`,
      form: failed?.which === 'approve' ? failed.form : formOf(asked),
      hints: {
        amount: `${formats.money(product.minAmount)} to ${formats.money(product.maxAmount)}`,
        annualRate: `${formats.rate(band.least)} to ${formats.rate(band.most)}; the product’s is ${formats.rate(product.annualRate)}`,
        instalments: `${product.minInstalments} to ${product.maxInstalments}, monthly`,
      },
    },
    reject: {
      action: `${action}/reject`,
      form: failed?.which === 'reject' ? failed.form : emptyForm,
      reasons: [
        { value: '', text: 'Choose a reason' },
        ...rejectionReasons.map(({ code, label }) => ({ value: code, text: label })),
      ],
    },
    currency,
  };
}

/** Why this officer cannot decide on a file that waits. */
function blockedOf({ application, decidable }: Review, formats: Formats): string | null {
  if (decidable.ok || application.state !== 'submitted') return null;
  return explainDecision(decidable.refusal, formats).text.replace(' Nothing was changed.', '');
}

function outcomeOf({ application, note, loan }: Review, { userId, formats }: { userId: string; formats: Formats }) {
  const { decision, offer } = application;
  if (!decision) return null;
  const reason = decision.reason === null ? undefined : rejectionReason(decision.reason);
  const by = decision.by === userId ? 'you' : 'an officer';
  return {
    title: decision.outcome === 'approved' ? `Approved by ${by}` : `Rejected by ${by}`,
    rows: [
      { label: 'Decided', value: formats.instant(decision.at) },
      ...(reason ? [{ label: 'Reason', value: reason.label }] : []),
      ...(offer
        ? [
            { label: 'Amount', value: formats.moneyWithCurrency(offer.amount) },
            { label: 'Rate', value: formats.rate(offer.annualRate) },
            { label: 'Term', value: counted(offer.instalments, 'monthly instalment') },
            { label: 'Valid until', value: formats.date(offer.validUntil) },
          ]
        : []),
      ...(loan ? [{ label: 'Loan', value: loan.number }] : []),
    ],
    told: reason ? `The borrower was told: ${reason.sentence}` : null,
    note,
  };
}

function payOutOf({ application, payoutRefusal }: Review, formats: Formats) {
  if (application.state !== 'accepted') return null;
  const why = payoutRefusal ? explainLedger(payoutRefusal, formats) : 'The payout was interrupted.';
  return {
    action: `${paths.officerApplication(application._id)}/pay-out`,
    text: `The borrower accepted, but the money was not paid out. ${why} No money has moved.`,
  };
}
