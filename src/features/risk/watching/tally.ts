import type { Grade } from '../scoring/grade.rules.ts';
import { withDerived } from '../scoring/derived.ts';
import type { Value } from '../scoring/values.ts';
import type { EvidenceRow, LoanOutcome, OpenedRecord, QuotedWord } from '../records/record.ts';
import { countIn, emptyTenths, tenthCount, tenthOf } from './calibration.rules.ts';
import type { Expectations, LiveModels } from './expectations.ts';
import type { GradeCounts, ModelMonth, Shadow } from './month.ts';
import { emptyRanks, rankIn } from './ranking.rules.ts';
import { binOf, emptyBins } from './stability.rules.ts';
import { gradesFrom } from './window.ts';

/** A month of one model while it is counted. */
export type Tally = Pick<ModelMonth, 'model' | 'stage' | 'population' | 'decided' | 'went' | 'grades' | 'shadows'>;

/** A month while it is counted, by model. Records come in batches; nothing of them is kept but counts. */
export interface MonthTally {
  byModel: ReadonlyMap<string, Tally>;
  /** What came in, and what was decided with how its loans went. */
  submitted(records: readonly OpenedRecord[]): void;
  decided(records: readonly OpenedRecord[], outcomes: ReadonlyMap<string, LoanOutcome>): void;
}

const noCounts = (): GradeCounts => ({ scored: 0, approved: 0, declined: 0, loans: 0, defaulted: 0, ended: 0 });

export function emptyTally(
  { model, stage }: Pick<Tally, 'model' | 'stage'>,
  expected: Expectations | undefined,
): Tally {
  return {
    ...{ model, stage },
    population: {
      records: 0,
      unscored: [],
      score: expected ? emptyBins(expected.score) : [],
      features: (expected?.features ?? []).map((one) => ({ name: one.name, bins: emptyBins(one) })),
    },
    decided: { approved: 0, declined: 0, tenths: emptyTenths(), ranks: emptyRanks() },
    went: { running: 0, defaulted: 0, ended: 0, tenths: emptyTenths(), ranks: emptyRanks() },
    grades: gradesFrom(noCounts),
    shadows: [],
  };
}

export function monthTally(live: LiveModels): MonthTally {
  const byModel = new Map<string, Tally>();
  const tallyOf = (record: Pick<OpenedRecord, 'model' | 'stage'>): Tally => {
    const found = byModel.get(record.model) ?? emptyTally(record, live.get(record.model));
    byModel.set(record.model, found);
    return found;
  };
  return {
    byModel,
    submitted: (records) => {
      for (const record of records) countPopulation(tallyOf(record), record, live);
    },
    decided: (records, outcomes) => {
      for (const record of records) {
        const tally = tallyOf(record);
        countDecision(tally, record);
        countOutcome(tally, record, outcomes);
        if (record.quoted) countQuoted(tallyOf, { record, quoted: record.quoted, live, outcomes });
      }
    },
  };
}

interface QuotedFacts {
  record: OpenedRecord;
  quoted: QuotedWord;
  live: LiveModels;
  outcomes: ReadonlyMap<string, LoanOutcome>;
}

/**
 * A quoted model's people are those it scored with a rate. Only who is approved has one, so that decisions would say of
 * every probability that it was approved: they are not counted for it. How the loans went is.
 */
function countQuoted(
  tallyOf: (record: Pick<OpenedRecord, 'model' | 'stage'>) => Tally,
  { record, quoted, live, outcomes }: QuotedFacts,
): void {
  const tally = tallyOf({ model: quoted.model, stage: 'quoted' });
  const one = { ...record, model: quoted.model, scored: quoted, fault: null, challenger: quoted.challenger };
  countPopulation(tally, one, live);
  countOutcome(tally, one, outcomes);
}

/** As far as monitoring looks at it. */
type Judged = Pick<OpenedRecord, 'model' | 'evidence' | 'fault' | 'loanId'> & {
  scored: Word | null;
  challenger: OpenedRecord['challenger'];
};

function countPopulation(tally: Tally, record: Judged, live: LiveModels): void {
  const { population } = tally;
  const expected = live.get(record.model);
  population.records += 1;
  if (record.scored) {
    tally.grades[record.scored.grade].scored += 1;
    if (expected) raise(population.score, binOf(expected.score, record.scored.approvalProbability));
  } else countUnscored(tally, record.fault?.field ?? 'unknown');
  if (expected && record.evidence) countFeatures(tally, record.evidence, expected);
  if (record.scored && record.challenger) countShadow(tally, record.scored, record.challenger);
}

function raise(counts: number[], place: number): void {
  counts[place] = (counts[place] ?? 0) + 1;
}

function countUnscored({ population }: Tally, field: string): void {
  const found = population.unscored.find((one) => one.field === field);
  if (found) found.count += 1;
  else population.unscored.push({ field, count: 1 });
}

function countFeatures({ population }: Tally, evidence: EvidenceRow, { model, features }: Expectations): void {
  const given = new Map<string, Value>(model.inputs.map(({ name }) => [name, evidence[name]?.value ?? null]));
  const values = withDerived(given, model.derived);
  features.forEach((feature, at) => {
    const bins = population.features[at]?.bins;
    if (bins) raise(bins, binOf(feature, values.get(feature.name) ?? null));
  });
}

interface Word {
  approvalProbability: number;
  grade: Grade;
}

function shadowOf({ shadows }: Tally, model: string): Shadow {
  const known = shadows.find((one) => one.model === model);
  if (known) return known;
  const tenths = () => Array.from({ length: tenthCount }, () => 0);
  const pair = () => ({ champion: emptyRanks(), challenger: emptyRanks() });
  const shadow: Shadow = {
    ...{ model, records: 0, sameGrade: 0, sameSide: 0, apart: 0 },
    ...{ champion: tenths(), challenger: tenths(), decided: pair(), went: pair() },
  };
  shadows.push(shadow);
  return shadow;
}

function countShadow(tally: Tally, champion: Word, { model, ...challenger }: Word & { model: string }): void {
  const shadow = shadowOf(tally, model);
  const [own, other] = [champion.approvalProbability, challenger.approvalProbability];
  shadow.records += 1;
  shadow.sameGrade += champion.grade === challenger.grade ? 1 : 0;
  shadow.sameSide += own >= 0.5 === other >= 0.5 ? 1 : 0;
  shadow.apart += Math.abs(own - other);
  raise(shadow.champion, tenthOf(own));
  raise(shadow.challenger, tenthOf(other));
}

function countDecision(tally: Tally, { decision, scored, challenger }: OpenedRecord): void {
  if (decision === null) return;
  const happened = decision === 'approved';
  tally.decided[decision] += 1;
  if (!scored) return;
  const one = { probability: scored.approvalProbability, happened };
  tally.grades[scored.grade][decision] += 1;
  countIn(tally.decided.tenths, one);
  rankIn(tally.decided.ranks, one);
  if (!challenger) return;
  const { decided } = shadowOf(tally, challenger.model);
  rankIn(decided.champion, one);
  rankIn(decided.challenger, { probability: challenger.approvalProbability, happened });
}

/** A loan that runs and was never 90 days late counts as one that goes well, so far. */
function countOutcome(
  tally: Tally,
  { loanId, scored, challenger }: Judged,
  outcomes: ReadonlyMap<string, LoanOutcome>,
): void {
  const outcome = loanId === null ? undefined : outcomes.get(loanId);
  if (!outcome) return;
  const fate = outcome.defaulted ? 'defaulted' : outcome.state === 'running' ? 'running' : 'ended';
  tally.went[fate] += 1;
  if (!scored) return;
  const one = { probability: scored.approvalProbability, happened: !outcome.defaulted };
  const grade = tally.grades[scored.grade];
  grade.loans += 1;
  if (fate !== 'running') grade[fate] += 1;
  countIn(tally.went.tenths, one);
  rankIn(tally.went.ranks, one);
  if (!challenger) return;
  const { went } = shadowOf(tally, challenger.model);
  rankIn(went.champion, one);
  rankIn(went.challenger, { probability: challenger.approvalProbability, happened: one.happened });
}
