import { present } from '#core/assert.ts';
import { counted, type Formats } from '#core/format.ts';
import { zero } from '#core/money.ts';
import { borrowerWords } from '#features/products/index.ts';
import { dayCountText } from './day-count-words.ts';
import { loanName } from './document-frame.ts';
import type { AgreementDocument } from './documents.service.ts';

export interface Clause {
  title: string;
  text: string;
}

/** The agreement in plain paragraphs, as the product's version and the accepted offer have it. */
export function clausesOf(agreement: AgreementDocument, formats: Formats): Clause[] {
  return [
    ...loanClauses(agreement, formats),
    ...repaymentClauses(agreement, formats),
    ...ruleClauses(agreement, formats),
    acceptanceClause(agreement, formats),
  ];
}

function loanClauses({ loan, borrower, facts }: AgreementDocument, formats: Formats): Clause[] {
  const { terms, schedule, paidOut, product } = facts;
  const who = borrower === '' ? 'the borrower' : borrower;
  const keptBack = schedule.feeAtDisbursement;
  const less = keptBack === zero ? '' : ` We keep back ${formats.moneyWithCurrency(keptBack)} as a fee at payout.`;
  return [
    {
      title: 'The parties',
      text: `This agreement is between CloudBank, the lender (“we”), and ${who}, the borrower (“you”). It is about ${loanName(loan)}.`,
    },
    {
      title: 'The loan',
      text: `We lend you ${formats.moneyWithCurrency(terms.principal)}.${less} We paid ${formats.moneyWithCurrency(paidOut)} into the account you chose on ${formats.date(loan.disbursedOn)}.`,
    },
    {
      title: 'Interest',
      text: `You pay interest of ${borrowerWords.rate(product, { annualRate: terms.annualRate, formats }).replace(/\.?$/, '.')} It runs on the principal that is outstanding. ${dayCountText(terms.dayCount)}`,
    },
  ];
}

function repaymentClauses({ facts }: AgreementDocument, formats: Formats): Clause[] {
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

function ruleClauses({ facts }: AgreementDocument, formats: Formats): Clause[] {
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

function acceptanceClause({ accepted, loan }: AgreementDocument, formats: Formats): Clause {
  const title = 'Acceptance';
  if (!accepted) return { title, text: `The loan was paid out on ${formats.date(loan.disbursedOn)}.` };
  const { at, reference } = accepted;
  return {
    title,
    text: `You accepted our offer of application ${reference} on ${formats.instant(at)}, signed in to the portal, and confirmed that you had read what the loan costs and its schedule.`,
  };
}
