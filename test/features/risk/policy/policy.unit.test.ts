import { describe, expect, it } from 'vitest';
import { currencies } from '#core/money.ts';
import { factKinds } from '#features/risk/policy/fact-kinds.ts';
import { judgementOf } from '#features/risk/judging/judgement.ts';
import { loadShippedModels } from '#features/risk/models/shipped.ts';
import { foundingPolicy } from '#features/risk/policy/founding.ts';
import { judge, worstOf } from '#features/risk/policy/judging.ts';
import { limitFaults } from '#features/risk/policy/limits.ts';
import {
  factNames,
  outcomes,
  type Fact,
  type FactName,
  type PolicyContent,
  type PolicyFacts,
  type PolicyRule,
  type PricingCell,
} from '#features/risk/policy/policy.ts';
import { policyContent } from '#features/risk/policy/policy-content.ts';
import { limitsFaults, policyFaults, pricingFaults, ruleFaults } from '#features/risk/policy/policy-faults.ts';
import { differences, limitFaultText, wholeRule } from '#features/risk/policy/policy-words.ts';
import { priceFor } from '#features/risk/policy/pricing.ts';
import { policyReasons } from '#features/loans/underwriting/deciding/reasons.rules.ts';
import { createFormats } from '#core/format.ts';
import fc from '#test/properties.ts';
import { rule } from './policy-builders.ts';

const founding = foundingPolicy('USD');
const known = {
  products: ['personal', 'home', 'vehicle', 'business'],
  reasons: policyReasons.map(({ code }) => code),
};
const formats = createFormats({ currency: 'USD', locale: 'en-US', timeZone: 'UTC' });
const names = { products: new Map([['home', 'Home loan']]), reasons: new Map([['debt-too-high', 'Too much debt']]) };

const unknownFacts = Object.fromEntries(factNames.map((name) => [name, 'unknown'])) as unknown as PolicyFacts;
const facts = (change: Partial<Record<FactName, Fact>>): PolicyFacts => ({
  ...(Object.fromEntries(factNames.map((name) => [name, 'none'])) as unknown as PolicyFacts),
  ...change,
});
const home = { product: 'home', security: 'property' } as const;

describe('the founding policy', () => {
  it.each(currencies)('can be published in %s, and is what its shape says', (currency) => {
    const content = foundingPolicy(currency);
    expect(policyFaults(content, known)).toEqual([]);
    expect(policyContent.parse(JSON.parse(JSON.stringify(content)))).toEqual(content);
  });

  it.each<[FactName, string, 'approve' | 'refer' | 'decline']>([
    ['age', '17', 'decline'],
    ['age', '18', 'approve'],
    ['debtToIncome', '40', 'approve'],
    ['debtToIncome', '40.1', 'refer'],
    ['debtToIncome', '60', 'refer'],
    ['debtToIncome', '60.1', 'decline'],
    ['fixedToIncome', '50.1', 'refer'],
    ['fixedToIncome', '150', 'refer'],
    ['loanToValue', '80', 'approve'],
    ['loanToValue', '80.1', 'refer'],
    ['loanToValue', '100.1', 'decline'],
    ['creditScore', '620', 'approve'],
    ['creditScore', '619', 'refer'],
    ['creditScore', '540', 'refer'],
    ['creditScore', '539', 'decline'],
    ['approvalProbability', '20', 'approve'],
    ['approvalProbability', '19.9999', 'refer'],
    ['approvalProbability', '0', 'refer'],
    ['unpaidDefaults', '0', 'approve'],
    ['unpaidDefaults', '1', 'refer'],
    ['unpaidDefaults', '2', 'decline'],
    ['ownDaysPastDue', '1', 'refer'],
    ['ownDaysPastDue', '89', 'refer'],
    ['ownDaysPastDue', '90', 'decline'],
  ])('votes on %s of %s as the rules in code did: %s', (fact, value, outcome) => {
    expect(judge(founding, { subject: home, facts: facts({ [fact]: { known: value } }) }).outcome).toBe(outcome);
  });

  it('lends more against a vehicle, refers what nobody knows, and asks nothing of what is not there', () => {
    const vehicle = { product: 'vehicle', security: 'vehicle' } as const;
    const covered = facts({ loanToValue: { known: '85' } });
    expect(judge(founding, { subject: vehicle, facts: covered }).outcome).toBe('approve');
    expect(judge(founding, { subject: home, facts: covered })).toMatchObject({
      outcome: 'refer',
      reasons: ['security-too-low'],
    });
    expect(judge(founding, { subject: home, facts: unknownFacts }).outcome).toBe('refer');
    expect(judge(founding, { subject: home, facts: facts({}) })).toEqual({
      outcome: 'approve',
      votes: [],
      reasons: [],
      unknown: [],
    });
  });
});

const decimal = fc
  .tuple(fc.integer({ min: 0, max: 1500 }), fc.integer({ min: 0, max: 99 }))
  .map(([a, b]) => `${a}.${b}`);
const limits = fc.option(decimal, { nil: null });
const anyRule = fc
  .record({
    fact: fc.constantFrom(...factNames),
    either: fc.constantFrom('at-least' as const, 'at-most' as const),
    refer: limits,
    decline: limits,
    whenUnknown: fc.constantFrom('refer' as const, 'decline' as const),
    products: fc.subarray(['home', 'personal']),
    security: fc.constantFrom(null, 'none' as const, 'property' as const),
  })
  .map(({ either, ...given }): PolicyRule => {
    const { better } = factKinds[given.fact];
    const comparison = better === 'either' ? either : better === 'more' ? 'at-least' : 'at-most';
    return rule({ ...given, comparison });
  });
const anyPolicy = fc
  .array(anyRule, { maxLength: 8 })
  .map((rules): PolicyContent => ({ ...founding, rules: rules.map((one, place) => ({ ...one, code: `r-${place}` })) }));
const anyFacts = fc
  .array(
    fc.oneof(
      decimal.map((value) => ({ known: value })),
      fc.constantFrom('unknown' as const, 'none' as const),
    ),
    {
      minLength: factNames.length,
      maxLength: factNames.length,
    },
  )
  .map((values) => Object.fromEntries(factNames.map((name, place) => [name, values[place]])) as unknown as PolicyFacts);

describe('judging', () => {
  it('never votes worse on a better value, whatever the rules', () => {
    const oneWay = factNames.filter((name) => factKinds[name].better !== 'either');
    fc.assert(
      fc.property(
        anyPolicy,
        anyFacts,
        fc.constantFrom(...oneWay),
        fc.tuple(decimal, decimal),
        (content, given, fact, [one, other]) => {
          const [low, high] = Number(one) <= Number(other) ? [one, other] : [other, one];
          const [worse, better] = factKinds[fact].better === 'more' ? [low, high] : [high, low];
          const outcome = (value: string) =>
            judge(content, { subject: home, facts: { ...given, [fact]: { known: value } } }).outcome;
          expect(outcomes.indexOf(outcome(better))).toBeLessThanOrEqual(outcomes.indexOf(outcome(worse)));
        },
      ),
    );
  });

  it('takes the worst vote, and names reasons of those votes only', () => {
    fc.assert(
      fc.property(anyPolicy, anyFacts, (content, given) => {
        const verdict = judge(content, { subject: home, facts: given });
        expect(verdict.outcome).toBe(worstOf(verdict.votes.map((vote) => vote.outcome)));
        const against = verdict.votes.filter(({ outcome }) => outcome === verdict.outcome && outcome !== 'approve');
        const known = against.filter(({ fact }) => fact !== 'unknown').map(({ rule: { reason } }) => reason);
        expect(new Set(verdict.reasons)).toEqual(new Set(known));
        const unknown = verdict.votes.filter(({ fact }) => fact === 'unknown').map(({ rule: { fact } }) => fact);
        expect(verdict.unknown).toEqual([...new Set(unknown)]);
        for (const vote of verdict.votes) expect(vote.fact).not.toBe('none');
      }),
    );
  });

  it('holds nothing against anybody that it has not found, and says what it looked for', () => {
    const nothing = Object.fromEntries(factNames.map((name) => [name, 'unknown'])) as unknown as PolicyFacts;
    const verdict = judge(founding, { subject: home, facts: nothing });
    expect(verdict).toMatchObject({ outcome: 'refer', reasons: [] });
    expect(verdict.unknown).toEqual(expect.arrayContaining(['bankruptcies', 'loanToValue', 'debtToIncome']));
  });

  it('does not change by a rule about other loans', () => {
    fc.assert(
      fc.property(anyPolicy, anyFacts, anyRule, (content, given, another) => {
        const more = { ...content, rules: [...content.rules, { ...another, products: ['vehicle'] }] };
        const about = { subject: home, facts: given };
        expect(judge(more, about)).toEqual(judge(content, about));
      }),
    );
  });
});

const cell = (change: Partial<PricingCell> = {}): PricingCell => ({
  ...{ product: '*', grade: 'A', upToMonths: null, spread: '0.5' },
  ...change,
});

describe('prices', () => {
  const pricing = [
    cell({ spread: '0.75' }),
    cell({ upToMonths: 60, spread: '0.5' }),
    cell({ upToMonths: 12, spread: '0.25' }),
    cell({ grade: 'B', spread: '1' }),
    cell({ product: 'home', spread: '-0.5' }),
  ];
  it.each([
    ['personal', 'A', 12, '0.25'],
    ['personal', 'A', 13, '0.5'],
    ['personal', 'A', 60, '0.5'],
    ['personal', 'A', 61, '0.75'],
    ['personal', 'B', 1, '1'],
    ['personal', 'E', 12, undefined],
    ['home', 'A', 12, '-0.5'],
    // A product with a line of its own is priced by it alone.
    ['home', 'B', 12, undefined],
  ] as const)('of %s, grade %s over %i months are %s', (product, grade, months, spread) => {
    expect(priceFor({ pricing }, { product, grade, months })).toBe(spread);
  });

  it('are the same in whatever order the grid stands', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(pricing, { minLength: pricing.length }),
        fc.integer({ min: 1, max: 600 }),
        (grid, months) => {
          const about = { product: 'personal', grade: 'A' as const, months };
          expect(priceFor({ pricing: grid }, about)).toBe(priceFor({ pricing }, about));
        },
      ),
    );
  });

  it('are refused where a grade has two in a band, none for long terms, or no sense', () => {
    expect(pricingFaults(pricing, known)).toEqual([]);
    const faults = (more: PricingCell[]) => pricingFaults(more, known).map(({ message }) => message);
    expect(faults([cell(), cell({ spread: '9' })])).toEqual([
      expect.stringContaining('has a price in this band already'),
    ]);
    expect(faults([cell({ upToMonths: 12 })])).toEqual([
      expect.stringContaining('Leave the term of the last line empty'),
    ]);
    expect(faults([cell(), cell({ grade: 'B', upToMonths: 12 })])).toEqual([
      expect.stringContaining('Grade B has a price'),
    ]);
    expect(faults([cell({ spread: '-10.5' })])).toEqual(['Enter percentage points from -10 to 30']);
    expect(faults([cell({ product: 'gold' })])).toEqual([expect.stringContaining('no product gold')]);
  });
});

describe('limits', () => {
  const book = { whole: '1000', product: '750', weakGrades: '250' };
  const lent = { customerExposure: '2000000', book, grade: 'D' as const };
  it('hold at their edge and are named beyond it', () => {
    expect(limitFaults(founding, lent)).toEqual([]);
    expect(limitFaults(founding, { ...lent, customerExposure: '2000000.01' })).toEqual([
      { limit: 'customerExposure', value: '2000000.01', most: '2000000' },
    ]);
    expect(limitFaults(founding, { ...lent, book: { ...book, product: '750.1', weakGrades: '251' } })).toEqual([
      { limit: 'productShare', value: '75.01', most: '75' },
      { limit: 'weakGradesShare', value: '25.1', most: '25' },
    ]);
  });
  it('ask nothing where there is none, of an empty book, or of a strong loan for the weak ones', () => {
    const none = { limits: { customerExposure: null, productShare: null, weakGradesShare: null } };
    const over = { ...lent, customerExposure: '9e12', book: { whole: '10', product: '10', weakGrades: '10' } };
    expect(limitFaults(none, over)).toEqual([]);
    const empty = { ...lent, book: { whole: '0', product: '0', weakGrades: '0' } };
    expect(limitFaults(founding, empty)).toEqual([]);
    expect(limitFaults(founding, { ...lent, grade: 'A', book: { ...book, weakGrades: '900' } })).toEqual([]);
  });
  it('are amounts above zero and shares up to 100', () => {
    const faults = (change: object) => limitsFaults({ ...founding.limits, ...change }).map(({ field }) => field);
    expect(faults({})).toEqual([]);
    expect(faults({ customerExposure: '0' })).toEqual(['customerExposure']);
    expect(faults({ customerExposure: '10.5' })).toEqual(['customerExposure']);
    expect(faults({ productShare: '100', weakGradesShare: '100.1' })).toEqual(['weakGradesShare']);
  });
});

describe('a rule', () => {
  it.each<[string, Partial<PolicyRule>, string[]]>([
    ['that is right', {}, []],
    ['with its limits the wrong way round', { refer: '60', decline: '40' }, ['decline']],
    ['with equal limits', { refer: '60', decline: '60' }, ['decline']],
    ['with its limits the wrong way round for at least', { fact: 'creditScore', comparison: 'at-least' }, ['decline']],
    ['without limits', { refer: null, decline: null }, ['refer']],
    ['that asks for much of what is bad', { comparison: 'at-least', refer: '60', decline: '40' }, ['comparison']],
    ['beyond the range of a share', { decline: '201' }, ['decline']],
    ['below its range', { refer: '-1' }, ['refer']],
    ['with half a default', { fact: 'unpaidDefaults', refer: '0.5', decline: null }, ['refer']],
    [
      'that asks for an age beyond signing',
      { fact: 'age', comparison: 'at-least', refer: null, decline: '30' },
      ['decline'],
    ],
    ['with a reason that nobody knows', { reason: 'because' }, ['reason']],
    ['of a product that is none', { products: ['home', 'gold'] }, ['products']],
    ['of loan to value without security', { fact: 'loanToValue', security: 'none' }, ['security']],
    ['with the name of an address', { code: 'new' }, ['code']],
  ])('%s', (_what, change, fields) => {
    expect(ruleFaults(rule(change), known).map(({ field }) => field)).toEqual(fields);
  });

  it('reads in plain words', () => {
    expect(wholeRule(rule({ products: ['home'], security: 'property' }), { names, formats })).toBe(
      'Debts to income: referred above 40%, declined above 60%, referred where not known. Home loan with property. Reason: Too much debt',
    );
    expect(
      wholeRule(
        rule({ fact: 'monthlyIncome', comparison: 'at-least', refer: null, decline: '1500', whenUnknown: 'decline' }),
        { names, formats },
      ),
    ).toContain('Income a month: declined below 1,500 USD, declined where not known. Every loan.');
  });

  it('stands once, and at least one stands', () => {
    expect(policyFaults({ ...founding, rules: [] }, known)).toEqual([expect.stringContaining('Add a rule')]);
    expect(policyFaults({ ...founding, rules: [rule(), rule()] }, known)).toEqual([
      expect.stringContaining('Two rules have the name debt'),
    ]);
  });
});

describe('a judgement', () => {
  it('names the limit that the loan would break, and leaves the vote to the rules', () => {
    const by = { models: loadShippedModels(), challenger: undefined, policy: { version: 1, content: founding } };
    const order = (exposure: Fact) => ({
      ...{ stage: 'application' as const, evidence: {}, subject: home },
      facts: facts({ exposure }),
    });
    const over = judgementOf(by, order({ known: '2000000.5' }));
    expect(over.limits).toEqual([{ limit: 'customerExposure', value: '2000000.5', most: '2000000' }]);
    expect(over.limits.map((fault) => limitFaultText(fault, formats))).toEqual([
      'The most to one customer, owed and promised is 2,000,000 USD: with this loan it would be 2,000,000.5 USD',
    ]);
    expect(judgementOf(by, order({ known: '2000000' })).limits).toEqual([]);
    expect(judgementOf(by, order('unknown')).limits).toEqual([]);
    const book = { whole: '100', product: '76', weakGrades: '0' };
    expect(judgementOf(by, { ...order('unknown'), book }).limits).toMatchObject([{ limit: 'productShare' }]);
  });
});

describe('differences', () => {
  it('are none between equals, and every change of a part is one', () => {
    const words = { names, formats };
    expect(differences({ before: founding, after: structuredClone<PolicyContent>(founding) }, words)).toEqual([]);
    const after: PolicyContent = {
      rules: [...founding.rules.slice(1), rule({ code: 'another' })],
      pricing: founding.pricing.map((one) =>
        one.grade === 'E' && one.upToMonths === 60 ? { ...one, spread: '5' } : one,
      ),
      limits: { ...founding.limits, productShare: null },
    };
    const changed = differences({ before: founding, after }, words);
    expect(changed.map(({ label }) => label)).toEqual([
      'age',
      'another',
      'Every other product, up to 60 months',
      'The most of the book in one product',
    ]);
    expect(changed[0]?.after).toBe('');
    expect(changed[1]?.before).toBe('');
    expect(changed[3]).toMatchObject({ before: '75%', after: 'No limit' });
  });
});
