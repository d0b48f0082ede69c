import { counted, formatsIn, type Formats } from '#core/format.ts';
import type { FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import type { OfferPaperKind } from '../offer/offer-papers.ts';
import { jointCrumbs } from './joint-loan.view.ts';
import { roleWords } from './participant-parts.ts';
import { consentText, roleMeanings } from './participant-texts.ts';
import type { JointView } from './joint-reading.ts';
import type { OfferToSign } from './signing.ts';

const paperTitles: Record<OfferPaperKind, string> = {
  'key-facts': 'Key facts (PDF)',
  'sanction-letter': 'Our offer as a letter (PDF)',
  agreement: 'Loan agreement (PDF)',
};

/** `/loans/joint/:id/sign`: what is signed, what it means, and how. */
export function signPage(view: JointView, facts: { offer: OfferToSign; form: FormState; formats: Formats }) {
  const { participant, loan } = view;
  const { offer: toSign, form } = facts;
  const { offer, documents } = toSign;
  const formats = loan ? formatsIn(loan.currency, facts.formats) : facts.formats;
  const title = 'Sign the offer';
  return {
    title,
    crumbs: jointCrumbs(title, participant.id),
    head: {
      title,
      sub: loan ? `${loan.productName} of ${loan.applicantName}, application ${loan.reference}` : '',
    },
    action: paths.jointStep(participant.id, 'sign'),
    back: paths.jointLoan(participant.id),
    rows: [
      { label: 'Amount of the loan', value: formats.moneyWithCurrency(offer.amount) },
      { label: 'Instalments', value: counted(offer.instalments, 'instalment') },
      { label: 'Each instalment', value: formats.moneyWithCurrency(offer.instalment) },
      { label: 'Interest a year', value: formats.rate(offer.annualRate) },
      { label: 'APR, with the fee', value: offer.aprPercent === null ? 'none' : `${offer.aprPercent}%` },
      { label: 'Fee, kept back', value: formats.moneyWithCurrency(offer.fee) },
      { label: 'Interest in all', value: formats.moneyWithCurrency(offer.totalInterest) },
      { label: 'To be paid back in all', value: formats.moneyWithCurrency(offer.totalRepaid), total: true },
    ],
    papers: documents.map(({ kind }) => ({ text: paperTitles[kind], href: paths.jointPaper(participant.id, kind) })),
    means: { title: `What it means to be ${roleWords[participant.role]}`, items: roleMeanings[participant.role] },
    liability: consentText('liability', participant.role),
    documents: documents.map(({ kind, sha256 }) => `${kind}:${sha256}`).join(' '),
    name: toSign.name,
    form,
    button: `Sign as ${roleWords[participant.role]}`,
  };
}
