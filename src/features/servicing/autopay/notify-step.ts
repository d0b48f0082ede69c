import { dateOf, dateText, daysBetween, type PlainDate } from '#core/calendar.ts';
import { minus, zero } from '#core/money.ts';
import type { Loan } from '#features/loans/index.ts';
import { noticeRow } from '#features/notices/index.ts';
import { eachBatch } from '#platform/close-of-day/each-batch.ts';
import type { DayStep, StepRun } from '#platform/close-of-day/step.ts';
import { commitTogether } from '#platform/companion.ts';
import { isDuplicateKey, operators } from '#platform/mongo.ts';
import { totalOf } from '../life/due.ts';
import { autopayReminder, dueReminder, overdueNotice } from './autopay-notices.ts';
import { autopayRule } from './autopay.rules.ts';
import type { Mandate } from './mandate.model.ts';
import type { AutopayParts } from './parts.ts';
import { pause } from './taking.service.ts';

const batchSize = 200;

/** Tells borrowers what is coming and what is late. Each notice has a key of its own, so that it is delivered once. */
export function notifyStep(parts: AutopayParts): DayStep {
  return {
    name: 'notify',
    title: 'Reminders and overdue notices',
    run: (day) => inTurn(day, [remindOfAutopay(parts), remindOfInstalments(parts), tellOverdue(parts)]),
  };
}

type Pass = (day: StepRun) => Promise<void>;

/** Several passes in one step: the cursor says which one, and where it is. */
async function inTurn(day: StepRun, passes: readonly Pass[]): Promise<void> {
  const [begun = '0', place = ''] = day.cursor?.split(' ') ?? [];
  for (const [index, pass] of passes.entries()) {
    if (index < Number(begun)) continue;
    await pass({
      ...day,
      cursor: index === Number(begun) && place !== '' ? place : undefined,
      progress: ({ cursor, ...advance }) =>
        day.progress({ ...advance, ...(cursor === undefined ? {} : { cursor: `${index} ${cursor}` }) }),
    });
    await day.progress({ cursor: `${index + 1} ` });
  }
}

function reminded(date: PlainDate): string {
  return dateText(date.add({ days: autopayRule.remindDaysBefore }));
}

function remindOfAutopay(parts: AutopayParts): Pass {
  return (day) =>
    eachBatch<Mandate>(day, {
      page: (after = '') =>
        parts.mandates
          .find({ state: 'active', remindFor: reminded(day.date), _id: operators({ $gt: after }) })
          .sort({ _id: 1 })
          .limit(batchSize)
          .lean<Mandate[]>()
          .exec(),
      cursorOf: ({ _id }) => _id,
      subjectOf: ({ loanNumber }) => `Loan ${loanNumber}`,
      work: async (mandate) => {
        await remindOne(parts, { mandate, dueOn: reminded(day.date) });
        return undefined;
      },
    });
}

async function remindOne(parts: AutopayParts, { mandate, dueOn }: { mandate: Mandate; dueOn: string }): Promise<void> {
  const { platform } = parts;
  const { loanId, partyId, loanNumber } = mandate;
  const account = await parts.accounts.findOwn(partyId, mandate.accountId);
  if (account?.state !== 'open') {
    const today = await platform.bankDay.today();
    await pause(parts, { mandate, today }, account ? 'account-closed' : 'not-your-account');
    return;
  }
  const amount = await dueBy(parts, { loanId, dueOn });
  if (amount === zero) return;
  const short = account.available < amount ? minus(amount, account.available) : zero;
  const text = autopayReminder(platform.formats, { loanNumber, dueOn, amount, account: account.masked, short });
  const notice = { partyId, ...text, href: `/loans/${loanId}/autopay` };
  await sendOnce(parts, { notice, key: `reminder:${loanId}:${dueOn}` });
}

/** What will have fallen due at the end of a day if nothing else is paid until then; nothing where the loan is over. */
async function dueBy({ servicing }: AutopayParts, { loanId, dueOn }: { loanId: string; dueOn: string }) {
  const told = await servicing.tell({ loanId }, dateOf(dueOn));
  return told?.loan.state === 'active' ? totalOf(told.run.arrears) : zero;
}

type Told = Pick<Loan, '_id' | 'number' | 'partyId' | 'arrears'>;

const toldFields = { number: 1, partyId: 1, arrears: 1 } as const;

/** Borrowers without a mandate whose oldest unpaid instalment is the one that comes; the others hear that they are late. */
function remindOfInstalments(parts: AutopayParts): Pass {
  const { platform } = parts;
  return (day) => {
    const dueOn = reminded(day.date);
    return eachBatch<Told>(day, {
      page: async (after = '') => {
        const due = { state: 'active' as const, nextDueOn: dueOn, _id: operators({ $gt: after }) };
        return parts.loans.find(due, toldFields).sort({ _id: 1 }).limit(batchSize).lean<Told[]>();
      },
      cursorOf: ({ _id }) => _id,
      subjectOf: ({ number }) => `Loan ${number}`,
      work: async ({ _id: loanId, number: loanNumber, partyId }) => {
        if (await parts.mandates.exists({ loanId, state: 'active' })) return undefined;
        const amount = await dueBy(parts, { loanId, dueOn });
        if (amount === zero) return undefined;
        const text = dueReminder(platform.formats, { loanNumber, dueOn, amount });
        const notice = { partyId, ...text, href: `/loans/${loanId}/pay` };
        await sendOnce(parts, { notice, key: `reminder:${loanId}:${dueOn}` });
        return undefined;
      },
    });
  };
}

function tellOverdue(parts: AutopayParts): Pass {
  return (day) => {
    const since = autopayRule.overdueNoticeDays.map((days) => dateText(day.date.subtract({ days })));
    return eachBatch<Told>(day, {
      page: async (after = '') => {
        const late = { 'arrears.since': operators({ $in: since }), state: 'active' as const };
        const next = { ...late, _id: operators({ $gt: after }) };
        return parts.loans.find(next, toldFields).sort({ _id: 1 }).limit(batchSize).lean<Told[]>();
      },
      cursorOf: ({ _id }) => _id,
      subjectOf: ({ number }) => `Loan ${number}`,
      work: async (loan) => {
        await tellOneOverdue(parts, { loan, date: day.date });
        return undefined;
      },
    });
  };
}

async function tellOneOverdue(parts: AutopayParts, { loan, date }: { loan: Told; date: PlainDate }): Promise<void> {
  const { _id: loanId, number: loanNumber, partyId } = loan;
  const { since } = loan.arrears;
  if (since === null) return;
  const [told, mandate] = await Promise.all([
    parts.servicing.tell({ loanId }, date),
    parts.mandates.findOne({ loanId, state: 'active' }).lean<Mandate>(),
  ]);
  const amount = told?.loan.state === 'active' ? totalOf(told.run.arrears) : zero;
  if (amount === zero) return;
  const days = daysBetween(dateOf(since), date);
  const againOn = mandate && mandate.attempt > 1 ? mandate.tryOn : null;
  const text = overdueNotice(parts.platform.formats, { loanNumber, since, days, amount, againOn });
  const notice = { partyId, ...text, href: `/loans/${loanId}/pay` };
  await sendOnce(parts, { notice, key: `overdue:${loanId}:${since}:${days}` });
}

async function sendOnce(
  { platform }: AutopayParts,
  { notice, key }: { notice: Parameters<typeof noticeRow>[1]; key: string },
): Promise<void> {
  try {
    await commitTogether(platform.database, [noticeRow(platform.outbox, notice, key)]);
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}
