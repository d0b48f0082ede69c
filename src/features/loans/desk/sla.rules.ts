import { lasting } from '#core/format.ts';

export const slaStates = ['late', 'today', 'in-time'] as const;
export type SlaState = (typeof slaStates)[number];

/** How a file stands against the time that we give ourselves to decide. */
export interface Sla {
  state: SlaState | 'stopped' | 'none';
  /** `due in 3 hours`, `2 days late`. */
  text: string;
}

export interface SlaFacts {
  dueAt: Date | null;
  /** What was left when the clock was stopped. */
  dueLeftMs: number | null;
  now: Date;
  /** The end of the day in the bank's time zone. */
  endOfToday: Date;
}

export function slaOf({ dueAt, dueLeftMs, now, endOfToday }: SlaFacts): Sla {
  if (dueAt === null) {
    if (dueLeftMs === null) return { state: 'none', text: 'no time limit' };
    return { state: 'stopped', text: dueLeftMs > 0 ? `stopped, ${lasting(dueLeftMs).text} left` : 'stopped, was late' };
  }
  const left = dueAt.getTime() - now.getTime();
  if (left <= 0) return { state: 'late', text: `${lasting(-left).text} late` };
  return { state: dueAt < endOfToday ? 'today' : 'in-time', text: `due in ${lasting(left).text}` };
}

/** The same as bounds of `dueAt`, for queries: from (and with) `least` to (and without) `below`. */
export function slaBounds(state: SlaState, { now, endOfToday }: Pick<SlaFacts, 'now' | 'endOfToday'>) {
  // A limit that ends at this very instant is late.
  const afterNow = new Date(now.getTime() + 1);
  if (state === 'late') return { below: afterNow };
  return state === 'today' ? { least: afterNow, below: endOfToday } : { least: later(afterNow, endOfToday) };
}

function later(one: Date, other: Date): Date {
  return one > other ? one : other;
}
