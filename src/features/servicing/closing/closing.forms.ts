import { z } from 'zod';
import { parseDate, type PlainDate } from '#core/calendar.ts';
import { versionField } from '#web/fields.ts';

/** The page shows the date that it closes and sends it back: a day that somebody else closed meanwhile is not the next one. */
export const closeForm = z.strictObject({
  date: z.string().transform((text, context) => {
    const parsed = parseDate(text);
    if (parsed.ok) return parsed.value;
    context.addIssue({ code: 'custom', message: 'Open the page again and close the day from there' });
    return z.NEVER;
  }),
});

export const retryForm = z.strictObject({ version: versionField });

/** The date of an address; undefined for anything else. */
export function dateOfPath(text: string): PlainDate | undefined {
  const parsed = parseDate(text);
  return parsed.ok ? parsed.value : undefined;
}
