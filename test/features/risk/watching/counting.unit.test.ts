import { describe, expect, it } from 'vitest';
import type { LoanOutcome } from '#features/risk/index.ts';
import type { OpenedRecord } from '#features/risk/records/record.ts';
import { liveModels } from '#features/risk/watching/expectations.ts';
import { findingsOf, passed, passedByEither } from '#features/risk/watching/findings.ts';
import { monthTally } from '#features/risk/watching/tally.ts';
import { together } from '#features/risk/watching/window.ts';
import { expectations, scoredAt, shippedModels, steadyPeople, withValue } from './people.ts';

const live = liveModels(shippedModels.models);
const champion = shippedModels.models.application.sha256;

function counted(
  submitted: readonly OpenedRecord[],
  decided: readonly OpenedRecord[] = [],
  outcomes: LoanOutcome[] = [],
) {
  const tally = monthTally(live);
  tally.submitted(submitted);
  tally.decided(decided, new Map(outcomes.map((one) => [one.loanId, one])));
  const found = tally.byModel.get(champion);
  if (!found) throw new Error('The champion judged nobody');
  return found;
}
const findings = (people: readonly OpenedRecord[]) => findingsOf(counted(people), expectations.application);
const feature = (people: readonly OpenedRecord[], name: string) =>
  findings(people).features.find(({ expected }) => expected.name === name);

describe('a month of people like those the model learnt from', () => {
  const people = steadyPeople(1000);

  it('is stable in the score and in every column that is asked for', () => {
    const found = findings(people);
    expect(found.score).toMatchObject({ verdict: 'stable', records: 1000 });
    expect(found.score?.index).toBeLessThan(0.001);
    const asked = new Set(shippedModels.models.application.inputs.map(({ name }) => name));
    const verdicts = found.features.filter(({ expected }) => asked.has(expected.name)).map(({ verdict }) => verdict);
    expect(new Set(verdicts)).toEqual(new Set(['stable']));
    expect(found.unscored).toEqual({ records: 1000, share: 0, verdict: 'usual' });
  });

  it('sees bankruptcies become many', () => {
    const bankrupt = people.map((one, at) => (at % 3 ? one : withValue(one, 'BankruptcyHistory', 1)));
    expect(feature(bankrupt, 'BankruptcyHistory')?.verdict).toBe('act');
  });

  it('is to be acted on where an income comes in another unit', () => {
    const cents = people.map((one) => withValue(one, 'AnnualIncome', Number(one.evidence?.AnnualIncome?.value) * 100));
    expect(feature(cents, 'AnnualIncome')?.verdict).toBe('act');
    expect(passed(findings(cents))).toContainEqual(
      expect.objectContaining({ about: 'feature', feature: 'AnnualIncome', level: 'act', records: 1000 }),
    );
  });

  it('sees values that go missing and categories that are new', () => {
    const missing = people.map((one, at) => (at % 2 ? withValue(one, 'CreditScore', null) : one));
    expect(feature(missing, 'CreditScore')?.verdict).toBe('act');
    const abroad = people.map((one, at) => (at % 5 ? one : withValue(one, 'HomeOwnershipStatus', 'Boat')));
    expect(feature(abroad, 'HomeOwnershipStatus')?.verdict).toBe('act');
  });

  it('leaves out columns of those whose data were erased', () => {
    const erased = people.map((one, at) => (at % 2 ? { ...one, evidence: undefined } : one));
    expect(feature(erased, 'CreditScore')).toMatchObject({ records: 500, verdict: 'stable' });
    expect(findings(erased).score?.records).toBe(1000);
  });

  it('says nothing of ninety-nine of them, and asks the year instead', () => {
    const few = steadyPeople(99, (one) => ({ ...one, scored: scoredAt(0.99) }));
    const month = counted(few);
    expect(findingsOf(month, expectations.application).score?.verdict).toBe('too-few');
    expect(passed(findingsOf(month, expectations.application))).toEqual([]);
    const year = together([month, month]) ?? month;
    const score = passedByEither({ month, year }, expectations.application).find(({ about }) => about === 'score');
    expect(score).toMatchObject({ level: 'act', over: 'year', records: 198 });
  });

  it('names the column that kept people from being scored', () => {
    const broken = people.map((one, at) =>
      at < 200 ? { ...one, scored: null, fault: { field: 'CreditScore', message: 'x' } } : one,
    );
    expect(counted(broken).population.unscored).toEqual([{ field: 'CreditScore', count: 200 }]);
    expect(findings(broken).unscored).toMatchObject({ share: 0.2, verdict: 'act' });
  });

  it('counts nothing of a model whose file is not here but its people', () => {
    const tally = monthTally(live);
    tally.submitted(people.map((one) => ({ ...one, model: 'gone' })));
    const found = tally.byModel.get('gone');
    expect(found?.population).toMatchObject({ records: 1000, score: [], features: [] });
    expect(found && findingsOf(found, undefined).score).toBeUndefined();
  });
});

describe('a month of decisions', () => {
  const decided = (of: number, change: (at: number) => Partial<OpenedRecord>) =>
    steadyPeople(of, (one, at) => ({ ...one, moment: 'decided', ...change(at) }));

  it('is right where half of those at one half are approved, and not where all are', () => {
    const half = decided(400, (at) => ({ scored: scoredAt(0.5), decision: at % 2 ? 'approved' : 'declined' }));
    expect(findingsOf(counted([], half), undefined).decisionsVerdict).toBe('right');
    const every = decided(400, () => ({ scored: scoredAt(0.5), decision: 'approved' }));
    expect(findingsOf(counted([], every), undefined)).toMatchObject({ decisionsVerdict: 'act' });
  });

  it('counts approval and default by grade, and a running loan as one that goes well', () => {
    const records = decided(6, (at) => ({ scored: scoredAt(0.95), decision: 'approved', loanId: `loan-${at}` }));
    const loan = (at: number, more: Partial<LoanOutcome>): LoanOutcome => ({
      ...{ loanId: `loan-${at}`, defaulted: false, worstDaysPastDue: 0, state: 'running' },
      ...more,
    });
    const found = counted([], records, [
      loan(0, { defaulted: true, worstDaysPastDue: 90 }),
      loan(1, { state: 'closed' }),
      loan(2, { defaulted: true, state: 'written-off' }),
      loan(3, {}),
    ]);
    expect(found.grades.A).toEqual({ scored: 0, approved: 6, declined: 0, loans: 4, defaulted: 2, ended: 1 });
    expect(found.went).toMatchObject({ running: 1, defaulted: 2, ended: 1 });
  });

  it('is not counted before it is decided', () => {
    const open = decided(5, () => ({ decision: null }));
    expect(counted([], open).decided).toMatchObject({ approved: 0, declined: 0 });
  });

  it('follows the model with the rate in its scores and its loans, and holds no decision against it', () => {
    const quoted = shippedModels.models.quoted.sha256;
    const word = (approvalProbability: number) => ({ model: 'challenger', ...scoredAt(approvalProbability) });
    const records = decided(400, (at) => ({
      ...{ scored: scoredAt(0.5), decision: at % 2 ? 'approved' : 'declined', loanId: at % 2 ? `loan-${at}` : null },
      quoted: at % 2 ? { model: quoted, ...scoredAt(0.95), challenger: word(0.1) } : null,
    }));
    const tally = monthTally(live);
    const defaulted = { loanId: 'loan-1', defaulted: true, worstDaysPastDue: 90, state: 'running' } as const;
    tally.decided(records, new Map([['loan-1', defaulted]]));
    expect([...tally.byModel.keys()].toSorted()).toEqual([champion, quoted].toSorted());
    const [before, beside] = [tally.byModel.get(champion), tally.byModel.get(quoted)];
    expect(before).toMatchObject({ stage: 'application', decided: { approved: 200, declined: 200 } });
    expect(before && findingsOf(before, expectations.application).decisionsVerdict).toBe('right');
    expect(beside).toMatchObject({ stage: 'quoted', population: { records: 200 }, went: { defaulted: 1 } });
    expect(beside).toMatchObject({ decided: { approved: 0, declined: 0 } });
    expect(beside?.grades.A).toMatchObject({ scored: 200, approved: 0, declined: 0, loans: 1 });
    expect(beside?.shadows).toMatchObject([{ model: 'challenger', records: 200, sameGrade: 0 }]);
    const found = beside && findingsOf(beside, expectations.quoted);
    expect(found?.score?.records).toBe(200);
    expect(found?.decisions).toBeUndefined();
  });

  it('compares a challenger on the very same records', () => {
    const word = (approvalProbability: number) => ({ model: 'challenger', ...scoredAt(approvalProbability) });
    const came = steadyPeople(200, (one, at) => ({
      ...one,
      scored: scoredAt(0.6),
      challenger: at < 150 ? word(at % 2 ? 0.95 : 0.1) : null,
    }));
    const then = came.map((one, at) => ({ ...one, decision: at % 2 ? ('approved' as const) : ('declined' as const) }));
    const [shadow] = counted(came, then).shadows;
    expect(shadow).toMatchObject({ model: 'challenger', records: 150, sameGrade: 0, sameSide: 75 });
    expect(shadow?.champion[6]).toBe(150);
    expect(shadow?.decided.challenger.yes.reduce((all, one) => all + one, 0)).toBe(75);
  });

  it('adds months up to what they are together', () => {
    const first = counted(
      steadyPeople(120),
      decided(50, () => ({ decision: 'approved' })),
    );
    const second = counted(
      steadyPeople(80),
      decided(30, () => ({ decision: 'declined' })),
    );
    const both = together([first, second]);
    expect(both?.population.records).toBe(200);
    expect(both?.decided).toMatchObject({ approved: 50, declined: 30 });
    expect(both?.population.score.reduce((all, one) => all + one, 0)).toBe(200);
    expect(together([])).toBeUndefined();
  });
});
