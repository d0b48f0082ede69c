import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rateOf } from '#core/rate.ts';
import { ownBookId } from '#features/ledger/index.ts';
import { loanAccounts } from '#features/loans/index.ts';
import type { ProductVersion } from '#features/products/index.ts';
import { newId } from '#core/ids.ts';
import { moneyOf } from '#core/money.ts';
import { whereStored } from '#test/dump.ts';
import { freeze } from '#test/ledger-builders.ts';
import { openTestBank, type TestBank } from '#test/portal.ts';
import {
  acceptedWithoutMoney,
  approvePayout,
  askForPayout,
  audited,
  bankImbalance,
  checker,
  footprint,
  maker,
  offered,
  payOut,
  putConditions,
  sign,
  signOrder,
  stored,
  lookAtEverything,
} from './underwriting-builders.ts';

let bank: TestBank;
beforeAll(async () => {
  bank = await openTestBank();
});
afterAll(() => bank.close());

const postedFor = (applicationId: string) =>
  bank.database.db
    .collection<{ _id: string }>('journals')
    .countDocuments({ _id: { $regex: `^disbursal:${applicationId}` }, outcome: 'posted' });

const loansOf = (applicationId: string) => bank.database.db.collection('loans').countDocuments({ applicationId });
const balanceOf = async (partyId: string, accountId: string) =>
  (await bank.services.accounts.findOwn(partyId, accountId))?.balance;
const setFile = (id: string, change: object) =>
  bank.database.db.collection<{ _id: string }>('applications').updateOne({ _id: id }, { $set: change });

/** Signed, verified, and asked for. */
async function asked() {
  const file = await acceptedWithoutMoney(bank);
  await lookAtEverything(bank, file);
  const request = await askForPayout(bank, file.application._id);
  if (!request.ok) throw new Error(request.refusal.text);
  return { ...file, request: request.value.request };
}

describe('A payout', () => {
  it('opens the loan with its schedule, its first transaction and its own ledger accounts', async () => {
    const { application, loanId, accountId, partyId, request } = await asked();
    expect(await approvePayout(bank, request)).toEqual({ ok: true, value: 'approved' });
    const loan = await bank.services.servicing.findOwn(partyId, loanId);
    const today = (await bank.platform.bankDay.today()).toString();
    expect(loan).toMatchObject({
      ...{ state: 'active', version: 1, principal: 1_500_000n, fee: 15_000n, disbursedOn: today },
      ...{ applicationId: application._id, outstandingPrincipal: 1_500_000n, paidInstalments: 0 },
    });
    expect(loan?.number).toMatch(/^L-\d{4}-\d{4}$/);
    expect(loan?.instalments).toHaveLength(24);
    expect(loan?.instalments.at(-1)?.balance).toBe(0n);
    const transaction = await bank.database.db.collection('loanTransactions').findOne({ loanId });
    expect(transaction).toMatchObject({
      number: 1,
      kind: 'disbursal',
      amount: 1_485_000n,
      accountId,
      actor: checker.userId,
    });
    const balances = await bank.services.ledger.balances([loanAccounts(loanId).principal, accountId]);
    expect([...balances.values()].map((one) => one.balance).sort()).toEqual([1_485_000n, 1_500_000n]);
    expect(await audited(bank, loanId)).toEqual(['loan-disbursed']);
    const now = await stored(bank, application._id);
    expect(now).toMatchObject({
      state: 'disbursed',
      tranches: [{ n: 1, paid: { key: `disbursal:${application._id}` } }],
    });
    expect(await bankImbalance(bank)).toBe(0n);
  });

  it('happens once: ten approvals at the same time give one journal and one loan', async () => {
    const { application, accountId, partyId, request } = await asked();
    const tries = Array.from({ length: 10 }, () =>
      bank.services.approvals.approve({ id: request, version: 1, checker }),
    );
    const outcomes = await Promise.all(tries);
    expect(outcomes.some(({ ok }) => ok)).toBe(true);
    expect(await postedFor(application._id)).toBe(1);
    expect(await loansOf(application._id)).toBe(1);
    expect(await balanceOf(partyId, accountId)).toBe(1_485_000n);
    expect(await bankImbalance(bank)).toBe(0n);
  });

  it('is not approved by whoever asked, nor by the borrower, nor by a role without the right', async () => {
    const { application, partyId, request } = await asked();
    const both = { ...maker, roles: ['officer', 'finance'] as const };
    expect(await approvePayout(bank, request, both)).toMatchObject({ refusal: { code: 'own-request' } });
    expect(await approvePayout(bank, request, { ...checker, partyId: partyId })).toMatchObject({
      refusal: { code: 'own-file' },
    });
    const officer = { ...maker, userId: 'officer-9' };
    expect(await approvePayout(bank, request, officer)).toMatchObject({ refusal: { code: 'not-allowed' } });
    expect((await stored(bank, application._id)).state).toBe('accepted');
    expect(await postedFor(application._id)).toBe(0);
  });

  it('is not asked for before the offer is signed, twice, for another amount, or on one’s own file', async () => {
    const open = await offered(bank);
    await expect(askForPayout(bank, open.application._id)).resolves.toMatchObject({ ok: false });
    const { application, partyId } = await asked();
    expect(await askForPayout(bank, application._id)).toMatchObject({ refusal: { status: 409 } });
    const { version } = await stored(bank, application._id);
    const order = { key: newId(), actor: maker, applicationId: application._id, version, n: 1, reason: 'All' };
    expect(await bank.services.payouts.ask({ ...order, amount: moneyOf(1n) })).toMatchObject({ ok: false });
    const own = { ...order, actor: { ...maker, partyId: partyId as never }, amount: moneyOf(1_500_000n) };
    expect(await bank.services.payouts.ask(own)).toMatchObject({
      refusal: { text: expect.stringContaining('your own loan') as string },
    });
  });
});

describe('What a payout waits for', () => {
  it('is the identity of the borrower', async () => {
    const file = await acceptedWithoutMoney(bank);
    const refused = await askForPayout(bank, file.application._id);
    expect(refused).toMatchObject({ refusal: { status: 409, text: expect.stringContaining('dentity') as string } });
    expect(await loansOf(file.application._id)).toBe(0);
  });

  it('is every condition, met by one officer with a note that lies sealed; the borrower sees what is missing', async () => {
    const file = await acceptedWithoutMoney(bank);
    const { _id: applicationId } = file.application;
    await lookAtEverything(bank, file);
    const [conditionId = ''] = await putConditions(bank, applicationId, ['Insure the home']);
    expect(await askForPayout(bank, applicationId)).toMatchObject({
      refusal: { text: expect.stringContaining('Insure the home') as string },
    });
    const review = await bank.services.underwriting.findOffer(file.partyId, applicationId);
    expect(review?.missing.map(({ borrower }) => borrower)).toEqual(['We wait for this: Insure the home']);
    const { version } = await stored(bank, applicationId);
    const order = { actor: maker, applicationId, version, conditionId, note: 'Canary note on a condition' };
    expect(await bank.services.payouts.meet({ ...order, actor: { ...maker, partyId: file.partyId } })).toMatchObject({
      ok: false,
    });
    expect(await bank.services.payouts.meet({ ...order, version: version - 1 })).toMatchObject({ ok: false });
    expect(await bank.services.payouts.meet(order)).toMatchObject({ ok: true });
    expect(await bank.services.payouts.meet(order)).toMatchObject({ ok: true });
    const { notes } = await bank.services.payouts.file(applicationId, maker);
    expect(notes.get(conditionId)).toBe('Canary note on a condition');
    expect(await whereStored(bank.database.db, ['Canary note on a condition'])).toEqual([]);
    expect(await payOut(bank, file)).toMatchObject({ ok: true });
  });

  it('is looked at again when it is approved: a condition that came meanwhile refuses it, and nothing moved', async () => {
    const { application, request } = await asked();
    await putConditions(bank, application._id, ['Sign the deed']);
    expect(await approvePayout(bank, request)).toMatchObject({
      refusal: { code: 'not-possible', message: expect.stringContaining('Sign the deed') as string },
    });
    expect(await postedFor(application._id)).toBe(0);
    await setFile(application._id, { conditions: [] });
    expect(await approvePayout(bank, request)).toMatchObject({ ok: true });
  });
});

describe('A loan in parts', () => {
  const plan = [
    { amount: moneyOf(900_000n), stage: '' },
    { amount: moneyOf(600_000n), stage: 'The roof is on' },
  ];
  let parts: TestBank;
  beforeAll(async () => {
    parts = await openTestBank();
    // Before anybody reads the product, which is kept once it is read.
    await parts.database.db
      .collection('productVersions')
      .updateMany({ code: 'personal' }, { $set: { mostTranches: 3 } });
  });
  afterAll(() => parts.close());

  async function planned() {
    const file = await offered(parts);
    const order = { actor: maker, applicationId: file.application._id, version: file.application.version, parts: plan };
    const kept = await parts.services.payouts.plan(order);
    if (!kept.ok) throw new Error(kept.refusal.text);
    return { ...file, application: kept.value };
  }

  it('is planned before it is signed: the papers change with it, and a wrong plan is refused', async () => {
    const file = await offered(parts);
    const before = await signOrder(parts, file);
    const { _id: applicationId, version } = file.application;
    const order = { actor: maker, applicationId, version };
    const wrong = [
      [{ amount: moneyOf(900_000n), stage: '' }],
      [...plan, ...plan],
      [plan[0] ?? { amount: moneyOf(1n), stage: '' }, { amount: moneyOf(600_000n), stage: '' }],
      [
        { amount: moneyOf(15_000n), stage: '' },
        { amount: moneyOf(1_485_000n), stage: 'Then' },
      ],
    ];
    for (const each of wrong)
      expect(await parts.services.payouts.plan({ ...order, parts: each })).toMatchObject({ refusal: { status: 422 } });
    expect(await parts.services.payouts.plan({ ...order, parts: plan })).toMatchObject({ ok: true });
    // What was shown before the plan is not what would be signed now.
    expect(await parts.services.underwriting.acceptOffer(before)).toMatchObject({
      refusal: { code: 'documents-changed' },
    });
    const { version: now } = await signOrder(parts, file);
    expect(await parts.services.underwriting.acceptOffer({ ...before, version: now })).toMatchObject({
      refusal: { code: 'documents-changed' },
    });
    await sign(parts, file);
    expect(await parts.services.payouts.plan({ ...order, version: now + 1, parts: plan })).toMatchObject({ ok: false });
  });

  it('pays the second part once, however often it is approved at once, and ends paid out', async () => {
    const file = await planned();
    const { loanId } = await sign(parts, file);
    expect(await payOut(parts, file)).toMatchObject({ ok: true });
    const [account] = await parts.services.accounts.listOwn(file.partyId);
    expect(account?.balance).toBe(885_000n);
    expect((await stored(parts, file.application._id)).state).toBe('part-disbursed');
    const second = await askForPayout(parts, file.application._id);
    if (!second.ok) throw new Error(second.refusal.text);
    const tries = Array.from({ length: 6 }, () =>
      parts.services.approvals.approve({ id: second.value.request, version: 1, checker }),
    );
    expect((await Promise.all(tries)).some(({ ok }) => ok)).toBe(true);
    const now = await stored(parts, file.application._id);
    expect(now).toMatchObject({
      state: 'disbursed',
      tranches: [{ n: 1 }, { n: 2, paid: { key: `advance:${file.application._id}:2` } }],
    });
    expect((await parts.services.accounts.listOwn(file.partyId))[0]?.balance).toBe(1_485_000n);
    const loan = await parts.services.servicing.findOwn(file.partyId, loanId);
    expect(loan).toMatchObject({ principal: 1_500_000n, outstandingPrincipal: 1_500_000n, fee: 15_000n });
    expect(await parts.services.servicing.verifyProjections()).toBeUndefined();
    expect(await bankImbalance(parts)).toBe(0n);
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
    const file = await acceptedWithoutMoney(taxed);
    const { loanId, partyId } = file;
    expect(await payOut(taxed, file)).toMatchObject({ ok: true });
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
  it('leaves the offer accepted, without a loan, says why, and is paid out once after the reason is gone', async () => {
    const { application, accountId, partyId, request } = await asked();
    await freeze(bank, accountId, 'full');
    expect(await approvePayout(bank, request)).toMatchObject({ refusal: { code: 'not-possible' } });
    expect((await stored(bank, application._id)).state).toBe('accepted');
    expect(await loansOf(application._id)).toBe(0);
    expect((await bank.services.payouts.file(application._id, maker)).lastRefusal?.code).toBe('frozen');
    expect(await approvePayout(bank, request)).toMatchObject({ refusal: { code: 'not-possible' } });
    await freeze(bank, accountId, 'none');
    expect(await approvePayout(bank, request)).toMatchObject({ ok: true });
    expect(await postedFor(application._id)).toBe(1);
    expect(await balanceOf(partyId, accountId)).toBe(1_485_000n);
    expect(await bankImbalance(bank)).toBe(0n);
  });
});

describe('Rows of an earlier version', () => {
  it('that would have paid out by themselves are delivered and move nothing', async () => {
    const { application } = await acceptedWithoutMoney(bank);
    const { platform } = bank;
    const row = platform.outbox.row({ topic: 'disburse', payload: { applicationId: application._id } });
    if (row.kind === 'insert') await bank.database.db.collection('outbox').insertOne({ ...row.document } as never);
    const before = await footprint(bank);
    await platform.outbox.drain();
    expect((await footprint(bank)).slice(0, 5)).toEqual(before.slice(0, 5));
  });
});
