import { dateOf, dateText, isBefore, type PlainDate } from '#core/calendar.ts';
import type { Clock } from './clock.ts';
import { isDuplicateKey, type Database } from './mongo.ts';

interface BankDayRecord {
  _id: 'business-date';
  date: string;
}

/** The business date: what loans and daily limits are dated by. It moves only forwards. */
export interface BankDay {
  today(): Promise<PlainDate>;
  /** Moves the business date on; a date before the present one changes nothing. */
  advanceTo(date: PlainDate): Promise<void>;
  /** What the clock says in the bank's time zone, whatever the business date is. */
  calendarToday(): PlainDate;
}

export function createBankDay(options: { database: Database; clock: Clock; timeZone: string }): BankDay {
  const records = options.database.db.collection<BankDayRecord>('bank');
  const calendarToday = () => options.clock.now().toZonedDateTimeISO(options.timeZone).toPlainDate();

  async function today(): Promise<PlainDate> {
    const record = await records.findOne({ _id: 'business-date' });
    if (record) return dateOf(record.date);
    const first = calendarToday();
    await records.insertOne({ _id: 'business-date', date: dateText(first) }).catch((error: unknown) => {
      if (!isDuplicateKey(error)) throw error;
    });
    return first;
  }

  return {
    today,
    calendarToday,
    advanceTo: async (date) => {
      const current = await today();
      if (!isBefore(current, date)) return;
      await records.updateOne({ _id: 'business-date', date: dateText(current) }, { $set: { date: dateText(date) } });
    },
  };
}

/** A business date that is held in memory and written down when told to: for a year of days that only one process plays. */
export function createPlayedBankDay(kept: BankDay): BankDay & { keep(): Promise<void> } {
  let day: PlainDate | undefined;
  return {
    ...kept,
    today: async () => day ?? (await kept.today()),
    advanceTo: (date) => {
      if (!day || isBefore(day, date)) day = date;
      return Promise.resolve();
    },
    keep: async () => {
      if (day) await kept.advanceTo(day);
    },
  };
}
