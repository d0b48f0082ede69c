import { FileRefused } from './refusal.ts';

/** More than any camera or scanner makes of a page; a small file may claim far more, to break whoever opens it. */
const limits = { side: 20_000, area: 120_000_000 };

export function judgePixels({ width, height }: { width: number; height: number }): void {
  if (width === 0 || height === 0) throw new FileRefused('damaged');
  if (width > limits.side || height > limits.side || width * height > limits.area)
    throw new FileRefused('too-many-pixels');
}
