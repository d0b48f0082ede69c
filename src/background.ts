import { createBusinessDays } from './business-days.ts';
import type { Bank } from './composition.ts';

const dayTickMs = 60_000;
const sealTickMs = 60_000;
const railTickMs = 60_000;
const expiryTickMs = 30_000;

/**
 * What runs beside requests in every instance: the outbox, the work of business dates, sealing the audit trail and the
 * journals, expiring holds, asking the payment rail. Gives the way to stop it.
 */
export function startBackground(bank: Bank): () => Promise<void> {
  const { platform, services } = bank;
  const businessDays = createBusinessDays(bank);
  const stopOutbox = platform.outbox.start();
  const stops = [
    every(dayTickMs, 'The day’s work could not be done', bank, () => businessDays.run()),
    every(sealTickMs, 'The audit trail and the journals could not be sealed', bank, async () => {
      await platform.audit.seal();
      await services.ledger.seal();
    }),
    every(expiryTickMs, 'Expired holds could not be written off', bank, async () => {
      await services.ledger.expireHolds();
    }),
    every(railTickMs, 'The payment rail could not be asked', bank, async () => {
      await services.accounts.rail.followDue();
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
