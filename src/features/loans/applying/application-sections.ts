import type { DateText, Frequency } from '#core/calendar.ts';
import { sum, type Money } from '#core/money.ts';
import type { Application } from './application.model.ts';
import type { BankDetails } from './bank-details.rules.ts';

/** The sections of an application in the order they are walked through. */
export const sectionNames = [
  'personal',
  'employment',
  'obligations',
  'bank',
  'property',
  'vehicle',
  'business',
  'terms',
] as const;
export type SectionName = (typeof sectionNames)[number];

export const employmentStatuses = ['employed', 'self-employed', 'retired', 'student', 'not-employed'] as const;
export type EmploymentStatus = (typeof employmentStatuses)[number];
export const contracts = ['permanent', 'fixed-term', 'casual'] as const;
export const incomeKinds = ['rental', 'investments', 'benefits', 'other'] as const;
export const obligationKinds = ['rent', 'loan', 'card', 'maintenance', 'other'] as const;
export const educations = ['school', 'college', 'bachelor', 'master', 'doctorate'] as const;
export const homes = ['own', 'mortgage', 'rent', 'other'] as const;
export const propertyKinds = ['house', 'flat', 'land', 'commercial'] as const;
export const ownerships = ['sole', 'joint', 'buying'] as const;
export const insurances = ['insured', 'will-insure', 'not-insured'] as const;
export const vehicleConditions = ['new', 'used'] as const;
export const legalForms = ['sole-trader', 'partnership', 'limited', 'corporation', 'cooperative', 'other'] as const;
export const sectors = [
  'agriculture',
  'manufacturing',
  'construction',
  'trade',
  'transport',
  'hospitality',
  'services',
  'health-education',
  'technology',
  'other',
] as const;

export const mostObligations = 10;

export interface PersonalAnswers {
  fullName: string;
  birthDate: DateText;
  /** A country code; empty where the answers are from before it was asked for. */
  nationality: string;
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
  employerAddress: string;
  /** Empty where it was not given. */
  employerPhone: string;
  jobTitle: string;
  /** Asked of the employed. */
  contract: (typeof contracts)[number] | null;
  years: number | null;
  /** The highest that is finished, and the years of work in all; null in answers of before they were asked for. */
  education: (typeof educations)[number] | null;
  workYears: number | null;
  /** From work or pension, before tax. */
  monthlyIncome: Money;
  otherIncomes: Record<(typeof incomeKinds)[number], Money>;
  /** The sum of the other incomes. */
  otherIncome: Money;
}

/** What has to be paid every month: amounts in the application's currency. */
export interface Obligation {
  kind: (typeof obligationKinds)[number];
  payee: string;
  monthly: Money;
  /** What is still owed; zero for rent and what else has no balance. */
  balance: Money;
}

export interface ObligationsAnswers {
  /** Empty for who has none. */
  rows: Obligation[];
  /** How they live; null, as the two amounts, in answers of before it was asked for. */
  home: (typeof homes)[number] | null;
  /** What they have saved at other banks, and what else they own is worth, what is owed on it not taken off. */
  savings: Money | null;
  otherAssets: Money | null;
}

export interface PropertyAnswers {
  kind: (typeof propertyKinds)[number];
  addressLine: string;
  city: string;
  postcode: string;
  value: Money;
  /** Of the valuation; null, with an empty valuer, where nobody has valued it yet. */
  valuedOn: DateText | null;
  valuer: string;
  ownership: (typeof ownerships)[number];
  insurance: (typeof insurances)[number];
  /** Empty but for what is insured. */
  insurer: string;
}

export interface VehicleAnswers {
  condition: (typeof vehicleConditions)[number];
  make: string;
  model: string;
  year: number;
  price: Money;
  /** Both may be empty: a new vehicle has neither yet. */
  vin: string;
  registration: string;
}

export interface BusinessAnswers {
  legalName: string;
  registrationNumber: string;
  legalForm: (typeof legalForms)[number];
  sector: (typeof sectors)[number];
  founded: DateText;
  annualTurnover: Money;
  /** Below zero for a loss. */
  annualProfit: Money;
  employees: number;
}

export interface TermsAnswers {
  amount: Money;
  instalments: number;
  frequency: Frequency;
  purpose: string;
}

export interface SectionAnswers {
  personal: PersonalAnswers;
  employment: EmploymentAnswers;
  obligations: ObligationsAnswers;
  bank: BankDetails;
  property: PropertyAnswers;
  vehicle: VehicleAnswers;
  business: BusinessAnswers;
  terms: TermsAnswers;
}

/** A section with its answers, as one of as many shapes. */
export type SectionInput = { [S in SectionName]: { section: S; answers: SectionAnswers[S] } }[SectionName];

/** Those who work are asked where. */
export function works(status: string): boolean {
  return status === 'employed' || status === 'self-employed';
}

/** What is paid every month. */
export function monthlyObligations({ rows }: Pick<ObligationsAnswers, 'rows'>): Money {
  return sum(rows.map(({ monthly }) => monthly));
}

type Needs = Pick<Application, 'security' | 'forBusiness'>;

/** The sections this application needs, in order: those of the security and the business only where there is one. */
export function neededSections({ security, forBusiness }: Needs): SectionName[] {
  const only: Partial<Record<SectionName, boolean>> = {
    property: security === 'property',
    vehicle: security === 'vehicle',
    business: forBusiness,
  };
  return sectionNames.filter((name) => only[name] !== false);
}

/** Which questions a section asks; answers to fewer of them have to be looked at again before they are sent. */
const formNumbers: Partial<Record<SectionName, number>> = { personal: 2, employment: 3, obligations: 2, property: 2 };

export const formNumber = (section: SectionName): number => formNumbers[section] ?? 1;

export function isAnswered({ sections }: Pick<Application, 'sections'>, section: SectionName): boolean {
  const kept = sections[section];
  if (!kept) return false;
  return section === 'terms' || ('form' in kept ? (kept.form ?? 1) : 1) >= formNumber(section);
}

export function missingSections(application: Needs & Pick<Application, 'sections'>): SectionName[] {
  return neededSections(application).filter((name) => !isAnswered(application, name));
}
