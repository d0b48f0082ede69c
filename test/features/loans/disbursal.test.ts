import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rateOf } from '#core/rate.ts';
import { ownBookId } from '#features/ledger/index.ts';
import { loanAccounts } from '#features/loans/index.ts';
import type { ProductVersion } from '#features/products/index.ts';
import { freeze } from '#test/ledger-builders.ts';
import { openTestBank, type TestBank } from '#test/portal.ts';
import {
  acceptedWithoutMoney,
  audited,
  bankImbalance,
  footprint,
  offered,
  officer,
  openAccount,
  stored,
} from './underwriting-builders.ts';

let bank: TestBank;
beforeAll(async () => {
  bank = await openTestBank();
});
afterAll(() => bank.close());

const underwriting = () => bank.services.underwriting;
const postedFor = (applicationId: string) =>
  bank.database.db
    .collection<{ _id: string }>('journals')
    .countDocuments({ _id: { $regex: `^disbursal:${applicationId}` }, outcome: 'posted' });

/** Accepted while the account that is paid into was frozen, so that the ledger refused. */
async function stoppedPayout() {
  const file = await offered(bank);
  const accountId = await openAccount(bank, file.partyId);
  await freeze(bank, accountId, 'full');
  const { _id: applicationId, version } = file.application;
  const accepted = await underwriting().acceptOffer({ ...file.who, applicationId, version, accountId });
  return { ...file, accountId, accepted };
}

describe('A disbursal', () => {
  it('opens the loan with its schedule, its first transaction and its own ledger accounts', async () => {
    const { application, loanId, accountId, partyId } = await acceptedWithoutMoney(bank);
    expect(await underwriting().disburse(application._id)).toEqual({ ok: true, value: { loanId } });
    const loan = await bank.services.servicing.findOwn(partyId, loanId);
    const today = (await bank.platform.bankDay.today()).toString();
    expect(loan).toMatchObject({
      state: 'active',
      version: 1,
      principal: 1_500_000n,
      fee: 15_000n,
      disbursedOn: today,
      applicationId: application._id,
      outstandingPrincipal: 1_500_000n,
      paidInstalments: 0,
    });
    expect(loan?.number).toMatch(/^L-\d{4}-\d{4}$/);
    expect(loan?.instalments).toHaveLength(24);
    expect(loan?.instalments.at(-1)?.balance).toBe(0n);
    expect(loan?.nextDueOn).toBe(loan?.instalments[0]?.dueOn);
    const transaction = await bank.database.db.collection('loanTransactions').findOne({ loanId });
    expect(transaction).toMatchObject({ number: 1, kind: 'disbursal', amount: 1_485_000n, accountId });
    const balances = await bank.services.ledger.balances([loanAccounts(loanId).principal, accountId]);
    expect([...balances.values()].map((one) => one.balance).sort()).toEqual([1_485_000n, 1_500_000n]);
    expect(await audited(bank, loanId)).toEqual(['loan-disbursed']);
    expect(await bankImbalance(bank)).toBe(0n);
  });

  it('happens once: ten at the same time give one journal and one loan', async () => {
    const { application, loanId, accountId, partyId } = await acceptedWithoutMoney(bank);
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => underwriting().disburse(application._id)));
    expect(outcomes).toEqual(Array.from({ length: 10 }, () => ({ ok: true, value: { loanId } })));
    expect(await postedFor(application._id)).toBe(1);
    const { db } = bank.database;
    expect(await db.collection('loans').countDocuments({ applicationId: application._id })).toBe(1);
    expect(await db.collection('loanTransactions').countDocuments({ loanId })).toBe(1);
    expect((await bank.services.accounts.findOwn(partyId, accountId))?.balance).toBe(1_485_000n);
    expect(await bankImbalance(bank)).toBe(0n);
  });

  it('changes nothing when it is asked for again, or before the offer is accepted', async () => {
    const paid = await acceptedWithoutMoney(bank);
    await underwriting().disburse(paid.application._id);
    const open = await offered(bank);
    const before = await footprint(bank);
    expect(await underwriting().disburse(paid.application._id)).toMatchObject({ ok: true });
    expect(await underwriting().disburse(open.application._id)).toEqual({
      ok: false,
      refusal: { code: 'not-accepted' },
    });
    expect(await footprint(bank)).toEqual(before);
  });
});

describe('The tax in a fee', () => {
  let taxed: TestBank;
  beforeAll(async () => {
    taxed = await openTestBank();
    // Before anybody reads the product, which is kept once it is read.
    const products = taxed.database.db.collection<ProductVersion>('productVersions');
    await products.updateMany({ code: 'personal' }, { $set: { 'fees.$[].taxPercent': rateOf('18') } });
  });
  afterAll(() => taxed.close());

  it('is owed to the state from the disbursal on and never income', async () => {
    const { services } = taxed;
    const { application, loanId, partyId } = await acceptedWithoutMoney(taxed);
    expect(await services.underwriting.disburse(application._id)).toMatchObject({ ok: true });
    const loan = await services.servicing.findOwn(partyId, loanId);
    expect(loan?.fee).toBe(17_700n);
    expect(loan?.booked).toMatchObject({ feeIncome: -15_000n, taxPayable: -2_700n });
    const books = [ownBookId('feeIncome', 'USD'), ownBookId('taxPayable', 'USD')];
    const balances = await services.ledger.balances(books);
    expect(books.map((id) => balances.get(id)?.balance)).toEqual([15_000n, 2_700n]);
    const { transactions } = await services.servicing.transactions({ loanId }, { page: 1, size: 5 });
    expect(transactions).toMatchObject([{ number: 1, fee: 17_700n, tax: 2_700n }]);
    expect(await services.servicing.verifyProjections()).toBeUndefined();
    expect(await bankImbalance(taxed)).toBe(0n);
  });
});

describe('A payout that the ledger refuses', () => {
  it('leaves the offer accepted, without a loan, and says why to the officer', async () => {
    const { application, accepted } = await stoppedPayout();
    expect(accepted).toMatchObject({ ok: true, value: { paidOut: false } });
    expect((await stored(bank, application._id)).state).toBe('accepted');
    expect(await bank.database.db.collection('loans').countDocuments({ applicationId: application._id })).toBe(0);
    const review = await underwriting().findForReview(application._id, officer);
    expect(review?.payoutRefusal?.code).toBe('frozen');
    const queue = await underwriting().queue({ page: 1, size: 30, state: 'accepted' });
    expect(queue.entries.map((entry) => entry.applicationId)).toContain(application._id);
    expect(await bankImbalance(bank)).toBe(0n);
  });

  it('is refused again while the reason stands, and paid out once after it is gone', async () => {
    const { application, accountId, partyId } = await stoppedPayout();
    const order = { actor: officer, applicationId: application._id };
    expect(await underwriting().retryDisbursal(order)).toMatchObject({ refusal: { code: 'ledger-refused' } });
    await freeze(bank, accountId, 'none');
    expect(await underwriting().disburse(application._id)).toMatchObject({ refusal: { code: 'ledger-refused' } });
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => underwriting().retryDisbursal(order)));
    expect(outcomes.every((outcome) => outcome.ok)).toBe(true);
    expect(await postedFor(application._id)).toBe(1);
    expect((await bank.services.accounts.findOwn(partyId, accountId))?.balance).toBe(1_485_000n);
    expect((await stored(bank, application._id)).state).toBe('disbursed');
    expect(await bankImbalance(bank)).toBe(0n);
  });

  it('is not paid out again by the borrower themselves', async () => {
    const { application, accountId, partyId } = await stoppedPayout();
    await freeze(bank, accountId, 'none');
    const order = { actor: { userId: 'officer-2', partyId }, applicationId: application._id };
    expect(await underwriting().retryDisbursal(order)).toEqual({ ok: false, refusal: { code: 'own-application' } });
    expect((await stored(bank, application._id)).state).toBe('accepted');
  });
});
