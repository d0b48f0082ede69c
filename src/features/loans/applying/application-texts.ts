import type { ApplicationState } from './application-states.ts';
import type {
  BusinessAnswers,
  contracts,
  educations,
  EmploymentStatus,
  homes,
  incomeKinds,
  Obligation,
  PropertyAnswers,
  SectionName,
  VehicleAnswers,
} from './application-sections.ts';

/** Words for what the data names by codes, the same on every page. */
export const sectionTitles: Record<SectionName, string> = {
  personal: 'Personal details',
  employment: 'Work and income',
  obligations: 'Monthly obligations',
  bank: 'Bank details',
  property: 'Property and ownership',
  vehicle: 'The vehicle',
  business: 'Your business',
  terms: 'Amount and term',
};

export const employmentTexts: Record<EmploymentStatus, string> = {
  employed: 'Employed',
  'self-employed': 'Self-employed',
  retired: 'Retired',
  student: 'Student',
  'not-employed': 'Not employed',
};

export const educationTexts: Record<(typeof educations)[number], string> = {
  school: 'School',
  college: 'Vocational training or college',
  bachelor: 'A bachelor’s degree',
  master: 'A master’s degree',
  doctorate: 'A doctorate',
};

export const homeTexts: Record<(typeof homes)[number], string> = {
  own: 'I own it, and owe nothing on it',
  mortgage: 'I own it with a mortgage',
  rent: 'I rent it',
  other: 'Otherwise, such as with family',
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

export const insuranceTexts: Record<PropertyAnswers['insurance'], string> = {
  insured: 'It is insured',
  'will-insure': 'I will insure it before the loan is paid out',
  'not-insured': 'It is not insured',
};

export const contractTexts: Record<(typeof contracts)[number], string> = {
  permanent: 'Permanent',
  'fixed-term': 'For a fixed term',
  casual: 'Casual or by the hour',
};

export const incomeTexts: Record<(typeof incomeKinds)[number], string> = {
  rental: 'Rent that you receive',
  investments: 'Interest and dividends',
  benefits: 'Benefits and maintenance',
  other: 'Anything else',
};

export const obligationTexts: Record<Obligation['kind'], string> = {
  rent: 'Rent',
  loan: 'Loan',
  card: 'Credit card',
  maintenance: 'Alimony or maintenance',
  other: 'Other',
};

export const conditionTexts: Record<VehicleAnswers['condition'], string> = { new: 'New', used: 'Used' };

export const legalFormTexts: Record<BusinessAnswers['legalForm'], string> = {
  'sole-trader': 'Sole trader',
  partnership: 'Partnership',
  limited: 'Limited company',
  corporation: 'Corporation',
  cooperative: 'Cooperative',
  other: 'Another',
};

export const sectorTexts: Record<BusinessAnswers['sector'], string> = {
  agriculture: 'Farming, forestry, fishing',
  manufacturing: 'Manufacturing and crafts',
  construction: 'Construction',
  trade: 'Shops and wholesale',
  transport: 'Transport and storage',
  hospitality: 'Hotels and restaurants',
  services: 'Services to people or businesses',
  'health-education': 'Health, care, education',
  technology: 'Software and technology',
  other: 'Another',
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
  accepted: { kind: 'info', text: 'Signed' },
  'part-disbursed': { kind: 'ok', text: 'Partly paid out' },
  disbursed: { kind: 'ok', text: 'Paid out' },
  cancelled: { kind: 'neutral', text: 'Cancelled' },
};

export function optionsOf<T extends string>(texts: Record<T, string>): { value: T; text: string }[] {
  return (Object.entries(texts) as [T, string][]).map(([value, text]) => ({ value, text }));
}
