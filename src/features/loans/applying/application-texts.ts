import type { ApplicationState } from './application-states.ts';
import type { EmploymentStatus, PropertyAnswers, SectionName } from './application-sections.ts';

/** Words for what the data names by codes, the same on every page. */
export const sectionTitles: Record<SectionName, string> = {
  personal: 'Personal details',
  employment: 'Work and income',
  bank: 'Bank details',
  property: 'Property and ownership',
  terms: 'Amount and term',
};

export const employmentTexts: Record<EmploymentStatus, string> = {
  employed: 'Employed',
  'self-employed': 'Self-employed',
  retired: 'Retired',
  student: 'Student',
  'not-employed': 'Not employed',
};

export const propertyTexts: Record<PropertyAnswers['kind'], string> = {
  house: 'House',
  flat: 'Flat',
  land: 'Land',
  commercial: 'Commercial building',
};

export const ownershipTexts: Record<PropertyAnswers['ownership'], string> = {
  sole: 'I own it alone',
  joint: 'I own it with somebody',
  buying: 'I am buying it with this loan',
};

/** A state as the borrower reads it. */
export const stateBadges: Record<ApplicationState, { kind: 'ok' | 'alert' | 'info' | 'neutral'; text: string }> = {
  draft: { kind: 'neutral', text: 'Draft' },
  submitted: { kind: 'info', text: 'With us' },
  asked: { kind: 'alert', text: 'Question for you' },
  returned: { kind: 'alert', text: 'Back with you' },
  proposed: { kind: 'info', text: 'With us' },
  offered: { kind: 'alert', text: 'Offer to answer' },
  rejected: { kind: 'neutral', text: 'Not approved' },
  withdrawn: { kind: 'neutral', text: 'Withdrawn' },
  declined: { kind: 'neutral', text: 'Offer declined' },
  expired: { kind: 'neutral', text: 'Offer expired' },
  accepted: { kind: 'info', text: 'Being paid out' },
  'part-disbursed': { kind: 'ok', text: 'Partly paid out' },
  disbursed: { kind: 'ok', text: 'Paid out' },
  cancelled: { kind: 'neutral', text: 'Cancelled' },
};

export function optionsOf<T extends string>(texts: Record<T, string>): { value: T; text: string }[] {
  return (Object.entries(texts) as [T, string][]).map(([value, text]) => ({ value, text }));
}
