import { dateText, type DateText } from '#core/calendar.ts';
import { larger, moneyOf, smaller, zero, type Money } from '#core/money.ts';
import type { SectionAnswers, SectionInput } from '#features/loans/index.ts';
import type { ProductVersion } from '#features/products/index.ts';
import type { Cast, PlayedCustomer } from './cast.ts';
import type { PlannedLoan } from './plan.ts';

// A routing number with right check digits that is published for tests, and streets that are nobody's.
const routingNumber = '021000021';

type ObligationsAnswers = SectionAnswers['obligations'];
type VehicleAnswers = SectionAnswers['vehicle'];
type BusinessAnswers = SectionAnswers['business'];

interface Facts {
  customer: PlayedCustomer;
  loan: PlannedLoan;
  product: ProductVersion;
}

/** The answers a planned customer gives, section by section. */
export function answersOf(cast: Cast, facts: Facts): SectionInput[] {
  const { number } = facts.customer.planned;
  const terms = termsOf(cast, facts);
  const place = { addressLine: `${(number % 90) + 1} Example Street`, city: 'Springfield' };
  const value = moneyOf((terms.amount * 10n) / 7n);
  const unvalued = { postcode: '62701', valuedOn: null, valuer: '', insurance: 'will-insure', insurer: '' } as const;
  const property = {
    section: 'property',
    answers: { kind: 'house', ...place, ...unvalued, value, ownership: 'sole' },
  } as const;
  const vehicle = { section: 'vehicle', answers: vehicleOf(number, terms.amount) } as const;
  const business = { section: 'business', answers: businessOf(cast, facts) } as const;
  const { security, forBusiness } = facts.product;
  return [
    {
      section: 'personal',
      answers: { ...personOf(number), ...place, nationality: 'US', postcode: '62701', country: 'US' },
    },
    { section: 'employment', answers: employmentOf(cast, facts) },
    { section: 'obligations', answers: obligationsOf(cast, facts) },
    { section: 'bank', answers: bankOf(number) },
    ...(security === 'property' ? [property] : []),
    ...(security === 'vehicle' ? [vehicle] : []),
    ...(forBusiness ? [business] : []),
    { section: 'terms', answers: terms },
  ];
}

export function bornOn(number: number): DateText {
  const born = { year: 1960 + (number % 42), month: (number % 12) + 1, day: (number % 28) + 1 };
  return dateText(Temporal.PlainDate.from(born));
}

function personOf(number: number) {
  const digits = String(number).padStart(4, '0').slice(-4);
  return {
    fullName: `Borrower ${number}`,
    birthDate: bornOn(number),
    taxId: `900-${String(number % 100).padStart(2, '0')}-${digits}`,
    email: demoEmail(number),
    phone: demoPhone(number),
    dependants: number % 4,
  };
}

function employmentOf(cast: Cast, { customer }: Facts) {
  const { number, incomeUnits } = customer.planned;
  return {
    ...(number % 9 === 0
      ? { status: 'self-employed' as const, contract: null }
      : { status: 'employed' as const, contract: 'permanent' as const }),
    employer: `Employer ${number % 37}`,
    employerAddress: `${(number % 60) + 1} Sample Avenue, Springfield`,
    employerPhone: '',
    jobTitle: 'Clerk',
    years: number % 20,
    education: (['school', 'college', 'bachelor', 'master', 'doctorate'] as const)[number % 5] ?? 'school',
    workYears: (number % 20) + (number % 7),
    monthlyIncome: cast.scale(incomeUnits),
    otherIncomes: { rental: zero, investments: zero, benefits: zero, other: zero },
    otherIncome: zero,
  };
}

function obligationsOf(cast: Cast, { customer }: Facts): ObligationsAnswers {
  const monthly = cast.scale(Math.trunc(customer.planned.incomeUnits / 12));
  const { number, incomeUnits } = customer.planned;
  return {
    rows: monthly === zero ? [] : [{ kind: 'rent', payee: 'Landlord', monthly, balance: zero }],
    home: number % 4 === 0 ? 'other' : 'rent',
    savings: cast.scale(incomeUnits * (number % 8)),
    otherAssets: cast.scale(incomeUnits * (number % 30)),
  };
}

function vehicleOf(number: number, amount: Money): VehicleAnswers {
  const price = moneyOf((amount * 10n) / 8n);
  const which = { make: 'Example', model: `Model ${(number % 5) + 1}`, year: 2019 };
  return { condition: 'used', ...which, price, vin: '', registration: '' };
}

function businessOf(cast: Cast, { customer }: Facts): BusinessAnswers {
  const { number, incomeUnits } = customer.planned;
  return {
    legalName: `Example Business ${number}`,
    registrationNumber: `EX-${String(number).padStart(6, '0')}`,
    legalForm: 'limited',
    sector: 'trade',
    founded: '2014-05-01',
    annualTurnover: cast.scale(incomeUnits * 60),
    annualProfit: cast.scale(incomeUnits * 6),
    employees: number % 20,
  };
}

function bankOf(number: number) {
  const accountNumber = `7000${String(number).padStart(6, '0')}`;
  return { country: 'US', bankName: 'Example Bank', route: 'aba' as const, routingNumber, accountNumber };
}

/** The planned amount and term, brought within what the product allows. */
function termsOf(cast: Cast, { customer, loan, product }: Facts) {
  const { purposes, minAmount, maxAmount, minInstalments, maxInstalments } = product;
  return {
    amount: smaller(larger(cast.scale(loan.amountUnits), minAmount), maxAmount),
    instalments: Math.min(Math.max(loan.instalments, minInstalments), maxInstalments),
    frequency: product.frequency,
    purpose: purposes[customer.planned.number % purposes.length] ?? '',
  };
}

export function demoEmail(number: number): string {
  return `borrower${number}@demo.cloudbank.example`;
}

export function demoPhone(number: number): string {
  return `+1202555${String(number % 10_000).padStart(4, '0')}`;
}
