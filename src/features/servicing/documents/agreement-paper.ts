import type { Writable } from 'node:stream';
import type { Formats } from '#core/format.ts';
import { keyFacts } from '#features/loans/index.ts';
import { writePaper } from '#platform/documents/paper.ts';
import { loanName, paperOf } from './document-frame.ts';
import type { AgreementDocument } from './documents.service.ts';

/** The agreement in numbered paragraphs, with the schedule as it was agreed. */
export async function writeAgreementPaper(
  out: Writable,
  agreement: AgreementDocument,
  formats: Formats,
): Promise<void> {
  const { loan } = agreement;
  const text = { ...agreement, about: loanName(loan), paidOutOn: loan.disbursedOn };
  const blocks = keyFacts.agreement(text, formats);
  await writePaper(out, paperOf(agreement, { title: 'Loan agreement', blocks, formats }));
}

/** The key facts of the loan as they were agreed. */
export async function writeKeyFactsPaper(out: Writable, agreement: AgreementDocument, formats: Formats): Promise<void> {
  const { facts, loan, madeAt } = agreement;
  await keyFacts.write(out, facts, { about: loanName(loan), madeAt, formats });
}
