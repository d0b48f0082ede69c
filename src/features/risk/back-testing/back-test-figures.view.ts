import type { Formats } from '#core/format.ts';
import { moneyOf, plus, type Money } from '#core/money.ts';
import { outcomes, type PolicyOutcome } from '../policy/policy.ts';
import { figure, number, outcomeWords, percent } from './back-test-words.view.ts';
import {
  calibrationOf,
  fewestMembers,
  impactRatios,
  lossGivenDefaultPercent,
  qualityOf,
  type ImpactRatio,
} from './metrics.rules.ts';
import { flipCount, judgedCount, type GroupCount, type OutcomeSum, type PredictionPair, type Tally } from './tally.ts';

/** The four figures that a reader looks for first. */
export function headFigures(tally: Tally, formats: Formats) {
  const judged = judgedCount(tally);
  const flips = flipCount(tally);
  const share = (count: number) => percent(judged === 0 ? null : count / judged, formats);
  const money = (amount: Money) => formats.money(moneyOf(amount));
  return [
    { label: 'Judged once more', value: number(judged, formats), note: 'decided applications' },
    { label: 'Would flip', value: number(flips, formats), note: `${share(flips)} of them` },
    {
      label: 'Approved now',
      value: share(tally.now.approve.count),
      note: `${share(tally.then.approve.count)} then`,
    },
    {
      label: `Expected loss now, ${formats.currency}`,
      value: money(tally.now.approve.loss),
      note: `${money(tally.then.approve.loss)} then, of what is approved`,
    },
  ];
}

const thenAndNow = [
  { key: 'then', label: 'Then', kind: 'num' },
  { key: 'now', label: 'Now', kind: 'num' },
  { key: 'change', label: 'Change', kind: 'num' },
] as const;

/** The policy's word then and now. */
export function outcomeTable(tally: Tally, formats: Formats) {
  const judged = judgedCount(tally);
  const cell = (count: number) => ({
    text: number(count, formats),
    sub: percent(judged === 0 ? null : count / judged, formats),
  });
  return {
    caption: 'What the policy said then, and would say now',
    captionHidden: true,
    columns: [{ key: 'outcome', label: 'Policy says' }, ...thenAndNow],
    rows: outcomes.map((outcome) => {
      const [then, now] = [tally.then[outcome].count, tally.now[outcome].count];
      return {
        cells: {
          outcome: outcomeWords[outcome],
          then: cell(then),
          now: cell(now),
          change: signed(now - then, formats),
        },
      };
    }),
    foot: {
      cells: { outcome: 'All', then: number(judged, formats), now: number(judged, formats), change: '' },
    },
  };
}

function signed(difference: number, { locale }: Formats): string {
  const format = new Intl.NumberFormat(locale, { signDisplay: 'exceptZero' });
  return format.format(difference).replace('-', '−');
}

export const lossNote = `Expected loss is the probability of default × the amount of the loan × a loss given default of ${lossGivenDefaultPercent}%. The probability of default is taken as one less the probability of approval. The shipped model predicts approval and not default, so that the figures compare two policies or models; they are no forecast of what will be lost.`;

export function lossTable({ then, now }: Tally, formats: Formats) {
  const money = (amount: Money) => formats.money(moneyOf(amount));
  const row = (label: string, [a, b]: readonly [OutcomeSum, OutcomeSum]) => ({
    cells: {
      label,
      then: { text: money(a.loss), sub: `of ${money(a.exposure)}` },
      now: { text: money(b.loss), sub: `of ${money(b.exposure)}` },
      change: formats.signedMoney(moneyOf(b.loss - a.loss)),
    },
  });
  const both = (sums: Tally['then']): OutcomeSum => ({
    count: sums.approve.count + sums.refer.count,
    exposure: plus(sums.approve.exposure, sums.refer.exposure),
    loss: plus(sums.approve.loss, sums.refer.loss),
    unpriced: sums.approve.unpriced + sums.refer.unpriced,
  });
  const unpriced = both(now).unpriced + both(then).unpriced;
  return {
    caption: `Expected loss in ${formats.currency}, of the amounts below it`,
    captionHidden: false,
    columns: [{ key: 'label', label: 'Loans' }, thenAndNow[0], thenAndNow[1], { ...thenAndNow[2], hideSmall: true }],
    rows: [
      row('Approved', [then.approve, now.approve]),
      row('Approved, and every referred one', [both(then), both(now)]),
    ],
    note: unpriced === 0 ? undefined : 'Applications without a score have no expected loss and are left out of it.',
  };
}

/** By age band; ages are read for this table only and kept nowhere beside the counts. */
export function fairnessTable({ groups, ungrouped }: Tally, formats: Formats) {
  if (groups.length === 0) return undefined;
  const ordered = groups.toSorted((a, b) => startOf(a) - startOf(b));
  const ratios = (approved: 'approvedThen' | 'approvedNow') =>
    impactRatios(ordered.map((one) => ({ group: one.group, members: one.members, selected: one[approved] })));
  const [then, now] = [ratios('approvedThen'), ratios('approvedNow')];
  return {
    caption: 'Approved by age band, and the adverse impact ratio',
    captionHidden: true,
    columns: [
      { key: 'group', label: 'Age' },
      { key: 'members', label: 'Applications', kind: 'num', hideSmall: true },
      { key: 'then', label: 'Approved then', kind: 'num', hideSmall: true },
      { key: 'ratioThen', label: 'Ratio then', kind: 'num' },
      { key: 'now', label: 'Approved now', kind: 'num', hideSmall: true },
      { key: 'ratioNow', label: 'Ratio now', kind: 'num' },
    ],
    rows: ordered.map((one, at) => ({
      cells: {
        group: { text: one.group, subSmall: `${number(one.members, formats)} applications` },
        members: number(one.members, formats),
        then: percent(then[at]?.rate, formats),
        ratioThen: ratioCell(then[at], formats),
        now: percent(now[at]?.rate, formats),
        ratioNow: ratioCell(now[at], formats),
      },
    })),
    note: `The ratio is the share approved of a band ÷ that of the band with the highest share. Below 0.80, four fifths (29 CFR 1607.4(D)), it is marked. A band with fewer than ${fewestMembers} applications is not compared.${ungrouped === 0 ? '' : ` The age of ${number(ungrouped, formats)} is not known.`}`,
  };
}

function startOf({ group }: GroupCount): number {
  return group.startsWith('under') ? 0 : Number.parseInt(group, 10);
}

function ratioCell(found: ImpactRatio | undefined, formats: Formats) {
  const ratio = found?.ratio ?? null;
  if (ratio === null) return 'too few';
  const text = figure(ratio, 2, formats);
  if (found?.isReference) return { text, sub: 'highest' };
  return found?.isAdverse ? { text, badge: { kind: 'alert', text: 'Low' } } : text;
}

/** AUC, Brier and calibration of one event; undefined where nothing is known of it. */
export function qualityCard(
  pair: PredictionPair,
  facts: { title: string; id: string; happened: string; lead: string; formats: Formats },
) {
  const { formats, title, id, happened, lead } = facts;
  const [then, now] = [qualityOf(pair.then), qualityOf(pair.now)];
  if (!now) return undefined;
  const measure = (text: string, [before, after]: readonly [number | null | undefined, number | null]) => ({
    cells: { measure: text, then: figure(before, 3, formats), now: figure(after, 3, formats) },
  });
  return {
    ...{ title, id },
    lead: `${lead} ${number(now.count, formats)} are known; of these ${percent(now.happened / now.count, formats)} ${happened}.`,
    measures: {
      caption: 'How well the probability ranks and fits',
      captionHidden: true,
      columns: [{ key: 'measure', label: 'Measure' }, ...thenAndNow.slice(0, 2)],
      rows: [
        measure('AUC: 1 ranks everybody rightly, 0.5 nobody', [then?.auc, now.auc]),
        measure('Brier: 0 is a perfect forecast', [then?.brier, now.brier]),
      ],
    },
    table: {
      caption: 'Calibration by tenth of the probability, lowest first',
      captionHidden: false,
      columns: [
        { key: 'tenth', label: 'Tenth' },
        { key: 'count', label: 'Applications', kind: 'num', hideSmall: true },
        { key: 'predicted', label: 'Predicted', kind: 'num' },
        { key: 'observed', label: 'Observed', kind: 'num' },
      ],
      rows: calibrationOf(pair.now).map(({ count, predicted, observed }, at) => ({
        cells: {
          tenth: { text: String(at + 1), subSmall: `${number(count, formats)} applications` },
          count: number(count, formats),
          predicted: percent(predicted, formats),
          observed: percent(observed, formats),
        },
      })),
    },
  };
}

export function changeText(then: PolicyOutcome, now: PolicyOutcome): string {
  return `${outcomeWords[then]} → ${outcomeWords[now].toLowerCase()}`;
}
