import { zero } from '#core/money.ts';
import { bsonDate } from '#platform/clock.ts';
import { readCount, readMoney } from '#platform/mongo.ts';
import type { TakeoverLine, TakeoverRecord } from './takeover.model.ts';
import { moveOn, type TakeoverParts } from './takeover-parts.ts';

/** After the last phase: the dry run is over, or a confirmed file may be posted. */
export async function endCheck(parts: TakeoverParts, record: TakeoverRecord): Promise<void> {
  const { lines, platform } = parts;
  const { _id: importId } = record;
  const summary = await summarise(parts, importId);
  if (record.state === 'confirmed' && summary.errorLines === 0) {
    // From here on these lines are the bank's record of what it brought over; who is meant is known by id.
    await lines.updateMany({ importId }, { $unset: { expiresAt: '', emailIndex: '' } });
    await moveOn(parts, record, { change: { ...summary, state: 'posting', phase: 'posting', cursor: 0 } });
    return;
  }
  const checkedAt = bsonDate(platform.clock.now());
  const ended = { ...summary, state: 'checked', phase: null, cursor: 0, checkedAt } as const;
  if (record.state === 'uploaded') {
    await moveOn(parts, record, { change: ended });
    return;
  }
  const reason = 'Something has changed since the check that was confirmed: look at the errors. Nothing was moved.';
  const kept = await lines.findOne({ importId }, { expiresAt: 1 }).lean<Pick<TakeoverLine, 'expiresAt'>>();
  const expiresAt = kept?.expiresAt ? { expiresAt: kept.expiresAt } : {};
  const change = { ...ended, reason, confirmedBy: null, confirmedAt: null, ...expiresAt };
  await moveOn(parts, record, { change, unset: ['turn'], action: 'loan-import-fell-back' });
}

type Summary = Pick<
  TakeoverRecord,
  'errorLines' | 'warningLines' | 'loans' | 'overdue' | 'lent' | 'outstanding' | 'receivable'
>;

/** What the whole file comes to, as far as its lines can be read. */
async function summarise({ lines }: TakeoverParts, importId: string): Promise<Summary> {
  const [errorLines, warningLines] = await Promise.all([
    lines.countDocuments({ importId, severity: 'error' }),
    lines.countDocuments({ importId, severity: 'warning' }),
  ]);
  const nothing = { loans: 0, overdue: 0, lent: zero, outstanding: zero, receivable: zero };
  if (errorLines > 0) return { errorLines, warningLines, ...nothing };
  const [sums] = await lines.aggregate<Record<keyof typeof nothing, unknown>>([
    { $match: { importId, kind: 'loan' } },
    {
      $group: {
        _id: null,
        loans: { $sum: 1 },
        overdue: { $sum: { $cond: [{ $gt: ['$found.daysPastDue', 0] }, 1, 0] } },
        lent: { $sum: '$found.lent' },
        outstanding: { $sum: '$found.outstanding' },
        receivable: { $sum: '$found.receivable' },
      },
    },
  ]);
  if (!sums) return { errorLines, warningLines, ...nothing };
  return {
    ...{ errorLines, warningLines, loans: readCount(sums.loans), overdue: readCount(sums.overdue) },
    ...{ lent: readMoney(sums.lent), outstanding: readMoney(sums.outstanding), receivable: readMoney(sums.receivable) },
  };
}
