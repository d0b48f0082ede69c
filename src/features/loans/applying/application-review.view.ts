import { unreachable } from '#core/assert.ts';
import { counted, type Formats } from '#core/format.ts';
import { zero, type Money } from '#core/money.ts';
import { rhythmText, termText } from '#features/products/index.ts';
import { countryOptions, nationalityOptions } from '#web/countries.ts';
import type { EmploymentAnswers, ObligationsAnswers, PersonalAnswers, SectionInput } from './application-sections.ts';
import { incomeKinds, monthlyObligations, works } from './application-sections.ts';
import {
  contractTexts,
  educationTexts,
  employmentTexts,
  homeTexts,
  incomeTexts,
  obligationTexts,
} from './application-texts.ts';
import type { BankDetails } from './bank-details.rules.ts';
import { securityRows } from './security-review.view.ts';

export interface AnswerRow {
  label: string;
  value: string;
}

/** A section's answers as they are read: on the review page, and again after sending. */
export function answerRows(input: SectionInput, formats: Formats): AnswerRow[] {
  switch (input.section) {
    case 'personal':
      return personalRows(input.answers, formats);
    case 'employment':
      return employmentRows(input.answers, formats);
    case 'obligations':
      return obligationRows(input.answers, formats);
    case 'bank':
      return bankRows(input.answers, formats);
    case 'property':
    case 'vehicle':
    case 'business':
      return securityRows(input, formats);
    case 'terms':
      return [
        { label: 'Amount', value: formats.moneyWithCurrency(input.answers.amount) },
        { label: 'Term', value: termText(input.answers, input.answers.instalments) },
        { label: 'You pay', value: `One instalment ${rhythmText(input.answers)}` },
        { label: 'Purpose', value: input.answers.purpose },
      ];
    default:
      return unreachable(input);
  }
}

function personalRows(answers: PersonalAnswers, formats: Formats): AnswerRow[] {
  const town = [answers.postcode, answers.city].filter(Boolean).join(' ');
  const nationality = answers.nationality === '' ? [] : [nationalityName(answers.nationality, formats)];
  return [
    { label: 'Full name', value: answers.fullName },
    { label: 'Birth date', value: formats.date(answers.birthDate) },
    ...nationality.map((value) => ({ label: 'Nationality', value })),
    { label: 'Tax number', value: answers.taxId },
    { label: 'E-mail', value: answers.email },
    { label: 'Phone', value: answers.phone },
    { label: 'Address', value: `${answers.addressLine}, ${town}, ${countryName(answers.country, formats)}` },
    { label: 'People who depend on you', value: String(answers.dependants) },
  ];
}

function employmentRows(answers: EmploymentAnswers, formats: Formats): AnswerRow[] {
  const { status, monthlyIncome, otherIncomes } = answers;
  const others = incomeKinds.filter((kind) => otherIncomes[kind] !== zero);
  return [
    { label: 'Status', value: employmentTexts[status] },
    ...(works(status) ? workRows(answers) : []),
    ...learntRows(answers),
    { label: 'Income a month, before tax', value: formats.moneyWithCurrency(monthlyIncome) },
    ...(others.length === 0 ? [{ label: 'Other income a month', value: 'None' }] : []),
    ...others.map((kind) => ({
      label: `${incomeTexts[kind]}, a month`,
      value: formats.moneyWithCurrency(otherIncomes[kind]),
    })),
  ];
}

function workRows(answers: EmploymentAnswers): AnswerRow[] {
  const { jobTitle, employer, employerAddress, employerPhone, contract, years } = answers;
  const given = (label: string, value: string) => (value === '' ? [] : [{ label, value }]);
  const since = years === 0 ? 'less than a year' : counted(years ?? 0, 'year');
  return [
    { label: 'Where', value: `${jobTitle}, ${employer}, ${since}` },
    ...given('Address there', employerAddress),
    ...given('Phone there', employerPhone),
    ...given('Contract', contract === null ? '' : contractTexts[contract]),
  ];
}

/** Left out of answers of before these were asked for. */
function learntRows({ education, workYears }: EmploymentAnswers): AnswerRow[] {
  const since = workYears === 0 ? 'Less than a year' : counted(workYears ?? 0, 'year');
  return [
    ...(workYears === null ? [] : [{ label: 'Years of work in all', value: since }]),
    ...(education === null ? [] : [{ label: 'Highest education', value: educationTexts[education] }]),
  ];
}

function obligationRows(answers: ObligationsAnswers, formats: Formats): AnswerRow[] {
  const { home, savings, otherAssets } = answers;
  const worth = (label: string, amount: Money | null) =>
    amount === null ? [] : [{ label, value: formats.moneyWithCurrency(amount) }];
  return [
    ...paymentRows(answers, formats),
    ...(home === null ? [] : [{ label: 'Where you live', value: homeTexts[home] }]),
    ...worth('Saved at other banks', savings),
    ...worth('What else you own', otherAssets),
  ];
}

function paymentRows({ rows }: ObligationsAnswers, formats: Formats): AnswerRow[] {
  if (rows.length === 0) return [{ label: 'To pay every month', value: 'Nothing' }];
  const total = formats.moneyWithCurrency(monthlyObligations({ rows }));
  return [
    ...rows.map(({ kind, payee, monthly, balance }) => ({
      label: `${obligationTexts[kind]}: ${payee}`,
      value: `${formats.money(monthly)} a month${balance === zero ? '' : `, ${formats.money(balance)} still owed`}`,
    })),
    { label: 'Together a month', value: total },
  ];
}

function bankRows(details: BankDetails, formats: Formats): AnswerRow[] {
  const bank = { label: 'Bank', value: `${details.bankName}, ${countryName(details.country, formats)}` };
  switch (details.route) {
    case 'iban':
      return [bank, { label: 'IBAN', value: inGroups(details.iban) }];
    case 'aba':
      return [bank, { label: 'Routing number', value: details.routingNumber }, accountRow(details.accountNumber)];
    case 'ifsc':
      return [bank, { label: 'IFSC', value: details.ifsc }, accountRow(details.accountNumber)];
    case 'bic':
      return [bank, { label: 'BIC', value: details.bic }, accountRow(details.accountNumber)];
    default:
      return unreachable(details);
  }
}

const accountRow = (value: string): AnswerRow => ({ label: 'Account number', value });

/** An IBAN is printed in groups of four (ISO 13616). */
const inGroups = (iban: string) => iban.replace(/(.{4})(?=.)/g, '$1 ');

function countryName(code: string, { locale }: Formats): string {
  return countryOptions(locale).find((option) => option.value === code)?.text ?? code;
}

function nationalityName(code: string, { locale }: Formats): string {
  return nationalityOptions(locale).find((option) => option.value === code)?.text ?? code;
}
