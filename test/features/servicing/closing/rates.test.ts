import { afterAll, beforeAll, expect, it } from 'vitest';
import { present } from '#core/assert.ts';
import { dateOf, dateText } from '#core/calendar.ts';
import { newId } from '#core/ids.ts';
import { rateOf } from '#core/rate.ts';
import { imbalance } from '#features/ledger/index.ts';
import { newBorrower, openTestBank, type TestBank } from '#test/portal.ts';
import { fundedAccount, lend } from '../lender.ts';

let bank: TestBank;
beforeAll(async () => {
  bank = await openTestBank();
});
afterAll(() => bank.close());

const setDay = async (date: string) => {
  bank.clock.set(`${date}T10:00:00Z`);
  const days = bank.database.db.collection<{ _id: string }>('bank');
  await days.updateOne({ _id: 'business-date' }, { $set: { date } }, { upsert: true });
};
const closeDay = async (date: string) => {
  await setDay(date);
  bank.clock.set(`${dateText(dateOf(date).add({ days: 1 }))}T10:00:00Z`);
  await bank.services.closeOfDay.closeDays({ to: dateOf(date), by: 'test' });
};
const addBase = (from: string, annualRate: string) =>
  bank.database.db
    .collection<{ _id: string }>('baseRates')
    .insertOne({ _id: newId(), code: 'prime', name: 'Prime', from, annualRate, confirmedAt: new Date() } as never);
const loanOf = async (loanId: string) => present(await bank.services.servicing.tell({ loanId }), 'The loan');

it('running loans of a floating product follow their base rate once, each with its own margin, from the day it changed', async () => {
  await addBase('2025-01-01', '6');
  await setDay('2025-01-15');
  const { partyId } = await newBorrower(bank);
  const accountId = await fundedAccount(bank, { partyId, amount: 10_000_00n });
  const product = { rate: { kind: 'floating', base: 'prime', spread: rateOf('2') } } as const;
  const common = { partyId, accountId, instalments: 24, disbursedOn: '2025-01-15' };
  const usual = await lend(bank, { ...common, annualRate: '8', product });
  const dearer = await lend(bank, { ...common, annualRate: '9.5', product });
  const fixed = await lend(bank, { ...common, annualRate: '8' });

  await addBase('2025-02-10', '6.75');
  await closeDay('2025-02-09');
  expect((await loanOf(usual._id)).loan.terms).toHaveLength(1);
  await closeDay('2025-02-10');
  await closeDay('2025-02-11');
  const rates = await Promise.all([usual, dearer, fixed].map(async ({ _id }) => (await loanOf(_id)).loan.terms.at(-1)));
  expect(rates.map((terms) => [terms?.version, terms?.annualRate])).toEqual([
    [2, '8.75'],
    [2, '10.25'],
    [1, '8'],
  ]);
  const { run, transactions } = await loanOf(usual._id);
  expect(transactions.at(-1)).toMatchObject({ kind: 'rate-change', on: '2025-02-10', channel: 'system' });
  // The first row holds the day of the change, so that it is solved anew at a higher rate.
  expect(run.rows[1]?.total).toBeGreaterThan(usual.instalments[1]?.total ?? 0n);
  expect(imbalance(await bank.services.ledger.trialBalance())).toBe(0n);
  expect(await bank.services.servicing.verifyProjections()).toBeUndefined();
});
