import { z } from 'zod';
import type { Frequency } from '#core/calendar.ts';
import type { Currency } from '#core/money.ts';
import { countryOptions } from '#web/countries.ts';
import { agreedField, moneyField, textField, versionField, wholeNumberField } from '#web/fields.ts';
import { parseForm, type FormState, type ParsedForm } from '#web/forms.ts';
import type { SectionInput, SectionName } from './application-sections.ts';
import { bankRoute } from './bank-countries.rules.ts';
import { bankDetailsOf, bankFields } from './bank-details.forms.ts';
import {
  employmentForm,
  employmentOf,
  obligationsForm,
  obligationsOf,
  personalFields,
} from './person-sections.forms.ts';
import { businessFields, businessOf, propertyForm, propertyOf, vehicleFields } from './security-sections.forms.ts';

/** What every form of a section carries besides its answers. */
const frame = {
  version: versionField,
  /** Where to go after saving; `calculate` saves nothing and shows the costs. */
  action: z
    .string()
    .regex(/^(save|leave|calculate|add|remove-\d{1,2})$/, 'Press one of the buttons')
    .default('save'),
};

const amountField = (currency: Currency) => moneyField({ what: 'the amount you want to borrow', currency });
// The product's own limits are narrower and refused with its own figures.
const instalmentsField = wholeNumberField({ what: 'the number of instalments', min: 1, max: 600 });

/** By its name, such as `2-week`; which of them there are is a question of the product. */
const frequencyField = z
  .string()
  .default('')
  .transform((text, context): Frequency | undefined => {
    const match = /^(\d{1,3})-(month|week|day)$/.exec(text);
    if (match) return { every: Number(match[1]), unit: match[2] as Frequency['unit'] };
    if (text !== '') context.addIssue({ code: 'custom', message: 'Choose how often you want to pay' });
    return undefined;
  });

/** `product` is there for the live estimate, which sends the whole form; what is saved goes by the application's own. */
const askedFields = (currency: Currency) => ({
  ...frame,
  product: z.string().max(60).default(''),
  amount: amountField(currency),
  instalments: instalmentsField,
  frequency: frequencyField,
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
    frequency: frequencyField,
  });

export const startForm = z.strictObject({ product: z.string({ error: 'Choose a loan' }).max(60) });
export const versionForm = z.strictObject({ version: versionField });
export const submitForm = z.strictObject({
  version: versionField,
  truthful: agreedField('Tick the box to confirm that your answers are true and complete'),
  creditBureau: agreedField('Tick the box to let us ask the credit bureau; we cannot decide without it'),
  marketing: z.literal('yes', { error: 'Tick this or leave it' }).optional(),
});

/** What the button that was pressed asks for. */
export type SectionAction = string;
export type ParsedSection =
  | { ok: true; input: SectionInput; version: number; action: SectionAction; form: FormState }
  | { ok: false; form: FormState };

/** Reads one section's form into typed answers. */
export function parseSection(
  section: SectionName,
  body: unknown,
  facts: {
    currency: Currency;
    locale: string;
    /** The product's own, where the form offers no choice. */
    frequency?: Frequency;
  },
): ParsedSection {
  const { currency } = facts;
  switch (section) {
    case 'personal':
      return answered(parseForm(z.strictObject({ ...frame, ...personalFields }), body), (answers) => ({
        section,
        answers,
      }));
    case 'employment': {
      const form = employmentForm({ currency, status: typed(body, 'status') }, frame);
      return answered(parseForm(form, body), (values) => ({ section, answers: employmentOf(values) }));
    }
    case 'obligations':
      return answered(parseForm(obligationsForm(currency, frame), body), (values) => ({
        section,
        answers: obligationsOf(values),
      }));
    case 'bank':
      return parseBank(body, facts.locale);
    case 'property':
      return answered(parseForm(propertyForm(currency, frame), body), (answers) => ({
        section,
        answers: propertyOf(answers),
      }));
    case 'vehicle':
      return answered(parseForm(z.strictObject({ ...frame, ...vehicleFields(currency) }), body), (answers) => ({
        section,
        answers,
      }));
    case 'business':
      return answered(parseForm(z.strictObject({ ...frame, ...businessFields(currency) }), body), (values) => ({
        section,
        answers: businessOf(values),
      }));
    case 'terms':
      return answered(parseForm(termsForm(currency), body), ({ amount, instalments, purpose, frequency }) => ({
        section,
        answers: { amount, instalments, purpose, frequency: frequency ?? facts.frequency ?? monthly },
      }));
  }
}

const monthly: Frequency = { every: 1, unit: 'month' };

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
