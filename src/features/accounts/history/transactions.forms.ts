import { z } from 'zod';
import type { Places } from './merge.rules.ts';

/** An account in an address: the random end of its id, enough to tell one person's accounts apart. */
const tail = (id: string) => id.slice(-12);

/** `7f3a….2s_9c1b….0`: for each account the entry that the page comes before, 0 where it is at its end. */
export function placesText(places: Places): string {
  return [...places].map(([account, place]) => `${tail(account)}.${place.toString(36)}`).join('_');
}

const placesQuery = z.object({
  before: z
    .string()
    .max(1_000)
    .regex(/^[0-9a-f]{12}\.[0-9a-z]{1,7}(_[0-9a-f]{12}\.[0-9a-z]{1,7})*$/)
    .optional()
    .catch(undefined),
});

/** Where a list over these accounts goes on; an account that the text does not name begins at its newest entry. */
export function placesOf(query: unknown, accounts: readonly string[]): Places {
  const { before = '' } = placesQuery.parse(query ?? {});
  const byTail = new Map(accounts.map((id) => [tail(id), id]));
  const places = before.split('_').flatMap((part): [string, number][] => {
    const [end = '', place = ''] = part.split('.');
    const account = byTail.get(end);
    return account === undefined ? [] : [[account, Number.parseInt(place, 36)]];
  });
  return new Map(places);
}
