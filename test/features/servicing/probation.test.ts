import { afterAll, beforeAll, expect, it } from 'vitest';
import { present } from '#core/assert.ts';
import { dateOf } from '#core/calendar.ts';
import { newId } from '#core/ids.ts';
import { imbalance } from '#features/ledger/index.ts';
import type { Act } from '#features/servicing/life/act.ts';
import { dueNow } from '#features/servicing/life/due.ts';
import { newBorrower, openTestBank, type TestBank } from '#test/portal.ts';
import { fundedAccount, lend } from './lender.ts';

let bank: TestBank;
beforeAll(async () => {
  bank = await openTestBank();
});
afterAll(() => bank.close());

const setDay = async (date: string) => {
  const days = bank.database.db.collection<{ _id: string }>('bank');
  await days.updateOne({ _id: 'business-date' }, { $set: { date } }, { upsert: true });
};
const told = async (loanId: string) => present(await bank.services.servicing.tell({ loanId }), 'The loan');

it('a bad loan is not cured by arrears that become principal, but by three instalments paid under the new terms', async () => {
  const { partyId } = await newBorrower(bank);
  const accountId = await fundedAccount(bank, { partyId, amount: 10_000_00n });
  const lent = { partyId, accountId, principal: 6_000_00n, annualRate: '12', instalments: 12 };
  const { _id: loanId } = await lend(bank, { ...lent, disbursedOn: '2025-01-15' });
  const act = async (what: Act) => {
    const order = { key: newId(), actor: 'test', channel: 'staff', loanId, act: what } as const;
    expect(await bank.services.servicing.act(order)).toMatchObject({ ok: true });
    return (await told(loanId)).loan;
  };

  await setDay('2025-06-20');
  const { fallDue } = bank.services.servicing.steps;
  const day = { date: dateOf('2025-06-20'), cursor: undefined, signal: new AbortController().signal };
  await fallDue.run({ ...day, check: () => undefined, progress: () => Promise.resolve(), explain: String });
  const bad = (await told(loanId)).loan;
  expect(bad.arrears.nonPerformingSince).toBe('2025-06-20');
  expect(bad.booked.interestIncome).toBe(0n);

  const fromDueOn = present(
    (await told(loanId)).run.rows.find((row) => !row.known),
    'The next row',
  ).dueOn;
  const changed = await act({ kind: 'restructure', change: { fromDueOn, extraInstalments: 6, capitalise: 'arrears' } });
  expect(changed.arrears).toMatchObject({ since: null, daysPastDue: 0, bucket: 'substandard' });
  expect(changed.arrears.nonPerformingSince).toBe('2025-06-20');
  // The interest that became principal is income only once somebody has paid.
  expect(changed.booked.interestIncome).toBe(0n);
  expect(changed.booked.interestSuspense).toBeLessThan(0n);

  for (const [date, isBad] of [
    ['2025-07-15', true],
    ['2025-08-15', true],
    ['2025-09-15', false],
  ] as const) {
    await setDay(date);
    const shown = dueNow((await told(loanId)).run);
    const paid = await act({ kind: 'payment', from: { accountId }, shown });
    expect([date, paid.arrears.nonPerformingSince !== null]).toEqual([date, isBad]);
  }
  const cured = (await told(loanId)).loan;
  expect(cured.arrears.bucket).toBe('standard');
  expect(cured.booked.interestSuspense).toBe(0n);
  expect(imbalance(await bank.services.ledger.trialBalance())).toBe(0n);
  expect(await bank.services.servicing.verifyProjections()).toBeUndefined();
});
