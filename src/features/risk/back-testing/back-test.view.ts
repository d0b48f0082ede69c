import { daysBetween, dateOf } from '#core/calendar.ts';
import { counted, type Formats } from '#core/format.ts';
import { may, type Actor } from '#core/roles.ts';
import { pagingView } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import { outcomes } from '../policy/policy.ts';
import { mostFlips, mostRecords, type BackTest, type Flip } from './back-test.ts';
import {
  changeText,
  fairnessTable,
  headFigures,
  lossNote,
  lossTable,
  outcomeTable,
  qualityCard,
} from './back-test-figures.view.ts';
import {
  isUnderWay,
  modelWords,
  number,
  outcomeWords,
  percent,
  periodText,
  person,
  policyName,
  testBadge,
} from './back-test-words.view.ts';
import { flipCount } from './tally.ts';

interface PageFacts {
  found:
    | {
        flips: readonly Flip[];
        references: ReadonlyMap<string, string>;
        total: number;
        page: number;
        change: string | undefined;
      }
    | undefined;
  actor: Actor;
  formats: Formats;
}

/** `/risk/back-tests/:id`: how far it has come, or what it found. */
export function backTestPage(test: BackTest, facts: PageFacts) {
  const { actor, formats } = facts;
  const title = `Back-test of ${test.policy.kind === 'draft' ? 'the draft' : `version ${test.policy.version}`}`;
  return {
    title,
    crumbs: [
      { text: 'Risk', href: paths.risk },
      { text: 'Back-tests', href: paths.riskBackTests },
      { text: policyName(test.policy) },
    ],
    head: {
      title,
      badge: testBadge(test),
      sub: `Applications decided ${periodText(test, formats)}`,
      ...(test.state === 'done' && test.kept > 0
        ? { action: { href: paths.backTestFlips(test._id), text: 'Flips as CSV', icon: 'down' } }
        : {}),
    },
    progress: isUnderWay(test) ? progressOf(test, formats) : undefined,
    notices: noticesOf(test, formats),
    result: test.state === 'done' ? resultOf(test, facts) : undefined,
    rows: detailsOf(test, { actor, formats }),
  };
}

function progressOf(test: BackTest, formats: Formats) {
  const { _id, from, to, place, tally, state } = test;
  const days = daysBetween(dateOf(from), dateOf(to)) + 1;
  const done = place ? daysBetween(dateOf(from), dateOf(place.on)) : 0;
  const looked = `${number(tally.read, formats)} ${tally.read === 1 ? 'application' : 'applications'} looked at`;
  return {
    text:
      state === 'waiting'
        ? 'It begins as soon as no other back-test runs.'
        : place
          ? `${looked}, up to ${formats.date(place.on)}`
          : 'It has begun.',
    value: done,
    max: days,
    refresh: paths.riskBackTest(_id),
    cancel: paths.cancelBackTest(_id),
  };
}

function noticesOf({ state, error, truncated, tally }: BackTest, formats: Formats) {
  const said = (kind: string, title: string, text: string) => ({ kind, title, text });
  if (state === 'failed') return [said('danger', 'The back-test could not be finished', error ?? '')];
  if (state === 'cancelled')
    return [said('info', 'This back-test was cancelled', 'It has no result. Start another one from the list.')];
  if (state !== 'done') return [];
  const { unreadable, unscored, firstFault } = tally;
  const applications = (count: number) => counted(count, 'application').replace(String(count), number(count, formats));
  return [
    ...(truncated
      ? [
          said(
            'warn',
            'Not every application was looked at',
            `There are more than ${number(mostRecords, formats)} in this period. Choose a shorter one to see the rest.`,
          ),
        ]
      : []),
    ...(unreadable > 0
      ? [
          said(
            'info',
            `${applications(unreadable)} could not be read`,
            'The customers’ data were erased. They are in no figure below, neither then nor now.',
          ),
        ]
      : []),
    ...(unscored > 0
      ? [
          said(
            'warn',
            `${applications(unscored)} could not be scored by this model`,
            `The first one for want of ${firstFault ?? 'a column'}. The policy judged them as without a score.`,
          ),
        ]
      : []),
  ];
}

function resultOf(test: BackTest, { found, actor, formats }: PageFacts) {
  const { tally } = test;
  const fairness = fairnessTable(tally, formats);
  return {
    figures: headFigures(tally, formats),
    outcomes: outcomeTable(tally, formats),
    loss: { ...lossTable(tally, formats), text: lossNote },
    fairness,
    noFairness: 'No birth date is known for these applications.',
    quality: [
      // Only who was approved has a rate to be scored with: the model would be right whatever it said.
      test.modelChoice === 'quoted'
        ? undefined
        : qualityCard(tally.decided, {
            title: 'Beside what people decided',
            id: 'h-decided',
            happened: 'were approved by a person',
            lead: 'The probability of approval, beside the decisions of people.',
            formats,
          }),
      qualityCard(tally.repaid, {
        title: 'Beside how the loans went',
        id: 'h-repaid',
        happened: 'have not defaulted so far',
        lead: 'The probability of approval, beside what became of the loans that were paid out. Only loans that were granted are known.',
        formats,
      }),
    ].filter((card) => card !== undefined),
    flips: found && flipsOf(test, { found, actor, formats }),
  };
}

function flipsOf(test: BackTest, { found, actor, formats }: PageFacts & { found: NonNullable<PageFacts['found']> }) {
  const { flips, total, page, change } = found;
  const all = flipCount(test.tally);
  const path = paths.riskBackTest(test._id);
  const href = (query: Record<string, string>) => `${path}?${new URLSearchParams(query).toString()}#h-flips`;
  const kinds = outcomes.flatMap((then) => outcomes.flatMap((now) => (then === now ? [] : [{ then, now }])));
  return {
    note: all > test.kept ? `The first ${number(mostFlips, formats)} of ${number(all, formats)} are kept.` : undefined,
    chips: [
      { text: `All: ${number(all, formats)}`, href: `${path}#h-flips`, current: change === undefined },
      ...kinds
        .map(({ then, now }) => ({ then, now, count: test.tally.moves[then][now], change: `${then}-${now}` }))
        .filter((kind) => kind.count > 0)
        .map((kind) => ({
          text: `${changeText(kind.then, kind.now)}: ${number(kind.count, formats)}`,
          href: href({ change: kind.change }),
          current: kind.change === change,
        })),
    ],
    table: flips.length > 0 ? flipTable(found, { actor, formats }) : undefined,
    empty: {
      title: all === 0 ? 'No decision would flip' : 'Nothing on this page',
      text: all === 0 ? 'The policy says of every application what it said then.' : 'Go back to the first page.',
      action: undefined,
    },
    paging: pagingView({ page, total, path, ...(change === undefined ? {} : { query: { change } }) }),
  };
}

function flipTable(
  { flips, references }: NonNullable<PageFacts['found']>,
  { actor, formats }: { actor: Actor; formats: Formats },
) {
  const opens = may(actor, 'application:review');
  return {
    caption: 'Decisions that would flip',
    captionHidden: true,
    columns: [
      { key: 'file', label: 'Application' },
      { key: 'then', label: 'Then' },
      { key: 'now', label: 'Now' },
      { key: 'probability', label: 'Probability of approval', kind: 'num', hideSmall: true },
      { key: 'person', label: 'A person', hideSmall: true },
    ],
    rows: flips.map((flip) => {
      const { applicationId, on, decision } = flip;
      const text = references.get(applicationId) ?? 'Not there any more';
      const linked = opens && references.has(applicationId);
      return {
        cells: {
          file: { text, sub: formats.date(on), ...(linked ? { href: paths.officerApplication(applicationId) } : {}) },
          then: { text: outcomeWords[flip.then], sub: flip.rulesThen.join(', ') },
          now: { text: outcomeWords[flip.now], sub: flip.rulesNow.join(', ') },
          probability: {
            text: percent(flip.probabilityNow, formats),
            sub: `${percent(flip.probabilityThen, formats)} then`,
          },
          person: decision === null ? 'Not decided' : decision === 'approved' ? 'Approved' : 'Declined',
        },
      };
    }),
  };
}

function detailsOf(test: BackTest, { actor, formats }: { actor: Actor; formats: Formats }) {
  const { policy, policyHash, modelChoice, models, askedBy, askedAt, startedAt, endedAt, takeovers, tally } = test;
  return [
    {
      label: 'Policy',
      value: policyName(policy),
      ...(policy.kind === 'version' ? { href: paths.riskPolicy(policy.version) } : {}),
    },
    { label: 'Content of the policy (SHA-256)', value: policyHash.slice(0, 12) },
    { label: 'Scores', value: modelWords[modelChoice].text },
    ...(models.length > 0
      ? [{ label: 'Model files (SHA-256)', value: models.map((sha256) => sha256.slice(0, 12)).join(', ') }]
      : []),
    { label: 'Asked for', value: `${person(askedBy, actor.userId)}, ${formats.instant(askedAt)}` },
    ...(startedAt ? [{ label: 'Begun', value: formats.instant(startedAt) }] : []),
    ...(endedAt ? [{ label: 'Ended', value: formats.instant(endedAt) }] : []),
    ...(takeovers > 0 ? [{ label: 'Gone on with after an interruption', value: counted(takeovers, 'time') }] : []),
    ...(test.state === 'done' ? [{ label: 'Records looked at', value: number(tally.read, formats) }] : []),
  ];
}
