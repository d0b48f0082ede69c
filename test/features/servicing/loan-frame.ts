import { expect } from 'vitest';
import { present } from '#core/assert.ts';
import { dateOf } from '#core/calendar.ts';
import { newId } from '#core/ids.ts';
import { zero, type Money } from '#core/money.ts';
import { imbalance } from '#features/ledger/index.ts';
import type { Act } from '#features/servicing/life/act.ts';
import type { TestBank } from '#test/portal.ts';

/** Whose loan it is, and which account it is paid from. */
export interface OwnLoan {
  partyId: string;
  userId: string;
  accountId: string;
  loanId: string;
}

/** What tests of the life of a loan do to a bank that is opened by the time they run. */
export function loanFrame(bankOf: () => TestBank) {
  return {
    /** Moves the business date and the clock to ten o'clock of that day. */
    day: async (date: string): Promise<void> => {
      const { clock, database } = bankOf();
      clock.set(`${date}T10:00:00Z`);
      const days = database.db.collection<{ _id: string }>('bank');
      await days.updateOne({ _id: 'business-date' }, { $set: { date } }, { upsert: true });
    },
    balanceOf: async (account: string): Promise<Money> =>
      (await bankOf().services.ledger.balances([account])).get(account)?.balance ?? zero,
    told: async ({ loanId }: Pick<OwnLoan, 'loanId'>) =>
      present(await bankOf().services.servicing.tell({ loanId }), 'The loan'),
    /** As staff do it; under a key of its own unless one is given. */
    act: ({ loanId, partyId, userId }: OwnLoan, what: Act, more: { key?: string; on?: string } = {}) => {
      const { key = newId(), on } = more;
      const when = on === undefined ? {} : { on: dateOf(on) };
      const order = { key, actor: userId, channel: 'staff' as const, loanId, partyId, ...when, act: what };
      return bankOf().services.servicing.act(order);
    },
    /** The trial balance is zero and every stored projection is its replay. */
    booksAgree: async (): Promise<void> => {
      const { ledger, servicing } = bankOf().services;
      expect(imbalance(await ledger.trialBalance())).toBe(0n);
      expect(await servicing.verifyProjections()).toBeUndefined();
    },
  };
}
