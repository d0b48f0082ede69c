import type { Formats } from '#core/format.ts';
import type { Loan } from '#features/loans/index.ts';
import type { Paper } from '#platform/documents/paper.ts';
import type { DocumentHead } from './documents.service.ts';

/** `Personal loan L-4402-7719`. */
export function loanName({ productName, number }: Pick<Loan, 'productName' | 'number'>): string {
  return `${productName} ${number}`;
}

/** Who and what a certificate is about. */
export function partyItems({ loan, borrower }: DocumentHead) {
  return [
    // A name whose key was destroyed, or that nobody gave, is left out rather than shown as nothing.
    ...(borrower === '' ? [] : [{ label: 'Borrower', value: borrower }]),
    { label: 'Loan', value: loanName(loan) },
  ];
}

/** What every PDF of a loan has beside its own text. */
export function paperOf(
  head: DocumentHead,
  facts: Pick<Paper, 'title' | 'blocks'> & { formats: Formats; about?: string },
): Paper {
  const { formats, title, blocks, about = loanName(head.loan) } = facts;
  return {
    title,
    blocks,
    about,
    subject: title,
    lang: formats.locale,
    madeAt: head.madeAt,
    foot: `Made on ${formats.instant(head.madeAt)}`,
  };
}
