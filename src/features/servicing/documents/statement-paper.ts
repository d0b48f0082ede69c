import type { Writable } from 'node:stream';
import type { Formats } from '#core/format.ts';
import type { Block } from '#platform/documents/paper-blocks.ts';
import { writePaper } from '#platform/documents/paper.ts';
import { paperOf, partyItems } from './document-frame.ts';
import type { StatementDocument } from './documents.service.ts';
import { lineWords } from './statement-words.ts';
import { amountTexts, periodText, statementFigures, statementItems } from './statement.view.ts';

const number = (label: string, share = 2) => ({ label, share, align: 'right' as const });
const columns = [
  { label: 'Counts from', share: 3.3, wrap: true as const },
  { label: 'What', share: 4.7, wrap: true as const },
  number('Money in'),
  number('Charged', 1.7),
  number('Principal'),
  number('Interest', 1.7),
  number('Fee', 1.4),
  number('Penalty', 1.5),
  number('Outstanding', 2.3),
];

/** The statement as a PDF: its figures, every line, and what the principal was before and after them. */
export async function writeStatementPaper(out: Writable, document: StatementDocument, formats: Formats): Promise<void> {
  const { statement } = document;
  const title = 'Loan statement';
  const items = [
    ...partyItems(document),
    { label: 'Period', value: periodText(statement, formats) },
    { label: 'Currency', value: formats.currency },
    ...statementItems(statement, formats),
  ];
  const blocks: Block[] = [
    { kind: 'facts', items },
    { kind: 'figures', items: statementFigures(statement, formats) },
    { kind: 'table', table: { columns, rows: rowsOf(document, formats) } },
    { kind: 'text', text: 'End of the statement.' },
  ];
  await writePaper(out, paperOf(document, { title, blocks, formats }));
}

function rowsOf({ statement, transactions }: StatementDocument, formats: Formats): string[][] {
  const { opening, closing, lines, period } = statement;
  const balance = (on: string, what: string, amount: string) => [on, what, '', '', '', '', '', '', amount];
  return [
    balance(formats.date(period.from), 'Outstanding principal before', formats.money(opening)),
    ...lines.map((line) => {
      const { what, sub } = lineWords(line, { all: transactions, formats });
      const texts = amountTexts(line, formats);
      return [
        line.as === 'used' ? '' : formats.date(line.transaction.on),
        sub === '' ? what : `${what}\n${sub}`,
        texts.moneyIn,
        texts.charged,
        texts.principal,
        texts.interest,
        texts.fee,
        texts.penalty,
        texts.balance,
      ];
    }),
    balance(formats.date(period.to), 'Outstanding principal after', formats.money(closing)),
  ];
}
