import { describe, expect, it } from 'vitest';
import { dateOf } from '#core/calendar.ts';
import { ageFault, decideSubmit } from '#features/loans/applying/application.rules.ts';
import { missingSections, neededSections } from '#features/loans/applying/application-sections.ts';
import {
  actionNames,
  applicationStates,
  next,
  type ApplicationAction,
  type ApplicationState,
} from '#features/loans/applying/application-states.ts';

const legal: [ApplicationState, ApplicationAction, ApplicationState][] = [
  ['draft', 'save', 'draft'],
  ['draft', 'submit', 'submitted'],
  ['draft', 'withdraw', 'withdrawn'],
  ['submitted', 'ask', 'asked'],
  ['submitted', 'return', 'returned'],
  ['submitted', 'refer', 'submitted'],
  ['submitted', 'propose', 'proposed'],
  ['submitted', 'approve', 'offered'],
  ['submitted', 'reject', 'rejected'],
  ['submitted', 'withdraw', 'withdrawn'],
  ['asked', 'answer', 'submitted'],
  ['asked', 'resume', 'submitted'],
  ['asked', 'withdraw', 'withdrawn'],
  ['returned', 'save', 'returned'],
  ['returned', 'submit', 'submitted'],
  ['returned', 'resume', 'submitted'],
  ['returned', 'withdraw', 'withdrawn'],
  ['proposed', 'approve', 'offered'],
  ['proposed', 'reject', 'rejected'],
  ['proposed', 'send-back', 'submitted'],
  ['proposed', 'withdraw', 'withdrawn'],
  ['offered', 'accept', 'accepted'],
  ['offered', 'decline', 'declined'],
  ['offered', 'expire', 'expired'],
  ['accepted', 'disburse-part', 'part-disbursed'],
  ['accepted', 'disburse', 'disbursed'],
  ['accepted', 'cancel', 'cancelled'],
  ['accepted', 'expire', 'expired'],
  ['part-disbursed', 'disburse-part', 'part-disbursed'],
  ['part-disbursed', 'disburse', 'disbursed'],
  ['part-disbursed', 'cancel', 'cancelled'],
  ['disbursed', 'cancel', 'cancelled'],
  ['rejected', 'contest', 'submitted'],
];

describe('the states of an application', () => {
  it.each(legal)('%s, %s: %s', (from, action, to) => {
    expect(next(from, action)).toBe(to);
  });

  it('refuses every other action in every state', () => {
    const allowed = new Set(legal.map(([from, action]) => `${from} ${action}`));
    const others = applicationStates.flatMap((state) => actionNames.map((action) => ({ state, action })));
    const refused = others.filter(({ state, action }) => !allowed.has(`${state} ${action}`));
    expect(refused).toHaveLength(applicationStates.length * actionNames.length - legal.length);
    expect(refused.filter(({ state, action }) => next(state, action) !== undefined)).toEqual([]);
  });
});

describe('who may apply', () => {
  const today = dateOf('2026-03-17');
  it.each([
    ['2008-03-17', undefined],
    ['2008-03-18', 'too-young'],
    ['2026-03-18', 'too-young'],
    ['1926-03-17', undefined],
    ['1925-03-18', undefined],
    ['1925-03-17', 'too-old'],
  ])('born on %s: %s', (birthDate, fault) => {
    expect(ageFault(birthDate, today)).toBe(fault);
  });

  it('counts a birthday on 29 February by the calendar', () => {
    expect(ageFault('2008-02-29', dateOf('2026-02-27'))).toBe('too-young');
    expect(ageFault('2008-02-29', dateOf('2026-03-01'))).toBeUndefined();
  });
});

describe('sending an application', () => {
  const declared = { truthful: true, creditBureau: true };

  it('needs property, vehicle and business only for the loans that ask for them', () => {
    const always = ['personal', 'employment', 'obligations', 'bank'];
    const needed = (security: 'none' | 'property' | 'vehicle', forBusiness = false) =>
      neededSections({ security, forBusiness });
    expect(needed('none')).toEqual([...always, 'terms']);
    expect(needed('property')).toEqual([...always, 'property', 'terms']);
    expect(needed('vehicle')).toEqual([...always, 'vehicle', 'terms']);
    expect(needed('none', true)).toEqual([...always, 'business', 'terms']);
  });

  it('names what is missing, in order', () => {
    const saved = { sealed: { key: '', nonce: '', tag: '', text: '' }, savedAt: new Date(0), form: 2 };
    const none = { employment: null, property: null, vehicle: null, business: null, terms: null };
    const sections = { personal: saved, obligations: saved, bank: saved, ...none };
    const missing = (security: 'none' | 'property', given = sections) =>
      missingSections({ security, forBusiness: false, sections: given });
    expect(missing('none')).toEqual(['employment', 'terms']);
    expect(missing('property')).toEqual(['employment', 'property', 'terms']);
    // Answers of before a question was asked count as missing, so that they are looked at again.
    expect(missing('none', { ...sections, personal: { ...saved, form: 1 } })).toEqual([
      'personal',
      'employment',
      'terms',
    ]);
  });

  it('is refused when something is missing, not declared, or no draft', () => {
    const missing = { sections: [], people: [], documents: [] };
    expect(decideSubmit({ open: true, missing, declared }).ok).toBe(true);
    expect(decideSubmit({ open: false, missing, declared })).toEqual({ ok: false, refusal: { code: 'not-open' } });
    for (const one of ['sections', 'people', 'documents']) {
      const lacks = { ...missing, [one]: ['something'] };
      expect(decideSubmit({ open: true, missing: lacks, declared })).toEqual({
        ok: false,
        refusal: { code: 'incomplete', ...lacks },
      });
    }
    for (const one of ['truthful', 'creditBureau']) {
      expect(decideSubmit({ open: true, missing, declared: { ...declared, [one]: false } })).toEqual({
        ok: false,
        refusal: { code: 'not-declared' },
      });
    }
  });
});
