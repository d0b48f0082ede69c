import { z } from 'zod';
import type { Frequency } from '#core/calendar.ts';

/** What a product asks of an application beside the amount: security, papers, people, and the rhythms to choose from. */

export const securities = ['none', 'property', 'vehicle'] as const;
export type Security = (typeof securities)[number];

export const documentKinds = [
  'identity',
  'address-proof',
  'income-proof',
  'bank-statement',
  'property-title',
  'valuation-report',
  'vehicle-invoice',
  'business-registration',
  'financial-statements',
] as const;
export type DocumentKind = (typeof documentKinds)[number];

export const documentNames: Record<DocumentKind, string> = {
  identity: 'Proof of identity',
  'address-proof': 'Proof of address',
  'income-proof': 'Proof of income',
  'bank-statement': 'Bank statement',
  'property-title': 'Title of the property',
  'valuation-report': 'Valuation report',
  'vehicle-invoice': 'Invoice or offer for the vehicle',
  'business-registration': 'Registration of the business',
  'financial-statements': 'Financial statements',
};

const every = z.strictObject({ every: z.number().int().min(1).max(366), unit: z.enum(['month', 'week', 'day']) });

/** One paper; `of` says whether the applicant sends it or everybody who takes part. */
const neededDocument = z.strictObject({
  kind: z.enum(documentKinds),
  required: z.boolean(),
  of: z.enum(['applicant', 'everyone']),
});
export type NeededDocument = z.output<typeof neededDocument>;

export const mostCoApplicants = 5;
export const guarantees = ['none', 'allowed', 'required'] as const;

/** Rhythms that staff may let borrowers choose from, beside the one that the terms are written for. */
export const rhythms = [
  { every: 1, unit: 'week' },
  { every: 2, unit: 'week' },
  { every: 1, unit: 'month' },
  { every: 3, unit: 'month' },
] as const satisfies Frequency[];

const isRhythm = (frequency: Frequency) => rhythms.some((rhythm) => sameFrequency(rhythm, frequency));

export const needsShape = {
  security: z.enum(securities),
  /** Lent to a business that the applicant runs, which the application then describes. */
  forBusiness: z.boolean(),
  /** What the borrower may choose instead of `frequency`; limits counted in instalments then stand for the same time. */
  frequencies: z.array(every.refine(isRhythm)).max(rhythms.length),
  documents: z.array(neededDocument).max(documentKinds.length),
  participants: z.strictObject({
    mostCoApplicants: z.number().int().min(0).max(mostCoApplicants),
    guarantor: z.enum(guarantees),
  }),
};

export function sameFrequency(one: Frequency, other: Frequency): boolean {
  return one.every === other.every && one.unit === other.unit;
}

/** What a product needed before its needs were data: at most the property behind a secured loan. */
export function needsOfBefore(secured: boolean) {
  return {
    security: secured ? ('property' as const) : ('none' as const),
    forBusiness: false,
    frequencies: [],
    documents: [],
    participants: { mostCoApplicants: 0, guarantor: 'none' as const },
  };
}

/** The name of its field in a form: `2-week`. */
export const rhythmName = ({ every: count, unit }: Frequency): string => `${count}-${unit}`;
