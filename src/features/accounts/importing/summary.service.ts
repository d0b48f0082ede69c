import { zero } from '#core/money.ts';
import { readMoney } from '#platform/mongo.ts';
import type { ImportChange, ImportParts } from './import-parts.ts';

/** What the whole file comes to, as far as its lines can be read. */
export async function summarise(
  { lines, importAccounts }: ImportParts,
  importId: string,
): Promise<
  Pick<ImportChange, 'warningLines' | 'accounts' | 'paidIn' | 'paidOut' | 'firstOn' | 'lastOn'> & { errorLines: number }
> {
  const [errorLines, warningLines] = await Promise.all([
    lines.countDocuments({ importId, severity: 'error' }),
    lines.countDocuments({ importId, severity: 'warning' }),
  ]);
  const nothing = { accounts: 0, paidIn: zero, paidOut: zero, firstOn: null, lastOn: null };
  if (errorLines > 0) return { errorLines, warningLines, ...nothing };
  const accounts = await importAccounts.countDocuments({ importId });
  const [sums] = await lines.aggregate<{ paidIn: unknown; paidOut: unknown; firstOn: string; lastOn: string }>([
    { $match: { importId } },
    {
      $group: {
        _id: null,
        paidIn: { $sum: { $cond: [{ $and: [{ $gt: ['$amount', 0] }, outside] }, '$amount', 0n] } },
        paidOut: { $sum: { $cond: [{ $and: [{ $lt: ['$amount', 0] }, outside] }, '$amount', 0n] } },
        firstOn: { $min: '$effectiveOn' },
        lastOn: { $max: '$effectiveOn' },
      },
    },
  ]);
  if (!sums) return { errorLines, warningLines, ...nothing };
  const { firstOn, lastOn } = sums;
  return {
    errorLines,
    warningLines,
    accounts,
    paidIn: readMoney(sums.paidIn),
    paidOut: readMoney(sums.paidOut),
    firstOn,
    lastOn,
  };
}

/** A transfer moves money between accounts here and brings none over. */
const outside = { $ne: ['$kind', 'transfer'] };
