import { z } from 'zod';
import { stages, type Stage } from '../models/shipped.ts';
import type { Value } from '../scoring/values.ts';
import type { TryColumn, TrySection } from './try-columns.ts';
import { readTyped } from './try-values.ts';

/** What the policy asks beyond the model's columns; each may stay empty, which the policy takes as not known. */
export const policyQuestions = [
  { name: 'age', label: 'Age', unit: 'years', most: 120, example: '35' },
  { name: 'fixedToIncome', label: 'Fixed payments to income', unit: '%', most: 1_000, example: '38' },
  { name: 'loanToValue', label: 'Loan to value', unit: '%', most: 1_000, example: '' },
  {
    name: 'unpaidDefaults',
    label: 'Unpaid defaults',
    most: 100,
    whole: true,
    example: '0',
    hint: 'How many; an earlier default that was paid is none',
  },
  { name: 'ownDaysPastDue', label: 'Days past due with us', unit: 'days', most: 10_000, example: '0' },
  {
    name: 'exposure',
    label: 'Owed to us, this loan included',
    unit: 'money',
    most: 1_000_000_000_000,
    example: '18000',
  },
] as const;
export type PolicyQuestion = (typeof policyQuestions)[number]['name'];

/** The stage of a query or a form; anything else is the first one. */
export function stageOf(question: unknown): Stage {
  const text: unknown = typeof question === 'object' && question !== null ? Reflect.get(question, 'stage') : undefined;
  return stages.find((stage) => stage === text) ?? 'application';
}

const decimalForm = /^\d{1,15}(\.\d{1,6})?$/;
const wholeForm = /^\d{1,15}$/;

function questionField({ label, most, whole = false }: { label: string; most: number; whole?: boolean }) {
  const form = whole ? wholeForm : decimalForm;
  const sentence = `${label}: enter a ${whole ? 'whole ' : ''}number from 0 to ${new Intl.NumberFormat('en-US').format(most)}, or leave it empty`;
  return z
    .string()
    .default('')
    .transform((text) => text.trim().replaceAll(/,(?=\d{3})/g, ''))
    .pipe(
      z
        .string()
        .refine((text) => text === '' || (form.test(text) && Number(text) <= most), sentence)
        .transform((text) => (text === '' ? null : text)),
    );
}

function columnField(column: TryColumn) {
  return z
    .string()
    .default('')
    .transform((typed, context): Value => {
      const read = readTyped(column, typed);
      if (read.ok) return read.value;
      context.addIssue({ code: 'custom', message: read.refusal });
      return z.NEVER;
    });
}

/** Every input of a stage's model under its column's name, and what the policy asks beside it. */
export function tryForm(options: { sections: readonly TrySection[]; products: readonly string[] }) {
  const columns = options.sections.flatMap((section) => section.columns);
  return z.strictObject({
    stage: z.enum(stages, { error: 'Choose when the score is made' }),
    // In the order of the page, which is that of its list of what is wrong.
    ...Object.fromEntries(columns.map((column) => [column.input.name, columnField(column)])),
    product: z
      .string()
      .default('')
      .refine((code) => code === '' || options.products.includes(code), 'Choose a product from the list'),
    ...Object.fromEntries(policyQuestions.map((question) => [question.name, questionField(question)])),
  });
}

/** What a form begins with. */
export function exampleValues(sections: readonly TrySection[], stage: Stage): Record<string, string> {
  return {
    stage,
    product: '',
    ...Object.fromEntries(policyQuestions.map(({ name, example }) => [name, example])),
    ...Object.fromEntries(
      sections.flatMap(({ columns }) => columns.map(({ input, example }) => [input.name, example])),
    ),
  };
}
