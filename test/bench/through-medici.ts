import { Book, initModels, mongoTransaction, syncIndexes } from 'medici';
import mongoose from 'mongoose';
import { durable, durableClient, sides } from './plain-driver.ts';
import { fundedCents, type Chart, type Contender } from './workload.ts';

const accountOf = (id: string) => `Accounts:${id}`;

/**
 * medici, as its README recommends for balances that must not fall below zero: the entry, the balance asked for, and a
 * write lock on the account, in one `mongoTransaction`. It works on mongoose's default connection.
 */
export async function openMedici(options: { uri: string; maxPoolSize: number; chart: Chart }): Promise<Contender> {
  await mongoose.connect(options.uri, { maxPoolSize: options.maxPoolSize, ...durableClient });
  await initModels();
  await syncIndexes({ background: false });
  const book = new Book('bench');
  const opening = book.entry('Opening balances');
  for (const id of options.chart.accounts) opening.credit(accountOf(id), Number(fundedCents));
  opening.debit('Assets:Cash', Number(fundedCents) * options.chart.accounts.length);
  await opening.commit();
  return {
    transfer: async (transfer) => {
      const { from, to, cents } = sides(transfer);
      await mongoTransaction(async (session) => {
        const amount = Number(cents);
        await book
          .entry(transfer.reference)
          .debit(accountOf(from), amount)
          .credit(accountOf(to), amount)
          .commit({ session });
        const after = await book.balance({ account: accountOf(from) }, { session });
        if (after.balance < 0) throw new Error('The account has not enough');
        await book.writelockAccounts([accountOf(from)], { session });
      }, durable);
      return 'posted';
    },
    settle: () => Promise.resolve(),
    total: () => Promise.resolve(undefined),
    close: () => mongoose.disconnect(),
  };
}
