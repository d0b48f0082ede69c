import { dateText } from '#core/calendar.ts';
import { operators } from '#platform/mongo.ts';
import { eachBatch } from '#platform/close-of-day/each-batch.ts';
import type { DayStep } from '#platform/close-of-day/step.ts';
import type { Mandate } from './mandate.model.ts';
import type { AutopayParts } from './parts.ts';
import { takeOne } from './taking.service.ts';

type Due = Pick<Mandate, '_id' | 'tryOn' | 'loanNumber'>;

const batchSize = 200;

/**
 * Takes what is due on the day by mandates, also what an earlier day left undone. A mandate that was worked on leaves the
 * days that are looked at, so that the order by day and id does not change under the cursor.
 */
export function autopayStep(parts: AutopayParts): DayStep {
  return {
    name: 'autopay',
    title: 'Autopay',
    run: (day) =>
      eachBatch<Due>(day, {
        page: (after) => dueMandates(parts, { after, until: dateText(day.date) }),
        cursorOf: ({ tryOn, _id }) => `${tryOn} ${_id}`,
        subjectOf: ({ loanNumber }) => `Loan ${loanNumber}`,
        work: ({ _id }) => takeOne(parts, { mandateId: _id, date: day.date }),
        count: () => parts.mandates.countDocuments({ state: 'active', tryOn: operators({ $lte: dateText(day.date) }) }),
      }),
  };
}

/** Exported for the test of its index. */
export function dueQuery({ after, until }: { after: string | undefined; until: string }) {
  const [tryOn = '', _id = ''] = after?.split(' ') ?? [];
  const sameDay = { tryOn, _id: operators({ $gt: _id }) };
  const laterDay = { tryOn: operators({ $gt: tryOn }) };
  return { state: 'active' as const, tryOn: operators({ $gte: tryOn, $lte: until }), $or: [sameDay, laterDay] };
}

function dueMandates({ mandates }: AutopayParts, query: { after: string | undefined; until: string }): Promise<Due[]> {
  return mandates
    .find(dueQuery(query), { tryOn: 1, loanNumber: 1 })
    .sort({ tryOn: 1, _id: 1 })
    .limit(batchSize)
    .lean<Due[]>()
    .exec();
}
