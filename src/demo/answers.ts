import { dateText } from '#core/calendar.ts';
import { larger, moneyOf, smaller, zero } from '#core/money.ts';
import type { SectionInput } from '#features/loans/index.ts';
import type { ProductVersion } from '#features/products/index.ts';
import type { Cast, PlayedCustomer } from './cast.ts';
import type { PlannedLoan } from './plan.ts';

// A routing number with right check digits that is published for tests, and streets that are nobody's.
const routingNumber = '021000021';

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
  const property = { section: 'property', answers: { kind: 'house', ...place, value, ownership: 'sole' } } as const;
  return [
    { section: 'personal', answers: { ...personOf(number), ...place, postcode: '62701', country: 'US' } },
    { section: 'employment', answers: employmentOf(cast, facts) },
    { section: 'bank', answers: bankOf(number) },
    ...(facts.product.secured ? [property] : []),
    { section: 'terms', answers: terms },
  ];
}

function personOf(number: number) {
  const digits = String(number).padStart(4, '0').slice(-4);
  const born = { year: 1960 + (number % 42), month: (number % 12) + 1, day: (number % 28) + 1 };
  return {
    fullName: `Borrower ${number}`,
    birthDate: dateText(Temporal.PlainDate.from(born)),
    taxId: `900-${String(number % 100).padStart(2, '0')}-${digits}`,
    email: demoEmail(number),
    phone: demoPhone(number),
    dependants: number % 4,
  };
}

function employmentOf(cast: Cast, { customer }: Facts) {
  const { number, incomeUnits } = customer.planned;
  return {
    status: number % 9 === 0 ? ('self-employed' as const) : ('employed' as const),
    employer: `Employer ${number % 37}`,
    jobTitle: 'Clerk',
    years: number % 20,
    monthlyIncome: cast.scale(incomeUnits),
    otherIncome: zero,
    obligations: cast.scale(Math.trunc(incomeUnits / 12)),
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
    purpose: purposes[customer.planned.number % purposes.length] ?? '',
  };
}

export function demoEmail(number: number): string {
  return `borrower${number}@demo.cloudbank.example`;
}

export function demoPhone(number: number): string {
  return `+1202555${String(number % 10_000).padStart(4, '0')}`;
}
