import type { Writable } from 'node:stream';
import type { Formats } from '#core/format.ts';
import { tableOnPaper, type PaperTable } from '#platform/documents/paper-table.ts';
import { writePaper } from '#platform/documents/paper.ts';
import type { KeyFacts } from './key-facts.ts';
import { factSections, keyFigures, scheduleTable } from './key-facts.view.ts';

/** The key facts on one sheet, and the repayment schedule on those after it. */
export async function writeKeyFacts(
  out: Writable,
  facts: KeyFacts,
  {
    about,
    note,
    madeAt,
    foot,
    formats,
  }: { about: string; note?: string; madeAt: Date; foot?: string; formats: Formats },
): Promise<void> {
  await writePaper(out, {
    title: 'Key Facts Statement',
    subject: 'Key facts of a loan',
    lang: formats.locale,
    madeAt,
    about,
    foot: foot ?? `Made on ${formats.instant(madeAt)}`,
    blocks: [
      { kind: 'figures', items: keyFigures(facts, formats) },
      ...factSections(facts, formats).flatMap(({ title, items }) => [
        { kind: 'heading' as const, text: title },
        { kind: 'facts' as const, items },
      ]),
      { kind: 'page' },
      { kind: 'heading', text: `Repayment schedule, amounts in ${formats.currency}` },
      ...(note === undefined ? [] : [{ kind: 'text' as const, text: note }]),
      { kind: 'table', table: paperTable(facts, formats) },
    ],
  });
}

/** The repayment schedule as a table on paper. */
export function paperTable(facts: KeyFacts, formats: Formats): PaperTable {
  return tableOnPaper(scheduleTable(facts, formats));
}
