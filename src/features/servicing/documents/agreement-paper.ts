import type { Writable } from 'node:stream';
import type { Formats } from '#core/format.ts';
import { keyFacts } from '#features/loans/index.ts';
import type { Block } from '#platform/documents/paper-blocks.ts';
import { writePaper } from '#platform/documents/paper.ts';
import { clausesOf } from './agreement-clauses.ts';
import { loanName, paperOf } from './document-frame.ts';
import type { AgreementDocument } from './documents.service.ts';

/** The agreement in numbered paragraphs, with the schedule as it was agreed. */
export async function writeAgreementPaper(
  out: Writable,
  agreement: AgreementDocument,
  formats: Formats,
): Promise<void> {
  const clauses = clausesOf(agreement, formats).map(({ title, text }, index): Block => ({
    kind: 'text',
    number: `${index + 1}.`,
    text: `${title}\n${text}`,
  }));
  const blocks: Block[] = [
    ...clauses,
    { kind: 'heading', text: `Repayment schedule, amounts in ${formats.currency}` },
    { kind: 'table', table: keyFacts.paperTable(agreement.facts, formats) },
  ];
  await writePaper(out, paperOf(agreement, { title: 'Loan agreement', blocks, formats }));
}

/** The key facts of the loan as they were agreed. */
export async function writeKeyFactsPaper(out: Writable, agreement: AgreementDocument, formats: Formats): Promise<void> {
  const { facts, loan, madeAt } = agreement;
  await keyFacts.write(out, facts, { about: loanName(loan), madeAt, formats });
}
