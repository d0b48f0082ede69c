import { z } from 'zod';
import { parseDate, type PlainDate } from '#core/calendar.ts';
import { parseMoney, type Currency, type Money } from '#core/money.ts';
import { parseRate, type Rate } from '#core/rate.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { LineFault } from './ndjson.ts';

const decimalForm = /^\d+(\.\d+)?$/;

/** An amount as a plain decimal string: no sign, no thousands groups, no spaces. */
export function amountField(currency: Currency) {
  return z.string().transform((text, context): Money => {
    const parsed = decimalForm.test(text) ? parseMoney(text, currency) : refuse('not-a-number');
    if (parsed.ok) return parsed.value;
    return invalid(context, amountMessages[parsed.refusal]);
  });
}

const amountMessages = {
  empty: 'must be an amount such as "1234.50"',
  'not-a-number': 'must be an amount such as "1234.50"',
  'too-many-places': 'has more decimal places than the currency',
  'too-large': 'is too large',
} as const;

/** A rate or share in per cent as a decimal string. */
export const percentField = z.string().transform((text, context): Rate => {
  const parsed = decimalForm.test(text) ? parseRate(text) : refuse('not-a-number');
  if (parsed.ok) return parsed.value;
  const message =
    parsed.refusal === 'too-large' ? 'must be less than 1000' : 'must be a rate in per cent such as "9.5"';
  return invalid(context, message);
});

export const dateField = z.string().transform((text, context): PlainDate => {
  const parsed = /^\S+$/.test(text) ? parseDate(text) : refuse('not-a-date');
  return parsed.ok ? parsed.value : invalid(context, 'must be a date such as "2026-03-31"');
});

function invalid(context: z.core.$RefinementCtx, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}

/** The input by its schema, or the first field in the way. */
export function parseLine<T>(schema: z.ZodType<T>, input: Record<string, unknown>): Result<T, LineFault> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return ok(parsed.data);
  const [issue] = parsed.error.issues;
  return refuse(issue ? faultOf(issue, input) : { field: 'line', message: 'is not valid' });
}

function faultOf(issue: z.core.$ZodIssue, input: unknown): LineFault {
  const inner = issue.code === 'invalid_union' ? nearestBranch(issue) : undefined;
  if (inner) return faultOf({ ...inner, path: [...issue.path, ...inner.path] }, input);
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return { field: [...path, ...issue.keys.slice(0, 1)].join('.'), message: 'is not known' };
  }
  const isMissing = path.reduce<unknown>(valueAt, input) === undefined;
  return { field: path.join('.') || 'line', message: isMissing ? 'is missing' : issue.message };
}

/** Of several forms an object may have, the one it comes nearest to says best what is wrong with it. */
function nearestBranch(issue: z.core.$ZodIssueInvalidUnion): z.core.$ZodIssue | undefined {
  const [nearest] = issue.errors.toSorted((a, b) => a.length - b.length);
  return nearest?.[0];
}

function valueAt(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(key) : undefined;
}
