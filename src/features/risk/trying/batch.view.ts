import { counted, type Formats } from '#core/format.ts';
import type { FormState } from '#web/forms.ts';
import { pagingView } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import { chanceText } from '../explaining/contributions.view.ts';
import { gradeKinds } from '../explaining/score-panel.view.ts';
import { stages } from '../models/shipped.ts';
import { gradeBands } from '../scoring/grade.rules.ts';
import type { BatchRow, ScoreBatch } from './batch.model.ts';
import { stageWords } from './try.view.ts';

const crumbs = [
  { text: 'Risk', href: paths.risk },
  { text: 'Try a score', href: paths.riskTry },
];
const number = (count: number, { locale }: Formats) => new Intl.NumberFormat(locale).format(count);

/** `/risk/try/batches`: a file to score, and the results that are still here. */
export function batchListPage(facts: {
  batches: readonly ScoreBatch[];
  total: number;
  page: number;
  form: FormState;
  formats: Formats;
}) {
  const { batches, total, page, form, formats } = facts;
  return {
    title: 'Score a file',
    crumbs: [...crumbs, { text: 'Score a file' }],
    head: { title: 'Score a file', sub: 'Applicants as rows of a CSV, each scored by itself. It decides nothing.' },
    form,
    action: paths.riskBatches,
    back: paths.riskTry,
    stages: stages.map((value) => ({ value, text: stageWords[value].name, sub: stageWords[value].text })),
    samples: stages.map((stage) => ({
      href: paths.riskBatchSample(stage),
      text: `Sample: ${stageWords[stage].name.toLowerCase()}`,
    })),
    table: {
      caption: 'Results',
      captionHidden: true,
      columns: [
        { key: 'at', label: 'Scored', grow: true },
        { key: 'rows', label: 'Rows', kind: 'num' },
        { key: 'faulty', label: 'Not scored', kind: 'num' },
      ],
      rows: batches.map((batch) => ({
        cells: {
          at: {
            text: formats.instant(batch.uploadedAt),
            href: paths.riskBatch(batch._id),
            sub: `${stageWords[batch.stage].name}, here until ${formats.instant(batch.expiresAt)}`,
          },
          rows: number(batch.rows, formats),
          faulty: number(batch.faulty, formats),
        },
      })),
    },
    paging: pagingView({ page, total, path: paths.riskBatches }),
    empty:
      batches.length > 0
        ? undefined
        : { title: 'No results here', text: 'What you score stands here for a day, for you alone.' },
  };
}

/** `/risk/try/batches/:id`: how many of each grade, and the rows. */
export function batchPage(
  batch: ScoreBatch,
  facts: { rows: readonly BatchRow[]; show: 'all' | 'faulty'; page: number; size: number; formats: Formats },
) {
  const { rows, show, page, size, formats } = facts;
  const path = paths.riskBatch(batch._id);
  const total = show === 'all' ? batch.rows : batch.faulty;
  return {
    title: 'Scores of a file',
    crumbs: [...crumbs, { text: 'Score a file', href: paths.riskBatches }, { text: 'Scores' }],
    head: {
      title: 'Scores of a file',
      sub: `${stageWords[batch.stage].name}, scored ${formats.instant(batch.uploadedAt)}. Removed ${formats.instant(batch.expiresAt)}.`,
      action: { href: paths.riskBatchCsv(batch._id), text: 'Download as CSV' },
    },
    figures: [
      { label: 'Rows', value: number(batch.rows, formats) },
      ...gradeBands.map(({ grade }) => ({ label: `Grade ${grade}`, value: number(batch.grades[grade], formats) })),
      { label: 'Not scored', value: number(batch.faulty, formats) },
    ],
    chips: [
      { text: `All ${number(batch.rows, formats)}`, href: path, current: show === 'all' },
      { text: `Not scored ${number(batch.faulty, formats)}`, href: `${path}?show=faulty`, current: show === 'faulty' },
    ],
    table: rowsTable(rows, batch),
    empty: rows.length > 0 ? undefined : emptyText(show, total),
    paging: pagingView({ page, total, path, size, ...(show === 'faulty' ? { query: { show } } : {}) }),
    note: `The model is a demonstration (${batch.model.slice(0, 12)}…). The file was not kept, nor was its name.`,
    remove: paths.removeRiskBatch(batch._id),
  };
}

function emptyText(show: 'all' | 'faulty', total: number) {
  if (total > 0) return { title: 'Nothing on this page', text: `There are ${counted(total, 'row')} in all.` };
  return { title: 'Nothing here', text: show === 'faulty' ? 'Every row was scored.' : 'The file had no rows.' };
}

function rowsTable(rows: readonly BatchRow[], { reasons }: ScoreBatch) {
  return {
    caption: 'Rows, counted from the one below the header',
    captionHidden: false,
    columns: [
      { key: 'n', label: 'Row' },
      { key: 'score', label: 'Score', kind: 'num', hideSmall: true },
      { key: 'grade', label: 'Grade' },
      { key: 'chance', label: 'Approval', kind: 'num', hideSmall: true },
      { key: 'why', label: 'Main reason, or what is wrong', grow: true, hideSmall: true },
    ],
    rows: rows.map((row) => {
      if ('fault' in row) {
        const fault = `${row.column} ${row.fault}`;
        const badge = { kind: 'alert', text: 'Not scored' };
        return {
          cells: { n: { text: String(row.n), subSmall: fault }, score: '', grade: { badge }, chance: '', why: fault },
        };
      }
      const why = reasons[row.reasons[0] ?? ''] ?? 'Nothing against it';
      return {
        cells: {
          n: { text: String(row.n), subSmall: `Score ${row.score}, approval ${chanceText(row.probability)}. ${why}` },
          score: String(row.score),
          grade: { badge: { kind: gradeKinds[row.grade], text: row.grade } },
          chance: chanceText(row.probability),
          why,
        },
      };
    }),
  };
}
