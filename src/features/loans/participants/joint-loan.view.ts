import { counted, formatsIn, type Formats } from '#core/format.ts';
import { paths } from '#web/paths.ts';
import { answerRows } from '../applying/application-review.view.ts';
import type { JointLoan } from './joint-reading.ts';

export const listTitle = 'Loans you are asked to join';

export const jointCrumbs = (last?: string, id?: string) => {
  const first = { text: 'Loans', href: paths.loans };
  if (last === undefined) return [first, { text: listTitle }];
  const list = { text: listTitle, href: paths.jointLoans };
  return id === undefined
    ? [first, list, { text: last }]
    : [first, list, { text: 'The loan', href: paths.jointLoan(id) }, { text: last }];
};

/** What is asked for, without anything of the applicant but their name. */
export function loanRows(loan: JointLoan, formats: Formats) {
  const own = formatsIn(loan.currency, formats);
  const terms = loan.offer
    ? offerRows(loan.offer, own)
    : loan.terms
      ? answerRows({ section: 'terms', answers: loan.terms }, own)
      : [{ label: 'Amount and term', value: 'Not decided yet' }];
  return [
    { label: 'Who applies', value: loan.applicantName },
    { label: 'Loan', value: loan.productName },
    ...terms,
    { label: 'Application', value: loan.reference },
  ];
}

/** What was approved counts, not what was asked for. */
function offerRows(offer: NonNullable<JointLoan['offer']>, formats: Formats) {
  return [
    { label: 'Amount', value: formats.moneyWithCurrency(offer.amount) },
    {
      label: 'To be paid back in',
      value: `${counted(offer.instalments, 'instalment')} of ${formats.moneyWithCurrency(offer.instalment)}`,
    },
  ];
}
