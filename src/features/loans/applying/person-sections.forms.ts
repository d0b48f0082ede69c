import { z } from 'zod';
import { dateText } from '#core/calendar.ts';
import { sum, zero, type Currency, type Money } from '#core/money.ts';
import { isNationality } from '#web/countries.ts';
import {
  choiceField,
  dateField,
  emailField,
  moneyField,
  optionalText,
  phoneField,
  textField,
  wholeNumberField,
} from '#web/fields.ts';
import {
  contracts,
  educations,
  employmentStatuses,
  homes,
  mostObligations,
  obligationKinds,
  works,
  type EmploymentAnswers,
  type Obligation,
  type ObligationsAnswers,
} from './application-sections.ts';
import { countryField } from './bank-details.forms.ts';

/** The sections that everybody who takes part answers: the fields of their forms, and the answers they make. */

export const personalFields = {
  fullName: textField({ what: 'your full name', max: 100, min: 2 }),
  birthDate: dateField({ what: 'your birth date' }).transform(dateText),
  nationality: z.string({ error: 'Choose your nationality' }).refine(isNationality, 'Choose your nationality'),
  taxId: textField({ what: 'your tax number', max: 30, min: 4 }),
  email: emailField,
  phone: phoneField,
  addressLine: textField({ what: 'your street and number', max: 120 }),
  city: textField({ what: 'your city', max: 80 }),
  postcode: optionalText({ what: 'your postcode', max: 12 }),
  country: countryField,
  dependants: wholeNumberField({ what: 'the number of people who depend on you', min: 0, max: 20 }),
};

/** An amount that is zero where it is left empty. */
export function amountOrZero(what: string, currency: Currency) {
  const amount = moneyField({ what, currency, zeroAllowed: 'zero-allowed' });
  return z
    .string()
    .default('')
    .transform((text, context): Money => {
      if (text.trim() === '') return zero;
      const read = amount.safeParse(text);
      if (read.success) return read.data;
      context.addIssue({ code: 'custom', message: read.error.issues[0]?.message ?? 'Check this amount' });
      return z.NEVER;
    });
}

const optionalPhone = z
  .string()
  .default('')
  .transform((text, context): string => {
    if (text.trim() === '') return '';
    const read = phoneField.safeParse(text);
    if (read.success) return read.data;
    context.addIssue({ code: 'custom', message: read.error.issues[0]?.message ?? 'Check this number' });
    return z.NEVER;
  });

const incomeFields = (currency: Currency) => ({
  status: choiceField(employmentStatuses, 'Choose what describes your work best'),
  monthlyIncome: moneyField({ what: 'your monthly income', currency, zeroAllowed: 'zero-allowed' }),
  rentalIncome: amountOrZero('your income from rent', currency),
  investmentIncome: amountOrZero('your income from interest and dividends', currency),
  benefitIncome: amountOrZero('your benefits and maintenance', currency),
  restIncome: amountOrZero('your other income', currency),
  employerPhone: optionalPhone,
  education: choiceField(educations, 'Choose the highest you have finished'),
  workYears: wholeNumberField({ what: 'your years of work in all', min: 0, max: 70 }),
});

/** Where somebody works is asked of those who work, and the contract of the employed. */
function employmentFields(currency: Currency, status: string) {
  const skipped = z.string().max(200).default('');
  if (!works(status)) {
    const none = { employer: skipped, employerAddress: skipped, jobTitle: skipped, contract: skipped, years: skipped };
    return { ...incomeFields(currency), ...none, employerPhone: skipped };
  }
  return {
    ...incomeFields(currency),
    employer: textField({ what: 'the name of your employer or business', max: 100 }),
    employerAddress: textField({ what: 'the street and city of your employer or business', max: 160 }),
    jobTitle: textField({ what: 'your job title', max: 100 }),
    contract: status === 'employed' ? choiceField(contracts, 'Choose the kind of your contract') : skipped,
    years: wholeNumberField({ what: 'your years there', min: 0, max: 70 }),
  };
}

/** Nobody has worked longer in one place than in all. */
export function employmentForm<F extends z.ZodRawShape>(
  { currency, status }: { currency: Currency; status: string },
  frame: F,
) {
  const form = z.strictObject({ ...frame, ...employmentFields(currency, status) });
  return form.superRefine((values, context) => {
    const { years, workYears } = values as Pick<EmploymentValues, 'years' | 'workYears'>;
    if (Number(years) <= workYears) return;
    const message = 'Enter at least as many years as where you work now';
    context.addIssue({ code: 'custom', path: ['workYears'], message });
  });
}

/** What the fields give, whoever was asked. */
interface EmploymentValues extends Pick<EmploymentAnswers, 'status' | 'monthlyIncome' | 'education'> {
  workYears: number;
  rentalIncome: Money;
  investmentIncome: Money;
  benefitIncome: Money;
  restIncome: Money;
  employer: string;
  employerAddress: string;
  employerPhone: string;
  jobTitle: string;
  contract: string;
  years: string | number;
}

export function employmentOf(values: EmploymentValues): EmploymentAnswers {
  const { status, monthlyIncome, rentalIncome, investmentIncome, benefitIncome, restIncome } = values;
  const { education, workYears } = values;
  const otherIncomes = {
    rental: rentalIncome,
    investments: investmentIncome,
    benefits: benefitIncome,
    other: restIncome,
  };
  const otherIncome = sum(Object.values(otherIncomes));
  const income = { status, education, workYears, monthlyIncome, otherIncomes, otherIncome };
  if (!works(status)) {
    const nowhere = { employer: '', employerAddress: '', employerPhone: '', jobTitle: '', contract: null, years: null };
    return { ...income, ...nowhere };
  }
  const { employer, employerAddress, employerPhone, jobTitle, contract, years } = values;
  return {
    ...income,
    ...{ employer, employerAddress, employerPhone, jobTitle },
    contract: contracts.find((one) => one === contract && status === 'employed') ?? null,
    years: Number(years),
  };
}

const obligationRow = (currency: Currency) => ({
  kind: z.enum(['', ...obligationKinds], { error: 'Choose what it is' }).default(''),
  payee: optionalText({ what: 'to whom you pay', max: 80 }),
  monthly: amountOrZero('what you pay a month', currency),
  balance: amountOrZero('what is still owed', currency),
});

export const obligationRows = Array.from({ length: mostObligations }, (_, index) => index + 1);

/** Every row has its own numbered fields, so that rows are added and removed without a script. */
export function obligationsForm<F extends z.ZodRawShape>(currency: Currency, frame: F) {
  const fields = obligationRows.flatMap((row) =>
    Object.entries(obligationRow(currency)).map(([name, field]) => [`${name}${row}`, field] as const),
  );
  return z
    .strictObject({
      ...frame,
      rows: z
        .string()
        .regex(/^\d{1,2}$/)
        .default('1'),
      none: z.literal('yes', { error: 'Tick this or leave it' }).optional(),
      home: choiceField(homes, 'Choose how you live'),
      savings: moneyField({ what: 'what you have saved at other banks', currency, zeroAllowed: 'zero-allowed' }),
      otherAssets: moneyField({ what: 'what else you own is worth', currency, zeroAllowed: 'zero-allowed' }),
      ...Object.fromEntries(fields),
    })
    .superRefine((values, context) => {
      const wrong = (field: string, message: string) => {
        context.addIssue({ code: 'custom', path: [field], message });
      };
      const read = values as Record<string, unknown>;
      const rows = rowsOf(read);
      for (const { row, kind, payee, monthly } of rows) {
        if (kind === '') wrong(`kind${row}`, 'Choose what it is');
        if (payee === '') wrong(`payee${row}`, 'Enter to whom you pay');
        if (monthly === zero) wrong(`monthly${row}`, 'Enter what you pay a month, above zero');
      }
      if (rows.length === 0 && read.none !== 'yes')
        wrong('none', 'Tick this if you pay nothing every month, or fill in what you pay');
      if (rows.length > 0 && read.none === 'yes')
        wrong('none', 'You filled in what you pay. Take the tick away, or remove the rows');
    });
}

interface FilledRow extends Omit<Obligation, 'kind'> {
  row: number;
  kind: Obligation['kind'] | '';
}

/** The rows that say anything. */
function rowsOf(values: Record<string, unknown>): FilledRow[] {
  return obligationRows.flatMap((row) => {
    const read = (name: string) => values[`${name}${row}`];
    const filled: FilledRow = {
      row,
      kind: read('kind') as FilledRow['kind'],
      payee: read('payee') as string,
      monthly: read('monthly') as Money,
      balance: read('balance') as Money,
    };
    const { kind, payee, monthly, balance } = filled;
    return kind === '' && payee === '' && monthly === zero && balance === zero ? [] : [filled];
  });
}

export function obligationsOf(values: Record<string, unknown>): ObligationsAnswers {
  return {
    rows: rowsOf(values).flatMap(({ kind, payee, monthly, balance }) =>
      kind === '' ? [] : [{ kind, payee, monthly, balance }],
    ),
    home: values.home as ObligationsAnswers['home'],
    savings: values.savings as Money,
    otherAssets: values.otherAssets as Money,
  };
}
