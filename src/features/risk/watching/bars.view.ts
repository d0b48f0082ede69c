/** Where bars stand in a chart: geometry only, for `risk/monitoring/bars` and `risk/monitoring/rows`. */

export interface BarSeries {
  /** Of the classes of public/css/charts.css: `base`, `principal`, `interest`, `ok`, `warn`, `danger`. */
  key: string;
  text: string;
}

export interface BarGroup {
  /** Below the group; empty where there is no room for all. */
  tick: string;
  /** In the order of the series; undefined for none. A key of its own is the bar's colour. */
  values: readonly ({ value: number; key?: string } | undefined)[];
}

const baseY = 180;
const groupShare = 0.76;

/** Bars side by side in groups, from nought, with lines at `limits`; values are fractions or plain numbers. */
export function groupedBars(chart: {
  label: string;
  series: readonly BarSeries[];
  groups: readonly BarGroup[];
  limits?: readonly { value: number; text: string }[];
  /** What the axis goes to at least. */
  least: number;
  /** Where the axis ends all the same: a bar beyond it is cut off, and its figure stands in the table. */
  most?: number;
  format: (value: number) => string;
}) {
  const { label, series, groups, limits = [], least, most = Infinity, format } = chart;
  const values = groups.flatMap((group) => group.values.map((one) => one?.value ?? 0));
  const { top, step } = scaleOf(Math.min(most, Math.max(least, ...values, ...limits.map(({ value }) => value))));
  const y = (value: number) => baseY - Math.min(1, value / top) * baseY;
  const slot = 100 / Math.max(groups.length, 1);
  const width = (slot * groupShare) / Math.max(series.length, 1);
  return {
    label,
    base: baseY,
    legend: series.length > 1 ? series : [],
    axis: Array.from({ length: Math.round(top / step) + 1 }, (_, at) => ({
      y: y(at * step).toFixed(1),
      text: format(at * step),
    })),
    limits: limits.map(({ value, text }) => ({ y: y(value).toFixed(1), text })),
    bars: groups.flatMap((group, place) =>
      group.values.flatMap((one, at) => {
        if (!one) return [];
        const x = slot * (place + (1 - groupShare) / 2) + at * width;
        const height = Math.max(baseY - y(one.value), one.value > 0 ? 1 : 0);
        return [
          {
            key: one.key ?? series[at]?.key ?? 'base',
            ...{ x: `${x.toFixed(2)}%`, width: `${(width * 0.94).toFixed(2)}%` },
            ...{ y: (baseY - height).toFixed(1), height: height.toFixed(1) },
          },
        ];
      }),
    ),
    ticks: groups.map(({ tick }, place) => ({ x: `${(slot * (place + 0.5)).toFixed(2)}%`, text: tick })),
  };
}

/** Four or five round steps above the highest. */
function scaleOf(highest: number): { top: number; step: number } {
  const power = 10 ** Math.floor(Math.log10(highest));
  const step = [0.2, 0.25, 0.5, 1, 2, 2.5].map((size) => size * power).find((size) => highest / size <= 5) ?? power;
  return { top: Math.ceil(highest / step - 1e-9) * step, step };
}

const rowHeight = 40;

/** A bar a row, its name above it and its value at the right, with upright lines at `limits`. Longer bars end at `most`. */
export function rowBars(chart: {
  label: string;
  rows: readonly { label: string; text: string; value: number; key: string }[];
  limits: readonly { value: number; text: string }[];
  most: number;
}) {
  const { label, rows, limits } = chart;
  const longest = Math.max(...rows.map(({ value }) => value), ...limits.map(({ value }) => value * 1.1));
  const most = Math.min(chart.most, longest);
  const x = (value: number) => `${(Math.min(1, value / most) * 100).toFixed(2)}%`;
  return {
    label,
    height: rows.length * rowHeight + 22,
    limits: limits.map(({ value, text }) => ({ x: x(value), text })),
    rows: rows.map((row, at) => ({
      ...{ label: row.label, text: row.text, key: row.key, width: x(row.value) },
      ...{ textY: 22 + at * rowHeight + 14, y: 22 + at * rowHeight + 20 },
    })),
  };
}
