import { moneyOf, parseMoney, toDecimalString, zero, type Currency, type Money } from '#core/money.ts';
import type { Customers } from '#features/customers/index.ts';
import { productChoices } from '#features/products/index.ts';
import { countryOptions } from '#web/countries.ts';
import { bankRoute, type BankRoute } from './bank-countries.rules.ts';
import type {
  BusinessAnswers,
  EmploymentAnswers,
  ObligationsAnswers,
  SectionAnswers,
  SectionInput,
} from './application-sections.ts';

type Values = Record<string, string>;
type Person = Awaited<ReturnType<Customers['person']>>;

/** Saved answers as the form shows them again. */
export function formValues(input: SectionInput, currency: Currency): Values {
  const money = (amount: Money) => toDecimalString(amount, currency);
  switch (input.section) {
    case 'personal':
      return { ...input.answers, dependants: String(input.answers.dependants) };
    case 'employment':
      return employmentValues(input.answers, money);
    case 'obligations':
      return obligationValues(input.answers, money);
    case 'bank': {
      const { route: _route, ...values } = input.answers;
      return values;
    }
    case 'property':
      return { ...input.answers, value: money(input.answers.value), valuedOn: input.answers.valuedOn ?? '' };
    case 'vehicle':
      return { ...input.answers, year: String(input.answers.year), price: money(input.answers.price) };
    case 'business':
      return businessValues(input.answers, money);
    case 'terms': {
      const { amount, instalments, frequency, purpose } = input.answers;
      const rhythm = productChoices.rhythmName(frequency);
      return { amount: money(amount), instalments: String(instalments), frequency: rhythm, purpose };
    }
  }
}

type Write = (amount: Money) => string;

function employmentValues(answers: EmploymentAnswers, money: Write): Values {
  const { status, employer, employerAddress, employerPhone, jobTitle, contract, years } = answers;
  const { rental, investments, benefits, other } = answers.otherIncomes;
  const orEmpty = (amount: Money) => (amount === zero ? '' : money(amount));
  return {
    ...{ status, employer, employerAddress, employerPhone, jobTitle },
    contract: contract ?? '',
    years: years === null ? '' : String(years),
    education: answers.education ?? '',
    workYears: answers.workYears === null ? '' : String(answers.workYears),
    monthlyIncome: money(answers.monthlyIncome),
    rentalIncome: orEmpty(rental),
    investmentIncome: orEmpty(investments),
    benefitIncome: orEmpty(benefits),
    restIncome: orEmpty(other),
  };
}

function obligationValues({ rows, home, savings, otherAssets }: ObligationsAnswers, money: Write): Values {
  const filled = rows.flatMap(({ kind, payee, monthly, balance }, index) => {
    const values = { kind, payee, monthly: money(monthly), balance: balance === zero ? '' : money(balance) };
    return Object.entries(values).map(([name, value]) => [`${name}${index + 1}`, value] as const);
  });
  return {
    rows: String(Math.max(1, rows.length)),
    ...(rows.length === 0 ? { none: 'yes' } : {}),
    ...Object.fromEntries(filled),
    home: home ?? '',
    savings: savings === null ? '' : money(savings),
    otherAssets: otherAssets === null ? '' : money(otherAssets),
  };
}

function businessValues({ annualProfit, ...answers }: BusinessAnswers, money: Write): Values {
  const isLoss = annualProfit < zero;
  return {
    ...answers,
    annualTurnover: money(answers.annualTurnover),
    result: isLoss ? 'loss' : 'profit',
    annualResult: money(isLoss ? moneyOf(0n - annualProfit) : annualProfit),
    employees: String(answers.employees),
  };
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
