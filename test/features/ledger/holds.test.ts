import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { moneyOf } from '#core/money.ts';
import { hashRequest, ownBookId } from '#features/ledger/index.ts';
import { freeze, fundedAccount, order, sound, soundness } from '#test/ledger-builders.ts';
import { openTestBank, type TestBank } from '#test/portal.ts';

let bank: TestBank;
beforeAll(async () => {
  bank = await openTestBank();
});
afterAll(() => bank.close());

const cash = ownBookId('cash', 'USD');
const today = Temporal.PlainDate.from('2026-03-17');
const ledger = () => bank.services.ledger;
const balanceOf = async (id: string) => {
  const balance = (await ledger().balances([id])).get(id);
  return balance && { balance: balance.balance, held: balance.held, available: balance.available };
};
const head = (key: string, request: Record<string, string>) => ({
  key,
  requestHash: hashRequest(request),
  actor: 'tester',
  reference: 'a test',
  effectiveOn: today,
});
const place = (account: string, cents: bigint, more: { key?: string; expiresAt?: Temporal.Instant } = {}) => {
  const { key = newId(), ...rest } = more;
  return ledger().hold({ ...head(key, { account, cents: String(cents) }), account, amount: moneyOf(cents), ...rest });
};
const release = (hold: string) => ledger().voidHold({ ...head(newId(), { hold }), hold });
const postFrom = (
  hold: string,
  facts: { account: string; cents: bigint; rest?: 'keep' | 'release'; key?: string },
) => ({
  ...order({ debit: facts.account, credit: cash, cents: facts.cents, ...(facts.key ? { key: facts.key } : {}) }),
  fromHold: { hold, rest: facts.rest ?? ('release' as const) },
});
const placed = async (account: string, cents: bigint, more: { expiresAt?: Temporal.Instant } = {}) => {
  const key = newId();
  expect(await place(account, cents, { key, ...more })).toMatchObject({ ok: true });
  return key;
};

describe('holds', () => {
  it('of 1,000 each: of six placed at once on 5,000, five are accepted', async () => {
    const account = await fundedAccount(bank, 5_000_00n);
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => place(account, 1_000_00n)));
    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(5);
    expect(outcomes.find((outcome) => !outcome.ok)).toMatchObject({
      refusal: { code: 'insufficient-funds', account, short: 1_000_00n },
    });
    expect(await balanceOf(account)).toEqual({ balance: 5_000_00n, held: 5_000_00n, available: 0n });
    expect(await soundness(bank)).toEqual(sound);
  });

  it('that were refused can be neither posted nor voided', async () => {
    const account = await fundedAccount(bank, 10_00n);
    const key = newId();
    expect(await place(account, 11_00n, { key })).toMatchObject({ refusal: { code: 'insufficient-funds' } });
    expect(await ledger().post(postFrom(key, { account, cents: 1_00n }))).toMatchObject({
      refusal: { code: 'unknown-hold', hold: key },
    });
    expect(await release(key)).toMatchObject({ refusal: { code: 'unknown-hold' } });
    expect(await balanceOf(account)).toEqual({ balance: 10_00n, held: 0n, available: 10_00n });
  });

  it('count against what may be taken, and never against what comes in', async () => {
    const account = await fundedAccount(bank, 100_00n);
    await placed(account, 70_00n);
    expect(await ledger().post(order({ debit: account, credit: cash, cents: 30_01n }))).toMatchObject({
      refusal: { code: 'insufficient-funds', short: 1n },
    });
    expect((await ledger().post(order({ debit: account, credit: cash, cents: 30_00n }))).ok).toBe(true);
    expect((await ledger().post(order({ debit: cash, credit: account, cents: 5_00n }))).ok).toBe(true);
    expect(await balanceOf(account)).toEqual({ balance: 75_00n, held: 70_00n, available: 5_00n });
  });

  it('are posted once, however many ask at the same moment', async () => {
    const account = await fundedAccount(bank, 100_00n);
    const hold = await placed(account, 60_00n);
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => ledger().post(postFrom(hold, { account, cents: 60_00n }))),
    );
    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(1);
    expect(outcomes.filter((outcome) => !outcome.ok && outcome.refusal.code === 'hold-settled')).toHaveLength(9);
    expect(await balanceOf(account)).toEqual({ balance: 40_00n, held: 0n, available: 40_00n });
    expect(await soundness(bank)).toEqual(sound);
  });

  it('are posted or voided, never both, when both come at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const account = await fundedAccount(bank, 100_00n);
      const hold = await placed(account, 60_00n);
      const [posted, voided] = await Promise.all([
        ledger().post(postFrom(hold, { account, cents: 60_00n })),
        release(hold),
      ]);
      expect([posted.ok, voided.ok].filter(Boolean)).toHaveLength(1);
      const left = posted.ok ? 40_00n : 100_00n;
      expect(await balanceOf(account)).toEqual({ balance: left, held: 0n, available: left });
    }
  });

  it('can be posted in parts, up to what is left of them and not a cent more', async () => {
    const account = await fundedAccount(bank, 100_00n);
    const hold = await placed(account, 60_00n);
    expect((await ledger().post(postFrom(hold, { account, cents: 20_00n, rest: 'keep' }))).ok).toBe(true);
    expect(await balanceOf(account)).toEqual({ balance: 80_00n, held: 40_00n, available: 40_00n });
    expect(await ledger().post(postFrom(hold, { account, cents: 40_01n }))).toMatchObject({
      refusal: { code: 'exceeds-hold', remaining: 40_00n },
    });
    expect((await ledger().post(postFrom(hold, { account, cents: 10_00n }))).ok).toBe(true);
    expect(await balanceOf(account)).toEqual({ balance: 70_00n, held: 0n, available: 70_00n });
    expect(await ledger().holds(account)).toEqual([]);
    expect(await soundness(bank)).toEqual(sound);
  });

  it('free their money the moment they expire, and cannot be posted afterwards', async () => {
    const account = await fundedAccount(bank, 100_00n);
    const expiresAt = bank.clock.now().add({ minutes: 10 });
    const hold = await placed(account, 60_00n, { expiresAt });
    bank.clock.advance({ minutes: 9, seconds: 59 });
    expect(await balanceOf(account)).toMatchObject({ available: 40_00n });
    bank.clock.advance({ seconds: 1 });
    expect(await balanceOf(account)).toEqual({ balance: 100_00n, held: 0n, available: 100_00n });
    expect(await ledger().holds(account)).toEqual([]);
    // Nobody has written the expiry yet; the posting does.
    expect((await ledger().post(order({ debit: account, credit: cash, cents: 100_00n }))).ok).toBe(true);
    expect(await ledger().post(postFrom(hold, { account, cents: 1_00n }))).toMatchObject({
      refusal: { code: 'hold-settled', state: 'expired' },
    });
    expect(await soundness(bank)).toEqual(sound);
  });

  it('that have expired are written off by the job once', async () => {
    const account = await fundedAccount(bank, 100_00n);
    const expiresAt = bank.clock.now().add({ minutes: 1 });
    for (let n = 0; n < 3; n += 1) await placed(account, 10_00n, { expiresAt });
    bank.clock.advance({ minutes: 2 });
    const [first, second] = await Promise.all([ledger().expireHolds(), ledger().expireHolds()]);
    const journals = await bank.database.db
      .collection('journals')
      .countDocuments({ kind: 'hold-expiry', outcome: 'posted', 'postings.account': account });
    expect([journals, first + second]).toEqual([3, 3]);
    expect(await soundness(bank)).toEqual(sound);
  });

  it('on a frozen account may expire and be voided, but not be posted, and none is placed', async () => {
    const account = await fundedAccount(bank, 100_00n);
    const [toPost, toVoid] = [await placed(account, 20_00n), await placed(account, 20_00n)];
    await placed(account, 20_00n, { expiresAt: bank.clock.now().add({ minutes: 1 }) });
    await freeze(bank, account, 'full');
    expect(await ledger().post(postFrom(toPost, { account, cents: 20_00n }))).toMatchObject({
      refusal: { code: 'frozen', freeze: 'full' },
    });
    expect(await place(account, 1_00n)).toMatchObject({ refusal: { code: 'frozen' } });
    expect((await release(toVoid)).ok).toBe(true);
    bank.clock.advance({ minutes: 2 });
    expect(await balanceOf(account)).toEqual({ balance: 100_00n, held: 20_00n, available: 80_00n });
    await freeze(bank, account, 'none');
    expect((await ledger().post(postFrom(toPost, { account, cents: 20_00n }))).ok).toBe(true);
    expect(await soundness(bank)).toEqual(sound);
  });

  it('answer the same key with what happened then, and another request under it with a refusal', async () => {
    const account = await fundedAccount(bank, 100_00n);
    const key = newId();
    const twice = await Promise.all([place(account, 60_00n, { key }), place(account, 60_00n, { key })]);
    expect(twice.every((outcome) => outcome.ok)).toBe(true);
    expect(await place(account, 60_00n, { key })).toMatchObject({ ok: true, value: { replayed: true } });
    expect(await place(account, 61_00n, { key })).toMatchObject({ refusal: { code: 'key-reused' } });
    expect(await balanceOf(account)).toMatchObject({ held: 60_00n });
  });

  it('are a fault of the program where a posting from them does not take from their account', async () => {
    const account = await fundedAccount(bank, 100_00n);
    const other = await fundedAccount(bank, 100_00n);
    const hold = await placed(account, 60_00n);
    await expect(ledger().post(postFrom(hold, { account: other, cents: 10_00n }))).rejects.toThrow(
      'the account of the hold',
    );
    await expect(ledger().hold({ ...head(newId(), {}), account, amount: moneyOf(0n) })).rejects.toThrow('above zero');
  });
});
