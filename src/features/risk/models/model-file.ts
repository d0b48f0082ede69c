import { z } from 'zod';

/**
 * The files that docker/risk-training writes. A number's `scores` begin with that of a missing value and have one more
 * than there are cuts after it (a value equal to a cut lies above it); a category's begin with that of a missing value,
 * then follow `categories`. A pair has the first axis' bins as rows and the second's as columns, each in the same way.
 * Scores are log-odds of the event.
 */
const name = z.string().min(1).max(200);
const fraction = z.number().min(0).max(1);

const ascending = (values: readonly number[]) => values.every((value, at) => at === 0 || value > (values[at - 1] ?? 0));
const distinct = (values: readonly string[]) => new Set(values).size === values.length;

const cuts = z.array(z.number()).refine(ascending, 'must rise');
const categories = z.array(z.string()).refine(distinct, 'must be different');
const scores = z.array(z.number());

const numberAxis = z.strictObject({ kind: z.literal('number'), cuts });
const categoryAxis = z.strictObject({ kind: z.literal('category'), categories });
const axis = z.discriminatedUnion('kind', [numberAxis, categoryAxis]);

export type Axis = z.infer<typeof axis>;

/** How many bins an axis has, with that of the missing value. */
export function binsOf(one: Axis): number {
  return one.kind === 'number' ? one.cuts.length + 2 : one.categories.length + 1;
}

const table = z
  .discriminatedUnion('kind', [numberAxis.extend({ name, scores }), categoryAxis.extend({ name, scores })])
  .refine((one) => one.scores.length === binsOf(one), 'must have a score for each bin');

const pair = z
  .strictObject({ names: z.tuple([name, name]), axes: z.tuple([axis, axis]), scores: z.array(scores) })
  .refine(
    ({ axes, scores: rows }) => rows.length === binsOf(axes[0]) && rows.every((row) => row.length === binsOf(axes[1])),
    'must have a score for each cell',
  );

/** A column of the applicant's row; `missing` says whether the model has learnt what a missing value means. */
const input = z.discriminatedUnion('type', [
  z.strictObject({
    name,
    type: z.literal('number'),
    min: z.number().exactOptional(),
    max: z.number().exactOptional(),
    missing: z.enum(['learnt', 'refused']),
  }),
  z.strictObject({ name, type: z.literal('category'), categories, missing: z.enum(['learnt', 'refused']) }),
]);

const derived = z.union([
  z.strictObject({
    name,
    instalment: z.strictObject({ principal: name, months: name, annualRate: z.number().positive() }),
  }),
  z.strictObject({ name, ratio: z.strictObject({ of: z.array(name).min(1), to: name }) }),
]);

const reason = z.strictObject({ code: name, text: name, features: z.array(name).min(1) });

const quality = z.looseObject({ rows: z.int(), auc: fraction, ks: fraction, brier: fraction, logLoss: z.number() });
const shares = z.array(fraction);
const baseline = z.strictObject({
  approvalProbability: z.strictObject({ edges: cuts, shares }),
  features: z.array(z.strictObject({ name, missing: fraction, edges: cuts.exactOptional(), shares })),
});

const report = z.looseObject({
  title: z.string(),
  quality: z.record(z.string(), quality),
  provenance: z.looseObject({ dataSha256: z.string().length(64), rows: z.int(), seed: z.int() }),
  baseline,
});

export const modelFileSchema = z.strictObject({
  sha256: z.string().length(64),
  format: z.literal('cloudbank-additive-model/1'),
  name,
  stage: name,
  event: z.enum(['approved', 'defaulted']),
  demonstration: z.boolean(),
  inputs: z.array(input).min(1),
  derived: z.array(derived),
  reasons: z.array(reason),
  intercept: z.number(),
  features: z.array(table).min(1),
  pairs: z.array(pair),
  report,
});

export type ModelFile = z.infer<typeof modelFileSchema>;
export type InputColumn = ModelFile['inputs'][number];
export type DerivedColumn = ModelFile['derived'][number];
export type ModelReport = ModelFile['report'];
export type ModelReason = ModelFile['reasons'][number];

const points = z.int();
const scorecardItem = z.union([
  z.strictObject({
    code: name,
    feature: name,
    atLeast: z
      .array(z.strictObject({ value: z.number(), points }))
      .min(1)
      .refine((steps) => ascending(steps.map(({ value }) => value)), 'must rise'),
  }),
  z.strictObject({ code: name, feature: name, otherThan: z.string(), points }),
]);

/** The integer scorecard: `base`, plus every step that the applicant reaches. More points are a worse risk. */
export const scorecardSchema = z.strictObject({
  name,
  version: z.int().positive(),
  base: points,
  /** What the score of an approved loan is multiplied with. */
  approvedFactor: fraction,
  items: z.array(scorecardItem).min(1),
});

export type Scorecard = z.infer<typeof scorecardSchema>;
