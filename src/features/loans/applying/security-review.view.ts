import { unreachable } from '#core/assert.ts';
import type { Formats } from '#core/format.ts';
import { moneyOf, zero } from '#core/money.ts';
import type { BusinessAnswers, PropertyAnswers, SectionInput, VehicleAnswers } from './application-sections.ts';
import {
  conditionTexts,
  insuranceTexts,
  legalFormTexts,
  ownershipTexts,
  propertyTexts,
  sectorTexts,
} from './application-texts.ts';

interface Row {
  label: string;
  value: string;
}

/** What secures the loan, or the business it is for, as it is read. */
export function securityRows(
  input: Extract<SectionInput, { section: 'property' | 'vehicle' | 'business' }>,
  formats: Formats,
): Row[] {
  switch (input.section) {
    case 'property':
      return propertyRows(input.answers, formats);
    case 'vehicle':
      return vehicleRows(input.answers, formats);
    case 'business':
      return businessRows(input.answers, formats);
    default:
      return unreachable(input);
  }
}

const given = (label: string, value: string): Row[] => (value === '' ? [] : [{ label, value }]);

function propertyRows(answers: PropertyAnswers, formats: Formats): Row[] {
  const { kind, addressLine, postcode, city, value, valuedOn, valuer, ownership, insurance, insurer } = answers;
  const town = [postcode, city].filter(Boolean).join(' ');
  return [
    { label: 'Kind', value: propertyTexts[kind] },
    { label: 'Address', value: `${addressLine}, ${town}` },
    { label: 'Value', value: formats.moneyWithCurrency(value) },
    { label: 'Valuation', value: valuedOn === null ? 'Not yet valued' : `${valuer}, on ${formats.date(valuedOn)}` },
    { label: 'Ownership', value: ownershipTexts[ownership] },
    { label: 'Insurance', value: insurer === '' ? insuranceTexts[insurance] : `Insured with ${insurer}` },
  ];
}

function vehicleRows(
  { condition, make, model, year, price, vin, registration }: VehicleAnswers,
  formats: Formats,
): Row[] {
  return [
    { label: 'Vehicle', value: `${make} ${model}, ${year}` },
    { label: 'New or used', value: conditionTexts[condition] },
    { label: 'Price', value: formats.moneyWithCurrency(price) },
    ...given('Identification number', vin),
    ...given('Registration', registration),
  ];
}

function businessRows(answers: BusinessAnswers, formats: Formats): Row[] {
  const { annualProfit } = answers;
  const isLoss = annualProfit < zero;
  return [
    { label: 'Legal name', value: answers.legalName },
    { label: 'Registration number', value: answers.registrationNumber },
    { label: 'Legal form', value: legalFormTexts[answers.legalForm] },
    { label: 'What it does', value: sectorTexts[answers.sector] },
    { label: 'Founded', value: formats.date(answers.founded) },
    { label: 'Turnover of the last year', value: formats.moneyWithCurrency(answers.annualTurnover) },
    {
      label: `${isLoss ? 'Loss' : 'Profit'} of the last year`,
      value: formats.moneyWithCurrency(isLoss ? moneyOf(0n - annualProfit) : annualProfit),
    },
    { label: 'Employees', value: String(answers.employees) },
  ];
}
