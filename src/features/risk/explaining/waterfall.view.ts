/** Where the bars of a waterfall lie, in per cent of the chart's width and pixels of its height: geometry only. */
export interface WaterfallStep {
  label: string;
  text: string;
  tone: 'base' | 'ok' | 'danger';
  from: number;
  to: number;
}

const rowHeight = 44;
const barTop = 21;
const barHeight = 14;
const topSpace = 22;
// A bar of nothing is still to be seen.
const leastWidth = 0.4;
// Nothing is drawn at the very edge.
const edgeShare = 0.02;

export function drawWaterfall(steps: readonly WaterfallStep[]) {
  const ends = steps.flatMap(({ from, to }) => [from, to]);
  const span = Math.max(...ends, 0) - Math.min(...ends, 0) || 1;
  const low = Math.min(...ends, 0) - span * edgeShare;
  const place = (at: number) => ((at - low) / (span * (1 + 2 * edgeShare))) * 100;
  return {
    height: topSpace + steps.length * rowHeight,
    zero: { x: percent(place(0)), anchor: place(0) > 60 ? 'end' : place(0) < 40 ? 'start' : 'middle' },
    rows: steps.map((step, index) => {
      const left = place(Math.min(step.from, step.to));
      const top = topSpace + index * rowHeight;
      return {
        ...{ label: step.label, text: step.text, tone: step.tone },
        textY: top + 14,
        x: percent(left),
        y: top + barTop,
        width: percent(Math.max(place(Math.max(step.from, step.to)) - left, leastWidth)),
        height: barHeight,
        // To where the next bar begins.
        link:
          index === steps.length - 1
            ? null
            : { x: percent(place(step.to)), y1: top + barTop + barHeight, y2: top + rowHeight + barTop },
      };
    }),
  };
}

function percent(value: number): string {
  return `${value.toFixed(2)}%`;
}
