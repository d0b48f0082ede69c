import { present } from '#core/assert.ts';
import { counted, type Formats } from '#core/format.ts';
import { zero } from '#core/money.ts';
import { borrowerWords } from '#features/products/index.ts';
import type { KeyFacts } from '../key-facts/key-facts.ts';
import { tranchesText } from '../key-facts/tranches.view.ts';
import { dayCountText } from './day-count-words.ts';
import { namesIn, type OtherSigner } from './offer-people.ts';

/** What an agreement says: the same words before it is signed and for as long as the loan lives. */
export interface AgreementText {
  /** `Personal loan L-4402-7719`, or of an offer `personal loan, application 7K3M-92QX`. */
  about: string;
  /** Empty where the name is not known any more. */
  borrower: string;
  /** Who signs beside the borrower; left out of an agreement from before they were named in it. */
  others?: readonly OtherSigner[];
  facts: KeyFacts;
  /** Undefined while it is an offer. */
  paidOutOn: string | undefined;
  /** What must be met before the payout, in the words of the offer. */
  conditions: readonly string[];
  accepted: { at: Date; reference: string } | undefined;
}

export interface Clause {
  title: string;
  text: string;
}

/** The agreement in plain paragraphs, as the product's version and the accepted offer have it. */
export function agreementClauses(agreement: AgreementText, formats: Formats): Clause[] {
  return [
    ...loanClauses(agreement, formats),
    ...repaymentClauses(agreement, formats),
    ...ruleClauses(agreement, formats),
    acceptanceClause(agreement, formats),
  ];
}

function loanClauses(agreement: AgreementText, formats: Formats): Clause[] {
  const { facts, paidOutOn, conditions } = agreement;
  const { terms, schedule, product } = facts;
  const keptBack = schedule.feeAtDisbursement;
  const less = keptBack === zero ? '' : ` We keep back ${formats.moneyWithCurrency(keptBack)} as a fee at payout.`;
  return [
    ...partyClauses(agreement),
    {
      title: 'The loan',
      text: `We lend you ${formats.moneyWithCurrency(terms.principal)}.${less} ${payoutText({ facts, paidOutOn }, formats)}`,
    },
    ...conditionClause(conditions),
    {
      title: 'Interest',
      text: `You pay interest of ${borrowerWords.rate(product, { annualRate: terms.annualRate, formats }).replace(/\.?$/, '.')} It runs on the principal that is outstanding. ${dayCountText(terms.dayCount)}`,
    },
  ];
}

function partyClauses({ about, borrower, others = [] }: AgreementText): Clause[] {
  const who = borrower === '' ? 'the borrower' : borrower;
  const together = namesIn(others, 'co-applicant');
  const guarantor = namesIn(others, 'guarantor');
  const borrowers =
    together === '' ? `${who}, the borrower (“you”)` : `${who}, the borrower, with ${together} as co-applicant (“you”)`;
  const answering = guarantor === '' ? '' : ` ${guarantor} guarantees it.`;
  const parties = {
    title: 'The parties',
    text: `This agreement is between CloudBank, the lender (“we”), and ${borrowers}. It is about ${about}.${answering}`,
  };
  const each =
    together === ''
      ? ''
      : `${who} and ${together} borrow together. Each of them owes the whole loan, not a share of it.`;
  const guarantee =
    guarantor === ''
      ? ''
      : `If those who borrow do not pay, ${guarantor} must pay everything that is owed: the loan, interest and fees. The guarantee ends when the loan is repaid.`;
  const text = [each, guarantee].filter((one) => one !== '').join(' ');
  return text === '' ? [parties] : [parties, { title: 'Who owes it', text }];
}

function payoutText({ facts, paidOutOn }: Pick<AgreementText, 'facts' | 'paidOutOn'>, formats: Formats): string {
  const { paidOut, tranches } = facts;
  if (tranches.length > 1) return tranchesText(facts, formats);
  const amount = formats.moneyWithCurrency(paidOut);
  if (paidOutOn !== undefined) return `We paid ${amount} into the account you chose on ${formats.date(paidOutOn)}.`;
  return `We pay ${amount} into the account you choose, after you have signed. The dates below are those of a payout on ${formats.date(facts.terms.disbursedOn.toString())}; they move with its day.`;
}

function conditionClause(conditions: readonly string[]): Clause[] {
  if (conditions.length === 0) return [];
  const list = conditions.map((text, index) => `${index + 1}. ${text.replace(/\.?$/, '.')}`).join(' ');
  return [{ title: 'Before we pay out', text: `These conditions must be met first. ${list}` }];
}

function repaymentClauses({ facts }: AgreementText, formats: Formats): Clause[] {
  const { terms, schedule, product, totalCost, totalRepaid } = facts;
  const { rows, aprPercent, instalment } = schedule;
  const first = present(rows[0], 'The first row of a schedule');
  const last = present(rows.at(-1), 'The last row of a schedule');
  const apr =
    aprPercent === null ? '' : ` The annual percentage rate (APR), with interest and these fees, is ${aprPercent}%.`;
  return [
    {
      title: 'Repayment',
      text: `${borrowerWords.method(product)}. You repay in ${counted(rows.length, 'instalment')}, one every ${borrowerWords.every(terms.frequency)}: the first of ${formats.moneyWithCurrency(first.total)} on ${formats.date(first.dueOn)}, the last of ${formats.moneyWithCurrency(last.total)} on ${formats.date(last.dueOn)}. The usual instalment is ${formats.moneyWithCurrency(instalment)}. The schedule below is part of this agreement.`,
    },
    {
      title: 'What it costs',
      text: `If every instalment is paid on its day you pay ${formats.moneyWithCurrency(schedule.totals.interest)} of interest. Interest and fees together are ${formats.moneyWithCurrency(totalCost)}, and you pay back ${formats.moneyWithCurrency(totalRepaid)} in all.${apr}`,
    },
    { title: 'How payments are used', text: borrowerWords.order(product) },
  ];
}

function ruleClauses({ facts }: AgreementText, formats: Formats): Clause[] {
  const { product, schedule } = facts;
  const fees = borrowerWords.fees(product, { formats, keptBack: schedule.feeAtDisbursement });
  const coolingOff = borrowerWords.coolingOff(product);
  const penalty = borrowerWords.penalty(product, formats);
  return [
    { title: 'Fees', text: `${fees.map(({ label, value }) => `${label}: ${value}.`).join(' ')} There are no others.` },
    {
      title: 'Paying late',
      text: penalty === 'None' ? 'There is no penalty for paying late; interest runs on what is outstanding.' : penalty,
    },
    {
      title: 'Repaying early',
      text: `${borrowerWords.prepayment(product, formats)} ${borrowerWords.payoff(product, formats)}`,
    },
    {
      title: 'Cooling-off',
      text:
        coolingOff === 'None'
          ? 'There is no cooling-off period; you can pay the loan off on any day.'
          : `${coolingOff}.`,
    },
    {
      title: 'Changes and complaints',
      text: 'Terms change only as this agreement says or as we both agree; we tell you of every change, and your loan’s page shows what applies now. Write to us on our contact page with a question or a complaint, free of charge.',
    },
  ];
}

function acceptanceClause({ accepted, paidOutOn }: AgreementText, formats: Formats): Clause {
  const title = 'Acceptance';
  if (!accepted && paidOutOn === undefined)
    return {
      title,
      text: 'You sign in the portal with your password and your typed name. We keep when and from where you signed, and a fingerprint of this document as you saw it.',
    };
  if (!accepted) return { title, text: `The loan was paid out on ${formats.date(paidOutOn ?? '')}.` };
  const { at, reference } = accepted;
  return {
    title,
    text: `You accepted our offer of application ${reference} on ${formats.instant(at)}, signed in to the portal, and confirmed that you had read what the loan costs and its schedule.`,
  };
}
