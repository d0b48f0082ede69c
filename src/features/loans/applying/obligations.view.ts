import type { FormState } from '#web/forms.ts';
import { mostObligations } from './application-sections.ts';
import { homeTexts, obligationTexts, optionsOf } from './application-texts.ts';

const fields = ['kind', 'payee', 'monthly', 'balance'] as const;

/** How many rows the form shows: as many as it asks for, and never fewer than are filled in. */
function rowsShown({ values }: FormState): number {
  const asked = Number(/^\d{1,2}$/.exec(values.rows ?? '')?.[0] ?? 1);
  const filled = Array.from({ length: mostObligations }, (_, index) => index + 1).filter((row) =>
    fields.some((name) => (values[`${name}${row}`] ?? '') !== ''),
  );
  return Math.min(mostObligations, Math.max(1, asked, ...filled));
}

/** The rows of the obligations' form. */
export function obligationsTable(form: FormState) {
  const shown = rowsShown(form);
  return {
    rows: Array.from({ length: shown }, (_, index) => index + 1),
    kinds: [{ value: '', text: 'Choose one' }, ...optionsOf(obligationTexts)],
    homes: optionsOf(homeTexts),
    more: shown < mostObligations,
    most: mostObligations,
  };
}

/** The form's values with one row more, or without one: the rows after it move up. */
export function withRows(form: FormState, action: string): Record<string, string> {
  const shown = rowsShown(form);
  const { values } = form;
  if (action === 'add') return { ...values, rows: String(Math.min(mostObligations, shown + 1)) };
  const removed = Number(action.slice('remove-'.length));
  const kept = Array.from({ length: shown }, (_, index) => index + 1).filter((row) => row !== removed);
  const others = Object.entries(values).filter(([name]) => !/^(kind|payee|monthly|balance)\d+$/.test(name));
  const rows = kept.flatMap((row, index) =>
    fields.map((name) => [`${name}${index + 1}`, values[`${name}${row}`] ?? ''] as const),
  );
  return { ...Object.fromEntries(others), ...Object.fromEntries(rows), rows: String(Math.max(1, kept.length)) };
}
