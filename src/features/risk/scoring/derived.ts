import type { DerivedColumn } from '../models/model-file.ts';
import type { Value, Values } from './values.ts';

// Below one unit of money a month a ratio to it says nothing more.
const leastWhole = 1;

/**
 * The columns that the portal works out itself, by the formulas of docker/risk-training/dictionary.py: an instalment
 * at one fixed annual rate (a fraction), and ratios. One made of a missing value is missing.
 */
export function withDerived(values: Values, derived: readonly DerivedColumn[]): Values {
  const all = new Map(values);
  addDerived(all, derived);
  return all;
}

/** The same into a map that is the caller's own: a copy for each applicant costs as much as reading it. */
export function addDerived(values: Map<string, Value>, derived: readonly DerivedColumn[]): void {
  for (const column of derived) values.set(column.name, worked(column, values));
}

function worked(column: DerivedColumn, values: Values): Value {
  return 'instalment' in column ? instalment(column.instalment, values) : ratio(column.ratio, values);
}

function instalment(rule: { principal: string; months: string; annualRate: number }, values: Values): number | null {
  const principal = numberIn(values, rule.principal);
  const months = numberIn(values, rule.months);
  if (principal === null || months === null || months <= 0) return null;
  const rate = rule.annualRate / 12;
  return (principal * rate) / (1 - (1 + rate) ** -months);
}

function ratio(rule: { of: readonly string[]; to: string }, values: Values): number | null {
  const whole = numberIn(values, rule.to);
  let parts = 0;
  for (const name of rule.of) {
    const part = numberIn(values, name);
    if (part === null) return null;
    parts += part;
  }
  return whole === null ? null : parts / Math.max(whole, leastWhole);
}

function numberIn(values: Values, name: string): number | null {
  const value = values.get(name);
  return typeof value === 'number' ? value : null;
}
