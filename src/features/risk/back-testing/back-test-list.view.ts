import { dateText, type PlainDate } from '#core/calendar.ts';
import type { Formats } from '#core/format.ts';
import type { FormState } from '#web/forms.ts';
import { pagingView } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import { draftChoice } from './back-test.forms.ts';
import { modelChoices, mostRecords } from './back-test.ts';
import { modelWords, number, percent, periodText, policyName, testBadge } from './back-test-words.view.ts';
import type { BackTests, ListedTest } from './back-tests.service.ts';
import { flipCount, judgedCount } from './tally.ts';

type Choices = Awaited<ReturnType<BackTests['choices']>>;

interface ListFacts {
  tests: readonly ListedTest[];
  total: number;
  page: number;
  choices: Choices;
  form: FormState;
  /** Rendered into the form. */
  key: string;
  formats: Formats;
}

const versionsOffered = 100;

/** What the form begins with: the draft where there is one, and the year up to today. */
export function startValues(choices: Choices, facts: { today: PlainDate; query: unknown }): Record<string, string> {
  const { today, query } = facts;
  const wanted = typeof query === 'object' && query !== null && 'policy' in query ? String(query.policy) : undefined;
  const options = policyOptions(choices).map(({ value }) => value);
  const policy = options.find((value) => value === wanted) ?? options[0] ?? '';
  return { policy, model: 'recorded', from: dateText(today.subtract({ years: 1 })), to: dateText(today) };
}

function policyOptions({ live, draft }: Choices): { value: string; text: string }[] {
  const versions = Array.from({ length: Math.min(live, versionsOffered) }, (_, index) => live - index);
  return [
    ...(draft ? [{ value: draftChoice, text: 'The draft' }] : []),
    ...versions.map((version) => ({
      value: String(version),
      text: version === live ? `Version ${version}, which is live` : `Version ${version}`,
    })),
  ];
}

/** `/risk/back-tests`: every test, newest first, and the form that asks for one. */
export function backTestListPage(facts: ListFacts) {
  const { tests, total, page, choices, form, key, formats } = facts;
  return {
    title: 'Back-tests',
    crumbs: [{ text: 'Risk', href: paths.risk }, { text: 'Back-tests' }],
    head: {
      title: 'Back-tests',
      sub: 'Past applications judged once more, by another policy or another model. Nothing that was decided changes.',
    },
    form,
    start: {
      action: paths.riskBackTests,
      key,
      policies: policyOptions(choices),
      models: modelChoices
        .filter((choice) => choice !== 'challenger' || choices.challenger)
        .map((choice) => ({ value: choice, ...modelWords[choice] })),
      note: `By the day that an application was decided. At most ${number(mostRecords, formats)} applications, the earliest first.`,
    },
    table: tests.length > 0 ? listTable(tests, formats) : undefined,
    empty: tests.length > 0 ? undefined : emptyList(total),
    paging: pagingView({ page, total, path: paths.riskBackTests }),
  };
}

function listTable(tests: readonly ListedTest[], formats: Formats) {
  return {
    caption: 'Back-tests, newest first',
    captionHidden: true,
    columns: [
      { key: 'policy', label: 'Policy' },
      { key: 'period', label: 'Decided', hideSmall: true },
      { key: 'state', label: 'State' },
      { key: 'judged', label: 'Applications', kind: 'num', hideSmall: true },
      { key: 'flips', label: 'Would flip', kind: 'num' },
      { key: 'approved', label: 'Approved then → now', kind: 'num', hideSmall: true },
    ],
    rows: tests.map((test) => ({ cells: cellsOf(test, formats) })),
  };
}

function cellsOf(test: ListedTest, formats: Formats) {
  const { _id, policy, modelChoice, askedAt, state, tally } = test;
  const judged = judgedCount(tally);
  const isDone = state === 'done';
  const share = (count: number) => percent(judged === 0 ? null : count / judged, formats);
  return {
    policy: {
      text: policyName(policy),
      href: paths.riskBackTest(_id),
      sub: `${modelWords[modelChoice].text}, ${formats.instant(askedAt)}`,
      subSmall: periodText(test, formats),
    },
    period: periodText(test, formats),
    state: { badge: testBadge(test) },
    judged: isDone ? number(judged, formats) : '',
    flips: isDone ? number(flipCount(tally), formats) : '',
    approved: isDone ? `${share(tally.then.approve.count)} → ${share(tally.now.approve.count)}` : '',
  };
}

function emptyList(total: number) {
  if (total > 0) return { title: 'Nothing on this page', text: `There are ${total} before it.`, action: undefined };
  return {
    title: 'No back-test yet',
    text: 'Start one to see which past decisions a policy or a model would turn.',
    action: undefined,
  };
}
