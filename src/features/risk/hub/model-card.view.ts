import { paths } from '#web/paths.ts';
import { columnLabel } from '../explaining/columns.ts';
import type { Model } from '../models/loading.ts';
import type { Stage } from '../models/shipped.ts';
import { stageWords } from '../trying/try.view.ts';
import { figure } from './hub.view.ts';
import { reportExtras, type ReportExtras } from './model-report.ts';

/** Below four fifths of the reference group's share an effect on a group is looked at (29 CFR 1607.4(D)). */
const leastRatio = 0.8;

/** `/risk/models/:stage`: the model card in words and figures. */
export function modelCardPage(model: Model, facts: { stage: Stage; locale: string }) {
  const { stage, locale } = facts;
  const extras = reportExtras(model);
  const name = stageWords[stage].name;
  return {
    title: `Model: ${name}`,
    crumbs: [{ text: 'Risk', href: paths.risk }, { text: name }],
    head: {
      title: `Model: ${name.toLowerCase()}`,
      sub: stageWords[stage].text,
      ...(model.demonstration ? { badge: { kind: 'alert', text: 'Demonstration' } } : {}),
    },
    demonstration: model.demonstration
      ? 'A demonstration, trained on public data of no bank. It must not decide on anybody’s loan.'
      : undefined,
    words: wordsOf(model, extras, locale),
    rows: rowsOf(model, locale),
    quality: extras && qualityTable(extras),
    calibration: extras && calibrationTable(extras),
    fairness: extras && extras.fairness.length > 0 ? fairnessTable(extras, locale) : undefined,
    inputs: inputsTable(model, extras),
  };
}

function wordsOf(model: Model, extras: ReportExtras | undefined, locale: string): string[] {
  const { features } = model.report.baseline;
  const rows = new Intl.NumberFormat(locale).format(model.report.provenance.rows);
  const keptOut = extras?.provenance.keptOut;
  return [
    `It adds ${features.length} tables, one for each feature, to one sum: the log-odds of approval. So every point of a score has a reason, and nothing else is in it.`,
    `It was trained on ${rows} rows of “${model.report.title}”. ${keptOut === undefined ? '' : `The figures here are of ${percent(keptOut).replace('.0%', '%')} of them, kept out of training; the tables at work were then fitted anew on all.`}`,
    'It informs a person who decides. It says nothing about applicants unlike those it was trained on, and must be trained anew on our own closed loans before it is relied on.',
    ...(extras && extras.neverUsed.length > 0 ? [`It never uses ${listed(extras.neverUsed.map(spaced))}.`] : []),
    ...(extras && extras.proxies.length > 0
      ? [`${listed(extras.proxies.map(spaced))} may stand for age, so that its effect on the groups below is watched.`]
      : []),
  ];
}

function rowsOf({ sha256, report }: Model, locale: string) {
  return [
    { label: 'Model (SHA-256)', value: sha256 },
    { label: 'Data', value: report.title },
    { label: 'Data (SHA-256)', value: report.provenance.dataSha256 },
    { label: 'Rows', value: new Intl.NumberFormat(locale).format(report.provenance.rows) },
    { label: 'Seed', value: String(report.provenance.seed) },
  ];
}

const qualityNames: Readonly<Record<string, string>> = { model: 'This model', catboost: 'CatBoost, for comparison' };

function qualityTable({ quality }: ReportExtras) {
  return {
    caption: 'On rows kept out of training',
    captionHidden: true,
    columns: [
      { key: 'name', label: 'Model', grow: true },
      { key: 'auc', label: 'AUC', kind: 'num' },
      { key: 'gini', label: 'Gini', kind: 'num', hideSmall: true },
      { key: 'ks', label: 'KS', kind: 'num' },
      { key: 'brier', label: 'Brier', kind: 'num' },
      { key: 'loss', label: 'Log loss', kind: 'num', hideSmall: true },
    ],
    rows: Object.entries(quality)
      .toSorted(([a], [b]) => Number(b === 'model') - Number(a === 'model'))
      .map(([name, { auc, gini, ks, brier, logLoss }]) => ({
        cells: {
          name: qualityNames[name] ?? name,
          ...{ auc: figure(auc), gini: figure(gini), ks: figure(ks), brier: figure(brier), loss: figure(logLoss) },
        },
      })),
  };
}

function calibrationTable({ quality }: ReportExtras) {
  return {
    caption: 'By tenth of the predicted chance, the lowest first',
    captionHidden: true,
    columns: [
      { key: 'tenth', label: 'Tenth', grow: true },
      { key: 'rows', label: 'Rows', kind: 'num' },
      { key: 'predicted', label: 'Predicted', kind: 'num' },
      { key: 'observed', label: 'Observed', kind: 'num' },
    ],
    rows: (quality.model?.calibration ?? []).map(({ rows, predicted, observed }, at) => ({
      cells: { tenth: String(at + 1), rows: String(rows), predicted: percent(predicted), observed: percent(observed) },
    })),
  };
}

function fairnessTable({ fairness }: ReportExtras, locale: string) {
  return {
    caption: 'Share approved ÷ that of the reference group',
    captionHidden: true,
    columns: [
      { key: 'group', label: 'Group', grow: true },
      { key: 'rows', label: 'Rows', kind: 'num', hideSmall: true },
      { key: 'ratio', label: 'By the model', kind: 'num' },
      { key: 'observed', label: 'In the data', kind: 'num' },
    ],
    rows: fairness.map(({ column, group, reference, rows, ratio, observedRatio }) => ({
      cells: {
        group: { text: `${spaced(column)}: ${group}`, sub: `against ${reference}` },
        rows: new Intl.NumberFormat(locale).format(rows),
        ratio: ratio < leastRatio ? { badge: { kind: 'alert', text: ratio.toFixed(2) } } : ratio.toFixed(2),
        observed: observedRatio.toFixed(2),
      },
    })),
  };
}

const directions: Readonly<Record<string, string>> = {
  increasing: 'only rise with it',
  decreasing: 'only fall with it',
};

function inputsTable({ inputs, derived }: Model, extras: ReportExtras | undefined) {
  const monotone = new Map((extras?.columns ?? []).map(({ name, monotone: way }) => [name, way ?? '']));
  const line = (name: string, kind: string) => ({
    cells: { name: columnLabel(name), kind, way: directions[monotone.get(name) ?? ''] ?? 'go either way' },
  });
  return {
    caption: 'What it reads',
    captionHidden: true,
    columns: [
      { key: 'name', label: 'Input', grow: true },
      { key: 'kind', label: 'Kind', hideSmall: true },
      { key: 'way', label: 'The chance may' },
    ],
    rows: [...inputs.map(({ name, type }) => line(name, type)), ...derived.map(({ name }) => line(name, 'derived'))],
  };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

/** A column that no model reads has no words of its own: `MaritalStatus` as `Marital status`. */
function spaced(column: string): string {
  const label = columnLabel(column);
  if (label !== column) return label;
  const words = column.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
