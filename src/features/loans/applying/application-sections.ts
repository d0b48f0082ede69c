import type { DateText } from '#core/calendar.ts';
import type { Money } from '#core/money.ts';
import type { Application } from './application.model.ts';
import type { BankDetails } from './bank-details.rules.ts';

/** The sections of an application in the order they are walked through. */
export const sectionNames = ['personal', 'employment', 'bank', 'property', 'terms'] as const;
export type SectionName = (typeof sectionNames)[number];

export const employmentStatuses = ['employed', 'self-employed', 'retired', 'student', 'not-employed'] as const;
export type EmploymentStatus = (typeof employmentStatuses)[number];
export const propertyKinds = ['house', 'flat', 'land', 'commercial'] as const;
export const ownerships = ['sole', 'joint', 'buying'] as const;

export interface PersonalAnswers {
  fullName: string;
  birthDate: DateText;
  taxId: string;
  email: string;
  phone: string;
  addressLine: string;
  city: string;
  /** Empty where the country has none. */
  postcode: string;
  country: string;
  dependants: number;
}

/** Amounts a month in the application's currency. Employer, title and years are asked of those who work. */
export interface EmploymentAnswers {
  status: EmploymentStatus;
  employer: string;
  jobTitle: string;
  years: number | null;
  /** Before tax. */
  monthlyIncome: Money;
  otherIncome: Money;
  /** Rent, other loans and what else is paid every month. */
  obligations: Money;
}

export interface PropertyAnswers {
  kind: (typeof propertyKinds)[number];
  addressLine: string;
  city: string;
  value: Money;
  ownership: (typeof ownerships)[number];
}

export interface TermsAnswers {
  amount: Money;
  instalments: number;
  purpose: string;
}

export interface SectionAnswers {
  personal: PersonalAnswers;
  employment: EmploymentAnswers;
  bank: BankDetails;
  property: PropertyAnswers;
  terms: TermsAnswers;
}

/** A section with its answers, as one of five shapes. */
export type SectionInput = { [S in SectionName]: { section: S; answers: SectionAnswers[S] } }[SectionName];

/** Those who work are asked where. */
export function works(status: string): boolean {
  return status === 'employed' || status === 'self-employed';
}

/** The sections this application needs, in order: property only where the loan is secured. */
export function neededSections(application: Pick<Application, 'secured'>): SectionName[] {
  return sectionNames.filter((name) => name !== 'property' || application.secured);
}

export function missingSections(application: Pick<Application, 'secured' | 'sections'>): SectionName[] {
  return neededSections(application).filter((name) => application.sections[name] === null);
}
