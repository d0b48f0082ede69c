import { counted } from '#core/format.ts';
import { groupedBars } from './bars.view.ts';
import { leastRecords, totalOf } from './stability.rules.ts';
import type { Shadow } from './month.ts';
import { areaUnderCurve, type Ranks } from './ranking.rules.ts';
import type { Numbers } from './words.view.ts';

/** A challenger beside the champion, on the applications that both have scored. */
export function shadowChart(shadow: Shadow, { numbers, place }: { numbers: Numbers; place: number }) {
  const { records, champion, challenger, decided, went, model } = shadow;
  const share = (counts: readonly number[], at: number) => (records === 0 ? 0 : (counts[at] ?? 0) / records);
  return {
    id: `challenger-${place + 1}`,
    title: titleOf(shadow, numbers),
    lead: `Challenger ${model.slice(0, 8)} over ${counted(records, 'application')}. It decides nothing. Both say the same grade for ${shareOf(shadow.sameGrade, { records, numbers })}, are on the same side of one half for ${shareOf(shadow.sameSide, { records, numbers })}, and are ${numbers.points(records === 0 ? 0 : shadow.apart / records).replace('+', '')} apart on average.`,
    svg: groupedBars({
      label:
        'Applications by tenths of the probability of approval, champion and challenger; the table below has the figures.',
      series: [
        { key: 'base', text: 'Champion' },
        { key: 'interest', text: 'Challenger' },
      ],
      groups: champion.map((_count, at) => ({
        tick: at % 2 === 0 ? `${at * 10}%` : '',
        values: [{ value: share(champion, at) }, { value: share(challenger, at) }],
      })),
      ...{ least: 0.2, format: numbers.share },
    }),
    summary: 'See the figures',
    table: {
      caption: 'Champion and challenger',
      columns: [
        { key: 'what', label: 'What' },
        { key: 'champion', label: 'Champion', kind: 'num' },
        { key: 'challenger', label: 'Challenger', kind: 'num' },
      ],
      rows: [
        ...rankRows('Ranks approved above declined (area)', { pair: decided, numbers }),
        ...rankRows('Ranks loans that go well above defaulted (area)', { pair: went, numbers }),
        ...champion.map((_count, at) => ({
          cells: {
            what: `Probability ${at * 10} to ${at * 10 + 10}%`,
            champion: numbers.share(share(champion, at)),
            challenger: numbers.share(share(challenger, at)),
          },
        })),
      ],
    },
  };
}

function shareOf(count: number, { records, numbers }: { records: number; numbers: Numbers }): string {
  return numbers.share(records === 0 ? 0 : count / records);
}

function rankRows(what: string, { pair, numbers }: { pair: Shadow['decided']; numbers: Numbers }) {
  const text = (ranks: Ranks) => {
    const area = areaUnderCurve(ranks);
    return area === undefined ? '–' : numbers.index(area);
  };
  return [{ cells: { what, champion: text(pair.champion), challenger: text(pair.challenger) } }];
}

/** Of both kinds there must be so many, or one of them more would turn the ranking. */
const leastOfEach = 30;

const isEnough = ({ yes, no }: Ranks) => totalOf(yes) >= leastOfEach && totalOf(no) >= leastOfEach;

/** How loans went is the better judge; decisions follow the champion's own advice. */
function titleOf({ records, went, decided }: Shadow, numbers: Numbers): string {
  if (records < leastRecords) return 'Too few applications to say which model is better';
  const [pair, of] = isEnough(went.champion) ? [went, 'loans'] : [decided, 'decisions'];
  if (!isEnough(pair.champion)) return 'The challenger beside the champion';
  const [own, other] = [areaUnderCurve(pair.champion), areaUnderCurve(pair.challenger)];
  if (own === undefined || other === undefined) return 'The challenger beside the champion';
  if (Math.abs(own - other) < 0.005) return `Both rank ${of} alike`;
  return other > own
    ? `The challenger ranks ${of} better: ${numbers.index(other)} against ${numbers.index(own)}`
    : `The champion ranks ${of} better: ${numbers.index(own)} against ${numbers.index(other)}`;
}
