import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { ok, refuse, type Result } from '#core/result.ts';
import { evaluatorOf, type Evaluate } from '../scoring/additive.ts';
import { explainerOf, type Explain } from '../scoring/reasons.ts';
import {
  modelFileSchema,
  scorecardSchema,
  type DerivedColumn,
  type InputColumn,
  type ModelFile,
  type ModelReport,
  type Scorecard,
} from './model-file.ts';

export interface Model {
  name: string;
  stage: string;
  /** Names this very content: a score keeps it, so that it can be explained later. */
  sha256: string;
  demonstration: boolean;
  inputs: readonly InputColumn[];
  derived: readonly DerivedColumn[];
  report: ModelReport;
  evaluate: Evaluate;
  explain: Explain;
}

/** Why a file is refused, as a sentence after its name. */
export type FileRefusal = string;

const sealed = /^\{"sha256":"([0-9a-f]{64})",/;

/**
 * A model from its file's text. The trainer writes `{"sha256":"…",` before the members it has hashed, so the hash is of
 * the text itself without that member (and without the last line's end): any character that was touched is found.
 */
export function loadModel(text: string): Result<Model, FileRefusal> {
  const seal = sealed.exec(text);
  if (!seal) return refuse('does not begin with the sha256 of its content');
  const content = `{${text.slice(seal[0].length).replace(/\n$/, '')}`;
  if (createHash('sha256').update(content).digest('hex') !== seal[1])
    return refuse('was changed after it was trained: its sha256 does not fit');
  const file = parsed(modelFileSchema, text);
  if (!file.ok) return file;
  const stray = strayName(file.value);
  if (stray !== undefined) return refuse(`uses ${stray}, which is neither an input nor derived`);
  return ok(compiled(file.value));
}

export function loadScorecard(text: string): Result<Scorecard, FileRefusal> {
  return parsed(scorecardSchema, text);
}

function parsed<T>(schema: z.ZodType<T>, text: string): Result<T, FileRefusal> {
  const found = schema.safeParse(jsonOf(text));
  if (found.success) return ok(found.data);
  const [issue] = found.error.issues;
  return refuse(`has not the shape of its kind: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
}

/** Null, which no schema takes, where it is no JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The first name in the tables, formulas or reasons that stands for no column. */
function strayName(file: ModelFile): string | undefined {
  const known = new Set(file.inputs.map(({ name }) => name));
  for (const column of file.derived) {
    const needed = 'ratio' in column ? [...column.ratio.of, column.ratio.to] : principalAndMonths(column.instalment);
    const stray = needed.find((name) => !known.has(name));
    if (stray !== undefined) return stray;
    known.add(column.name);
  }
  const used = [
    ...file.features.map(({ name }) => name),
    ...file.pairs.flatMap(({ names }) => names),
    ...file.reasons.flatMap(({ features }) => features),
  ];
  return used.find((name) => !known.has(name));
}

function principalAndMonths(rule: { principal: string; months: string }): string[] {
  return [rule.principal, rule.months];
}

function compiled(file: ModelFile): Model {
  const { name, stage, sha256, demonstration, inputs, derived, report } = file;
  const explain = explainerOf(file.reasons);
  return { name, stage, sha256, demonstration, inputs, derived, report, evaluate: evaluatorOf(file), explain };
}
