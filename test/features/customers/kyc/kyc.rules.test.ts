import { describe, expect, it } from 'vitest';
import { dateOf } from '#core/calendar.ts';
import {
  checkOfDocument,
  ageVerdict,
  checkNames,
  checksOn,
  decideVerify,
  documentEffect,
  doubtedBy,
  isRenewing,
  levelOf,
  reverifyDate,
  stateOf,
  type CheckName,
  type Checks,
  type CheckVerdict,
  type KycFacts,
} from '#features/customers/kyc/kyc.rules.ts';
import { documentKinds } from '#features/products/product-needs.ts';
import { duplicatesVerdict, pairOf, standingVerdict } from '#features/customers/kyc/duplicates.rules.ts';

const check = (verdict: CheckVerdict, on = '2026-03-17') => ({ verdict, by: 'x', at: new Date(), on, evidence: null });
const all = (on?: string): Checks => Object.fromEntries(checkNames.map((name) => [name, check('passed', on)]));
const but = (name: CheckName, verdict: CheckVerdict): Checks => ({ ...all(), [name]: check(verdict) });
const today = dateOf('2026-03-17');

describe('the level', () => {
  it.each<[string, Checks, string]>([
    ['nothing looked at', {}, 'none'],
    ['everything passed', all(), 'full'],
    ['nobody could screen', but('screening', 'not-done'), 'full'],
    ['identity not done is not enough', but('identity', 'not-done'), 'none'],
    ['no age', but('age', 'open'), 'none'],
    ['a minor', but('age', 'failed'), 'none'],
    ['no address', but('address', 'open'), 'basic'],
    ['a match in review', but('screening', 'review'), 'basic'],
    ['a match confirmed', but('screening', 'failed'), 'none'],
    ['a tax id shared', but('duplicates', 'review'), 'basic'],
    ['fraud suspected', but('duplicates', 'failed'), 'none'],
  ])('%s', (_what, checks, level) => {
    expect(levelOf(checks)).toBe(level);
  });
});

describe('the state', () => {
  const facts = (change: Partial<KycFacts>): KycFacts => ({
    checks: all(),
    decision: null,
    reverifyOn: null,
    ...change,
  });
  it.each<[string, KycFacts, string]>([
    ['checks alone verify nobody', facts({}), 'pending'],
    ['signed', facts({ decision: 'verified', reverifyOn: '2028-03-17' }), 'verified'],
    ['signed, the day before the end', facts({ decision: 'verified', reverifyOn: '2026-03-18' }), 'verified'],
    ['signed, on the day of the end', facts({ decision: 'verified', reverifyOn: '2026-03-17' }), 'expired'],
    [
      'a check taken back after signing',
      facts({ decision: 'verified', reverifyOn: '2028-03-17', checks: but('identity', 'open') }),
      'pending',
    ],
    ['rejected, whatever the checks say', facts({ decision: 'rejected' }), 'rejected'],
    ['rejected never expires', facts({ decision: 'rejected', reverifyOn: '2020-01-01' }), 'rejected'],
    [
      'expired, whatever the checks say',
      facts({ decision: 'verified', reverifyOn: '2026-03-17', checks: {} }),
      'expired',
    ],
  ])('%s', (_what, given, state) => {
    expect(stateOf(given, today)).toBe(state);
  });
});

describe('verifying', () => {
  it.each(checkNames)('needs %s', (name) => {
    const facts = { checks: but(name, 'open'), decision: null, reverifyOn: null };
    expect(decideVerify(facts, today)).toEqual({ ok: false, refusal: { code: 'checks-missing', missing: [name] } });
  });

  it('is not done twice, nor over a rejection', () => {
    const verified = { checks: all(), decision: 'verified', reverifyOn: '2028-03-17' } as const;
    expect(decideVerify(verified, today)).toMatchObject({ refusal: { code: 'verified-already' } });
    const rejected = { checks: all(), decision: 'rejected', reverifyOn: null } as const;
    expect(decideVerify(rejected, today)).toMatchObject({ refusal: { code: 'rejected-already' } });
  });

  it.each<[string, string, boolean]>([
    ['31 days before the end', '2026-04-17', false],
    ['30 days before the end', '2026-04-16', true],
    ['on the last day', '2026-03-17', true],
  ])('may be renewed: %s', (_what, reverifyOn, renewing) => {
    expect(isRenewing({ checks: all(), decision: 'verified', reverifyOn }, today)).toBe(renewing);
  });

  it('renews with new documents only', () => {
    const old = { checks: all('2024-03-17'), decision: 'verified', reverifyOn: '2026-03-17' } as const;
    expect(decideVerify(old, today)).toMatchObject({ refusal: { missing: ['identity', 'address'] } });
    expect(Object.keys(checksOn(old, today)).sort()).toEqual(['age', 'duplicates', 'screening']);
    const fresh = {
      ...old,
      checks: { ...old.checks, identity: check('passed', '2026-02-15'), address: check('passed') },
    };
    expect(decideVerify(fresh, today).ok).toBe(true);
    const early = { ...fresh, checks: { ...fresh.checks, identity: check('passed', '2026-02-14') } };
    expect(decideVerify(early, today)).toMatchObject({ refusal: { missing: ['identity'] } });
  });

  it.each([
    ['low', '2028-03-17'],
    ['medium', '2027-03-17'],
    ['high', '2026-09-17'],
  ] as const)('a %s risk is looked at again on %s', (risk, date) => {
    expect(reverifyDate(today, risk).toString()).toBe(date);
  });
});

describe('single checks', () => {
  it('rest on the documents that products ask for', () => {
    const checks = documentKinds.map((kind) => [kind, checkOfDocument(kind)]);
    expect(checks.filter(([, check]) => check !== undefined)).toEqual([
      ['identity', 'identity'],
      ['address-proof', 'address'],
    ]);
  });

  it.each([
    ['', 'open'],
    ['2008-03-17', 'passed'],
    ['2008-03-18', 'failed'],
    ['1990-01-01', 'passed'],
  ])('born %s: %s', (birthDate, verdict) => {
    expect(ageVerdict(birthDate, today)).toBe(verdict);
  });

  it('a rejected document takes back only what rests on it', () => {
    const present = { ...check('passed'), evidence: 'one' };
    expect(documentEffect(undefined, { documentId: 'one', verdict: 'verified' })).toBe('pass');
    expect(documentEffect(present, { documentId: 'one', verdict: 'verified' })).toBe('nothing');
    expect(documentEffect(present, { documentId: 'two', verdict: 'verified' })).toBe('pass');
    expect(documentEffect(present, { documentId: 'two', verdict: 'rejected' })).toBe('nothing');
    expect(documentEffect(present, { documentId: 'one', verdict: 'rejected' })).toBe('unset');
    expect(documentEffect(undefined, { documentId: 'one', verdict: 'rejected' })).toBe('nothing');
  });

  it('a change of the profile makes doubtful what it contradicts', () => {
    const before = { fullName: 'A', birthDate: '', addressLine: '', phone: '1', taxId: '' };
    expect(doubtedBy(before, before)).toEqual({ unset: [], screenAgain: false, lookAgain: false });
    const given = { ...before, birthDate: '1990-01-01', addressLine: 'Here' };
    expect(doubtedBy(before, given)).toEqual({ unset: [], screenAgain: true, lookAgain: true });
    expect(doubtedBy(given, { ...given, fullName: 'B' }).unset).toEqual(['identity']);
    expect(doubtedBy(given, { ...given, addressLine: 'There' })).toMatchObject({
      unset: ['address'],
      screenAgain: false,
    });
    expect(doubtedBy(given, { ...given, phone: '2' })).toEqual({ unset: [], screenAgain: false, lookAgain: true });
  });
});

describe('duplicates', () => {
  const one = (shares: readonly ('tax-id' | 'phone' | 'bank-account')[], verdict?: 'family' | 'fraud-suspected') => ({
    partyId: 'x',
    shares,
    verdict,
  });
  it.each([
    [[], 'passed'],
    [[one(['phone'])], 'passed'],
    [[one(['bank-account', 'phone'])], 'passed'],
    [[one(['phone']), one(['tax-id'])], 'review'],
    [[one(['tax-id'], 'family')], 'passed'],
    [[one(['phone'], 'fraud-suspected'), one(['tax-id'])], 'failed'],
  ] as const)('%j: %s', (duplicates, verdict) => {
    expect(duplicatesVerdict(duplicates)).toBe(verdict);
  });

  it('what was decided holds for what was shared then; a suspicion stays', () => {
    expect(standingVerdict(undefined, ['phone'])).toBeUndefined();
    expect(standingVerdict({ verdict: 'family', shares: ['phone'] }, ['phone'])).toBe('family');
    expect(standingVerdict({ verdict: 'family', shares: ['phone'] }, ['phone', 'tax-id'])).toBeUndefined();
    expect(standingVerdict({ verdict: 'family', shares: ['phone', 'tax-id'] }, ['tax-id'])).toBe('family');
    expect(standingVerdict({ verdict: 'fraud-suspected', shares: ['phone'] }, ['tax-id'])).toBe('fraud-suspected');
  });

  it('a pair is one document whoever looks', () => {
    expect(pairOf('b', 'a')).toEqual(pairOf('a', 'b'));
  });
});
