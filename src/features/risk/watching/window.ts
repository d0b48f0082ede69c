import type { GradeCounts, Grades, ModelMonth, Population, Shadow } from './month.ts';
import type { Tenth } from './calibration.rules.ts';
import type { Ranks } from './ranking.rules.ts';

/** What can be said of one month, or of several together. */
export type Counted = Pick<ModelMonth, 'population' | 'decided' | 'went' | 'grades' | 'shadows'>;

/** Months of one model added up: counts are counts. Undefined for none. */
export function together(months: readonly Counted[]): Counted | undefined {
  const [first, ...rest] = months;
  return first && rest.reduce<Counted>(added, first);
}

function added(a: Counted, b: Counted): Counted {
  return {
    population: addedPopulation(a.population, b.population),
    decided: {
      approved: a.decided.approved + b.decided.approved,
      declined: a.decided.declined + b.decided.declined,
      ...addedTruth(a.decided, b.decided),
    },
    went: {
      running: a.went.running + b.went.running,
      defaulted: a.went.defaulted + b.went.defaulted,
      ended: a.went.ended + b.went.ended,
      ...addedTruth(a.went, b.went),
    },
    grades: addedGrades(a.grades, b.grades),
    shadows: addedShadows(a.shadows, b.shadows),
  };
}

function addedPopulation(a: Population, b: Population): Population {
  const names = [...new Set([...a.features, ...b.features].map(({ name }) => name))];
  const binsOf = ({ features }: Population, name: string) => features.find((one) => one.name === name)?.bins ?? [];
  const fields = [...new Set([...a.unscored, ...b.unscored].map(({ field }) => field))];
  const countOf = ({ unscored }: Population, field: string) => unscored.find((one) => one.field === field)?.count ?? 0;
  return {
    records: a.records + b.records,
    unscored: fields.map((field) => ({ field, count: countOf(a, field) + countOf(b, field) })),
    score: addedCounts(a.score, b.score),
    features: names.map((name) => ({ name, bins: addedCounts(binsOf(a, name), binsOf(b, name)) })),
  };
}

/** Of the same bins; where one has none, the other's. */
function addedCounts(a: readonly number[], b: readonly number[]): number[] {
  const longer = a.length >= b.length ? a : b;
  return longer.map((_count, at) => (a[at] ?? 0) + (b[at] ?? 0));
}

interface Truth {
  tenths: Tenth[];
  ranks: Ranks;
}

function addedTruth(a: Truth, b: Truth): Truth {
  const tenths = a.tenths.map((one, at) => {
    const other = b.tenths[at];
    return {
      count: one.count + (other?.count ?? 0),
      predicted: one.predicted + (other?.predicted ?? 0),
      spread: one.spread + (other?.spread ?? 0),
      happened: one.happened + (other?.happened ?? 0),
    };
  });
  return { tenths, ranks: addedRanks(a.ranks, b.ranks) };
}

function addedRanks(a: Ranks, b: Ranks): Ranks {
  return { yes: addedCounts(a.yes, b.yes), no: addedCounts(a.no, b.no) };
}

export function addedGrades(a: Grades, b: Grades): Grades {
  const sums = (one: GradeCounts, other: GradeCounts): GradeCounts => ({
    scored: one.scored + other.scored,
    approved: one.approved + other.approved,
    declined: one.declined + other.declined,
    loans: one.loans + other.loans,
    defaulted: one.defaulted + other.defaulted,
    ended: one.ended + other.ended,
  });
  return gradesFrom((grade) => sums(a[grade], b[grade]));
}

export function gradesFrom(countsOf: (grade: keyof Grades) => GradeCounts): Grades {
  return { A: countsOf('A'), B: countsOf('B'), C: countsOf('C'), D: countsOf('D'), E: countsOf('E') };
}

function addedShadows(a: readonly Shadow[], b: readonly Shadow[]): Shadow[] {
  const models = [...new Set([...a, ...b].map(({ model }) => model))];
  return models.flatMap((model) => {
    const parts = [...a, ...b].filter((one) => one.model === model);
    const [first, ...rest] = parts;
    return first ? [rest.reduce(addedShadow, first)] : [];
  });
}

function addedShadow(a: Shadow, b: Shadow): Shadow {
  const both = (one: Shadow['decided'], other: Shadow['decided']) => ({
    champion: addedRanks(one.champion, other.champion),
    challenger: addedRanks(one.challenger, other.challenger),
  });
  return {
    model: a.model,
    records: a.records + b.records,
    sameGrade: a.sameGrade + b.sameGrade,
    sameSide: a.sameSide + b.sameSide,
    apart: a.apart + b.apart,
    champion: addedCounts(a.champion, b.champion),
    challenger: addedCounts(a.challenger, b.challenger),
    decided: both(a.decided, b.decided),
    went: both(a.went, b.went),
  };
}
