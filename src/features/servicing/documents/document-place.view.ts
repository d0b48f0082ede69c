import type { Loan } from '#features/loans/index.ts';
import { paths } from '#web/paths.ts';

/** Where documents are read: by the borrower, or by staff. */
export type DocumentSide = 'borrower' | 'staff';

/** The loan's page of that side, which its documents lie under. */
export interface DocumentPlace {
  href: string;
  crumbs: { text: string; href: string }[];
  back: { href: string; text: string };
}

export function placeOf({ _id, number, productName }: Loan, side: DocumentSide): DocumentPlace {
  const isStaff = side === 'staff';
  const href = isStaff ? paths.staffLoan(_id) : paths.loan(_id);
  const list = { text: 'Loans', href: isStaff ? paths.staffLoans : paths.loans };
  return {
    href,
    crumbs: [list, { text: isStaff ? number : productName, href }],
    back: { href, text: 'Back to the loan' },
  };
}
