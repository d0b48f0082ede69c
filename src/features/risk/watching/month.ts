import type { Grade } from '../scoring/grade.rules.ts';
import type { Stage } from '../models/shipped.ts';
import type { Tenth } from './calibration.rules.ts';
import type { Ranks } from './ranking.rules.ts';

/** What became of the applications of one grade. */
export interface GradeCounts {
  /** Scored when they came in. */
  scored: number;
  approved: number;
  declined: number;
  /** Paid out; how many of these defaulted so far, and how many ended without. */
  loans: number;
  defaulted: number;
  ended: number;
}
export type Grades = Record<Grade, GradeCounts>;

/** A challenger's word beside the champion's, on the same applications. */
export interface Shadow {
  model: string;
  records: number;
  sameGrade: number;
  /** Both above one half, or both below. */
  sameSide: number;
  /** The sum of how far the two probabilities are apart. */
  apart: number;
  /** How many lie in each tenth of the probability. */
  champion: number[];
  challenger: number[];
  /** Approved against declined, and loans that go well against those that defaulted. */
  decided: { champion: Ranks; challenger: Ranks };
  went: { champion: Ranks; challenger: Ranks };
}

/**
 * One month of one model, counted: nothing in it is about a person, so that it outlives their data. Applications count in
 * the month that they came in for the model that scores them then, decisions in the month that they were made.
 */
export interface ModelMonth {
  /** `2026-03:` and the model. */
  _id: string;
  month: string;
  model: string;
  stage: Stage;
  /** The business date up to which it was counted. */
  through: string;
  at: Date;
  population: Population;
  decided: { approved: number; declined: number; tenths: Tenth[]; ranks: Ranks };
  went: { running: number; defaulted: number; ended: number; tenths: Tenth[]; ranks: Ranks };
  grades: Grades;
  shadows: Shadow[];
}

export interface Population {
  records: number;
  /** Those the model could not score, by the column in the way. */
  unscored: { field: string; count: number }[];
  /** By the bins of the model file, in its order; empty where the file is not here any more. */
  score: number[];
  features: { name: string; bins: number[] }[];
}
