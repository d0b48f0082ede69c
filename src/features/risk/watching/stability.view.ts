import { counted } from '#core/format.ts';
import { columnLabel } from '../explaining/columns.ts';
import { groupedBars, rowBars } from './bars.view.ts';
import type { Findings, Stability } from './findings.ts';
import { stabilityLimits, totalOf, type Expected, type StabilityVerdict } from './stability.rules.ts';
import type { Counted } from './window.ts';
import { verdictBadges, type Numbers } from './words.view.ts';

const tones: Record<StabilityVerdict, string> = {
  ...{ 'too-few': 'base', 'not-told': 'base', stable: 'ok' },
  ...{ watch: 'warn', act: 'danger' },
};
const series = [
  { key: 'base', text: 'Expected by the model file' },
  { key: 'principal', text: 'Seen' },
];
const limits = [
  { value: stabilityLimits.watch, text: 'watch' },
  { value: stabilityLimits.act, text: 'act' },
];
const mostShown = 10;
/** Beyond twice the threshold it does not matter how far. */
const longestBar = 2 * stabilityLimits.act;

/** What people the score meets: the shares of its bins, expected and seen. */
export function scoreChart(score: Stability, numbers: Numbers) {
  const { before, now, records, index, verdict } = score;
  // Nobody can be without a probability or have one that the file does not know.
  const inner = before.map((_share, at) => at).slice(1, -1);
  return {
    id: 'score-shares',
    title: scoreFindings[verdict],
    lead: `Stability index ${numbers.index(index)} over ${counted(records, 'scored application')}. Each group is one band of the probability of approval, the lowest first.`,
    svg: groupedBars({
      label: `Expected and seen shares of ${inner.length} bands of the probability of approval; the table below has the figures.`,
      series,
      groups: inner.map((at) => ({ tick: String(at), values: [{ value: before[at] ?? 0 }, { value: now[at] ?? 0 }] })),
      least: 0.2,
      format: numbers.share,
    }),
    summary: 'See the figures by band',
    table: binTable(score, { numbers, caption: 'Bands of the probability of approval', edge: numbers.chance }),
  };
}

const scoreFindings: Record<StabilityVerdict, string> = {
  'too-few': 'Too few applications to say whether the score has moved',
  'not-told': 'The model file cannot show whether the score has moved',
  stable: 'The score meets the people it was made for',
  watch: 'The score begins to meet other people',
  act: 'The score meets other people than it was made for',
};

function binTable(
  { expected, before, now }: Stability,
  { numbers, caption, edge }: { numbers: Numbers; caption: string; edge: (value: number) => string },
) {
  const rows = before.map((share, at) => ({ at, share, seen: now[at] ?? 0 }));
  return {
    caption,
    columns: [
      { key: 'bin', label: 'Band' },
      { key: 'before', label: 'Expected', kind: 'num' },
      { key: 'now', label: 'Seen', kind: 'num' },
    ],
    rows: rows
      .filter(({ share, seen }) => share > 0 || seen > 0)
      .map(({ at, share, seen }) => ({
        cells: { bin: binText(expected, { at, edge }), before: numbers.share(share), now: numbers.share(seen) },
      })),
  };
}

/** The first bin is what is missing, the last what the file does not know. */
function binText({ binning, shares }: Expected, { at, edge }: { at: number; edge: (value: number) => string }): string {
  if (at === 0) return 'Not known';
  if (at > shares.length) return 'Unknown to the model';
  if (binning.kind === 'category') return binning.categories[at - 1] ?? '';
  const [low, high] = [binning.edges[at - 2], binning.edges[at - 1]];
  if (low === undefined) return high === undefined ? 'Any' : `Below ${edge(high)}`;
  return high === undefined ? `${edge(low)} and more` : `${edge(low)} to ${edge(high)}`;
}

/** Every column's index, the furthest moved first. */
export function featureChart({ features }: Findings, numbers: Numbers) {
  const moved = features.filter(({ verdict }) => verdict === 'watch' || verdict === 'act');
  const first = features[0];
  const names = moved.slice(0, 3).map(({ expected }) => columnLabel(expected.name));
  const others = moved.length > names.length ? ` and ${moved.length - names.length} more` : '';
  return {
    id: 'features',
    title:
      first?.verdict === 'too-few'
        ? 'Too few applications to say which answers have moved'
        : moved.length === 0
          ? 'What applicants tell of themselves has not moved'
          : `${counted(moved.length, 'column')} moved: ${names.join(', ')}${others}`,
    lead: `Stability index of the ${Math.min(mostShown, features.length)} columns that moved most. From 0.1 on it is watched, from 0.25 on it is acted on; bars end at 0.5.`,
    svg: rowBars({
      label: 'Stability index by column, the highest first; the table below has all of them.',
      ...{ limits, most: longestBar },
      rows: features.slice(0, mostShown).map(({ expected, index, verdict }) => ({
        label: columnLabel(expected.name),
        text: `${numbers.index(index)} ${verdictBadges[verdict].text.toLowerCase()}`,
        ...{ value: index, key: tones[verdict] },
      })),
    }),
    summary: 'See every column',
    table: {
      caption: 'Stability index by column',
      columns: [
        { key: 'column', label: 'Column' },
        { key: 'index', label: 'Index', kind: 'num' },
        { key: 'verdict', label: 'Verdict' },
        { key: 'records', label: 'Applications', kind: 'num', hideSmall: true },
        { key: 'moved', label: 'Moved most', hideSmall: true },
      ],
      rows: features.map((one) => ({
        cells: {
          column: { text: columnLabel(one.expected.name), sub: one.expected.name },
          index: numbers.index(one.index),
          verdict: { badge: verdictBadges[one.verdict] },
          records: String(one.records),
          moved: movedMost(one, numbers),
        },
      })),
    },
  };
}

/** The band that adds most to the index, with its shares. */
function movedMost({ expected, before, now, records, verdict }: Stability, numbers: Numbers): string {
  if (records === 0 || verdict === 'not-told') return '';
  const gaps = before.map((share, at) => ({ at, share, seen: now[at] ?? 0 }));
  const most = gaps.toSorted((a, b) => Math.abs(b.seen - b.share) - Math.abs(a.seen - a.share))[0];
  if (!most || most.seen === most.share) return '';
  const band = binText(expected, { at: most.at, edge: numbers.edge });
  return `${band}: ${numbers.share(most.share)} to ${numbers.share(most.seen)}`;
}

/** The score's index month by month. */
export function trendChart(
  months: readonly { text: string; short: string; score: Stability | undefined }[],
  numbers: Numbers,
) {
  return {
    id: 'trend',
    title: 'The score’s stability month by month',
    lead: 'A month with fewer than 100 applications has a dark bar and no verdict. Bars end at 0.5; the table has every figure.',
    svg: groupedBars({
      label: 'Stability index of the score by month; the table below has the figures.',
      series: [{ key: 'base', text: 'Index' }],
      groups: months.map(({ short, score }, at) => ({
        // Every third name from the last one back: more would touch on a phone.
        tick: (months.length - 1 - at) % 3 === 0 ? short : '',
        values: [score && { value: score.index, key: tones[score.verdict] }],
      })),
      ...{ limits, least: stabilityLimits.act * 1.2, most: longestBar, format: (value) => numbers.edge(value) },
    }),
    summary: 'See the figures by month',
    table: {
      caption: 'Stability of the score by month',
      columns: [
        { key: 'month', label: 'Month' },
        { key: 'index', label: 'Index', kind: 'num' },
        { key: 'records', label: 'Applications', kind: 'num' },
        { key: 'verdict', label: 'Verdict' },
      ],
      rows: months.map(({ text, score }) => ({
        cells: {
          month: text,
          index: score ? numbers.index(score.index) : '',
          records: score ? String(score.records) : '',
          verdict: score ? { badge: verdictBadges[score.verdict] } : 'No model file',
        },
      })),
    },
  };
}

/** Which columns were in the way; undefined where every application could be scored. */
export function unscoredTable({ population: { records, unscored } }: Counted) {
  if (unscored.length === 0) return undefined;
  return {
    caption: `${totalOf(unscored.map(({ count }) => count))} of ${records} applications could not be scored`,
    columns: [
      { key: 'field', label: 'Column in the way' },
      { key: 'count', label: 'Applications', kind: 'num' },
    ],
    rows: unscored
      .toSorted((a, b) => b.count - a.count)
      .map(({ field, count }) => ({ cells: { field: columnLabel(field), count: String(count) } })),
  };
}
