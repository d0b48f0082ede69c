import { z } from 'zod';
import { daysBetween, isBefore, type PlainDate } from '#core/calendar.ts';
import type { Currency } from '#core/money.ts';
import {
  choiceField,
  dateField,
  longTextField,
  moneyField,
  operationKeyField,
  textField,
  versionField,
} from '#web/fields.ts';
import { noteChannels, noteOutcomes } from './collection.model.ts';
import { queueTabs, type QueueTab } from './queue.service.ts';

export const longestNote = 1000;
export const longestTask = 200;
const mostDaysAhead = 90;

export const noteForm = z.strictObject({
  key: operationKeyField,
  channel: choiceField(noteChannels, 'Choose how you reached out'),
  outcome: choiceField(noteOutcomes, 'Choose what came of it'),
  text: longTextField({ what: 'what was said', max: longestNote }),
});

/** A day from today on, and not so far that nobody remembers it. */
function comingDay(what: string, today: PlainDate) {
  return dateField({ what })
    .refine((date) => !isBefore(date, today), 'Enter today or a later day')
    .refine((date) => daysBetween(today, date) <= mostDaysAhead, `Enter a day within the next ${mostDaysAhead} days`);
}

export const promiseForm = (currency: Currency, today: PlainDate) =>
  z.strictObject({
    key: operationKeyField,
    version: versionField,
    amount: moneyField({ what: 'the amount', currency }),
    payOn: comingDay('the day', today),
  });

export const taskForm = (today: PlainDate) =>
  z.strictObject({
    key: operationKeyField,
    what: textField({ what: 'what is to be done', max: longestTask }),
    dueOn: comingDay('the day', today),
  });

export const assignForm = z.strictObject({
  version: versionField,
  to: choiceField(['me', 'nobody'], 'Choose who looks after it'),
});

export const doneForm = z.strictObject({ version: versionField });

export function queueTab(query: unknown): QueueTab {
  const wanted = typeof query === 'object' && query !== null && 'tab' in query ? query.tab : undefined;
  return queueTabs.find((tab) => tab === wanted) ?? 'mine';
}
