import { parseMoney, toDecimalString, type Currency } from '#core/money.ts';
import type { Customers } from '#features/customers/index.ts';
import { countryOptions } from '#web/countries.ts';
import { bankRoute, type BankRoute } from './bank-countries.rules.ts';
import type { EmploymentAnswers, PropertyAnswers, SectionAnswers, SectionInput } from './application-sections.ts';

type Values = Record<string, string>;
type Person = Awaited<ReturnType<Customers['person']>>;

/** Saved answers as the form shows them again. */
export function formValues(input: SectionInput, currency: Currency): Values {
  switch (input.section) {
    case 'personal':
      return { ...input.answers, dependants: String(input.answers.dependants) };
    case 'employment':
      return employmentValues(input.answers, currency);
    case 'bank': {
      const { route: _route, ...values } = input.answers;
      return values;
    }
    case 'property':
      return propertyValues(input.answers, currency);
    case 'terms': {
      const { amount, instalments, purpose } = input.answers;
      return { amount: toDecimalString(amount, currency), instalments: String(instalments), purpose };
    }
  }
}

function employmentValues(answers: EmploymentAnswers, currency: Currency): Values {
  return {
    status: answers.status,
    employer: answers.employer,
    jobTitle: answers.jobTitle,
    years: answers.years === null ? '' : String(answers.years),
    monthlyIncome: toDecimalString(answers.monthlyIncome, currency),
    otherIncome: toDecimalString(answers.otherIncome, currency),
    obligations: toDecimalString(answers.obligations, currency),
  };
}

function propertyValues(answers: PropertyAnswers, currency: Currency): Values {
  return { ...answers, value: toDecimalString(answers.value, currency) };
}

/** What the profile already knows of a section that is not answered yet. */
export function prefilled(section: keyof SectionAnswers, person: Person, currency: Currency): Values {
  if (section === 'personal') {
    const { fullName, birthDate, taxId, email, phone, addressLine, city, postcode, country } = person;
    return { fullName, birthDate, taxId, email, phone, addressLine, city, postcode, country };
  }
  const income = section === 'employment' ? parseMoney(person.monthlyIncome, currency) : undefined;
  return income?.ok ? { monthlyIncome: toDecimalString(income.value, currency) } : {};
}

/** The one form of bank details that fits the country, and the small form before it that chooses the country. */
export interface BankForm {
  country: string;
  countryName: string;
  countries: { value: string; text: string }[];
  route: BankRoute;
  accountHint: string;
}

const accountHints: Record<BankRoute, string> = {
  aba: '4 to 17 digits, without the routing number',
  ifsc: '9 to 18 digits, as in your passbook',
  iban: '',
  bic: '4 to 34 letters and digits, as on your statement',
};

export function bankForm(country: string, locale: string): BankForm {
  const countries = countryOptions(locale);
  const route = bankRoute(country);
  const countryName = countries.find((option) => option.value === country)?.text ?? country;
  return { country, countryName, countries, route, accountHint: accountHints[route] };
}
