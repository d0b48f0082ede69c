import { dateText } from '#core/calendar.ts';
import { Fault } from '#core/errors.ts';
import { bsonDate } from '#platform/clock.ts';
import { commitTogether } from '#platform/companion.ts';
import { operators } from '#platform/mongo.ts';
import { approvalCollection, type ApprovalRecord } from './approval.model.ts';
import { companionsOfEnd, type ApprovalParts } from './approval-parts.ts';

const batch = 100;

/** Ends what nobody decided in time; what an approval was begun of is not ended. Gives how many were. */
export async function expireDue(parts: ApprovalParts): Promise<number> {
  const today = dateText(await parts.platform.bankDay.today());
  const due = { state: 'pending' as const, expiresOn: operators({ $lt: today }), attempt: null };
  for (let count = 0; ;) {
    const found = await parts.records.find(due).sort({ expiresOn: 1 }).limit(batch).lean<ApprovalRecord[]>();
    for (const record of found) await expire(parts, record);
    count += found.length;
    if (found.length < batch) return count;
  }
}

/** So that a request of yesterday does not stand in the way of one of today. */
export async function expireSubject(
  parts: ApprovalParts,
  { kind, subject }: { kind: string; subject: { type: string; id: string } },
): Promise<void> {
  const today = dateText(await parts.platform.bankDay.today());
  const open = { kind, 'subject.type': subject.type, 'subject.id': subject.id, state: 'pending' as const };
  const found = await parts.records.findOne(open).lean<ApprovalRecord>();
  if (found?.attempt === null && found.expiresOn < today) await expire(parts, found);
}

export async function expire(parts: ApprovalParts, record: ApprovalRecord): Promise<void> {
  const { platform } = parts;
  const { _id, version, kind } = record;
  const companions = await companionsOfEnd(parts, record, { state: 'expired', by: null, note: '' });
  const at = bsonDate(platform.clock.now());
  const change = {
    $set: { state: 'expired', decision: { by: null, note: null }, decidedAt: at },
    $inc: { version: 1 },
  };
  try {
    await commitTogether(platform.database, [
      { collection: approvalCollection, kind: 'update', filter: { _id, version, state: 'pending' }, change },
      platform.audit.entry({
        actor: 'system',
        action: 'approval-expired',
        subject: { type: 'approval', id: _id },
        details: { kind },
      }),
      ...companions,
    ]);
  } catch (error) {
    // Somebody decided in the same moment, or another instance ended it.
    if (!(error instanceof Fault && error.kind === 'conflict')) throw error;
  }
}
