import { afterAll, beforeAll, expect, it } from 'vitest';
import { present } from '#core/assert.ts';
import { dateOf } from '#core/calendar.ts';
import { newId } from '#core/ids.ts';
import { negate } from '#core/money.ts';
import { hashRequest, imbalance, ownBookId } from '#features/ledger/index.ts';
import { loanAccounts } from '#features/loans/index.ts';
import { newBorrower, openTestBank, type TestBank } from '#test/portal.ts';
import { fundedAccount, lend } from './lender.ts';

let bank: TestBank;
beforeAll(async () => {
  bank = await openTestBank();
});
afterAll(() => bank.close());

it('a loan of an earlier version, an instalment paid early with all its interest, is told anew and stays balanced', async () => {
  const { partyId } = await newBorrower(bank);
  const accountId = await fundedAccount(bank, { partyId, amount: 5_000_00n });
  const today = await bank.platform.bankDay.today();
  const disbursedOn = today.subtract({ days: 10 }).toString();
  const loan = await lend(bank, { partyId, accountId, principal: 6_000_00n, instalments: 12, disbursedOn });
  const row = present(loan.instalments[0], 'The first row');
  const key = newId();
  const paidOn = today.toString();
  const { db } = bank.database;
  const paid = { amount: row.total, principal: row.principal, interest: row.interest, fee: 0n, instalment: 1 };
  const document = {
    _id: key,
    loanId: loan._id,
    partyId,
    number: 2,
    kind: 'payment',
    on: paidOn,
    at: new Date(),
    ...paid,
  };
  const posted = await bank.services.ledger.post({
    key,
    requestHash: hashRequest({ key }),
    kind: 'instalment-payment',
    currency: 'USD',
    effectiveOn: dateOf(paidOn),
    actor: 'test',
    reference: 'as it was',
    postings: [
      { account: accountId, amount: row.total },
      { account: loanAccounts(loan._id).principal, amount: negate(row.principal) },
      { account: ownBookId('interestIncome', 'USD'), amount: negate(row.interest) },
    ],
    companions: [
      { collection: 'loanTransactions', kind: 'insert', document: { ...document, accountId, actor: 'test' } },
    ],
  });
  expect(posted.ok).toBe(true);
  const old = { n: 1, dueOn: row.dueOn, ...paid, total: row.total, balance: row.balance, paidOn, paidBy: key };
  const [terms] = loan.terms;
  const { version, from, principal, annualRate, instalments, frequency, method, dayCount, instalment, firstDueOn } =
    present(terms, 'The terms');
  const rows = [
    old,
    ...loan.instalments.slice(1).map(({ penalty: _penalty, paid: _paid, left: _left, ...rest }) => rest),
  ];
  const kept = {
    version,
    from,
    principal,
    annualRate,
    instalments,
    frequency,
    method,
    dayCount,
    instalment,
    firstDueOn,
  };
  await db
    .collection<{ _id: string }>('loanTransactions')
    .updateMany({ loanId: loan._id }, { $unset: { recordedOn: '', penalty: '', ahead: '', channel: '' } });
  await db.collection<{ _id: string }>('loans').updateOne(
    { _id: loan._id },
    {
      $set: { instalments: rows, terms: [kept], outstandingPrincipal: row.balance, paidInstalments: 1 },
      $unset: { digest: '', arrears: '', booked: '', bookedOn: '', workOn: '', productCode: '' },
    },
  );

  const { migration } = bank.services.servicing;
  await migration.run(bank.database);
  await migration.run(bank.database);
  const told = present(await bank.services.servicing.tell({ loanId: loan._id, partyId }), 'The loan');
  // Paid in full on the day, with the interest of ten days only: the rest of it repays principal.
  expect(told.loan).toMatchObject({ paidInstalments: 1, productCode: 'personal' });
  expect(told.loan.outstandingPrincipal).toBeLessThan(row.balance);
  expect(told.loan.instalments[0]).toMatchObject({ paidOn, paidBy: key, left: 0n });
  expect(told.loan.booked.interestIncome).toBe(negate(told.run.interest.earned));
  expect(await bank.services.servicing.verifyProjections()).toBeUndefined();
  expect(imbalance(await bank.services.ledger.trialBalance())).toBe(0n);
});
