import type { Model } from 'mongoose';
import { assert, present } from '#core/assert.ts';
import { dateOf, dateText, isBefore, type PlainDate } from '#core/calendar.ts';
import type { Money } from '#core/money.ts';
import type { Ledger } from '#features/ledger/index.ts';
import { operators } from '#platform/mongo.ts';
import type { AccountRecord } from '../account.model.ts';
import { lastDay, monthOf, periodsDue, unpaidDays, type Month } from './interest.rules.ts';
import { interestOver, postMonth, type BearingAccount, type PostingParts } from './posting.service.ts';

export interface InterestParts extends PostingParts {
  ledger: PostingParts['ledger'] & Pick<Ledger, 'balances'>;
  accounts: Model<AccountRecord>;
}

export interface InterestRun {
  /** Postings made, one an account and month. */
  posted: number;
  /** Accounts that could not take theirs yet; the next run tries again. */
  waiting: number;
}

export interface Interest {
  /** Posts what is due of every month that ended before the business date; may be run again at any time. */
  runInterest(today: PlainDate): Promise<InterestRun>;
  /** Posts what is due through a month, which is over. */
  postInterest(month: Month): Promise<InterestRun>;
  /** What has accrued and is not paid yet, up to the day before the business date; undefined where none can. */
  accruedSoFar(accountId: string): Promise<{ amount: Money; from: PlainDate; to: PlainDate } | undefined>;
}

const batchSize = 50;

export function createInterest(parts: InterestParts): Interest {
  const postThrough = async (month: Month, today: PlainDate) => {
    assert(isBefore(lastDay(month), today), 'The interest of a month is posted after its last day');
    return postDue(parts, { through: month, bookedOn: today });
  };
  return {
    runInterest: (today) => postThrough(monthOf(today).subtract({ months: 1 }), today),
    postInterest: async (month) => postThrough(month, await parts.platform.bankDay.today()),
    accruedSoFar: async (accountId) => {
      const account = await parts.accounts.findOne({ _id: accountId, state: 'open' }).lean<AccountRecord>();
      if (account?.interestPaidTo === undefined) return undefined;
      const period = unpaidDays(account.interestPaidTo, await parts.platform.bankDay.today());
      return { amount: await interestOver(parts, { account, period }), ...period };
    },
  };
}

interface DueRun {
  through: Month;
  bookedOn: PlainDate;
}

/**
 * Accounts leave the index's range as they are paid, so that a run that was cut off goes on where it stopped, and a
 * run with nothing to do reads nothing.
 */
async function postDue(parts: InterestParts, run: DueRun): Promise<InterestRun> {
  const unpaid = { state: 'open' as const, interestPaidTo: operators({ $lt: dateText(lastDay(run.through)) }) };
  const due = parts.accounts
    .find(unpaid)
    .sort({ interestPaidTo: 1, _id: 1 })
    .lean<BearingAccount>()
    .cursor({ batchSize });
  const total: InterestRun = { posted: 0, waiting: 0 };
  let batch: BearingAccount[] = [];
  const post = async () => {
    const outcome = await postBatch(parts, { batch, run });
    total.posted += outcome.posted;
    total.waiting += outcome.waiting;
    batch = [];
  };
  for await (const account of due) {
    batch.push(account);
    if (batch.length === batchSize) await post();
  }
  if (batch.length > 0) await post();
  return total;
}

async function postBatch(
  parts: InterestParts,
  { batch, run }: { batch: readonly BearingAccount[]; run: DueRun },
): Promise<InterestRun> {
  const balances = await parts.ledger.balances(batch.map((account) => account._id));
  const outcomes = await Promise.all(
    batch.map(async (account) => {
      const { freeze } = present(balances.get(account._id), 'The ledger account of a deposit account');
      // Its days go on to bear interest; it is paid when the account may take money again.
      if (freeze === 'credit' || freeze === 'full') return { posted: 0, waiting: 1 };
      return postMonths(parts, { account, run });
    }),
  );
  return {
    posted: outcomes.reduce((count, outcome) => count + outcome.posted, 0),
    waiting: outcomes.reduce((count, outcome) => count + outcome.waiting, 0),
  };
}

/** Month after month, since what one pays bears interest in the next. */
async function postMonths(
  parts: InterestParts,
  { account, run }: { account: BearingAccount; run: DueRun },
): Promise<InterestRun> {
  let posted = 0;
  let interestPaidTo = account.interestPaidTo;
  for (const { month, period } of periodsDue(dateOf(interestPaidTo), run.through)) {
    const outcome = await postMonth(parts, {
      account: { ...account, interestPaidTo },
      month,
      period,
      bookedOn: run.bookedOn,
    });
    if (outcome === 'waiting') return { posted, waiting: 1 };
    if (outcome === 'posted') posted += 1;
    interestPaidTo = dateText(period.to);
  }
  return { posted, waiting: 0 };
}
