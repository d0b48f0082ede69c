import { dateText } from '#core/calendar.ts';
import { assert } from '#core/assert.ts';
import type { Accounts, Transfers } from '#features/accounts/index.ts';
import type { Kyc } from '#features/customers/index.ts';
import type { Ledger } from '#features/ledger/index.ts';
import type { Participants, Underwriting } from '#features/loans/index.ts';
import { settleStep } from '#platform/close-of-day/settle-step.ts';
import type { DayStep } from '#platform/close-of-day/step.ts';
import type { Platform } from '#platform/platform.ts';

export interface DayStepParts {
  platform: Platform;
  kyc: Pick<Kyc, 'daySteps'>;
  participants: Pick<Participants, 'daySteps'>;
  transfers: Pick<Transfers, 'runDueTransfers'>;
  underwriting: Pick<Underwriting, 'expireOffers'>;
  interest: Pick<Accounts['interest'], 'runInterest'>;
  ledger: Pick<Ledger, 'snapshot'>;
  /** What is done to loans while their day is still the business date. */
  loanSteps: readonly DayStep[];
  /** How long a posting may be under way after the date it was dated by has passed. */
  settledMs: number;
}

/**
 * What closing a day is made of, in order.
 *
 * 1. The loans, while the day is still the business date: a customer may pay until the end of the due date, and what
 *    is booked here belongs to the day.
 * 2. The business date moves on. From here on a customer's order counts in the next day.
 * 3. What the new day begins with. Customers find the scheduled transfers of a day made in its morning; an offer that is
 *    open until a day can be accepted to its end. Missed days are opened in order, so that none is left out.
 * 4. What needs the old day over for good: no posting of it may be under way. Interest of a month that has ended is booked
 *    on the business date of that moment, and the balances at the end of the day are kept.
 */
export function daySteps(parts: DayStepParts): DayStep[] {
  const { platform, settledMs } = parts;
  return [
    ...parts.loanSteps,
    advanceStep(platform),
    transfersStep(parts),
    {
      name: 'offers',
      title: 'Offers that have run out',
      run: async (day) => {
        await day.progress({ done: await parts.underwriting.expireOffers(day.date.add({ days: 1 })) });
      },
    },
    ...parts.participants.daySteps(),
    ...parts.kyc.daySteps(),
    settleStep({ database: platform.database, settledMs }),
    {
      name: 'interest',
      title: 'Interest on savings',
      run: async (day) => {
        const { posted } = await parts.interest.runInterest(await platform.bankDay.today());
        await day.progress({ done: posted });
      },
    },
    {
      name: 'snapshot',
      title: 'Balances at the end of the day',
      run: async (day) => {
        await day.progress({ done: await parts.ledger.snapshot(day.date) });
      },
    },
  ];
}

function advanceStep({ bankDay }: Platform): DayStep {
  return {
    name: 'advance',
    title: 'Next business date',
    run: async ({ date, check }) => {
      const next = date.add({ days: 1 });
      check();
      await bankDay.advanceTo(next);
      const today = await bankDay.today();
      assert(dateText(today) >= dateText(next), 'The business date has moved on');
    },
  };
}

const transferTries = 3;

function transfersStep({ transfers }: DayStepParts): DayStep {
  return {
    name: 'transfers',
    title: 'Scheduled transfers',
    run: async (day) => {
      const due = day.date.add({ days: 1 });
      let faults = 0;
      for (let attempt = 1; attempt <= transferTries; attempt += 1) {
        day.check();
        const report = await transfers.runDueTransfers(due);
        await day.progress({ done: report.sent + report.failed });
        faults = report.faults;
        if (faults === 0) return;
      }
      const sentence = `${faults} could not be decided; the log has each. They are tried again with the next day, or now by hand.`;
      await day.progress({ done: faults, failures: [{ subject: 'Scheduled transfers', sentence }] });
    },
  };
}
