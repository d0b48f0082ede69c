import { afterAll, beforeAll, expect, it } from 'vitest';
import { present } from '#core/assert.ts';
import { newId } from '#core/ids.ts';
import { plus } from '#core/money.ts';
import { imbalance } from '#features/ledger/index.ts';
import type { ProductVersion } from '#features/products/index.ts';
import { newBorrower, openTestBank, type TestBank } from '#test/portal.ts';
import { fundedAccount, lend } from './lender.ts';

let bank: TestBank;
beforeAll(async () => {
  bank = await openTestBank();
  const days = bank.database.db.collection<{ _id: string }>('bank');
  await days.updateOne({ _id: 'business-date' }, { $set: { date: '2025-03-20' } }, { upsert: true });
});
afterAll(() => bank.close());

const told = async (loanId: string) => present(await bank.services.servicing.tell({ loanId }), 'The loan');

it.each<[string, Partial<ProductVersion>]>([
  ['equal instalments', {}],
  ['equal principal', { method: 'equal-principal' }],
  ['flat interest', { method: 'flat' }],
  ['a bullet', { method: 'bullet' }],
  ['a grace without interest', { grace: { principalInstalments: 0, interestInstalments: 2 } }],
])(
  'with %s a payment of all that is owed, a fee that was just charged included, ends the loan',
  async (_what, product) => {
    const { partyId } = await newBorrower(bank);
    const accountId = await fundedAccount(bank, { partyId, amount: 10_000_00n });
    const lent = { partyId, accountId, principal: 6_000_00n, instalments: 12, disbursedOn: '2025-03-03' };
    const { _id: loanId } = await lend(bank, { ...lent, product });
    const common = { actor: 'test', channel: 'staff', loanId } as const;
    const charge = {
      kind: 'charge',
      code: 'other',
      amount: plus((await told(loanId)).loan.fee, 25_00n as never),
    } as const;
    const fee = { ...charge, tax: (await told(loanId)).loan.fee };
    expect(await bank.services.servicing.act({ ...common, key: newId(), act: fee })).toMatchObject({ ok: true });

    const { total } = (await told(loanId)).run.payoff;
    const act = { kind: 'payment', from: { accountId }, amount: total } as const;
    expect(await bank.services.servicing.act({ ...common, key: newId(), act })).toMatchObject({ ok: true });
    const { loan, transactions } = await told(loanId);
    expect(loan).toMatchObject({ state: 'closed', outstandingPrincipal: 0n });
    expect(loan.booked).toMatchObject({ principal: 0n, interest: 0n, fees: 0n, overpaid: 0n });
    expect(transactions.map(({ kind }) => kind)).toEqual(['disbursal', 'charge', 'payoff']);
    expect(imbalance(await bank.services.ledger.trialBalance())).toBe(0n);
    expect(await bank.services.servicing.verifyProjections()).toBeUndefined();
  },
);
