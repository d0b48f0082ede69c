import { counted, type Formats } from '#core/format.ts';
import { emptyForm, type FormState } from '#web/forms.ts';
import { pagingView } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import { columnLabel } from '../explaining/columns.ts';
import type { LiveModels } from './expectations.ts';
import type { ModelAlert } from './month.model.ts';
import { longestNote } from './monitoring.forms.ts';
import { modelText, monthText, numbersIn, stageNames, verdictBadges, type Numbers } from './words.view.ts';

interface AlertWords {
  title: string;
  value: string;
  means: string;
  todo: string;
}

/** What an alert says, and what to do about it. */
export function alertWords(
  alert: Pick<ModelAlert, 'about' | 'feature' | 'level' | 'value'>,
  numbers: Numbers,
): AlertWords {
  const { about, level, value } = alert;
  const now = level === 'act';
  switch (about) {
    case 'score':
      return scoreWords(level, numbers.index(value));
    case 'feature':
      return featureWords(alert, numbers.index(value));
    case 'unscored':
      return {
        title: 'Many applications cannot be scored',
        value: `${numbers.share(value)} of the applications`,
        means: 'The model refuses rows that lack a value, or hold one that it does not know.',
        todo: 'See on the page of the month which column is in the way most, and mend where it comes from.',
      };
    case 'decisions':
      return {
        title: now ? 'Decisions are not what was predicted' : 'Decisions drift away from what was predicted',
        value: `A gap of ${numbers.points(value)}`,
        means:
          value < 0
            ? 'Fewer applications are approved than the model says.'
            : 'More applications are approved than the model says.',
        todo: 'Compare the latest decisions with the policy’s votes: either the people who decide know something that the model does not, or the model is out of date.',
      };
    case 'loans':
      return {
        title: now ? 'Loans go far worse than was predicted' : 'Loans go worse than was predicted',
        value: `A gap of ${numbers.points(value)}`,
        means: 'More of the loans defaulted than the probabilities they were approved with allow for.',
        todo: 'Look at which grades they had, tighten the policy for these with a back-test first, and have the model trained on how loans went.',
      };
  }
}

function scoreWords(level: ModelAlert['level'], index: string): AlertWords {
  return {
    title: level === 'act' ? 'The score meets other people' : 'The score begins to meet other people',
    value: `Stability index ${index}`,
    means:
      'The probabilities of approval are spread otherwise than among the people the model learnt from. What it says of them may not hold.',
    todo:
      level === 'act'
        ? 'Look at which columns moved, decide without leaning on the probability until it is clear why, and ask for the model to be trained again.'
        : 'Look at which columns moved and whether a campaign, a product or a data source explains it. Look again next month.',
  };
}

function featureWords({ feature, level }: Pick<ModelAlert, 'feature' | 'level'>, index: string): AlertWords {
  const name = columnLabel(feature ?? '');
  return {
    title: level === 'act' ? `${name} has moved` : `${name} begins to move`,
    value: `Stability index ${index}`,
    means: `Applicants differ in this column from the people the model learnt from (column ${feature ?? ''}).`,
    todo:
      level === 'act'
        ? 'First make sure that the value still comes from where it should, in the same unit. If it does, other people apply: have the model checked on them.'
        : 'Check where the value comes from, and look again next month.',
  };
}

interface Shown {
  formats: Formats;
  numbers: Numbers;
}

const states = {
  open: { kind: 'alert', text: 'Open' },
  acknowledged: { kind: 'neutral', text: 'Acknowledged' },
  replaced: { kind: 'neutral', text: 'Replaced' },
} as const;

export function alertTable(alerts: readonly ModelAlert[], { formats, numbers }: Shown) {
  return {
    caption: 'Alerts of the models',
    captionHidden: true,
    columns: [
      { key: 'what', label: 'What' },
      { key: 'level', label: 'Level' },
      { key: 'month', label: 'Month', hideSmall: true },
      { key: 'state', label: 'State', hideSmall: true },
    ],
    rows: alerts.map((alert) => {
      const { title, value } = alertWords(alert, numbers);
      const month = monthText(alert.month, formats);
      return {
        cells: {
          what: {
            ...{ text: title, href: paths.riskAlert(alert._id), sub: value },
            subSmall: `${month}, ${states[alert.state].text.toLowerCase()}`,
          },
          level: { badge: verdictBadges[alert.level] },
          month: { text: month, sub: stageNames[alert.stage] },
          state: { badge: states[alert.state], sub: alert.acknowledged?.by.name },
        },
      };
    }),
  };
}

/** `/risk/monitoring/alerts`: every one there was. */
export function alertsPage(facts: { alerts: readonly ModelAlert[]; total: number; page: number; formats: Formats }) {
  const { alerts, formats } = facts;
  return {
    title: 'Alerts of the models',
    crumbs: [...crumbs, { text: 'Alerts' }],
    head: { title: 'Alerts of the models', sub: 'Each is written once, and kept with what was done about it' },
    table: alerts.length > 0 && alertTable(alerts, { formats, numbers: numbersIn(formats.locale) }),
    empty: {
      title: facts.total === 0 ? 'There was never an alert' : 'Nothing on this page',
      text: 'One is written when a figure of a model passes its threshold.',
      action: undefined,
    },
    paging: pagingView({ ...facts, path: paths.riskAlerts }),
  };
}

export const crumbs = [
  { text: 'Risk', href: paths.risk },
  { text: 'Monitoring', href: paths.riskMonitoring },
];

interface AlertFacts {
  alert: ModelAlert;
  live: LiveModels;
  form?: FormState;
  formats: Formats;
}

/** `/risk/monitoring/alerts/:id`: what it means, what to do, and the note of whoever looked at it. */
export function alertPage({ alert, live, form = emptyForm, formats }: AlertFacts) {
  const numbers = numbersIn(formats.locale);
  const { title, value, means, todo } = alertWords(alert, numbers);
  const month = monthText(alert.month, formats);
  const over = alert.over === 'month' ? month : `twelve months to ${month}`;
  const query = new URLSearchParams({ stage: alert.stage, month: alert.month, model: alert.model, over: alert.over });
  return {
    title,
    crumbs: [...crumbs, { text: 'Alerts', href: paths.riskAlerts }, { text: title }],
    head: {
      ...{ title, badge: verdictBadges[alert.level], sub: `${stageNames[alert.stage]}, ${month}` },
      secondary: { href: `${paths.riskMonitoring}?${query.toString()}`, text: 'See the figures' },
    },
    form,
    facts: [
      { label: 'Figure', value },
      { label: 'Over', value: `${counted(alert.records, 'record')} of ${over}` },
      { label: 'Model', value: modelText(alert.model, live) },
      { label: 'Found', value: formats.date(alert.raisedOn) },
      { label: 'State', value: states[alert.state].text },
    ],
    words: [
      { label: 'What it means', value: means },
      { label: 'What to do', value: todo },
    ],
    note: alert.acknowledged && {
      text: alert.acknowledged.note,
      by: `${alert.acknowledged.by.name}, ${formats.instant(alert.acknowledged.at)}`,
    },
    replaced: alert.state === 'replaced',
    acknowledge: alert.state === 'open' && { action: `${paths.riskAlert(alert._id)}/acknowledge`, longestNote },
  };
}
