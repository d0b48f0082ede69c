import { z } from 'zod';
import { isAccountNumber } from '#core/ids.ts';
import { optionalText } from '#web/fields.ts';
import { parseForm, withError, type FormState } from '#web/forms.ts';
import type { AccountSearch } from './inspection.service.ts';

const searchForm = z.strictObject({ q: optionalText({ what: 'the search', max: 100 }) });

export interface SearchQuery {
  form: FormState;
  /** Undefined where what was typed cannot be looked for. */
  search: AccountSearch | undefined;
}

/** An account number, an e-mail address, or a name: which of them is seen by its form. */
export function accountSearch(query: unknown): SearchQuery {
  const given = typeof query === 'object' && query !== null && 'q' in query ? { q: query.q } : {};
  const parsed = parseForm(searchForm, given);
  if (!parsed.ok) return { form: parsed.form, search: undefined };
  const { q } = parsed.value;
  if (q === '') return { form: parsed.form, search: { by: 'newest' } };
  if (q.includes('@')) return { form: parsed.form, search: { by: 'email', email: q } };
  const number = q.replace(/[\s-]/g, '');
  if (!/^\d+$/.test(number)) return { form: parsed.form, search: { by: 'name', name: q } };
  if (isAccountNumber(number)) return { form: parsed.form, search: { by: 'number', number } };
  const sentence = 'This is not an account number. Check its twelve digits; the last two belong to the others';
  return { form: withError(parsed.form, 'q', sentence), search: undefined };
}
