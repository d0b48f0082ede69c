import { describe, expect, it } from 'vitest';
import {
  mayStart,
  standingOf,
  type ProofFacts,
  type ProofStanding,
} from '#features/loans/bank-proof/bank-proof.rules.ts';

const at = new Date('2026-03-17T12:00:00Z');
const later = (hours: number) => new Date(at.getTime() + hours * 3_600_000);
const settled = { state: 'settled', reason: '', endedAt: null } as const;
const proof: ProofFacts = { at, expiresAt: later(7 * 24), attempts: [], provedAt: null, payment: settled };
const wrong = { at: later(1), right: false };

describe('where a test of a bank account stands', () => {
  it.each<[string, Partial<ProofFacts>, Date, Partial<ProofStanding>]>([
    ['sent', { payment: { ...settled, state: 'pending' } }, at, { state: 'pending', arrived: false, triesLeft: 3 }],
    ['arrived', {}, at, { state: 'pending', arrived: true, triesLeft: 3 }],
    ['tried twice', { attempts: [wrong, wrong] }, at, { state: 'pending', triesLeft: 1 }],
    ['tried out', { attempts: [wrong, wrong, wrong] }, at, { state: 'failed', why: 'tries', again: later(25) }],
    ['the last moment', {}, new Date(later(168).getTime() - 1), { state: 'pending' }],
    ['over', {}, later(168), { state: 'failed', why: 'expired', again: later(168) }],
    ['proved, also later', { provedAt: later(2) }, later(1_000), { state: 'proved', at: later(2) }],
    [
      'proved and then sent back',
      { provedAt: later(2), payment: { state: 'returned', reason: 'account-closed', endedAt: later(3) } },
      later(4),
      { state: 'failed', why: 'returned', again: later(27) },
    ],
  ])('%s', (_name, change, now, expected) => {
    expect(standingOf({ ...proof, ...change }, now)).toMatchObject(expected);
  });

  it('lets another begin only after a day, and never more than three a day', () => {
    const facts = { open: true, hasDetails: true, testsToday: 1, now: later(24) };
    const failed = standingOf({ ...proof, attempts: [wrong, wrong, wrong] }, later(24));
    expect(mayStart({ ...facts, standing: failed })).toMatchObject({ ok: false, refusal: { code: 'wait' } });
    expect(mayStart({ ...facts, standing: failed, now: later(25) })).toMatchObject({ ok: true });
    const none = { state: 'none' } as const;
    expect(mayStart({ ...facts, standing: none, testsToday: 3 })).toMatchObject({
      refusal: { code: 'too-many-today' },
    });
    expect(mayStart({ ...facts, standing: none, hasDetails: false })).toMatchObject({
      refusal: { code: 'no-details' },
    });
    expect(mayStart({ ...facts, standing: none, open: false })).toMatchObject({ refusal: { code: 'not-open' } });
  });
});
