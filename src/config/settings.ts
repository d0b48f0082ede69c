import { z } from 'zod';

/* What single settings look like. */
export const wholeNumber = (range: { min: number; max: number }) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(range.min).max(range.max));

export const longSecret = z.string().min(32, 'must have at least 32 characters');

export const secretList = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .pipe(z.array(longSecret).min(1).max(5));

/** `2026a:secret,2025b:older secret`: the first pepper hashes, the others still verify. */
export const pepperList = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .pipe(z.array(z.string().regex(/^[a-z0-9]{1,16}:.{32,}$/, 'must be id:secret with at least 32 characters')).min(1))
  .transform((parts) =>
    parts.map((part) => {
      const cut = part.indexOf(':');
      return { id: part.slice(0, cut), secret: part.slice(cut + 1) };
    }),
  );

/** Also the names that are links to others: Asia/Kolkata is what India calls the zone that the list has as Calcutta. */
export function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
