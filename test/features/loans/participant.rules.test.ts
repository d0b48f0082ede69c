import { describe, expect, it } from 'vitest';
import {
  freeSlot,
  isActive,
  mayComplete,
  mayInvite,
  missingPeople,
  nextState,
  participantActions,
  participantStates,
  sameName,
  stateOn,
} from '#features/loans/participants/participant.rules.ts';

const legal = [
  ['invited', 'accept', 'joined'],
  ['invited', 'decline', 'declined'],
  ['invited', 'remove', 'removed'],
  ['invited', 'expire', 'expired'],
  ['joined', 'save', 'joined'],
  ['joined', 'complete', 'complete'],
  ['joined', 'leave', 'declined'],
  ['joined', 'remove', 'removed'],
  ['joined', 'release', 'removed'],
  ['complete', 'save', 'joined'],
  ['complete', 'reopen', 'joined'],
  ['complete', 'leave', 'declined'],
  ['complete', 'remove', 'removed'],
  ['complete', 'release', 'removed'],
] as const;

describe('the life of a participant', () => {
  it('has these edges and no other', () => {
    const found = participantStates.flatMap((state) =>
      participantActions.flatMap((action) => {
        const to = nextState(state, action);
        return to ? [[state, action, to]] : [];
      }),
    );
    expect(found.map(String).sort()).toEqual(legal.map(String).sort());
  });

  it('is active until it ended, and an invitation ends after its last day', () => {
    expect(participantStates.filter(isActive)).toEqual(['invited', 'joined', 'complete']);
    const invited = { state: 'invited' as const, openUntil: '2026-03-16' };
    expect(stateOn(invited, '2026-03-16')).toBe('invited');
    expect(stateOn(invited, '2026-03-17')).toBe('expired');
    expect(stateOn({ ...invited, state: 'joined' }, '2027-01-01')).toBe('joined');
  });
});

const limits = { mostCoApplicants: 2, guarantor: 'required' } as const;
const nobody = { yourself: false, alreadyInvited: false, taken: [], sentLately: 0 };

describe('whom an applicant may invite', () => {
  it('is given the first free place of the role', () => {
    expect(freeSlot('co-applicant', { limits, taken: ['co-applicant-1'] })).toBe('co-applicant-2');
    expect(freeSlot('co-applicant', { limits, taken: ['co-applicant-2'] })).toBe('co-applicant-1');
    expect(freeSlot('guarantor', { limits, taken: ['guarantor-1'] })).toBeUndefined();
    expect(freeSlot('guarantor', { limits: { ...limits, guarantor: 'none' }, taken: [] })).toBeUndefined();
  });

  it.each([
    [{ editable: false }, 'not-open'],
    [{ role: 'co-applicant', limits: { ...limits, mostCoApplicants: 0 } }, 'role-not-allowed'],
    [{ yourself: true }, 'yourself'],
    [{ alreadyInvited: true }, 'already-invited'],
    [{ taken: ['guarantor-1'] }, 'role-full'],
    [{ sentLately: 10 }, 'too-many-invitations'],
  ] as const)('refuses %o as %s', (fact, code) => {
    const facts = { editable: true, role: 'guarantor' as const, limits, ...nobody };
    expect(mayInvite(facts)).toEqual({ ok: true, value: 'guarantor-1' });
    expect(mayInvite({ ...facts, ...fact })).toMatchObject({ refusal: { code } });
  });
});

describe('what is missing before an application is sent', () => {
  const one = { id: 'p', role: 'guarantor' as const, confirmAgain: false };

  it.each([
    [[], ['guarantor-needed']],
    [[{ ...one, state: 'expired' as const }], ['guarantor-needed']],
    [[{ ...one, state: 'invited' as const }], ['not-answered']],
    [[{ ...one, state: 'joined' as const }], ['not-finished']],
    [[{ ...one, state: 'joined' as const, confirmAgain: true }], ['confirm-again']],
    [[{ ...one, state: 'complete' as const }], []],
    [[{ ...one, role: 'co-applicant' as const, state: 'complete' as const }], ['guarantor-needed']],
  ])('of %o is %o', (people, codes) => {
    expect(missingPeople({ limits, people }).map(({ code }) => code)).toEqual(codes);
  });
});

describe('agreeing', () => {
  it('needs all answers, and the terms as they were shown', () => {
    const facts = { open: true, missing: [], terms: 'a', shown: 'a' };
    expect(mayComplete(facts)).toEqual({ ok: true, value: 'a' });
    expect(mayComplete({ ...facts, open: false })).toMatchObject({ refusal: { code: 'not-open' } });
    expect(mayComplete({ ...facts, missing: ['personal'] })).toMatchObject({ refusal: { code: 'incomplete' } });
    expect(mayComplete({ ...facts, terms: undefined })).toMatchObject({ refusal: { code: 'no-terms' } });
    expect(mayComplete({ ...facts, shown: '' })).toMatchObject({ refusal: { code: 'terms-changed' } });
  });

  it('takes a typed name whatever its case, accents and spaces, and never an empty or another one', () => {
    expect(sameName('  JOSÉ   o’brien ', 'Jose O’Brien')).toBe(true);
    expect(sameName('Jose', 'Jose O’Brien')).toBe(false);
    expect(sameName(' ', '!')).toBe(false);
    expect(sameName('陈伟', '陈伟')).toBe(true);
  });
});
