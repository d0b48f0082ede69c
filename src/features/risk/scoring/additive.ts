import { AssertionFault } from '#core/assert.ts';
import { binsOf, type Axis, type ModelFile } from '../models/model-file.ts';
import type { Value, Values } from './values.ts';

/** What one table adds to the log-odds of approval. */
export interface Contribution {
  /** A feature's name, or both of a pair: `A & B`. */
  term: string;
  features: readonly string[];
  points: number;
}

export interface Evaluation {
  intercept: number;
  contributions: readonly Contribution[];
  /** The intercept and all contributions, added in that order. */
  logit: number;
  approvalProbability: number;
}

/** Exact: look-ups and one sum. Throws for a category that is not in the tables, naming it. */
export type Evaluate = (values: Values) => Evaluation;

interface Term {
  term: string;
  features: readonly string[];
  places: readonly { name: string; binOf: (value: Value) => number; stride: number }[];
  scores: Float64Array;
}

/** A model's tables, laid out for looking up; where they are about default their signs are turned towards approval. */
export function evaluatorOf(model: Pick<ModelFile, 'event' | 'intercept' | 'features' | 'pairs'>): Evaluate {
  const sign = model.event === 'approved' ? 1 : -1;
  const intercept = sign * model.intercept;
  const terms = [...model.features.map(mainTerm), ...model.pairs.map(pairTerm)].map((term) => ({
    ...term,
    // Adding 0 keeps a minus sign off the noughts.
    scores: term.scores.map((score) => sign * score + 0),
  }));
  return (values) => {
    const contributions: Contribution[] = [];
    let logit = intercept;
    for (const term of terms) {
      const points = pointsOf(term, values);
      contributions.push({ term: term.term, features: term.features, points });
      logit += points;
    }
    return { intercept, contributions, logit, approvalProbability: 1 / (1 + Math.exp(-logit)) };
  };
}

function pointsOf(term: Term, values: Values): number {
  let place = 0;
  for (const { name, binOf, stride } of term.places) place += binOf(values.get(name) ?? null) * stride;
  return term.scores[place] ?? outside(term.term);
}

function outside(term: string): never {
  throw new AssertionFault(`The table of ${term} has no such place`);
}

function mainTerm(table: ModelFile['features'][number]): Term {
  return {
    term: table.name,
    features: [table.name],
    places: [{ name: table.name, binOf: finder(table.name, table), stride: 1 }],
    scores: Float64Array.from(table.scores),
  };
}

function pairTerm(pair: ModelFile['pairs'][number]): Term {
  const [first, second] = pair.names;
  const [rows, columns] = pair.axes;
  return {
    term: `${first} & ${second}`,
    features: pair.names,
    places: [
      { name: first, binOf: finder(first, rows), stride: binsOf(columns) },
      { name: second, binOf: finder(second, columns), stride: 1 },
    ],
    scores: Float64Array.from(pair.scores.flat()),
  };
}

/** The bin of a value: 0 where it is missing, then above how many cuts it lies, or where its category stands. */
function finder(name: string, axis: Axis): (value: Value) => number {
  if (axis.kind === 'category') {
    const places = new Map(axis.categories.map((category, at) => [category, at + 1]));
    return (value) => (value === null ? 0 : (places.get(String(value)) ?? unseen(name, value)));
  }
  const cuts = Float64Array.from(axis.cuts);
  return (value) => {
    if (value === null) return 0;
    if (typeof value !== 'number' || Number.isNaN(value)) return unseen(name, value);
    return 1 + cutsUpTo(cuts, value);
  };
}

function unseen(name: string, value: number | string): never {
  throw new AssertionFault(`${name} has no bin for ${JSON.stringify(String(value))}`);
}

/** How many cuts a value reaches: one that equals a cut lies above it. */
function cutsUpTo(cuts: Float64Array, value: number): number {
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((cuts[middle] ?? Infinity) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
