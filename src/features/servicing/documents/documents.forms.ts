import { z } from 'zod';
import { parseForm } from '#web/forms.ts';

const yearForm = z.strictObject({
  year: z
    .string()
    .regex(/^\d{4}$/)
    .transform(Number)
    .exactOptional(),
});

/** The year that was asked for, the newest where none was; undefined for one that the loan has nothing to say about. */
export function yearOf(query: unknown, years: readonly number[]): number | undefined {
  const parsed = parseForm(yearForm, query);
  if (!parsed.ok) return undefined;
  const { year = years[0] } = parsed.value;
  return years.find((one) => one === year);
}
