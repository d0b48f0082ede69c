import { dateOf, dateText, isBefore, type PlainDate } from '#core/calendar.ts';
import type { Bank } from './composition.ts';

/** A posting that was under way when the date moved on is through long before a day counts as over for good. */
const usuallySettledMs = 60_000;

interface SnapshotRecord {
  _id: 'ledger-snapshots';
  date: string;
}

/**
 * Brings the bank to the calendar's date, one business date after the other, and does on each what is due. Everything
 * here may run twice, in several instances at once, and again after a crash.
 */
export function createBusinessDays(
  bank: Bank,
  { settledMs = usuallySettledMs }: { settledMs?: number } = {},
): { run(): Promise<void> } {
  const { bankDay } = bank.platform;
  let seen: { date: string; at: number } | undefined;
  return {
    run: async () => {
      let today = await bankDay.today();
      await work(bank, today);
      while (isBefore(today, bankDay.calendarToday())) {
        today = today.add({ days: 1 });
        await bankDay.advanceTo(today);
        await work(bank, today);
      }
      const date = dateText(today);
      if (seen?.date !== date) seen = { date, at: performance.now() };
      else if (performance.now() - seen.at >= settledMs) await workOnTheDayBefore(bank, today);
    },
  };
}

/** What a business date asks for; what an earlier one left undone is made up for. */
async function work({ services }: Bank, today: PlainDate): Promise<void> {
  await services.transfers.runDueTransfers(today);
  await services.underwriting.expireOffers(today);
}

/** What needs the day before to be over for good: no posting of it may still be under way. */
async function workOnTheDayBefore(bank: Bank, today: PlainDate): Promise<void> {
  await bank.services.accounts.interest.runInterest(today);
  await keepBalances(bank, today.subtract({ days: 1 }));
}

async function keepBalances({ platform, services }: Bank, yesterday: PlainDate): Promise<void> {
  const records = platform.database.db.collection<SnapshotRecord>('bank');
  const kept = await records.findOne({ _id: 'ledger-snapshots' });
  if (kept && !isBefore(dateOf(kept.date), yesterday)) return;
  const accounts = await services.ledger.snapshot(yesterday);
  const record = { $set: { date: dateText(yesterday) } };
  await records.updateOne({ _id: 'ledger-snapshots' }, record, { upsert: true });
  platform.logger.info({ accounts, date: dateText(yesterday) }, 'Balances at the end of the day are kept');
}
