import { z } from 'zod';

/** What a form shows again: the text as it was typed, and a sentence at each field that is wrong. */
export interface FormState {
  values: Record<string, string>;
  errors: Record<string, string>;
}

export type ParsedForm<T> = { ok: true; value: T; form: FormState } | { ok: false; form: FormState };

export const emptyForm: FormState = Object.freeze({ values: {}, errors: {} });

export function formOf(values: Record<string, string>): FormState {
  return { values, errors: {} };
}

/** The same form with a refusal's sentence at a field. */
export function withError(form: FormState, field: string, message: string): FormState {
  return { values: form.values, errors: { ...form.errors, [field]: message } };
}

/** Fields that nobody sees: what is wrong with one is a fault of the whole form, for there is nothing to jump to. */
const hiddenFields: readonly string[] = ['key', 'version', 'next'];

/**
 * Reads a form body or a query by a strict schema. Only single strings ever reach the schema: a repeated parameter, an
 * operator (`user[$ne]=`) or a field that the form does not have is an input error, and nothing of it goes further.
 */
export function parseForm<S extends z.ZodObject>(schema: S, body: unknown): ParsedForm<z.output<S>> {
  const { values, repeated } = singleStrings(body);
  const parsed = schema.safeParse(values);
  const shown = Object.fromEntries(
    Object.entries(values).filter(([name]) => name in schema.shape && !/password/i.test(name)),
  );
  if (parsed.success && repeated.length === 0)
    return { ok: true, value: parsed.data, form: { values: shown, errors: {} } };
  const errors: Record<string, string> = {};
  const place = (name: string) => (name in schema.shape && !hiddenFields.includes(name) ? name : 'form');
  for (const name of repeated) errors[place(name)] = 'Send this answer once';
  for (const issue of parsed.success ? [] : parsed.error.issues) {
    const name = place(String(issue.path[0] ?? 'form'));
    errors[name] ??=
      issue.code === 'unrecognized_keys'
        ? 'The form had a field that we do not know. Please send it again'
        : issue.message;
  }
  return { ok: false, form: { values: shown, errors } };
}

function singleStrings(body: unknown): { values: Record<string, string>; repeated: string[] } {
  const values: Record<string, string> = {};
  const repeated: string[] = [];
  if (typeof body !== 'object' || body === null) return { values, repeated };
  for (const [name, value] of Object.entries(body)) {
    if (name === '_csrf') continue;
    if (typeof value === 'string') values[name] = value;
    else repeated.push(name);
  }
  return { values, repeated };
}
