import { z } from 'zod';
import { dateText } from '#core/calendar.ts';
import type { Currency } from '#core/money.ts';
import { countryOptions } from '#web/countries.ts';
import {
  agreedField,
  choiceField,
  dateField,
  emailField,
  moneyField,
  optionalText,
  phoneField,
  textField,
  versionField,
  wholeNumberField,
} from '#web/fields.ts';
import { parseForm, type FormState, type ParsedForm } from '#web/forms.ts';
import {
  employmentStatuses,
  ownerships,
  propertyKinds,
  works,
  type SectionInput,
  type SectionName,
} from './application-sections.ts';
import { bankRoute } from './bank-countries.rules.ts';
import { bankDetailsOf, bankFields, countryField } from './bank-details.forms.ts';

/** What every form of a section carries besides its answers. */
const frame = {
  version: versionField,
  /** Where to go after saving; `calculate` saves nothing and shows the costs. */
  action: choiceField(['save', 'leave', 'calculate'], 'Press one of the buttons').default('save'),
};

const personalForm = z.strictObject({
  ...frame,
  fullName: textField({ what: 'your full name', max: 100, min: 2 }),
  birthDate: dateField({ what: 'your birth date' }).transform(dateText),
  taxId: textField({ what: 'your tax number', max: 30, min: 4 }),
  email: emailField,
  phone: phoneField,
  addressLine: textField({ what: 'your street and number', max: 120 }),
  city: textField({ what: 'your city', max: 80 }),
  postcode: optionalText({ what: 'your postcode', max: 12 }),
  country: countryField,
  dependants: wholeNumberField({ what: 'the number of people who depend on you', min: 0, max: 20 }),
});

function employmentForm(currency: Currency, status: string) {
  const aMonth = (what: string) => moneyField({ what, currency, zeroAllowed: 'zero-allowed' });
  const income = {
    ...frame,
    status: choiceField(employmentStatuses, 'Choose what describes your work best'),
    monthlyIncome: aMonth('your monthly income'),
    otherIncome: aMonth('your other monthly income'),
    obligations: aMonth('your monthly obligations'),
  };
  if (!works(status)) {
    return z.strictObject({
      ...income,
      employer: optionalText({ what: 'your employer', max: 100 }),
      jobTitle: optionalText({ what: 'your job title', max: 100 }),
      years: z
        .string()
        .default('')
        .transform(() => null),
    });
  }
  return z.strictObject({
    ...income,
    employer: textField({ what: 'the name of your employer or business', max: 100 }),
    jobTitle: textField({ what: 'your job title', max: 100 }),
    years: wholeNumberField({ what: 'your years there', min: 0, max: 70 }),
  });
}

const propertyForm = (currency: Currency) =>
  z.strictObject({
    ...frame,
    kind: choiceField(propertyKinds, 'Choose what kind of property it is'),
    addressLine: textField({ what: 'the street and number of the property', max: 120 }),
    city: textField({ what: 'the city of the property', max: 80 }),
    value: moneyField({ what: 'the value of the property', currency }),
    ownership: choiceField(ownerships, 'Choose who owns the property'),
  });

const amountField = (currency: Currency) => moneyField({ what: 'the amount you want to borrow', currency });
// The product's own limits are narrower and refused with its own figures.
const instalmentsField = wholeNumberField({ what: 'the number of instalments', min: 1, max: 600 });

/** `product` is there for the live estimate, which sends the whole form; what is saved goes by the application's own. */
const askedFields = (currency: Currency) => ({
  ...frame,
  product: z.string().max(60).default(''),
  amount: amountField(currency),
  instalments: instalmentsField,
});

const termsForm = (currency: Currency) =>
  z.strictObject({ ...askedFields(currency), purpose: textField({ what: 'what the loan is for', max: 80 }) });

/** The same form when only its costs are asked for. */
export const calculateForm = (currency: Currency) =>
  z.strictObject({ ...askedFields(currency), purpose: z.string().max(80).default('') });

/** The query of the live estimate; other fields of the form around it are passed over. */
export const estimateQuery = (currency: Currency) =>
  z.object({
    product: z.string({ error: 'Choose a product' }).max(60),
    amount: amountField(currency),
    instalments: instalmentsField,
  });

export const startForm = z.strictObject({ product: z.string({ error: 'Choose a loan' }).max(60) });
export const versionForm = z.strictObject({ version: versionField });
export const submitForm = z.strictObject({
  version: versionField,
  truthful: agreedField('Tick the box to confirm that your answers are true and complete'),
  creditBureau: agreedField('Tick the box to let us ask the credit bureau; we cannot decide without it'),
});

export type SectionAction = 'save' | 'leave' | 'calculate';
export type ParsedSection =
  | { ok: true; input: SectionInput; version: number; action: SectionAction; form: FormState }
  | { ok: false; form: FormState };

/** Reads one section's form into typed answers. */
export function parseSection(
  section: SectionName,
  body: unknown,
  facts: { currency: Currency; locale: string },
): ParsedSection {
  switch (section) {
    case 'personal':
      return answered(parseForm(personalForm, body), (answers) => ({ section, answers }));
    case 'employment':
      return answered(parseForm(employmentForm(facts.currency, typed(body, 'status')), body), (answers) => ({
        section,
        answers: works(answers.status) ? answers : { ...answers, employer: '', jobTitle: '', years: null },
      }));
    case 'bank':
      return parseBank(body, facts.locale);
    case 'property':
      return answered(parseForm(propertyForm(facts.currency), body), (answers) => ({ section, answers }));
    case 'terms':
      return answered(parseForm(termsForm(facts.currency), body), ({ amount, instalments, purpose }) => ({
        section,
        answers: { amount, instalments, purpose },
      }));
  }
}

function parseBank(body: unknown, locale: string): ParsedSection {
  const code = typed(body, 'country');
  const route = bankRoute(code);
  const name = countryOptions(locale).find((option) => option.value === code)?.text ?? code;
  const form = z.strictObject({ ...frame, ...bankFields(route, { code, name }) });
  return answered(parseForm(form, body), (values) => ({ section: 'bank', answers: bankDetailsOf(route, values) }));
}

/** One answer as it was typed, to choose the rest of a form by; anything but a single text counts as not given. */
export function typed(body: unknown, name: string): string {
  const value: unknown = typeof body === 'object' && body !== null && name in body ? Reflect.get(body, name) : '';
  return typeof value === 'string' ? value : '';
}

function answered<V extends { version: number; action: SectionAction }>(
  parsed: ParsedForm<V>,
  input: (answers: Omit<V, 'version' | 'action'>) => SectionInput,
): ParsedSection {
  if (!parsed.ok) return parsed;
  const { version, action, ...answers } = parsed.value;
  return { ok: true, input: input(answers), version, action, form: parsed.form };
}
