import type { PlainDate } from '#core/calendar.ts';
import type { StepRun } from '#platform/close-of-day/step.ts';
import type { Bank } from '../composition.ts';

/**
 * No day of the demonstration is closed while it is played. At its end every loan is brought to where closing the days
 * would have left it: what fell due, what is late and for how long, what is provided for,
 * and who has to be called.
 */
export async function bringLoansUpToDate(bank: Bank, day: { date: PlainDate; signal: AbortSignal }): Promise<void> {
  const { fallDue, classify } = bank.services.servicing.steps;
  const run: StepRun = {
    ...day,
    cursor: undefined,
    check: () => {
      day.signal.throwIfAborted();
    },
    progress: () => {
      day.signal.throwIfAborted();
      return Promise.resolve();
    },
    explain: (error) => {
      throw new Error('The demonstration could not bring a loan up to date', { cause: error });
    },
  };
  const queue = bank.services.loanDesk.collections.daySteps();
  for (const step of [fallDue, classify, ...queue]) await step.run(run);
}
