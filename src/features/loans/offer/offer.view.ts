import { counted, formatsIn, type Formats } from '#core/format.ts';
import { minus } from '#core/money.ts';
import { accountOptions } from '#features/accounts/index.ts';
import { borrowerWords } from '#features/products/index.ts';
import { formOf, type FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import { factSections, keyFigures, scheduleTable } from '../key-facts/key-facts.view.ts';
import { afterSigning, closedNote } from './offer-after.view.ts';
import { datesNote } from './offer-papers.ts';
import type { OfferReview } from './offer-review.ts';

/** The offer: what it costs, its papers and its schedule, and the answer. */
export function offerPage(review: OfferReview, bank: { form?: FormState; formats: Formats }) {
  const { application, expired, facts } = review;
  const { reference, offer, productName, _id } = application;
  const formats = formatsIn(application.currency, bank.formats);
  const open = application.state === 'offered' && !expired;
  return {
    title: 'Your offer',
    crumbs: [
      { text: 'Loans', href: paths.loans },
      { text: productName, href: paths.application(_id) },
      { text: 'Offer' },
    ],
    head: {
      title: `Your offer: ${productName.toLowerCase()} of ${formats.moneyWithCurrency(offer.amount)}`,
      sub: open
        ? `Application ${reference}. The offer stands until ${formats.date(offer.validUntil)}, that day included.`
        : `Application ${reference}`,
      secondary: { href: paths.offerKeyFacts(_id), text: 'Key facts' },
    },
    form: bank.form ?? formOf({ payInto: review.accounts[0]?.id ?? '' }),
    closed: open ? null : closedNote(review),
    figures: keyFigures(facts, formats),
    costs: { title: 'What it costs', items: section(review, formats, 'What it costs') },
    fees: { title: 'Fees', items: section(review, formats, 'Fees') },
    plan: planOf(review, formats),
    conditions: conditionsOf(review, formats),
    coolingOff: coolingOffOf(review),
    papers: papersOf(review),
    schedule: scheduleOf(review, formats),
    sign: open ? signOf(review, formats) : null,
    after: open || expired ? null : afterSigning(review, formats),
  };
}

function section({ facts }: OfferReview, formats: Formats, title: string) {
  return factSections(facts, formats).find((one) => one.title === title)?.items ?? [];
}

function planOf({ facts }: OfferReview, formats: Formats) {
  return factSections(facts, formats).find(({ title }) => title.startsWith('Paid out in')) ?? null;
}

function conditionsOf({ words: { conditions } }: OfferReview, formats: Formats) {
  if (conditions.length === 0) return null;
  return {
    text: 'We pay out once all of this is met. You do not have to wait for it to sign.',
    items: conditions.map(({ text, met }) => ({
      text,
      badge: met ? { kind: 'ok', text: 'Met' } : { kind: 'alert', text: 'Open' },
      sub: met ? `Since ${formats.date(met.at.toISOString().slice(0, 10))}` : '',
    })),
  };
}

function coolingOffOf({ product }: OfferReview): string {
  const words = borrowerWords.coolingOff(product);
  if (words === 'None') return 'This loan has no cooling-off time. You can pay it off on any day.';
  return `You have ${words}. You then owe the amount that was paid out and its interest for those days, and nothing else; fees kept back are given back.`;
}

function papersOf({ documents, application }: OfferReview) {
  const signed = application.acceptance !== null;
  return documents.map(({ kind, title, sha256 }) => ({
    href: paths.offerPaper(application._id, kind),
    title,
    sha256,
    what: `${title} (PDF)`,
    label: signed ? 'Fingerprint (SHA-256) as signed' : 'Fingerprint (SHA-256)',
  }));
}

function scheduleOf({ facts, application }: OfferReview, formats: Formats) {
  const { rows } = facts.schedule;
  return {
    summary: `See all ${counted(rows.length, 'instalment')}`,
    note: datesNote(application.offer.madeOn, formats),
    table: {
      caption: `Schedule, amounts in ${formats.currency}`,
      captionHidden: true,
      ...scheduleTable(facts, formats),
    },
  };
}

function signOf(review: OfferReview, formats: Formats) {
  const { application, accounts, documents, borrower, bankProof } = review;
  const path = paths.offer(application._id);
  const { offer } = application;
  const sha = (kind: string) => documents.find((one) => one.kind === kind)?.sha256 ?? '';
  const proved = {
    value: 'bank',
    text: 'My account at another bank',
    sub: 'The one of your application, proved to be yours',
  };
  return {
    accept: `${path}/accept`,
    decline: `${path}/decline`,
    version: String(application.version),
    hidden: [
      { name: 'version', value: String(application.version) },
      { name: 'keyFacts', value: sha('key-facts') },
      { name: 'sanctionLetter', value: sha('sanction-letter') },
      { name: 'agreement', value: sha('agreement') },
    ],
    options: [...accountOptions(accounts, formats), ...(bankProof === 'proved' ? [proved] : [])],
    openOne: accounts.length === 0,
    prove: bankProof === 'proved' ? null : { href: paths.bankProof(application._id), text: 'Prove that it is yours' },
    nameHint: borrower === '' ? 'As it stands in the papers' : `As it stands in the papers: ${borrower}`,
    read: 'I have read the Key Facts Statement, the sanction letter and the loan agreement, and I accept the offer.',
    button: `Sign and accept ${formats.money(offer.amount)}`,
    gets: formats.moneyWithCurrency(minus(offer.amount, offer.fee)),
    inParts: review.words.plan.length > 1 ? `, in ${counted(review.words.plan.length, 'part')}` : '',
  };
}
