import { counted, type Formats } from '#core/format.ts';
import { paths } from '#web/paths.ts';
import { columnLabel } from '../explaining/columns.ts';
import { stages } from '../models/shipped.ts';
import { alertTable, crumbs } from './alert.view.ts';
import type { Expectations, LiveModels } from './expectations.ts';
import { findingsOf, type Findings } from './findings.ts';
import type { ModelAlert } from './month.model.ts';
import type { ModelMonth } from './month.ts';
import type { MonitoringQuery } from './monitoring.forms.ts';
import { shadowChart } from './shadow.view.ts';
import { featureChart, scoreChart, trendChart, unscoredTable } from './stability.view.ts';
import { leastRecords } from './stability.rules.ts';
import { decidedChart, gradeChart, wentChart } from './truth.view.ts';
import type { WatchedMonth } from './watching.service.ts';
import { addedGrades, together, type Counted } from './window.ts';
import { modelText, monthText, numbersIn, quotedNote, stageNames, verdictBadges, type Numbers } from './words.view.ts';

interface MonitoringFacts {
  query: MonitoringQuery;
  watched: WatchedMonth | undefined;
  open: { alerts: readonly ModelAlert[]; total: number };
  live: LiveModels;
  challenger: boolean;
  formats: Formats;
}

/** `/risk/monitoring`: whether a model still meets the people and the truth that it was made for. */
export function monitoringPage(facts: MonitoringFacts) {
  const { query, watched, open, formats } = facts;
  const numbers = numbersIn(formats.locale);
  return {
    title: 'Monitoring of the models',
    crumbs: crumbs.map(({ text, href }) => (href === paths.riskMonitoring ? { text } : { text, href })),
    head: { title: 'Monitoring of the models', sub: headline(facts) },
    open: open.total > 0 && {
      title: `${counted(open.total, 'alert')} ${open.total === 1 ? 'waits' : 'wait'} for somebody`,
      table: alertTable(open.alerts, { formats, numbers }),
    },
    alertsHref: paths.riskAlerts,
    chips: chipRows(facts),
    month: watched && {
      action: paths.riskMonitoring,
      form: { values: { month: watched.month }, errors: {} },
      options: watched.months.map((month) => ({ value: month, text: monthText(month, formats) })),
      hidden: [
        { name: 'stage', value: query.stage },
        { name: 'over', value: query.over },
      ],
    },
    empty: {
      title: 'Nothing was counted here yet',
      text: 'Applications are counted every hour once the model has scored them, a month at a time.',
      action: undefined,
    },
    body: watched && bodyOf(facts, { watched, numbers }),
  };
}

function headline({ query, watched, formats }: MonitoringFacts): string {
  if (!watched) return stageNames[query.stage];
  const { month, chosen } = watched;
  const over = query.over === 'year' ? `twelve months to ${monthText(month, formats)}` : monthText(month, formats);
  return `${stageNames[query.stage]}, ${over}; counted up to ${formats.date(chosen.through)}`;
}

function hrefOf(query: MonitoringQuery, changes: Partial<MonitoringQuery>): string {
  const wanted = Object.entries({ ...query, ...changes }).flatMap(([name, value]) => (value ? [[name, value]] : []));
  return `${paths.riskMonitoring}?${new URLSearchParams(wanted).toString()}`;
}

function chipRows({ query, watched, live }: MonitoringFacts) {
  const models = watched?.models ?? [];
  return [
    {
      label: 'Stage',
      chips: stages.map((stage) => ({
        text: stageNames[stage],
        href: hrefOf(query, { stage, model: undefined }),
        current: stage === query.stage,
      })),
    },
    {
      label: 'Over',
      chips: [
        { text: 'The month alone', href: hrefOf(query, { over: 'month' }), current: query.over === 'month' },
        { text: 'Twelve months to it', href: hrefOf(query, { over: 'year' }), current: query.over === 'year' },
      ],
    },
    ...(models.length < 2
      ? []
      : [
          {
            label: 'Model',
            chips: models.map(({ model, records }) => ({
              text: `${modelText(model, live)}: ${records}`,
              href: hrefOf(query, { model }),
              current: model === watched?.chosen.model,
            })),
          },
        ]),
  ];
}

function bodyOf(facts: MonitoringFacts, { watched, numbers }: { watched: WatchedMonth; numbers: Numbers }) {
  const { query, live, formats } = facts;
  const { chosen, year } = watched;
  const isQuoted = query.stage === 'quoted';
  const expectations = live.get(chosen.model);
  const shown: Counted = query.over === 'year' ? (together(year) ?? chosen) : chosen;
  const findings = findingsOf(shown, expectations);
  const months = [...Map.groupBy(watched.trend, ({ month }) => month)].map(([month, members]) => ({
    text: monthText(month, formats),
    short: monthText(month, formats).slice(0, 3),
    grades: members.map(({ grades }) => grades).reduce(addedGrades),
    score: scoreOf(members, live),
  }));
  const grades =
    query.over === 'year'
      ? months.map((one) => one.grades).reduce(addedGrades)
      : (months.at(-1)?.grades ?? chosen.grades);
  return {
    model: modelText(chosen.model, live),
    figures: figuresOf(findings, { shown, numbers, stage: query.stage }),
    notes: notesOf(facts, { shown, findings, expectations, numbers }),
    charts: [
      ...(findings.score ? [{ kind: 'bars', ...scoreChart(findings.score, numbers) }] : []),
      ...(expectations ? [{ kind: 'rows', ...featureChart(findings, numbers) }] : []),
      { kind: 'bars', ...trendChart(months, numbers) },
      isQuoted
        ? []
        : {
            kind: 'bars',
            ...decidedChart(
              { ...shown.decided, found: findings.decisions, verdict: findings.decisionsVerdict },
              numbers,
            ),
          },
      { kind: 'bars', ...wentChart({ ...shown.went, found: findings.loans, verdict: findings.loansVerdict }, numbers) },
      isQuoted ? [] : { kind: 'bars', ...gradeChart(grades, { months: months.toReversed(), numbers }) },
      ...shown.shadows.map((shadow, place) => ({ kind: 'bars', ...shadowChart(shadow, { numbers, place }) })),
    ].flat(),
    unscored: unscoredTable(shown),
  };
}

/** Of the model that judged most in the month. */
function scoreOf(members: readonly ModelMonth[], live: LiveModels) {
  const most = members.toSorted((a, b) => b.population.records - a.population.records)[0];
  return most && findingsOf(most, live.get(most.model)).score;
}

interface FigureFacts {
  shown: Counted;
  numbers: Numbers;
  stage: MonitoringQuery['stage'];
}

function figuresOf(findings: Findings, { shown, numbers, stage }: FigureFacts) {
  const { score, features, unscored, decisions, decisionsVerdict } = findings;
  const { running, defaulted, ended } = shown.went;
  const moved = features.filter(({ verdict }) => verdict === 'watch' || verdict === 'act').length;
  const loans = running + defaulted + ended;
  return [
    {
      label: 'Applications',
      value: String(shown.population.records),
      note:
        shown.population.records === 0
          ? 'none was scored'
          : unscored.share > 0
            ? `${numbers.share(unscored.share)} could not be scored`
            : stage === 'quoted'
              ? 'scored with their offer'
              : 'every one could be scored',
    },
    {
      label: 'Stability of the score',
      value: score && score.records > 0 ? numbers.index(score.index) : '–',
      note: score ? verdictBadges[score.verdict].text.toLowerCase() : 'no model file',
      ...toneOf(score?.verdict),
    },
    {
      label: 'Columns moved',
      value: String(moved),
      note: `of ${features.length}`,
      ...toneOf(features.some(({ verdict }) => verdict === 'act') ? 'act' : undefined),
    },
    {
      label: 'Decided against predicted',
      value: decisions ? numbers.points(decisions.gap) : '–',
      note: stage === 'quoted' ? 'not compared' : verdictBadges[decisionsVerdict].text.toLowerCase(),
      ...toneOf(decisionsVerdict),
    },
    {
      label: 'Defaulted so far',
      value: loans === 0 ? '–' : numbers.share(defaulted / loans),
      note: `${defaulted} of ${counted(loans, 'loan')}`,
    },
  ];
}

const toneOf = (verdict: string | undefined) => (verdict === 'act' ? { tone: 'danger' } : {});

interface NoteFacts {
  shown: Counted;
  findings: Findings;
  expectations: Expectations | undefined;
  numbers: Numbers;
}

/** What has to be known before the figures are read. */
function notesOf({ query, challenger }: MonitoringFacts, { shown, findings, expectations }: NoteFacts) {
  const { records } = shown.population;
  const blind = findings.features.filter(({ verdict }) => verdict === 'not-told');
  const few = records < leastRecords;
  const year = query.over === 'month' ? ' Twelve months together may be enough.' : '';
  const names = blind.map(({ expected }) => columnLabel(expected.name)).join(' and ');
  return [
    query.stage === 'quoted' && { kind: 'info', text: quotedNote },
    few && {
      kind: 'info',
      text: `${records === 1 ? 'There is' : 'There are'} only ${counted(records, 'application')}. Below ${leastRecords} chance moves every figure, so that there is no verdict on stability.${year}`,
    },
    !expectations && {
      kind: 'warn',
      text: 'This model is not in use any more and its file is not here, so that nobody can say what it expects. Approvals and loans are still counted.',
    },
    blind.length > 0 && {
      kind: 'info',
      text: `The model file keeps no usable shares of ${names}: nearly everybody it learnt from lies in one band. A change there is not seen on this page.`,
    },
    shown.shadows.length === 0 && {
      kind: 'info',
      text: challenger
        ? 'The challenger has not scored any of these applications.'
        : 'No challenger runs in the shadow. Set CHALLENGER_MODEL to the path of a model file to compare one.',
    },
  ].filter((note) => note !== false);
}
