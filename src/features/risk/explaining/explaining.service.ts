import { changesThatFlip, standingOf } from '../changes/changes.ts';
import type { Change, InstalmentOf, LoanBasis, Row, Standing } from '../changes/change.ts';
import { reworkOf } from '../changes/reworking.ts';
import { valuesOf, type Judgement } from '../judging/judgement.ts';
import type { Model } from '../models/loading.ts';
import type { RiskModels } from '../models/shipped.ts';
import type { PolicyContent } from '../policy/policy.ts';
import type { EvidenceRow } from '../records/record.ts';
import type { Records } from '../records/records.service.ts';
import { assess, type Assessment } from '../scoring/assessing.ts';
import { withDerived } from '../scoring/derived.ts';
import type { Grade } from '../scoring/grade.rules.ts';
import { readValues, type Values } from '../scoring/values.ts';
import { toldReasons, type ToldReason } from './telling.ts';
import type { FindSimilar, SimilarLoan } from '../similar/similar.service.ts';

/** What is to be explained: a judgement with what it was made of, and the loan behind it. */
export interface ExplainingOrder {
  applicationId: string;
  judgement: Judgement;
  evidence: EvidenceRow;
  /** Null where the terms are not known (any more): then nothing is said of changes or similar loans. */
  loan: { basis: LoanBasis; instalmentOf: InstalmentOf; amount: bigint } | null;
}

export interface Explained {
  judgement: Judgement;
  evidence: EvidenceRow;
  model: Pick<Model, 'name' | 'stage' | 'sha256' | 'demonstration' | 'inputs'>;
  /** With the columns that the portal works out; undefined where the row cannot be read. */
  values: Values | undefined;
  now: Standing;
  changes: readonly Change[] | null;
  similar: readonly SimilarLoan[] | null;
}

/** What a borrower may be told of their own score: no number, no probability, nothing of the policy. */
export interface BorrowersScore {
  grade: Grade;
  /** Worst first. */
  reasons: readonly ToldReason[];
  /** The day of it. */
  on: string;
  demonstration: boolean;
}

export interface Explaining {
  explain(order: ExplainingOrder): Promise<Explained>;
  /**
   * The score on record of an application: as it was sent, or the last one. Undefined where there is none, and where
   * its data were erased.
   */
  forBorrower(applicationId: string, which: 'submitted' | 'latest'): Promise<BorrowersScore | undefined>;
}

interface Parts {
  models: RiskModels;
  policies: { live(): Promise<{ content: PolicyContent }> };
  records: Pick<Records, 'of'>;
  similar: FindSimilar;
}

export function createExplaining(parts: Parts): Explaining {
  return {
    explain: (order) => explain(parts, order),
    forBorrower: (applicationId, which) => forBorrower(parts, { applicationId, which }),
  };
}

async function explain({ models, policies, similar }: Parts, order: ExplainingOrder): Promise<Explained> {
  const { applicationId, judgement, evidence, loan } = order;
  const { subject, stage, facts } = judgement;
  const model = models.models[stage];
  const read = readValues(model.inputs, valuesOf(evidence));
  const values = read.ok ? read.value : undefined;
  const row: Row = { values, facts };
  const asked = {
    ...row,
    ...{ assessor: { model, scorecard: models.scorecard }, policy: (await policies.live()).content, subject },
  };
  return {
    ...{ judgement, evidence, model },
    values: values && withDerived(values, model.derived),
    now: standingOf(asked, row),
    changes: loan && changesThatFlip({ ...asked, basis: loan.basis }, reworkOf(row, loan)),
    similar:
      loan &&
      (await similar({
        ...{ applicationId, product: subject.product, amount: loan.amount },
        ...{ months: loan.basis.months, grade: judgement.assessment?.grade ?? null, stage },
      })),
  };
}

async function forBorrower(
  { models, records }: Parts,
  { applicationId, which }: { applicationId: string; which: 'submitted' | 'latest' },
): Promise<BorrowersScore | undefined> {
  const found = await records.of(applicationId);
  // A score of what was decided says what was decided: before that, nobody is shown it.
  const record = which === 'latest' ? found.at(-1) : found.find(({ moment }) => moment === 'submitted');
  if (!record?.scored || !record.evidence) return undefined;
  const model = models.models[record.stage];
  return {
    ...{ grade: record.scored.grade, on: record.on, demonstration: model.demonstration },
    reasons: toldReasons(assessedAnew({ models, model }, record), record.evidence),
  };
}

/** The model of that day may not be there any more: another one's reasons would not be those of this score. */
function assessedAnew(
  { models, model }: { models: RiskModels; model: Model },
  record: { model: string; evidence: EvidenceRow | undefined },
): Assessment | null {
  if (record.model !== model.sha256 || !record.evidence) return null;
  const assessed = assess({ model, scorecard: models.scorecard }, valuesOf(record.evidence));
  return assessed.ok ? assessed.value : null;
}
