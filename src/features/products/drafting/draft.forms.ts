import { z } from 'zod';
import type { Currency } from '#core/money.ts';
import { dayCounts, parts, repaymentMethods } from '#features/schedules/index.ts';
import {
  choiceField,
  longTextField,
  moneyField,
  operationKeyField,
  optionalText,
  rateField,
  textField,
  versionField,
  wholeNumberField,
} from '#web/fields.ts';
import {
  documentKinds,
  guarantees,
  mostCoApplicants,
  rhythmName,
  rhythms,
  securities,
  type DocumentKind,
} from '../product-needs.ts';
import { feeBases, feeCodes, feeOccasions, mostBuckets, mostFees } from '../product-terms.ts';

export const orders = ['pastDue', 'due', 'inAdvance'] as const;
export const feeRows = Array.from({ length: mostFees }, (_, index) => index + 1);
export const bucketRows = Array.from({ length: mostBuckets }, (_, index) => index + 1);
export const places = parts.map((_, index) => index + 1);

/** An answer that may be left empty. */
function orEmpty<S extends z.ZodType>(schema: S) {
  return z
    .string()
    .default('')
    .transform((text, context): z.output<S> | null => {
      if (text.trim() === '') return null;
      const read = schema.safeParse(text);
      if (read.success) return read.data;
      context.addIssue({ code: 'custom', message: read.error.issues[0]?.message ?? 'Check this answer' });
      return z.NEVER;
    });
}

const ticked = z.literal('yes', { error: 'Tick this or leave it' }).optional();
const count = (what: string, min: number, max: number) => wholeNumberField({ what, min, max });
const percent = (what: string) => rateField({ what });

const about = (currency: Currency) => ({
  name: textField({ what: 'the name', max: 60 }),
  summary: textField({ what: 'the summary', max: 200 }),
  offered: ticked,
  purposes: longTextField({ what: 'the purposes', max: 900 }),
  minAmount: moneyField({ what: 'the smallest amount', currency }),
  maxAmount: moneyField({ what: 'the largest amount', currency }),
  minInstalments: count('the shortest term', 1, 600),
  maxInstalments: count('the longest term', 1, 600),
});

const repayment = (currency: Currency) => ({
  method: choiceField(repaymentMethods, 'Choose how it is repaid'),
  dayCount: choiceField(dayCounts, 'Choose how days are counted'),
  every: count('how many', 1, 366),
  unit: choiceField(['month', 'week', 'day'], 'Choose months, weeks or days'),
  instalmentBasis: choiceField(['day-count', 'nominal'], 'Choose what the instalment is solved from'),
  roundingMode: choiceField(['half-even', 'half-up'], 'Choose how halves are rounded'),
  roundTo: orEmpty(moneyField({ what: 'what instalments are rounded to', currency })),
  roundToMode: choiceField(['nearest', 'up'], 'Choose to the nearest or always up'),
  rateKind: choiceField(['fixed', 'floating'], 'Choose a fixed or a floating rate'),
  annualRate: orEmpty(percent('the rate a year')),
  base: optionalText({ what: 'the base rate', max: 30 }),
  spread: orEmpty(percent('the spread')),
});

const needs = {
  security: choiceField(securities, 'Choose what secures the loan'),
  forBusiness: ticked,
  mostCoApplicants: count('the most co-applicants', 0, mostCoApplicants),
  guarantor: choiceField(guarantees, 'Choose whether there is a guarantor'),
};
/** What is asked of a document, by its name in the form. */
export const documentAnswers = [
  '',
  'required-applicant',
  'required-everyone',
  'optional-applicant',
  'optional-everyone',
] as const;
const documentField = choiceField(documentAnswers, 'Choose whether this is asked for').default('');
const documentFields = Object.fromEntries(documentKinds.map((kind) => [`document-${kind}`, documentField] as const));
const rhythmFields = Object.fromEntries(rhythms.map((rhythm) => [`often-${rhythmName(rhythm)}`, ticked] as const));

const start = {
  principalGrace: count('the principal grace', 0, 599),
  interestGrace: count('the interest grace', 0, 599),
  moratoriumMost: count('the longest moratorium', 0, 60),
  downPaymentPercent: percent('the down payment'),
  balloonPercent: percent('the extra last payment'),
  mostTranches: count('the number of parts', 1, 24),
  coolingOffDays: count('the days of cooling-off', 0, 60),
};

const payment = (currency: Currency) => ({
  across: choiceField(['instalment', 'part'], 'Choose what is settled first'),
  penaltyOf: choiceField(['none', 'overdue-principal', 'overdue-instalment'], 'Choose what a penalty is charged on'),
  penaltyPercent: orEmpty(percent('the penalty')),
  penaltyGraceDays: orEmpty(count('the grace days', 0, 90)),
  penaltyBasis: choiceField(['once', 'annual'], 'Choose once or a year'),
  prepayAllowed: ticked,
  lockIn: count('the lock-in', 0, 600),
  prepayMin: moneyField({ what: 'the smallest prepayment', currency, zeroAllowed: 'zero-allowed' }),
  effectShorten: ticked,
  effectLower: ticked,
  effectNext: ticked,
  rest: choiceField(['daily', 'period'], 'Choose when interest falls'),
  payoffInterest: choiceField(['to-date', 'to-due-date'], 'Choose to when interest is charged'),
});

const part = choiceField(parts, 'Choose penalty, fee, interest or principal');
const orderFields = Object.fromEntries(
  orders.flatMap((order) => places.map((place) => [`${order}${place}`, part] as const)),
);

const feeRow = {
  Code: z.enum(['', ...feeCodes], { error: 'Choose a fee or “no fee”' }).default(''),
  When: choiceField(feeOccasions, 'Choose when it is charged').default('disbursement'),
  /** Read as an amount or a percentage, by what it is of. */
  Value: optionalText({ what: 'the fee', max: 30 }),
  Of: choiceField(['amount', ...feeBases], 'Choose what it is a part of').default('amount'),
  Tax: orEmpty(percent('the tax')),
};
const feeFields = Object.fromEntries(
  feeRows.flatMap((row) => Object.entries(feeRow).map(([name, field]) => [`fee${row}${name}`, field] as const)),
);

const bucketRow = {
  Code: optionalText({ what: 'the code', max: 20 }),
  Name: optionalText({ what: 'the name', max: 40 }),
  Alias: optionalText({ what: 'the other name', max: 40 }),
  From: orEmpty(count('the days', 0, 9999)),
  Provision: orEmpty(percent('the provision')),
  Npa: ticked,
};
const bucketFields = Object.fromEntries(
  bucketRows.flatMap((row) =>
    Object.entries(bucketRow).map(([name, field]) => [`bucket${row}${name}`, field] as const),
  ),
);

/** Every field of a draft that has one of its kind; those of rows are read by their names. */
export function draftForm(currency: Currency) {
  return z.strictObject({
    version: versionField,
    ...about(currency),
    ...repayment(currency),
    ...needs,
    ...documentFields,
    ...rhythmFields,
    ...start,
    ...payment(currency),
    ...orderFields,
    ...feeFields,
    ...bucketFields,
  });
}

export type DraftAnswers = z.output<ReturnType<typeof draftForm>>;
type FieldOf<Row extends Record<string, z.ZodType>> = { [Name in keyof Row]: z.output<Row[Name]> };

/** The answers of one repeated row; the schema has read them by the same fields. */
function rowOf<Row extends Record<string, z.ZodType>>(answers: DraftAnswers, prefix: string, row: Row): FieldOf<Row> {
  const read = answers as Record<string, unknown>;
  return Object.fromEntries(Object.keys(row).map((name) => [name, read[`${prefix}${name}`]])) as FieldOf<Row>;
}

export const feeAnswers = (answers: DraftAnswers, row: number) => rowOf(answers, `fee${row}`, feeRow);
export const bucketAnswers = (answers: DraftAnswers, row: number) => rowOf(answers, `bucket${row}`, bucketRow);
export const orderAnswers = (answers: DraftAnswers, order: (typeof orders)[number]) =>
  places.map((place) => (answers as Record<string, unknown>)[`${order}${place}`] as z.output<typeof part>);

export const documentAnswer = (answers: DraftAnswers, kind: DocumentKind) =>
  (answers as Record<string, unknown>)[`document-${kind}`] as (typeof documentAnswers)[number];
export const chosenRhythms = (answers: DraftAnswers) =>
  rhythms.filter((rhythm) => (answers as Record<string, unknown>)[`often-${rhythmName(rhythm)}`] === 'yes');

const reason = longTextField({ what: 'why it should be published', max: 500 });
export const publicationForm = z.strictObject({ key: operationKeyField, version: versionField, reason });
export const discardForm = z.strictObject({ version: versionField });

export const newProductForm = z.strictObject({
  code: z
    .string({ error: 'Enter a code' })
    .transform((text) => text.trim())
    .pipe(
      z
        .string()
        .max(30, 'Use at most 30 characters')
        .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'Use small letters, digits and dashes, like gold-loan'),
    ),
  from: z.string({ error: 'Choose a product to begin from' }).min(1, 'Choose a product to begin from').max(30),
});
