import { startJobs } from '#platform/jobs.ts';
import type { Bank } from './composition.ts';

const closingEveryMs = 60_000;
const watchingEveryMs = 300_000;
const sealTickMs = 60_000;
const railTickMs = 60_000;
const expiryTickMs = 30_000;
const approvalTickMs = 60_000;
const fileTickMs = 60_000;
const backTestTickMs = 2_000;

/**
 * What runs beside requests in every instance: the outbox, the close of day where the calendar is ahead, sealing the audit
 * trail and the journals, expiring holds, asking the payment rail. Gives the way to stop it.
 */
export async function startBackground(bank: Bank): Promise<() => Promise<void>> {
  const { platform, services } = bank;
  const { closeOfDay } = services;
  const jobs = [
    { name: 'close-of-day', everyMs: closingEveryMs, run: () => closeOfDay.follow() },
    {
      name: 'model-watching',
      everyMs: watchingEveryMs,
      run: async () => {
        await services.risk.watching.follow();
      },
    },
  ];
  const stopJobs = await startJobs({ ...platform, jobs });
  const stopOutbox = platform.outbox.start();
  const stops = [
    every(sealTickMs, 'The audit trail and the journals could not be sealed', bank, async () => {
      await platform.audit.seal();
      await services.ledger.seal();
    }),
    every(expiryTickMs, 'Expired holds could not be written off', bank, async () => {
      await services.ledger.expireHolds();
    }),
    every(approvalTickMs, 'Requests for approval could not be tidied', bank, async () => {
      await services.approvals.tidy();
    }),
    every(fileTickMs, 'Files that nobody keeps could not be removed', bank, async () => {
      await platform.quarantine.sweep();
    }),
    every(fileTickMs, 'Documents in quarantine could not be scanned', bank, async () => {
      await services.applicationDocuments.scanDue();
    }),
    every(backTestTickMs, 'Back-tests could not be worked on', bank, () => services.risk.backTests.follow()),
    every(railTickMs, 'The payment rail could not be asked', bank, async () => {
      await services.accounts.rail.followDue();
    }),
  ];
  return async () => {
    services.risk.watching.stop();
    // A day that is being closed stops where it stands; its job ends with it.
    await Promise.all([
      closeOfDay.stop(),
      services.risk.backTests.stop(),
      stopJobs(),
      stopOutbox(),
      ...stops.map((stop) => stop()),
    ]);
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
