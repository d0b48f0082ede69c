import { describe, expect, it } from 'vitest';
import { createFormats } from '#core/format.ts';
import {
  dueText,
  isSent,
  shortStanding,
  statusPage,
  withdrawPage,
} from '#features/loans/applying/application-status.view.ts';
import { applicationActions, applicationStates, next } from '#features/loans/applying/application-states.ts';
import { newDraftOf } from './status-builders.ts';

const formats = createFormats({ currency: 'USD', locale: 'en-US', timeZone: 'UTC' });
const now = Temporal.Instant.from('2026-03-17T12:00:00Z');
const facts = { formats, now };

describe('the page of an application that was sent', () => {
  it('says where it stands, in every state, and asks before it is withdrawn only where it can be', () => {
    for (const state of applicationStates) {
      const application = newDraftOf({ state });
      expect(withdrawPage(application) !== undefined).toBe(next(state, 'withdraw') !== undefined);
      if (!isSent(application)) continue;
      const page = statusPage(application, { ...facts, conditions: [] });
      expect(page.next.title.length).toBeGreaterThan(5);
      expect(shortStanding(application, facts).text).not.toMatch(/\byou\b/i);
    }
  });

  it('tells every turn but the saving, in the borrower’s words and without names', () => {
    const actions = Object.keys(applicationActions) as (keyof typeof applicationActions)[];
    const history = actions.map((action, n) => ({
      ...{ action, actor: `officer-${n}`, by: 'staff' as const, from: 'submitted' as const, to: 'submitted' as const },
      at: new Date(now.epochMilliseconds + n * 60_000),
    }));
    const application = newDraftOf({ state: 'disbursed', history });
    if (!isSent(application)) throw new Error('It is sent');
    const { events } = statusPage(application, { ...facts, conditions: [] });
    expect(events).toHaveLength(actions.length);
    expect(JSON.stringify(events)).not.toContain('officer-');
  });

  it('says by when, and that the clock stands still while the borrower is asked', () => {
    const due = new Date('2026-03-19T10:00:00Z');
    const say = (change: object) => dueText(newDraftOf({ state: 'submitted', dueAt: due, ...change }), facts);
    expect(say({})).toBe('We decide by 19 March 2026, 10:00.');
    expect(say({ dueAt: new Date('2026-03-17T11:00:00Z') })).toContain('We are sorry');
    expect(say({ state: 'asked', dueAt: null, dueLeftMs: 30 * 3_600_000 })).toContain('within 30 hours');
    expect(say({ state: 'disbursed', dueAt: null })).toBeUndefined();
  });
});
