import type { Formats } from '#core/format.ts';
import type { PolicyOutcome } from '../policy/policy.ts';
import type { BackTest, BackTestState, ModelChoice, TestedPolicy } from './back-test.ts';

const badges: Record<BackTestState, { kind: string; text: string; icon?: string }> = {
  waiting: { kind: 'info', text: 'Waits', icon: 'clock' },
  running: { kind: 'info', text: 'Runs', icon: 'clock' },
  done: { kind: 'ok', text: 'Done' },
  cancelled: { kind: 'neutral', text: 'Cancelled', icon: 'x' },
  failed: { kind: 'critical', text: 'Failed' },
};
export const testBadge = ({ state }: Pick<BackTest, 'state'>) => badges[state];
export const isUnderWay = ({ state }: Pick<BackTest, 'state'>) => state === 'waiting' || state === 'running';

export const modelWords: Record<ModelChoice, { text: string; sub: string }> = {
  recorded: { text: 'The scores of the day', sub: 'As they were recorded: only the policy is tested' },
  shipped: { text: 'The models at work', sub: 'Scored again by the model that decisions are recorded with' },
  application: { text: 'The model before a rate is set', sub: 'Every record scored again by this one' },
  quoted: {
    text: 'The model with the rate',
    sub: 'Every record scored again; without an offer there is no rate, and no score',
  },
  challenger: { text: 'The challenger', sub: 'Every record scored again by the model in the shadow' },
};

export function policyName({ kind, version }: Pick<TestedPolicy, 'kind' | 'version'>): string {
  return kind === 'draft' ? `Draft, change ${version}` : `Version ${version}`;
}

export const outcomeWords: Record<PolicyOutcome, string> = { approve: 'Approve', refer: 'Refer', decline: 'Decline' };

export function periodText({ from, to }: Pick<BackTest, 'from' | 'to'>, formats: Formats): string {
  return from === to ? formats.date(from) : `${formats.date(from)} to ${formats.date(to)}`;
}

export function number(count: number, { locale }: Formats): string {
  return new Intl.NumberFormat(locale).format(count);
}

/** `12.3%` of a share of one; a dash where there is none. */
export function percent(share: number | null | undefined, { locale }: Formats): string {
  if (share === null || share === undefined || Number.isNaN(share)) return '–';
  return new Intl.NumberFormat(locale, {
    style: 'percent',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  }).format(share);
}

/** `0.912`: a figure between 0 and 1, or a ratio. */
export function figure(value: number | null | undefined, places: number, { locale }: Formats): string {
  if (value === null || value === undefined) return '–';
  const format = new Intl.NumberFormat(locale, { minimumFractionDigits: places, maximumFractionDigits: places });
  return format.format(value);
}

/** The portal knows staff by their role; who of them it was is told by the end of their id, as the audit trail has it. */
export function person(userId: string, reader: string): string {
  return userId === reader ? 'You' : `A colleague (…${userId.slice(-6)})`;
}
