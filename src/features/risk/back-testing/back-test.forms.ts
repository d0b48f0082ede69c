import { z } from 'zod';
import { isBefore, type PlainDate } from '#core/calendar.ts';
import { choiceField, dateField, operationKeyField } from '#web/fields.ts';
import { outcomes } from '../policy/policy.ts';
import { modelChoices } from './back-test.ts';
import type { BackTestRefusal } from './back-tests.service.ts';

export const draftChoice = 'draft';

export const startForm = z.strictObject({
  key: operationKeyField,
  policy: z
    .string({ error: 'Choose a policy' })
    .regex(/^(draft|[1-9]\d{0,5})$/, 'Choose a policy from the list')
    .transform((text): typeof draftChoice | number => (text === draftChoice ? draftChoice : Number(text))),
  model: choiceField(modelChoices, 'Choose whose scores are used'),
  from: dateField({ what: 'the first day' }),
  to: dateField({ what: 'the last day' }),
});

export const cancelForm = z.strictObject({});

/** At which field, and the sentence; undefined for a period that may be tested. */
export function periodFault(
  { from, to }: { from: PlainDate; to: PlainDate },
  today: PlainDate,
): { field: 'from' | 'to'; message: string } | undefined {
  if (isBefore(today, to)) return { field: 'to', message: 'Choose a last day up to today, the bank’s business date' };
  if (isBefore(to, from)) return { field: 'from', message: 'Choose a first day that is not after the last one' };
  return undefined;
}

export function explainRefusal(refusal: BackTestRefusal): { field: string; message: string } {
  switch (refusal.code) {
    case 'no-such-policy':
      return { field: 'policy', message: 'This policy is not there any more. Choose another one. Nothing was started' };
    case 'no-such-model':
      return { field: 'model', message: 'No challenger is at work. Choose another one. Nothing was started' };
    case 'too-many-waiting':
      return {
        field: 'form',
        message: `${refusal.waiting} back-tests wait or run already. Wait for one to end, or cancel one. Nothing was started`,
      };
  }
}

/** A kind of turned decision out of the query; anything else is all of them. */
export function changeOf(query: unknown): string | undefined {
  const wanted = typeof query === 'object' && query !== null && 'change' in query ? query.change : undefined;
  return changes.find((change) => change === wanted);
}

const changes = outcomes.flatMap((then) => outcomes.flatMap((now) => (then === now ? [] : [`${then}-${now}`])));
