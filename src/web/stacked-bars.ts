import type { Formats } from '#core/format.ts';
import { currencyPlaces, type Money } from '#core/money.ts';

/** Where the parts of a chart of principal and interest stand, for `components/stacked-bars`. */

const baseY = 200;
const barShare = 0.71;

export interface Bar {
  principal: Money;
  interest: Money;
}

/** Bars, axis and series of the chart: geometry only, so plain numbers will do. */
export function stackedBars(bars: readonly Bar[], formats: Formats) {
  const { top, step } = scaleOf(bars);
  return {
    series: [
      { key: 'principal', text: 'Principal' },
      { key: 'interest', text: 'Interest' },
    ],
    bars: bars.map((bar, index) => drawn(bar, { index, count: bars.length, top })),
    axis: axisOf({ top, step }, formats),
  };
}

/** Four or five round steps above the highest bar. */
function scaleOf(bars: readonly Bar[]): { top: number; step: number } {
  const highest = Math.max(...bars.map((bar) => Number(bar.principal + bar.interest)), 1);
  const power = 10 ** Math.floor(Math.log10(highest));
  const step = [0.2, 0.25, 0.5, 1, 2, 2.5].map((size) => size * power).find((size) => highest / size <= 5) ?? power;
  return { top: Math.ceil(highest / step) * step, step };
}

function drawn(bar: Bar, place: { index: number; count: number; top: number }) {
  const slot = 100 / place.count;
  const height = (amount: Money) => (Number(amount) / place.top) * baseY;
  const principalY = baseY - height(bar.principal);
  const interest = height(bar.interest);
  // A pixel of ground keeps the two parts apart for who cannot tell their colours.
  const interestY = principalY - 1 - interest;
  return {
    x: (slot * (place.index + (1 - barShare) / 2)).toFixed(2),
    width: (slot * barShare).toFixed(2),
    segments: [
      { key: 'principal', y: principalY.toFixed(1), height: height(bar.principal).toFixed(1) },
      { key: 'interest', y: interestY.toFixed(1), height: interest.toFixed(1) },
    ],
  };
}

function axisOf({ top, step }: { top: number; step: number }, formats: Formats) {
  const minorUnits = 10 ** currencyPlaces[formats.currency];
  const format = new Intl.NumberFormat(formats.locale, {
    maximumFractionDigits: 2,
    notation: top / minorUnits >= 10_000 ? 'compact' : 'standard',
  });
  return Array.from({ length: Math.round(top / step) + 1 }, (_, index) => ({
    y: (baseY - ((index * step) / top) * baseY).toFixed(1),
    text: format.format((index * step) / minorUnits),
  }));
}
