import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { present } from '#core/assert.ts';
import { newId } from '#core/ids.ts';
import { minus, moneyOf, negate } from '#core/money.ts';
import { rateOf } from '#core/rate.ts';
import { loanAccounts } from '#features/loans/index.ts';
import type { ProductFee } from '#features/products/index.ts';
import type { Act } from '#features/servicing/life/act.ts';
import { dueNow } from '#features/servicing/life/due.ts';
import { newBorrower, openTestBank, type TestBank } from '#test/portal.ts';
import { isTrue, onDay, runStep } from './autopay/autopay-story.ts';
import { fundedAccount, lend } from './lender.ts';

let bank: TestBank;
beforeAll(async () => {
  bank = await openTestBank();
});
afterAll(() => bank.close());

const insurance: ProductFee = {
  code: 'insurance',
  when: 'instalment',
  taxPercent: rateOf('18'),
  amount: moneyOf(250n),
};

async function borrowed(fees: ProductFee[]) {
  await onDay(bank, '2025-01-15');
  const { partyId } = await newBorrower(bank);
  const accountId = await fundedAccount(bank, { partyId, amount: 20_000_00n });
  const terms = { principal: 6_000_00n, annualRate: '12', instalments: 12, disbursedOn: '2025-01-15' };
  const loan = await lend(bank, { partyId, accountId, ...terms, product: { fees } });
  return { partyId, accountId, loanId: loan._id };
}

type Story = Awaited<ReturnType<typeof borrowed>>;

async function told({ loanId }: Story) {
  return present(await bank.services.servicing.tell({ loanId }), 'The loan');
}

async function act({ loanId }: Story, what: Act) {
  const order = { key: newId(), actor: 'test', channel: 'staff', loanId, act: what } as const;
  expect(await bank.services.servicing.act(order)).toMatchObject({ ok: true });
}

async function payOn(story: Story, date: string) {
  await onDay(bank, date);
  const { run } = await told(story);
  await act(story, { kind: 'payment', from: { accountId: story.accountId }, shown: dueNow(run) });
}

describe('The tax in what instalments ask for as a fee', () => {
  it('is payable as it falls due, and the rest is income, to the cent', async () => {
    const story = await borrowed([insurance]);
    // 2.50 and 18 % of it.
    expect((await told(story)).loan.terms[0]?.feeTax).toEqual({ tax: 12n * 45n, of: 12n * 295n });
    await payOn(story, '2025-02-15');
    expect((await told(story)).loan.booked).toMatchObject({ feeIncome: -250n, taxPayable: -45n, fees: 0n });
    await onDay(bank, '2025-03-15');
    await runStep(bank.services.servicing.steps.fallDue, '2025-03-15');
    expect((await told(story)).loan.booked).toMatchObject({ feeIncome: -500n, taxPayable: -90n, fees: 295n });
    // A charge has its own tax, and what is let go is not income; its tax stays payable, as that of a charge does.
    await act(story, { kind: 'charge', code: 'other', amount: moneyOf(1_180n), tax: moneyOf(180n) });
    expect((await told(story)).loan.booked).toMatchObject({ feeIncome: -1_500n, taxPayable: -270n, fees: 1_475n });
    await act(story, { kind: 'waiver', part: 'fee', amount: moneyOf(295n) });
    expect((await told(story)).loan.booked).toMatchObject({ feeIncome: -1_205n, taxPayable: -270n, fees: 1_180n });
    await isTrue(bank);
    const fees = await bank.services.ledger.balances([loanAccounts(story.loanId).fees]);
    expect([...fees.values()].map(({ balance }) => balance)).toEqual([1_180n]);
  });

  it('is the share of the whole schedule where a fee is a percentage', async () => {
    const percent = { code: 'insurance', when: 'instalment', percent: rateOf('1'), percentOf: 'instalment' } as const;
    const story = await borrowed([{ ...percent, taxPercent: rateOf('18') }]);
    const { tax, of } = present((await told(story)).loan.terms[0]?.feeTax, 'The tax');
    for (let month = 2; month <= 13; month += 1) {
      const date = Temporal.PlainDate.from('2025-01-15').add({ months: month - 1 });
      await payOn(story, date.toString());
    }
    const { loan } = await told(story);
    expect(loan.state).toBe('closed');
    expect(loan.booked).toMatchObject({ taxPayable: negate(tax), feeIncome: minus(tax, of) });
    await isTrue(bank);
  });

  it('is nothing of a fee without tax', async () => {
    const story = await borrowed([{ ...insurance, taxPercent: rateOf('0') }]);
    expect((await told(story)).loan.terms[0]).not.toHaveProperty('feeTax');
    await payOn(story, '2025-02-15');
    expect((await told(story)).loan.booked).toMatchObject({ feeIncome: -250n, taxPayable: 0n });
  });
});
