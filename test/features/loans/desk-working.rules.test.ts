import { describe, expect, it } from 'vitest';
import { slaBounds, slaOf } from '#features/loans/desk/sla.rules.ts';
import {
  conflictOf,
  holdsLock,
  lockMs,
  mayWork,
  type Ties,
  type Workable,
} from '#features/loans/underwriting/working.rules.ts';

const now = new Date('2026-03-17T12:00:00Z');
const officer = { userId: 'o1', partyId: 'p-o1', roles: ['officer'] as const };
const senior = { userId: 's1', partyId: undefined, roles: ['senior-officer'] as const };
const file: Workable = { partyId: 'p1', level: 'officer', lock: null, contest: null };
const noTies: Ties = { parties: ['p1', 'p2'], relation: undefined };
const codeOf = (facts: Partial<{ actor: typeof officer | typeof senior; application: Workable; ties: Ties }>) => {
  const judged = mayWork({ actor: officer, application: file, ties: noTies, now, ...facts });
  return judged.ok ? 'ok' : judged.refusal.code;
};

describe('Who may work on a file', () => {
  it('is any officer whom nothing ties to it', () => {
    expect(codeOf({})).toBe('ok');
    expect(codeOf({ actor: senior })).toBe('ok');
  });

  it('is nobody on it, nobody close to them, and not who decided before', () => {
    expect(codeOf({ application: { ...file, partyId: 'p-o1' } })).toBe('own-application');
    expect(codeOf({ ties: { parties: ['p1', 'p-o1'], relation: undefined } })).toBe('co-applicant');
    expect(codeOf({ ties: { parties: ['p1'], relation: 'self' } })).toBe('co-applicant');
    expect(codeOf({ ties: { parties: ['p1'], relation: 'relative' } })).toBe('relative');
    expect(codeOf({ application: { ...file, contest: { against: { by: 'o1' } } } })).toBe('decided-before');
    expect(codeOf({ application: { ...file, contest: { against: { by: 'another' } } } })).toBe('ok');
  });

  it('is a senior officer alone where the file waits for one', () => {
    const referred = { ...file, level: 'senior' as const };
    expect(codeOf({ application: referred })).toBe('senior-only');
    expect(codeOf({ application: referred, actor: senior })).toBe('ok');
  });

  it('says the conflict before the lock, which ends by itself', () => {
    const locked = { ...file, lock: { userId: 'o2', until: new Date(now.getTime() + 1) } };
    expect(codeOf({ application: locked })).toBe('locked-by-other');
    expect(codeOf({ application: { ...locked, partyId: 'p-o1' } })).toBe('own-application');
    expect(conflictOf({ actor: officer, application: locked, ties: noTies })).toBeUndefined();
  });

  it('is held back by a lock until its very end, and never by one’s own', () => {
    const until = new Date(now.getTime() + lockMs);
    const locked = { ...file, lock: { userId: 'o2', until } };
    const at = (time: Date, userId = 'o1') =>
      mayWork({ actor: { ...officer, userId }, application: locked, ties: noTies, now: time }).ok;
    expect(at(new Date(until.getTime() - 1))).toBe(false);
    expect(at(until)).toBe(true);
    expect(at(now, 'o2')).toBe(true);
    expect(holdsLock({ userId: 'o2', lock: locked.lock, now })).toBe(true);
    expect(holdsLock({ userId: 'o2', lock: locked.lock, now: until })).toBe(false);
    expect(holdsLock({ userId: 'o1', lock: null, now })).toBe(false);
  });
});

describe('The time limit in words', () => {
  const endOfToday = new Date('2026-03-18T00:00:00Z');
  const at = (dueAt: string | null, dueLeftMs: number | null = null) =>
    slaOf({ dueAt: dueAt === null ? null : new Date(dueAt), dueLeftMs, now, endOfToday });

  it.each([
    ['2026-03-17T15:10:00Z', 'today', 'due in 3 hours'],
    ['2026-03-17T12:59:00Z', 'today', 'due in under 1 hour'],
    ['2026-03-18T00:00:00Z', 'in-time', 'due in 12 hours'],
    ['2026-03-20T12:00:00Z', 'in-time', 'due in 3 days'],
    ['2026-03-17T12:00:00Z', 'late', 'under 1 hour late'],
    ['2026-03-15T11:00:00Z', 'late', '2 days late'],
  ])('says %s as %s, %s', (dueAt, state, text) => {
    expect(at(dueAt)).toEqual({ state, text });
  });

  it('says that it stands still, and what is left', () => {
    expect(at(null, 31 * 3_600_000)).toEqual({ state: 'stopped', text: 'stopped, 31 hours left' });
    expect(at(null, -1)).toEqual({ state: 'stopped', text: 'stopped, was late' });
    expect(at(null)).toEqual({ state: 'none', text: 'no time limit' });
  });

  it('filters by the same bounds', () => {
    const facts = { now, endOfToday };
    for (const [text, state] of [
      ['2026-03-17T12:00:00Z', 'late'],
      ['2026-03-17T12:00:00.001Z', 'today'],
      ['2026-03-17T23:59:59.999Z', 'today'],
      ['2026-03-18T00:00:00Z', 'in-time'],
    ] as const) {
      const dueAt = new Date(text);
      const fitting = (['late', 'today', 'in-time'] as const).filter((one) => {
        const bounds: { least?: Date; below?: Date } = slaBounds(one, facts);
        return (!bounds.least || dueAt >= bounds.least) && (!bounds.below || dueAt < bounds.below);
      });
      expect(fitting).toEqual([state]);
      expect(slaOf({ dueAt, dueLeftMs: null, ...facts }).state).toBe(state);
    }
  });
});
