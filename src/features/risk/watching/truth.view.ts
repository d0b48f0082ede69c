import { counted } from '#core/format.ts';
import { gradeBands } from '../scoring/grade.rules.ts';
import { groupedBars } from './bars.view.ts';
import type { Calibration, CalibrationVerdict, Tenth } from './calibration.rules.ts';
import type { GradeCounts, Grades } from './month.ts';
import { areaUnderCurve, type Ranks } from './ranking.rules.ts';
import type { Numbers } from './words.view.ts';

interface TruthWords {
  id: string;
  titles: Record<CalibrationVerdict, string>;
  happened: string;
  what: string;
}

const ofDecisions: TruthWords = {
  id: 'decided',
  titles: {
    'too-few': 'Too few decisions to compare with what was predicted',
    right: 'What was predicted is what was decided',
    watch: 'What was predicted and what was decided drift apart',
    act: 'What was predicted is not what was decided',
  },
  happened: 'Approved',
  what: 'decision',
};
const ofLoans: TruthWords = {
  id: 'went',
  titles: {
    'too-few': 'Too few loans to compare with what was predicted',
    right: 'Loans go as well as was predicted, or better',
    watch: 'Loans go worse than was predicted',
    act: 'Loans go far worse than was predicted',
  },
  happened: 'Go well so far',
  what: 'loan',
};

interface Truth {
  tenths: readonly Tenth[];
  ranks: Ranks;
  found: Calibration | undefined;
  verdict: CalibrationVerdict;
}

export const decidedChart = (truth: Truth, numbers: Numbers) => truthChart(ofDecisions, { truth, numbers });
export const wentChart = (truth: Truth, numbers: Numbers) => truthChart(ofLoans, { truth, numbers });

/** Predicted against what happened, by tenths of the probability of approval. */
function truthChart(words: TruthWords, { truth, numbers }: { truth: Truth; numbers: Numbers }) {
  const { tenths, found, verdict, ranks } = truth;
  const area = areaUnderCurve(ranks);
  const shown = tenths.map((tenth, at) => ({ tenth, band: `${at * 10} to ${at * 10 + 10}%`, place: at }));
  const filled = shown.filter(({ tenth }) => tenth.count > 0);
  return {
    id: words.id,
    title: words.titles[verdict],
    lead: leadOf(words, { found, area, numbers }),
    svg: groupedBars({
      label: `Predicted and what happened, by tenths of the probability of approval; the table below has the figures.`,
      series: [
        { key: 'base', text: 'Predicted' },
        { key: 'principal', text: words.happened },
      ],
      groups: shown.map(({ tenth, place }) => ({
        tick: place % 2 === 0 ? `${place * 10}%` : '',
        values:
          tenth.count === 0
            ? [undefined, undefined]
            : [{ value: tenth.predicted / tenth.count }, { value: tenth.happened / tenth.count }],
      })),
      ...{ least: 1, format: numbers.share },
    }),
    summary: 'See the figures by tenth',
    table: {
      caption: `${words.happened} by tenths of the probability`,
      columns: [
        { key: 'band', label: 'Probability' },
        { key: 'count', label: 'Number', kind: 'num' },
        { key: 'predicted', label: 'Predicted', kind: 'num' },
        { key: 'happened', label: words.happened, kind: 'num' },
      ],
      rows: filled.map(({ band, tenth }) => ({
        cells: {
          band,
          count: String(tenth.count),
          predicted: numbers.share(tenth.predicted / tenth.count),
          happened: numbers.share(tenth.happened / tenth.count),
        },
      })),
    },
  };
}

function leadOf(
  { what }: TruthWords,
  { found, area, numbers }: { found: Calibration | undefined; area: number | undefined; numbers: Numbers },
): string {
  if (!found) return `There is no ${what} on record yet.`;
  const { count, predicted, happened, gap, chance } = found;
  const ranking =
    area === undefined
      ? ''
      : ` It ranks them with an area under the curve of ${numbers.index(area)} (0.5 is chance, 1 is perfect).`;
  return `Over ${counted(count, what)}: predicted ${numbers.share(predicted)}, happened ${numbers.share(happened)}, a gap of ${numbers.points(gap)}; chance alone explains up to ${numbers.points(chance).replace('+', '')}.${ranking}`;
}

const approvalOf = ({ approved, declined }: GradeCounts) =>
  approved + declined === 0 ? undefined : approved / (approved + declined);
const defaultOf = ({ loans, defaulted }: GradeCounts) => (loans === 0 ? undefined : defaulted / loans);

/** Approval and default by grade, together and month by month. */
export function gradeChart(
  all: Grades,
  facts: { months: readonly { text: string; grades: Grades }[]; numbers: Numbers },
) {
  const { months, numbers } = facts;
  const value = (share: number | undefined) => (share === undefined ? undefined : { value: share });
  return {
    id: 'grades',
    title: gradeFinding(all),
    lead: 'Approved of what was decided, and defaulted of what was paid out, by the grade it was decided with. Default is 90 days past due, non-performing or written off, at any time; young loans have had little time for it.',
    svg: groupedBars({
      label: 'Approved and defaulted shares by grade; the table below has them by month.',
      series: [
        { key: 'principal', text: 'Approved' },
        { key: 'danger', text: 'Defaulted' },
      ],
      groups: gradeBands.map(({ grade }) => ({
        tick: grade,
        values: [value(approvalOf(all[grade])), value(defaultOf(all[grade]))],
      })),
      ...{ least: 1, format: numbers.share },
    }),
    summary: 'See the figures by month and grade',
    table: {
      caption: 'Approval and default by month and grade',
      columns: [
        { key: 'grade', label: 'Grade' },
        { key: 'approved', label: 'Approved', kind: 'num' },
        { key: 'defaulted', label: 'Defaulted', kind: 'num' },
        { key: 'scored', label: 'Came in', kind: 'num', hideSmall: true },
      ],
      rows: months.flatMap(({ text, grades }) => [
        { group: text },
        ...gradeBands.map(({ grade }) => ({ cells: gradeCells(grade, { counts: grades[grade], numbers }) })),
      ]),
    },
  };
}

function gradeCells(grade: string, { counts, numbers }: { counts: GradeCounts; numbers: Numbers }) {
  const share = (value: number | undefined) => (value === undefined ? '–' : numbers.share(value));
  const { approved, declined, loans, defaulted, scored } = counts;
  return {
    grade,
    approved: { text: share(approvalOf(counts)), sub: `${approved} of ${approved + declined}` },
    defaulted: { text: share(defaultOf(counts)), sub: `${defaulted} of ${loans}` },
    scored: String(scored),
  };
}

function gradeFinding(all: Grades): string {
  const rates = gradeBands.flatMap(({ grade }) => approvalOf(all[grade]) ?? []);
  if (rates.length === 0) return 'Nothing was decided yet';
  const falls = rates.every((rate, at) => at === 0 || rate <= (rates[at - 1] ?? 1));
  return falls ? 'A better grade is approved more often' : 'A better grade is not always approved more often';
}
