import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { moneyOf } from '#core/money.ts';
import { rateOf } from '#core/rate.ts';
import { openTestBank, type TestBank } from '#test/portal.ts';
import { newDraft } from './application-builders.ts';
import { approvedTerms, audited, footprint, officer, promised, stored, submitted } from './underwriting-builders.ts';

let bank: TestBank;
beforeAll(async () => {
  bank = await openTestBank();
});
afterAll(() => bank.close());

const underwriting = () => bank.services.underwriting;
const orderOf = (file: { application: { _id: string; version: number } }) => ({
  actor: officer,
  applicationId: file.application._id,
  version: file.application.version,
});

describe('A file under review', () => {
  it('is none while the borrower still answers', async () => {
    const draft = await newDraft(bank);
    expect(await underwriting().findForReview(draft.application._id, officer)).toBeUndefined();
  });

  it('opens the answers and sets the figures', async () => {
    const file = await submitted(bank, 'home');
    const review = await underwriting().findForReview(file.application._id, officer);
    expect(review?.sections.map((one) => one.section)).toEqual([
      'personal',
      'employment',
      'obligations',
      'bank',
      'property',
      'terms',
    ]);
    expect(review?.affordability).toMatchObject({ income: 999_999n, obligations: 67_891n });
    expect(review?.affordability?.loanToValue).toMatchObject({ percent: '44.9', within: true });
    expect(review?.decidable.ok).toBe(true);
  });
});

describe('Approving', () => {
  it('makes an offer of the terms, valid for 14 days, tells the borrower and seals the note', async () => {
    const file = await submitted(bank);
    const approved = await underwriting().approve({ ...orderOf(file), ...approvedTerms, note: 'Canary officer note' });
    expect(approved.ok).toBe(true);
    const application = await stored(bank, file.application._id);
    const today = await bank.platform.bankDay.today();
    const { note: _note, ...lent } = approvedTerms;
    expect(application).toMatchObject({
      state: 'offered',
      version: file.application.version + 1,
      offer: { ...lent, fee: 15_000n, validUntil: today.add({ days: 14 }).toString() },
      decision: { by: 'officer-1', outcome: 'approved', reason: null },
    });
    expect(JSON.stringify(application.decision)).not.toContain('Canary');
    expect((await underwriting().findForReview(file.application._id, officer))?.note).toBe('Canary officer note');
    expect(await promised(bank, file.partyId)).toContain('Your offer is ready');
    expect(await audited(bank, file.application._id)).toContain('application-approved');
  });

  it.each([
    ['an amount', { amount: moneyOf(5_000_001n) }, 'amount-outside'],
    ['a term', { instalments: 61 }, 'instalments-outside'],
    ['a rate', { annualRate: rateOf('23.9') }, 'rate-outside'],
  ])('refuses %s outside the product and changes nothing', async (_what, change, code) => {
    const file = await submitted(bank);
    const before = await footprint(bank);
    const approved = await underwriting().approve({ ...orderOf(file), ...approvedTerms, ...change });
    expect(approved).toMatchObject({ ok: false, refusal: { code } });
    expect(await footprint(bank)).toEqual(before);
  });

  it('is refused on one’s own application, and nothing changes', async () => {
    const file = await submitted(bank);
    const self = { userId: 'officer-2', partyId: file.partyId };
    const before = await footprint(bank);
    const approved = await underwriting().approve({ ...orderOf(file), ...approvedTerms, actor: self });
    const rejected = await underwriting().reject({ ...orderOf(file), actor: self, reason: 'lent-enough' });
    expect(approved).toEqual({ ok: false, refusal: { code: 'own-application' } });
    expect(rejected).toEqual({ ok: false, refusal: { code: 'own-application' } });
    expect(await footprint(bank)).toEqual(before);
    expect((await underwriting().findForReview(file.application._id, self))?.decidable.ok).toBe(false);
  });

  it('is a conflict where the application moved since the page was shown', async () => {
    const file = await submitted(bank);
    const stale = { ...orderOf(file), version: file.application.version - 1 };
    await expect(underwriting().approve({ ...stale, ...approvedTerms })).rejects.toMatchObject({ kind: 'conflict' });
    expect((await stored(bank, file.application._id)).state).toBe('submitted');
  });

  it('decides once when two officers press at the same time', async () => {
    const file = await submitted(bank);
    const outcomes = await Promise.allSettled([
      underwriting().approve({ ...orderOf(file), ...approvedTerms }),
      underwriting().reject({ ...orderOf(file), reason: 'debt-too-high' }),
    ]);
    const done = outcomes.filter((one) => one.status === 'fulfilled' && one.value.ok);
    expect(done).toHaveLength(1);
    expect((await stored(bank, file.application._id)).version).toBe(file.application.version + 1);
  });

  it('is over once it is decided', async () => {
    const file = await submitted(bank);
    await underwriting().reject({ ...orderOf(file), reason: 'debt-too-high' });
    const approved = await underwriting().approve({ ...orderOf(file), ...approvedTerms });
    expect(approved).toEqual({ ok: false, refusal: { code: 'not-waiting' } });
  });

  it('does not find what is not there', async () => {
    const order = { actor: officer, applicationId: 'none', version: 1, ...approvedTerms };
    await expect(underwriting().approve(order)).rejects.toMatchObject({ kind: 'not-found' });
  });
});

describe('Rejecting', () => {
  it('keeps the reason and tells the borrower its plain sentence', async () => {
    const file = await submitted(bank);
    const rejected = await underwriting().reject({ ...orderOf(file), reason: 'income-too-low', note: 'Canary' });
    expect(rejected.ok).toBe(true);
    expect(await stored(bank, file.application._id)).toMatchObject({
      state: 'rejected',
      offer: null,
      decision: { outcome: 'rejected', reason: 'income-too-low' },
    });
    const row = await bank.database.db
      .collection<{ payload: { title: string; text: string } }>('outbox')
      .findOne({ 'payload.partyId': file.partyId, 'payload.title': 'We cannot offer you this loan' });
    expect(row?.payload.text).toContain('The instalment is too high for the income that you told us about.');
    expect(JSON.stringify(row)).not.toContain('Canary');
  });
});
