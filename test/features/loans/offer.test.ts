import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOffers } from '#features/loans/offer/offer.service.ts';
import { freeze } from '#test/ledger-builders.ts';
import { openTestBank, type TestBank } from '#test/portal.ts';
import { audited, bankImbalance, footprint, offered, openAccount, promised, stored } from './underwriting-builders.ts';

let bank: TestBank;
beforeAll(async () => {
  bank = await openTestBank();
});
afterAll(() => bank.close());

const underwriting = () => bank.services.underwriting;
type File = Awaited<ReturnType<typeof offered>>;
const orderOf = (file: File) => ({
  ...file.who,
  applicationId: file.application._id,
  version: file.application.version,
});
/** The offer's last day is put into the past, as if the days had gone by. */
const endOffer = (file: File) =>
  bank.database.db
    .collection<{ _id: string }>('applications')
    .updateOne({ _id: file.application._id }, { $set: { 'offer.validUntil': '2020-01-01' } });

describe('Accepting an offer', () => {
  it('pays the amount less the fee into the chosen account at once', async () => {
    const file = await offered(bank);
    const accountId = await openAccount(bank, file.partyId);
    const accepted = await underwriting().acceptOffer({ ...orderOf(file), accountId });
    expect(accepted).toMatchObject({ ok: true, value: { paidOut: true } });
    const application = await stored(bank, file.application._id);
    expect(application).toMatchObject({ state: 'disbursed', payoutAccountId: accountId });
    expect(application.answeredAt).toBeInstanceOf(Date);
    const account = await bank.services.accounts.findOwn(file.partyId, accountId);
    expect(account?.balance).toBe(1_485_000n);
    expect(await bankImbalance(bank)).toBe(0n);
    expect(await audited(bank, file.application._id)).toContain('offer-accepted');
    expect(await promised(bank, file.partyId)).toContain('Your loan is paid out');
  });

  it('opens a current account for a borrower who has none', async () => {
    const file = await offered(bank);
    const accepted = await underwriting().acceptOffer(orderOf(file));
    expect(accepted).toMatchObject({ ok: true, value: { paidOut: true } });
    const accounts = await bank.services.accounts.listOwn(file.partyId);
    expect(accounts).toMatchObject([{ name: 'Current account', balance: 1_485_000n }]);
  });

  it('gives one loan and one account however often the button is pressed at once', async () => {
    const file = await offered(bank);
    const presses = Array.from({ length: 8 }, () => underwriting().acceptOffer(orderOf(file)));
    const outcomes = await Promise.all(presses);
    const loans = outcomes.map((outcome) => (outcome.ok ? outcome.value.loanId : 'refused'));
    expect(new Set(loans).size).toBe(1);
    expect(loans[0]).not.toBe('refused');
    expect(await bank.services.accounts.listOwn(file.partyId)).toMatchObject([{ balance: 1_485_000n }]);
    const { db } = bank.database;
    expect(await db.collection('loans').countDocuments({ applicationId: file.application._id })).toBe(1);
    expect(await bankImbalance(bank)).toBe(0n);
  });

  it('is paid out by the outbox where the process dies before the money moves, once', async () => {
    const file = await offered(bank);
    const dying = () => Promise.reject(new Error('The process died'));
    const disbursal = { disburse: dying, disburseAgain: dying, lastRefusal: dying };
    const dyingOffers = createOffers(bank.platform, { ...bank.services, disbursal });
    await expect(dyingOffers.acceptOffer(orderOf(file))).rejects.toThrow('The process died');
    expect((await stored(bank, file.application._id)).state).toBe('accepted');
    await bank.platform.outbox.drain();
    expect((await stored(bank, file.application._id)).state).toBe('disbursed');
    expect(await underwriting().acceptOffer(orderOf(file))).toMatchObject({ ok: true, value: { paidOut: true } });
    await bank.platform.outbox.drain();
    expect(await bank.services.accounts.listOwn(file.partyId)).toMatchObject([{ balance: 1_485_000n }]);
    const { db } = bank.database;
    expect(await db.collection('loans').countDocuments({ applicationId: file.application._id })).toBe(1);
    expect(await bankImbalance(bank)).toBe(0n);
  });

  it('leaves nothing for the outbox to do again where the money moved at once, or the ledger refused', async () => {
    const paid = await offered(bank);
    await underwriting().acceptOffer(orderOf(paid));
    const refused = await offered(bank);
    const accountId = await openAccount(bank, refused.partyId);
    await freeze(bank, accountId, 'full');
    await underwriting().acceptOffer({ ...orderOf(refused), accountId });
    await bank.platform.outbox.drain();
    const ids = [paid.application._id, refused.application._id];
    const rows = await bank.database.db
      .collection('outbox')
      .find({ topic: 'disburse', 'payload.applicationId': { $in: ids } })
      .toArray();
    expect(rows.map((row) => row.state as string)).toEqual(['done', 'done']);
    const loans = bank.database.db.collection('loans');
    expect(await loans.countDocuments({ applicationId: { $in: ids } })).toBe(1);
  });

  it('asks for an account where there are some, and takes nobody else’s', async () => {
    const file = await offered(bank);
    await openAccount(bank, file.partyId);
    const stranger = await offered(bank);
    const foreign = await openAccount(bank, stranger.partyId);
    const before = await footprint(bank);
    expect(await underwriting().acceptOffer(orderOf(file))).toMatchObject({ refusal: { code: 'choose-account' } });
    expect(await underwriting().acceptOffer({ ...orderOf(file), accountId: foreign })).toMatchObject({
      refusal: { code: 'not-your-account' },
    });
    expect(await footprint(bank)).toEqual(before);
  });

  it('is not found for anybody else', async () => {
    const file = await offered(bank);
    const stranger = await offered(bank);
    const order = { ...orderOf(file), partyId: stranger.partyId };
    await expect(underwriting().acceptOffer(order)).rejects.toMatchObject({ kind: 'not-found' });
    await expect(underwriting().declineOffer(order)).rejects.toMatchObject({ kind: 'not-found' });
    expect(await underwriting().findOffer(stranger.partyId, file.application._id)).toBeUndefined();
    expect((await stored(bank, file.application._id)).state).toBe('offered');
  });

  it('is a conflict where the offer is not the one that was shown', async () => {
    const file = await offered(bank);
    const order = { ...orderOf(file), version: file.application.version - 1 };
    await expect(underwriting().acceptOffer(order)).rejects.toMatchObject({ kind: 'conflict' });
    expect(await bank.services.accounts.listOwn(file.partyId)).toEqual([]);
  });
});

describe('Declining an offer', () => {
  it('ends it, and it cannot be accepted any more', async () => {
    const file = await offered(bank);
    expect(await underwriting().declineOffer(orderOf(file))).toMatchObject({ ok: true });
    expect((await stored(bank, file.application._id)).state).toBe('declined');
    const accepted = await underwriting().acceptOffer(orderOf(file));
    expect(accepted).toMatchObject({ refusal: { code: 'not-open', state: 'declined' } });
    expect(await bank.services.accounts.listOwn(file.partyId)).toEqual([]);
  });

  it('is not possible after the offer was accepted', async () => {
    const file = await offered(bank);
    await underwriting().acceptOffer(orderOf(file));
    expect(await underwriting().declineOffer(orderOf(file))).toMatchObject({ refusal: { code: 'not-open' } });
    expect((await stored(bank, file.application._id)).state).toBe('disbursed');
  });
});

describe('An offer past its last day', () => {
  it('is refused and ended, and no money moves', async () => {
    const file = await offered(bank);
    await endOffer(file);
    expect((await underwriting().findOffer(file.partyId, file.application._id))?.expired).toBe(true);
    expect(await underwriting().acceptOffer(orderOf(file))).toMatchObject({ refusal: { code: 'expired' } });
    expect((await stored(bank, file.application._id)).state).toBe('expired');
    expect(await bank.services.accounts.listOwn(file.partyId)).toEqual([]);
    expect(await promised(bank, file.partyId)).toContain('Your offer has expired');
    expect(await underwriting().acceptOffer(orderOf(file))).toMatchObject({ refusal: { code: 'expired' } });
  });

  it('is ended by the day, and one that still stands is not', async () => {
    const late = await offered(bank);
    const standing = await offered(bank);
    await endOffer(late);
    const today = await bank.platform.bankDay.today();
    expect(await underwriting().expireOffers(today)).toBe(1);
    expect(await underwriting().expireOffers(today)).toBe(0);
    expect((await stored(bank, late.application._id)).state).toBe('expired');
    expect((await stored(bank, standing.application._id)).state).toBe('offered');
    expect(await audited(bank, late.application._id)).toContain('offer-expired');
  });
});
