import { unreachable } from '#core/assert.ts';
import { counted, type Formats } from '#core/format.ts';
import { countryOptions } from '#web/countries.ts';
import type { EmploymentAnswers, PersonalAnswers, SectionInput } from './application-sections.ts';
import { works } from './application-sections.ts';
import { employmentTexts, ownershipTexts, propertyTexts } from './application-texts.ts';
import type { BankDetails } from './bank-details.rules.ts';

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
    case 'bank':
      return bankRows(input.answers, formats);
    case 'property':
      return [
        { label: 'Kind', value: propertyTexts[input.answers.kind] },
        { label: 'Address', value: `${input.answers.addressLine}, ${input.answers.city}` },
        { label: 'Value', value: formats.moneyWithCurrency(input.answers.value) },
        { label: 'Ownership', value: ownershipTexts[input.answers.ownership] },
      ];
    case 'terms':
      return [
        { label: 'Amount', value: formats.moneyWithCurrency(input.answers.amount) },
        { label: 'Term', value: counted(input.answers.instalments, 'monthly instalment') },
        { label: 'Purpose', value: input.answers.purpose },
      ];
    default:
      return unreachable(input);
  }
}

function personalRows(answers: PersonalAnswers, formats: Formats): AnswerRow[] {
  const town = [answers.postcode, answers.city].filter(Boolean).join(' ');
  return [
    { label: 'Full name', value: answers.fullName },
    { label: 'Birth date', value: formats.date(answers.birthDate) },
    { label: 'Tax number', value: answers.taxId },
    { label: 'E-mail', value: answers.email },
    { label: 'Phone', value: answers.phone },
    { label: 'Address', value: `${answers.addressLine}, ${town}, ${countryName(answers.country, formats)}` },
    { label: 'People who depend on you', value: String(answers.dependants) },
  ];
}

function employmentRows(answers: EmploymentAnswers, formats: Formats): AnswerRow[] {
  const years = answers.years === 0 ? 'less than a year' : counted(answers.years ?? 0, 'year');
  const work = works(answers.status)
    ? [{ label: 'Where', value: `${answers.jobTitle}, ${answers.employer}, ${years}` }]
    : [];
  return [
    { label: 'Status', value: employmentTexts[answers.status] },
    ...work,
    { label: 'Income a month, before tax', value: formats.moneyWithCurrency(answers.monthlyIncome) },
    { label: 'Other income a month', value: formats.moneyWithCurrency(answers.otherIncome) },
    { label: 'Obligations a month', value: formats.moneyWithCurrency(answers.obligations) },
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
