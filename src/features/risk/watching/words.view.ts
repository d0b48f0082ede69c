import type { Formats } from '#core/format.ts';
import type { Stage } from '../models/shipped.ts';
import type { CalibrationVerdict } from './calibration.rules.ts';
import type { LiveModels } from './expectations.ts';
import type { StabilityVerdict } from './stability.rules.ts';

/** Numbers of monitoring as they are read. */
export interface Numbers {
  /** `12.3%`, from a fraction. */
  share: (value: number) => string;
  /** The same of a probability that may be very small: two digits that count. */
  chance: (value: number) => string;
  /** `+3.2 points` or `−3.2 points`, from a difference of fractions. */
  points: (value: number) => string;
  /** `0.131`. */
  index: (value: number) => string;
  /** An edge of a bin. */
  edge: (value: number) => string;
}

export function numbersIn(locale: string): Numbers {
  const share = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const chance = new Intl.NumberFormat(locale, { style: 'percent', maximumSignificantDigits: 2 });
  const one = new Intl.NumberFormat(locale, { maximumFractionDigits: 1, signDisplay: 'exceptZero' });
  const index = new Intl.NumberFormat(locale, { minimumFractionDigits: 3, maximumFractionDigits: 3 });
  const edge = new Intl.NumberFormat(locale, { maximumSignificantDigits: 4 });
  return {
    share: (value) => share.format(value),
    chance: (value) => (value > 0 && value < 0.000_001 ? `under ${chance.format(0.000_001)}` : chance.format(value)),
    points: (value) => `${one.format(value * 100).replace('-', '−')} points`,
    index: (value) => index.format(value),
    edge: (value) => edge.format(value),
  };
}

/** `March 2026`, from `2026-03`. */
export function monthText(month: string, { date }: Pick<Formats, 'date'>): string {
  return date(`${month}-01`).replace(/^\d+ /, '');
}

export const stageNames: Record<Stage, string> = {
  application: 'Before an offer',
  quoted: 'With the rate offered',
};

/** Why its page is a shorter one. */
export const quotedNote =
  'Only an application that gets an offer has a rate, so that everybody here was approved. Approval is therefore not held against this model: it would be right whatever it said. See “Before an offer” for that. For the same reason these people differ from all who apply, whom the model file describes: the figures of stability show how far, and raise no alert.';

interface BadgeWords {
  kind: 'ok' | 'alert' | 'critical' | 'neutral';
  text: string;
}

export const verdictBadges: Record<StabilityVerdict | CalibrationVerdict | 'usual', BadgeWords> = {
  'too-few': { kind: 'neutral', text: 'Too few' },
  'not-told': { kind: 'neutral', text: 'Cannot tell' },
  stable: { kind: 'ok', text: 'Stable' },
  right: { kind: 'ok', text: 'Right' },
  usual: { kind: 'ok', text: 'Usual' },
  watch: { kind: 'alert', text: 'Watch' },
  act: { kind: 'critical', text: 'Act' },
};

/** A model by the first of its hash, and whether it still judges. */
export function modelText(model: string, live: LiveModels): string {
  return `${model.slice(0, 8)}${live.has(model) ? ', in use' : ', not in use any more'}`;
}
