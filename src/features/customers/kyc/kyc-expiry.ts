import { dateText, type PlainDate } from '#core/calendar.ts';
import { Fault } from '#core/errors.ts';
import { commitTogether } from '#platform/companion.ts';
import { eachBatch } from '#platform/close-of-day/each-batch.ts';
import type { DayStep, StepRun } from '#platform/close-of-day/step.ts';
import { isDuplicateKey, operators } from '#platform/mongo.ts';
import { kycNames, type KycRecord } from './kyc.model.ts';
import { renewalDays, stateOf } from './kyc.rules.ts';
import { factsOf, recordOf, system, writeEdit, type KycParts } from './kyc-parts.ts';
import { endedNotice, endingNotice } from './kyc-notices.ts';

const batchSize = 200;

/** Those whose verification ends by a date, the first first; the order does not change while they are worked on. */
export const endingFilter = (by: PlainDate) => ({
  state: 'verified' as const,
  reverifyOn: operators({ $lte: dateText(by) }),
});

/**
 * The morning of the new business date: verifications that end are over, and those that end soon are announced, each
 * once. What a payout asks does not wait for this, for it looks at the date itself.
 */
export function expiryStep(parts: KycParts): DayStep {
  return {
    name: 'identity-checks',
    title: 'Identity checks that end',
    run: async (day: StepRun) => {
      const today = day.date.add({ days: 1 });
      await eachBatch(day, {
        page: (after) => pageAfter(parts, { today, after }),
        cursorOf: (record) => `${record.reverifyOn ?? ''}|${record._id}`,
        subjectOf: (record) => record._id,
        work: (record) => tellOrEnd(parts, { record, today }),
        count: () => parts.models.records.countDocuments(endingFilter(today.add({ days: renewalDays }))).exec(),
      });
    },
  };
}

async function pageAfter(
  { models }: KycParts,
  { today, after }: { today: PlainDate; after: string | undefined },
): Promise<KycRecord[]> {
  const ending = endingFilter(today.add({ days: renewalDays }));
  const [date = '', id = ''] = after?.split('|') ?? [];
  const later = [{ reverifyOn: operators({ $gt: date }) }, { reverifyOn: date, _id: operators({ $gt: id }) }];
  const filter = after === undefined ? ending : { $and: [ending, { $or: later }] };
  return models.records.find(filter).sort({ reverifyOn: 1, _id: 1 }).limit(batchSize).lean<KycRecord[]>();
}

async function tellOrEnd(
  parts: KycParts,
  { record: listed, today }: { record: KycRecord; today: PlainDate },
): Promise<string | undefined> {
  // Read again: an officer may have renewed it since the page was read, and eachBatch tries again on a conflict.
  const record = await recordOf(parts, listed._id);
  if (record?.decision?.verdict !== 'verified' || record.reverifyOn === null) return undefined;
  const state = stateOf(factsOf(record), today);
  if (state === 'expired' && record.state !== 'expired') {
    const companions = [parts.notice(endedNotice(parts, record._id), `kyc-ended-${record._id}-${record.reverifyOn}`)];
    const edit = { change: {}, by: system, what: 'expired', companions } as const;
    if ((await writeEdit(parts, { record, edit, today })) === 'moved')
      throw new Fault('conflict', 'The identity check has changed');
  }
  const isNear = dateText(today.add({ days: renewalDays })) >= record.reverifyOn;
  if (state === 'verified' && isNear && record.warnedFor !== record.reverifyOn) await warn(parts, record);
  return undefined;
}

async function warn(parts: KycParts, record: KycRecord): Promise<void> {
  const { _id, version, reverifyOn } = record;
  if (reverifyOn === null) return;
  const notice = endingNotice(parts, { partyId: _id, reverifyOn });
  try {
    await commitTogether(parts.platform.database, [
      // The version stays: what an officer is looking at has not changed.
      {
        collection: kycNames.records,
        kind: 'update',
        filter: { _id, version },
        change: { $set: { warnedFor: reverifyOn } },
      },
      parts.notice(notice, `kyc-ending-${_id}-${reverifyOn}`),
    ]);
  } catch (error) {
    // It was told before, and the process died before it could remember.
    if (!isDuplicateKey(error)) throw error;
  }
}
