import { dateText, type PlainDate } from '#core/calendar.ts';
import { Fault } from '#core/errors.ts';
import { negate, zero, type Money } from '#core/money.ts';
import { hashRequest, ownBookId, type Ledger } from '#features/ledger/index.ts';
import { noticeRow } from '#features/notices/index.ts';
import { commitTogether, type Companion } from '#platform/companion.ts';
import type { Platform } from '#platform/platform.ts';
import type { AccountRecord } from '../account.model.ts';
import { maskedNumber } from '../own-accounts.service.ts';
import { accruedOver, type AccrualParts } from './accruals.ts';
import { roundInterest, type InterestPeriod, type Month } from './interest.rules.ts';

export interface PostingParts extends AccrualParts {
  platform: Platform;
  ledger: Pick<Ledger, 'statementLines' | 'balanceOn' | 'post'>;
}

export type BearingAccount = AccountRecord & { interestPaidTo: string };

/** The one interest kind of journals, whichever account takes it. */
export const interestKind = 'interest';
const job = 'interest';

export async function interestOver(
  parts: AccrualParts,
  { account, period }: { account: Pick<AccountRecord, '_id' | 'typeId'>; period: InterestPeriod },
): Promise<Money> {
  const { _id: id, typeId } = account;
  return roundInterest(await accruedOver(parts, { account: { id, typeId }, period }));
}

export interface MonthOrder {
  account: BearingAccount;
  month: Month;
  period: InterestPeriod;
  bookedOn: PlainDate;
}

/** Posts the interest of a month and notes the account as paid up to its end, together; guarded by what was paid before. */
export async function postMonth(parts: PostingParts, order: MonthOrder): Promise<'posted' | 'none' | 'waiting'> {
  const { account, month, period, bookedOn } = order;
  const amount = await interestOver(parts, { account, period });
  if (amount === zero) return notePaid(parts, order);
  const key = `${interestKind}:${account._id}:${month.toString()}`;
  // A refusal stays with its key for good (frozen at that moment, say), so that a later day asks with a key of its own.
  for (const one of [key, `${key}:${dateText(bookedOn)}`]) {
    const outcome = await parts.ledger.post({
      ...interestJournal(parts.platform, { account, period, amount, into: account._id }),
      key: one,
      requestHash: hashRequest({ interest: account._id, month: month.toString() }),
      actor: job,
      effectiveOn: period.to,
      bookedOn,
      companions: [paidUpTo(account, period), ...told(parts.platform, { order, amount })],
    });
    if (outcome.ok) return 'posted';
  }
  return 'waiting';
}

/** What a journal of interest is made of, into the account itself or into another one when it is closed. */
export function interestJournal(
  platform: Pick<Platform, 'formats'>,
  facts: { account: AccountRecord; period: InterestPeriod; amount: Money; into: string },
) {
  const { account, period, amount, into } = facts;
  const { formats } = platform;
  const days = `${formats.date(period.from)} to ${formats.date(period.to)}`;
  return {
    kind: interestKind,
    currency: account.currency,
    reference: into === account._id ? days : `account ${maskedNumber(account.number)}, ${days}`,
    postings: [
      { account: ownBookId('interestExpense', account.currency), amount },
      { account: into, amount: negate(amount) },
    ],
  };
}

/** Every day's interest is paid once: whoever pays it finds it unpaid, and leaves it paid. */
export function paidUpTo(account: BearingAccount, period: InterestPeriod): Companion {
  const { _id, interestPaidTo } = account;
  const filter = { _id, interestPaidTo };
  return {
    collection: 'accounts',
    kind: 'update',
    filter,
    change: { $set: { interestPaidTo: dateText(period.to) } },
  };
}

/** Less than half of the smallest unit, or nothing at all: the days are done with all the same. */
async function notePaid({ platform }: PostingParts, order: MonthOrder): Promise<'none' | 'waiting'> {
  try {
    await commitTogether(platform.database, [paidUpTo(order.account, order.period)]);
    return 'none';
  } catch (error) {
    if (!(error instanceof Fault) || error.kind !== 'conflict') throw error;
    return 'waiting';
  }
}

function told({ outbox, formats }: Platform, facts: { order: MonthOrder; amount: Money }): Companion[] {
  const { account, period } = facts.order;
  const amount = formats.moneyWithCurrency(facts.amount);
  const until = formats.date(period.to);
  return account.holders.map((partyId) =>
    noticeRow(outbox, {
      partyId,
      title: 'Interest is on your account',
      text: `Account ${maskedNumber(account.number)} earned ${amount} in the month up to ${until}. It is on the account now.`,
      href: `/accounts/${account._id}`,
    }),
  );
}
