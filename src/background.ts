import type { Bank } from './composition.ts';

const dayTickMs = 60_000;
const sealTickMs = 60_000;

/** What runs beside requests in every instance: outbox, business date, sealing the audit trail. Gives the way to stop it. */
export function startBackground(bank: Bank): () => Promise<void> {
  const { platform, services } = bank;
  const stopOutbox = platform.outbox.start();
  const stops = [
    every(dayTickMs, 'The business date could not be moved on', bank, async () => {
      // Without a close of day nothing is done between two dates, so that the date simply follows the calendar.
      await platform.bankDay.advanceTo(platform.bankDay.calendarToday());
      await services.underwriting.expireOffers(await platform.bankDay.today());
    }),
    every(sealTickMs, 'The audit trail could not be sealed', bank, async () => {
      await platform.audit.seal();
    }),
  ];
  return async () => {
    await Promise.all([stopOutbox(), ...stops.map((stop) => stop())]);
  };
}

/** Runs `work` now and after every `ms`, never two at once; the returned function waits for the run in hand. */
function every(ms: number, complaint: string, { platform }: Bank, work: () => Promise<void>): () => Promise<void> {
  let running = Promise.resolve();
  let busy = false;
  const run = () => {
    if (busy) return;
    busy = true;
    running = work()
      .catch((error: unknown) => {
        platform.logger.error({ err: error }, complaint);
      })
      .finally(() => {
        busy = false;
      });
  };
  run();
  const timer = setInterval(run, ms);
  return async () => {
    clearInterval(timer);
    await running;
  };
}
