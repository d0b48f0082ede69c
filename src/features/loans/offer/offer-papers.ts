import { Writable } from 'node:stream';
import { dateOf, dateText } from '#core/calendar.ts';
import { formatsIn, type Formats } from '#core/format.ts';
import { minus } from '#core/money.ts';
import { borrowerWords, scheduleTermsOf, type ProductVersion } from '#features/products/index.ts';
import type { Block } from '#platform/documents/paper-blocks.ts';
import { writePaper } from '#platform/documents/paper.ts';
import type { SignedPaper } from '../applying/application.model.ts';
import { keyFactsOf, type KeyFacts } from '../key-facts/key-facts.ts';
import { paperTable, writeKeyFacts } from '../key-facts/key-facts-paper.ts';
import { agreementClauses, type AgreementText } from './agreement-clauses.ts';
import type { AgreedWords } from './agreed-words.ts';
import { namesIn, type OtherSigner } from './offer-people.ts';
import type { OfferedApplication } from './offered-application.ts';

export type OfferPaperKind = SignedPaper['kind'];
export const offerPaperKinds: readonly OfferPaperKind[] = ['key-facts', 'sanction-letter', 'agreement'];

/** What the papers of an offer follow from: nothing else is read, no clock and no calendar. */
export interface OfferPaper {
  application: OfferedApplication;
  /** The officer's words in it, opened. */
  words: AgreedWords;
  product: ProductVersion;
  borrower: string;
  /** Who owes the loan with them, or answers for it. */
  others: readonly OtherSigner[];
  formats: Formats;
}

/** As if paid out on the day of the offer, so that the papers stay the same, byte for byte, for as long as it stands. */
export function offerFacts({
  application,
  words,
  product,
}: Pick<OfferPaper, 'application' | 'words' | 'product'>): KeyFacts {
  const { amount, annualRate, instalments, madeOn } = application.offer;
  const terms = scheduleTermsOf(product, { principal: amount, annualRate, instalments, disbursedOn: dateOf(madeOn) });
  return keyFactsOf(product, terms, words.plan);
}

export function datesNote(madeOn: string, formats: Formats): string {
  return `Due dates as if the money were paid out on ${formats.date(madeOn)}, the day of this offer. They move with the day on which it is paid out, and amounts may move by cents.`;
}

export function offerAbout({ productName, reference }: OfferedApplication): string {
  return `Offer of a ${productName.toLowerCase()}, application ${reference}`;
}

async function writeOfferPaper(out: Writable, kind: OfferPaperKind, paper: OfferPaper): Promise<void> {
  const { application } = paper;
  const formats = formatsIn(application.currency, paper.formats);
  const { madeOn } = application.offer;
  const about = offerAbout(application);
  const madeAt = new Date(`${madeOn}T00:00:00Z`);
  const foot = `Offer of ${formats.date(madeOn)}`;
  if (kind === 'key-facts') {
    const note = datesNote(madeOn, formats);
    await writeKeyFacts(out, offerFacts(paper), { about, note, madeAt, foot, formats });
    return;
  }
  const title = kind === 'agreement' ? 'Loan agreement' : 'Sanction letter';
  const blocks = kind === 'agreement' ? agreementBlocks(paper, formats) : letterBlocks(paper, formats);
  await writePaper(out, { title, subject: title, lang: formats.locale, madeAt, about, foot, blocks });
}

/** A paper of an offer as a PDF: the same bytes for the same offer, however often. */
export async function paperBytes(kind: OfferPaperKind, paper: OfferPaper): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk);
      done();
    },
  });
  await writeOfferPaper(sink, kind, paper);
  return Buffer.concat(chunks);
}

/** The blocks of an agreement: numbered clauses, and the schedule as its last part. */
export function blocksOfAgreement(agreement: AgreementText, formats: Formats): Block[] {
  return [
    ...agreementClauses(agreement, formats).map(({ title, text }, index): Block => ({
      kind: 'text',
      number: `${index + 1}.`,
      text: `${title}\n${text}`,
    })),
    { kind: 'heading', text: `Repayment schedule, amounts in ${formats.currency}` },
    { kind: 'table', table: paperTable(agreement.facts, formats) },
  ];
}

function agreementBlocks(paper: OfferPaper, formats: Formats): Block[] {
  const { application, words, borrower, others } = paper;
  const { productName, reference } = application;
  const text = {
    about: `a ${productName.toLowerCase()}, application ${reference}`,
    borrower,
    others,
    facts: offerFacts(paper),
    paidOutOn: undefined,
    conditions: words.conditions.map((one) => one.text),
    accepted: undefined,
  };
  return blocksOfAgreement(text, formats);
}

function letterBlocks(paper: OfferPaper, formats: Formats): Block[] {
  const { application, words, product, borrower, others } = paper;
  const { offer, productName } = application;
  const { schedule, paidOut, totalCost, totalRepaid } = offerFacts(paper);
  const together = namesIn([{ role: 'co-applicant', name: borrower }, ...others], 'co-applicant');
  const who = borrower === '' ? 'To the borrower' : `To ${together}`;
  const until = formats.date(offer.validUntil);
  const money = (amount: typeof offer.amount) => formats.moneyWithCurrency(amount);
  return [
    { kind: 'text', text: `${who}.` },
    {
      kind: 'text',
      text: `We have approved your application. We offer you a ${productName.toLowerCase()} on the terms below. The offer stands until ${until}, that day included. Nothing is owed before you sign.`,
    },
    {
      kind: 'facts',
      items: [
        { label: 'Amount of the loan', value: money(offer.amount) },
        { label: 'Kept back as a fee', value: money(minus(offer.amount, paidOut)) },
        { label: 'Paid out to you', value: money(paidOut) },
        { label: 'Interest rate', value: borrowerWords.rate(product, { annualRate: offer.annualRate, formats }) },
        { label: 'Instalments', value: `${offer.instalments}, one every ${borrowerWords.every(product.frequency)}` },
        { label: 'Each instalment', value: money(schedule.instalment) },
        { label: 'APR', value: schedule.aprPercent === null ? 'None' : `${schedule.aprPercent}%` },
        { label: 'Cost in all', value: money(totalCost) },
        { label: 'You pay back in all', value: money(totalRepaid), total: true },
        { label: 'Cooling-off', value: borrowerWords.coolingOff(product) },
      ],
    },
    ...planBlocks(paper, formats),
    ...listBlocks(
      'Conditions before we pay out',
      words.conditions.map((one) => one.text),
    ),
    {
      kind: 'text',
      text: 'The Key Facts Statement says what the loan costs, and the loan agreement what we both promise. Read both before you sign. You may decline without giving a reason.',
    },
  ];
}

function planBlocks({ words: { plan } }: OfferPaper, formats: Formats): Block[] {
  if (plan.length < 2) return [];
  return listBlocks(
    'Paid out in parts',
    plan.map(
      ({ amount, stage, n }) =>
        `${formats.moneyWithCurrency(amount)}${stage === '' ? '' : `: ${stage}`}${n === 1 && stage === '' ? ': first' : ''}`,
    ),
  );
}

function listBlocks(title: string, items: readonly string[]): Block[] {
  if (items.length === 0) return [];
  return [
    { kind: 'heading', text: title },
    ...items.map((text, index): Block => ({ kind: 'text', number: `${index + 1}.`, text })),
  ];
}

/** Of a paper as a file: without whose it is. */
export function paperFileName(kind: OfferPaperKind, { offer }: OfferedApplication): string {
  return `${kind}-offer-${dateText(dateOf(offer.madeOn))}.pdf`;
}
