import { z } from 'zod';
import { gradeBands, type Grade } from '../scoring/grade.rules.ts';
import { factNames, type PolicyContent } from './policy.ts';

/** Decimal text as a policy keeps it: `40`, `2.5`, `-0.25`. */
export const decimalText = z.string().regex(/^-?\d{1,13}(\.\d{1,6})?$/);
/** A rule's own name, a word of an address. */
export const ruleCode = z
  .string()
  .max(40)
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
export const grades = gradeBands.map(({ grade }) => grade) as [Grade, ...Grade[]];
export const securities = ['none', 'property', 'vehicle'] as const;

/** A policy decides on every application, so that nobody may make one that takes long to read or to judge by. */
export const mostRules = 60;
export const mostBands = 16;
export const mostPrices = mostBands * grades.length;

const rule = z.strictObject({
  code: ruleCode,
  fact: z.enum(factNames),
  comparison: z.enum(['at-least', 'at-most']),
  refer: decimalText.nullable(),
  decline: decimalText.nullable(),
  whenUnknown: z.enum(['refer', 'decline']),
  products: z.array(z.string().max(30)).max(200),
  security: z.enum(securities).nullable(),
  reason: z.string().max(60),
});

const price = z.strictObject({
  product: z.string().max(30),
  grade: z.enum(grades),
  upToMonths: z.number().int().min(1).max(600).nullable(),
  spread: decimalText,
});

/** The shape of a policy, as it is kept and as a request for its publication carries it. */
export const policyContent: z.ZodType<PolicyContent> = z.strictObject({
  rules: z.array(rule).max(mostRules),
  pricing: z.array(price).max(mostPrices),
  limits: z.strictObject({
    customerExposure: decimalText.nullable(),
    productShare: decimalText.nullable(),
    weakGradesShare: decimalText.nullable(),
  }),
});
