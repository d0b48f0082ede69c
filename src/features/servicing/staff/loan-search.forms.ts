import { normaliseReference } from '#core/ids.ts';
import { optionalText } from '#web/fields.ts';
import { parseForm, type FormState } from '#web/forms.ts';
import { z } from 'zod';
import type { LoanFilters, LoanText } from './loan-search.service.ts';

const searchForm = z.strictObject({ q: optionalText({ what: 'the search', max: 100 }) });

export interface LoanSearchQuery {
  form: FormState;
  /** Undefined where what was typed cannot be looked for. */
  filters: LoanFilters | undefined;
}

const states = ['active', 'closed', 'written-off'] as const;
const code = /^[a-z0-9-]{1,60}$/;

/** What a list of loans is asked for; a filter that is none of ours is left out. */
export function loanSearch(query: unknown): LoanSearchQuery {
  const given: Record<string, unknown> = typeof query === 'object' && query !== null ? { ...query } : {};
  const parsed = parseForm(searchForm, 'q' in given ? { q: given.q } : {});
  if (!parsed.ok) return { form: parsed.form, filters: undefined };
  const word = (name: string) => {
    const value = given[name];
    return typeof value === 'string' && code.test(value) ? value : undefined;
  };
  const text = textOf(parsed.value.q);
  const state = states.find((one) => one === given.state);
  return {
    form: parsed.form,
    filters: {
      ...(text ? { text } : {}),
      ...(state ? { state } : {}),
      ...defined({ product: word('product'), bucket: word('bucket'), branch: word('branch') }),
    },
  };
}

function defined<K extends string>(values: Record<K, string | undefined>): Partial<Record<K, string>> {
  const given = Object.entries<string | undefined>(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as Partial<Record<K, string>>;
}

/** A loan number, an address, a phone number or tax id, or a name: which of them is seen by its form. */
function textOf(q: string): LoanText | undefined {
  if (q === '') return undefined;
  if (q.includes('@')) return { by: 'email', email: q };
  const number = loanNumber(q);
  if (number !== undefined) return { by: 'number', number };
  return /\d/.test(q) ? { by: 'identifier', text: q } : { by: 'name', name: q };
}

/** `L-4402-7719` however it was typed; without its letter only where it is written in two groups. */
function loanNumber(q: string): string | undefined {
  const plain = q.toUpperCase().replace(/\s/g, '');
  const rest = /^L-?([0-9A-Z]{4}-?[0-9A-Z]{4})$/.exec(plain)?.[1] ?? /^([0-9A-Z]{4}-[0-9A-Z]{4})$/.exec(plain)?.[1];
  return rest !== undefined && /\d/.test(rest) ? `L-${normaliseReference(rest)}` : undefined;
}
