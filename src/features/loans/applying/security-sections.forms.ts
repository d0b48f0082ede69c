import { z } from 'zod';
import { dateText, parseDate, type DateText } from '#core/calendar.ts';
import { moneyOf, type Currency } from '#core/money.ts';
import { choiceField, dateField, moneyField, optionalText, textField, wholeNumberField } from '#web/fields.ts';
import {
  insurances,
  legalForms,
  ownerships,
  propertyKinds,
  sectors,
  vehicleConditions,
  type BusinessAnswers,
  type PropertyAnswers,
} from './application-sections.ts';
import { amountOrZero } from './person-sections.forms.ts';
import { parseVehicleNumber, type VehicleNumberFault } from './vehicle-number.rules.ts';

/** The sections of what secures a loan, and of the business that it is for. */

const optionalDate = (what: string) =>
  z
    .string()
    .default('')
    .transform((text, context): DateText | null => {
      const read = parseDate(text);
      if (read.ok) return dateText(read.value);
      if (read.refusal === 'empty') return null;
      context.addIssue({ code: 'custom', message: `Enter ${what} as year-month-day, like 2026-04-23` });
      return z.NEVER;
    });

export function propertyForm<F extends z.ZodRawShape>(currency: Currency, frame: F) {
  return z
    .strictObject({
      ...frame,
      kind: choiceField(propertyKinds, 'Choose what kind of property it is'),
      addressLine: textField({ what: 'the street and number of the property', max: 120 }),
      city: textField({ what: 'the city of the property', max: 80 }),
      postcode: optionalText({ what: 'the postcode of the property', max: 12 }),
      value: moneyField({ what: 'the value of the property', currency }),
      valuedOn: optionalDate('the day of the valuation'),
      valuer: optionalText({ what: 'who valued it', max: 100 }),
      ownership: choiceField(ownerships, 'Choose who owns the property'),
      insurance: choiceField(insurances, 'Choose whether the property is insured'),
      insurer: optionalText({ what: 'the insurer', max: 100 }),
    })
    .superRefine((values, context) => {
      const { valuedOn, valuer, insurance, insurer } = values as PropertyAnswers;
      const wrong = (field: string, message: string) => {
        context.addIssue({ code: 'custom', path: [field], message });
      };
      if (valuedOn === null && valuer !== '') wrong('valuedOn', 'Enter the day of the valuation');
      if (valuedOn !== null && valuer === '') wrong('valuer', 'Enter who valued it');
      if (insurance === 'insured' && insurer === '') wrong('insurer', 'Enter the name of the insurer');
    });
}

/** The insurer of what is not insured yet is nobody. */
export function propertyOf(answers: PropertyAnswers): PropertyAnswers {
  return answers.insurance === 'insured' ? answers : { ...answers, insurer: '' };
}

const vinSentences: Record<VehicleNumberFault, string> = {
  length: 'A vehicle identification number has 17 letters and digits',
  signs: 'A vehicle identification number has letters and digits only, and never I, O or Q',
  'check-digit': 'This number does not fit its own check digit. One character is wrong or two are swapped',
};

const vinField = z
  .string()
  .default('')
  .transform((text, context): string => {
    if (text.trim() === '') return '';
    const read = parseVehicleNumber(text.slice(0, 60));
    if (read.ok) return read.value;
    context.addIssue({ code: 'custom', message: vinSentences[read.refusal] });
    return z.NEVER;
  });

export const vehicleFields = (currency: Currency) => ({
  condition: choiceField(vehicleConditions, 'Choose new or used'),
  make: textField({ what: 'the make', max: 40 }),
  model: textField({ what: 'the model', max: 60 }),
  // The year to come is held against the business date.
  year: wholeNumberField({ what: 'the year it was built', min: 1950, max: 2100 }),
  price: moneyField({ what: 'the price', currency }),
  vin: vinField,
  registration: optionalText({ what: 'the registration', max: 15 }),
});

export const businessFields = (currency: Currency) => ({
  legalName: textField({ what: 'the legal name of the business', max: 120, min: 2 }),
  registrationNumber: textField({ what: 'the registration number', max: 30, min: 3 }),
  legalForm: choiceField(legalForms, 'Choose the legal form'),
  sector: choiceField(sectors, 'Choose what the business does'),
  founded: dateField({ what: 'the day the business was founded' }).transform(dateText),
  annualTurnover: moneyField({ what: 'the turnover of the last year', currency, zeroAllowed: 'zero-allowed' }),
  result: choiceField(['profit', 'loss'], 'Choose profit or loss'),
  annualResult: amountOrZero('the profit or loss of the last year', currency),
  employees: wholeNumberField({ what: 'the number of employees', min: 0, max: 100_000 }),
});

type BusinessValues = z.output<z.ZodObject<ReturnType<typeof businessFields>>>;

export function businessOf({ result, annualResult, ...answers }: BusinessValues): BusinessAnswers {
  return { ...answers, annualProfit: result === 'loss' ? moneyOf(0n - annualResult) : annualResult };
}
