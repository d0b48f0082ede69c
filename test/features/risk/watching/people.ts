import { loadShippedModels, type Evidence, type ScoreRecord, type Stage } from '#features/risk/index.ts';
import { gradeOf } from '#features/risk/scoring/grade.rules.ts';
import type { OpenedRecord } from '#features/risk/records/record.ts';
import { expectationsOf } from '#features/risk/watching/expectations.ts';
import type { Expected } from '#features/risk/watching/stability.rules.ts';

export const shippedModels = loadShippedModels();
export const expectations = {
  application: expectationsOf(shippedModels.models.application),
  quoted: expectationsOf(shippedModels.models.quoted),
};

/** A value of each band in the band's own share, whatever the number of people: in another order for each column (of hundreds). */
export function valueOf({ binning, missing, shares }: Expected, facts: { at: number; of: number; column: number }) {
  const place = (((facts.at * (10 * facts.column + 1)) % facts.of) + 0.5) / facts.of;
  let reached = missing;
  if (place < reached) return null;
  for (const [bin, share] of shares.entries()) {
    reached += share;
    if (place >= reached && bin < shares.length - 1) continue;
    if (binning.kind === 'category') return binning.categories[bin] ?? null;
    const [first = 0] = binning.edges;
    if (bin === 0) return first > 0 ? first / 2 : first - 1;
    return binning.edges[bin - 1] ?? first;
  }
  return null;
}

/** The `at`th of so many people who are like those that the model was trained on, as a score record. */
export function steadyPerson(facts: { at: number; of: number; stage?: Stage; on?: string }): OpenedRecord {
  const { at, of, stage = 'application', on = '2026-03-10' } = facts;
  const { model, score, features } = expectations[stage];
  const evidence = Object.fromEntries(
    model.inputs.map(({ name }, column): [string, Evidence] => {
      const feature = features.find((one) => one.name === name);
      const value = feature ? valueOf(feature, { at, of, column }) : null;
      return [name, { value, source: 'made up', asOf: null }];
    }),
  );
  const approvalProbability = Number(valueOf(score, { at, of, column: 0 }));
  return {
    ...{ applicationId: `application-${at}`, partyId: 'party-1', moment: 'submitted', on, stage },
    ...{ subject: { product: 'personal', security: 'none' }, amount: 1_000_000n, months: 36 },
    ...{ model: model.sha256, policyVersion: 1, fault: null, outcome: 'refer', challenger: null, quoted: null },
    scored: { riskScore: 50, expectedRiskScore: 50, approvalProbability, grade: gradeOf(approvalProbability) },
    ...{ decision: null, loanId: null, evidence, facts: undefined },
  };
}

export function steadyPeople(of: number, change: (person: OpenedRecord, at: number) => OpenedRecord = (one) => one) {
  return Array.from({ length: of }, (_, at) => change(steadyPerson({ at, of }), at));
}

export function scoredAt(approvalProbability: number): NonNullable<ScoreRecord['scored']> {
  return { riskScore: 50, expectedRiskScore: 50, approvalProbability, grade: gradeOf(approvalProbability) };
}

/** The same person with another value in one column. */
export function withValue(person: OpenedRecord, name: string, value: Evidence['value']): OpenedRecord {
  return { ...person, evidence: { ...person.evidence, [name]: { value, source: 'made up', asOf: null } } };
}
