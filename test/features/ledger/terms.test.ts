import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { moneyOf, zero, type Currency } from '#core/money.ts';
import { createLedger, hashRequest, ownBookAccounts, ownBookId, type TermsOrder } from '#features/ledger/index.ts';
import { fundedAccount, order, sound, soundness } from '#test/ledger-builders.ts';
import { openTestBank, type TestBank } from '#test/portal.ts';

let bank: TestBank;
beforeAll(async () => {
  bank = await openTestBank();
});
afterAll(() => bank.close());

const cash = ownBookId('cash', 'USD');
const ledger = () => bank.services.ledger;
const on = (date: string) => Temporal.PlainDate.from(date);
const head = (request: Record<string, string>) => {
  const key = newId();
  return {
    key,
    requestHash: hashRequest(request),
    actor: 'tester',
    reference: 'a test',
    effectiveOn: on('2026-03-17'),
  };
};
const setTerms = async (account: string, terms: Pick<TermsOrder, 'freeze' | 'floor' | 'limits'>) => {
  expect(await ledger().setTerms({ ...head({ account }), account, ...terms })).toMatchObject({ ok: true });
};
const takeOut = (account: string, cents: bigint) => ledger().post(order({ debit: account, credit: cash, cents }));
const payIn = (account: string, cents: bigint) => ledger().post(order({ debit: cash, credit: account, cents }));
const limited = (account: string, cents: bigint, date = '2026-03-17') =>
  ledger().post({ ...order({ debit: account, credit: cash, cents }), effectiveOn: on(date), limitsOf: account });

describe('a freeze', () => {
  it('for debits lets money in and none out; for credits the other way round; a full one neither', async () => {
    const account = await fundedAccount(bank, 100_00n);
    const tried = async () => [(await takeOut(account, 1_00n)).ok, (await payIn(account, 1_00n)).ok];
    await setTerms(account, { freeze: 'debit' });
    expect(await tried()).toEqual([false, true]);
    await setTerms(account, { freeze: 'credit' });
    expect(await tried()).toEqual([true, false]);
    await setTerms(account, { freeze: 'full' });
    expect(await tried()).toEqual([false, false]);
    await setTerms(account, { freeze: 'none' });
    expect(await tried()).toEqual([true, true]);
    expect(await soundness(bank)).toEqual(sound);
  });

  it('holds at once for another process that has the account in its memory', async () => {
    const other = createLedger({ database: bank.database, clock: bank.clock });
    const account = await fundedAccount(bank, 100_00n);
    const one = () => other.post(order({ debit: account, credit: cash, cents: 1_00n }));
    expect((await one()).ok).toBe(true);
    await setTerms(account, { freeze: 'debit' });
    expect(await one()).toMatchObject({ refusal: { code: 'frozen', freeze: 'debit' } });
    await setTerms(account, { freeze: 'none' });
    // A refusal out of an old memory would be wrong now.
    expect((await one()).ok).toBe(true);
    await other.stop();
  });

  it('and a withdrawal at the same moment come in one order: what was accepted is before it', async () => {
    const account = await fundedAccount(bank, 100_00n);
    const outcomes = await Promise.all([
      ...Array.from({ length: 10 }, () => takeOut(account, 1_00n)),
      ledger().setTerms({ ...head({ account }), account, freeze: 'full' }),
      ...Array.from({ length: 10 }, () => takeOut(account, 1_00n)),
    ]);
    const { entries } = await ledger().entries({ account, page: 1, size: 50 });
    expect(entries[0]?.kind).toBe('terms');
    expect(outcomes.filter((outcome) => outcome.ok).length).toBe(entries.length - 1);
  });
});

describe('limits', () => {
  it('for one transfer and for one business date count what leaves, and begin anew the next date', async () => {
    const account = await fundedAccount(bank, 1_000_00n);
    await setTerms(account, { limits: { perTransfer: moneyOf(100_00n), perDay: moneyOf(250_00n) } });
    expect(await limited(account, 100_01n)).toMatchObject({ refusal: { code: 'over-transfer-limit', limit: 100_00n } });
    expect((await limited(account, 100_00n)).ok).toBe(true);
    expect((await limited(account, 100_00n)).ok).toBe(true);
    expect(await limited(account, 50_01n)).toMatchObject({
      refusal: { code: 'over-daily-limit', limit: 250_00n, left: 50_00n },
    });
    expect((await limited(account, 50_00n)).ok).toBe(true);
    // What does not count towards them is not stopped by them.
    expect((await takeOut(account, 300_00n)).ok).toBe(true);
    expect((await limited(account, 100_00n, '2026-03-18')).ok).toBe(true);
    expect((await ledger().balances([account])).get(account)?.spent).toEqual({ on: '2026-03-18', amount: 100_00n });
  });

  it('cannot be passed by many transfers at once, from two processes', async () => {
    const other = createLedger({ database: bank.database, clock: bank.clock });
    const account = await fundedAccount(bank, 1_000_00n);
    await setTerms(account, { limits: { perTransfer: null, perDay: moneyOf(250_00n) } });
    const one = () => ({ ...order({ debit: account, credit: cash, cents: 50_00n }), limitsOf: account });
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? ledger() : other).post(one())),
    );
    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(5);
    await other.stop();
    expect(await soundness(bank)).toEqual(sound);
  });

  it('count when money is held for going out', async () => {
    const account = await fundedAccount(bank, 1_000_00n);
    await setTerms(account, { limits: { perTransfer: null, perDay: moneyOf(100_00n) } });
    const place = () => ledger().hold({ ...head({ account }), account, amount: moneyOf(60_00n), limits: 'counted' });
    expect((await place()).ok).toBe(true);
    expect(await place()).toMatchObject({ refusal: { code: 'over-daily-limit', left: 40_00n } });
  });
});

describe('an overdraft', () => {
  it('is a floor below zero, to the cent', async () => {
    const account = await fundedAccount(bank, 10_00n);
    await setTerms(account, { floor: moneyOf(-50_00n) });
    expect(await takeOut(account, 60_01n)).toMatchObject({ refusal: { code: 'insufficient-funds', short: 1n } });
    expect((await takeOut(account, 60_00n)).ok).toBe(true);
    expect((await ledger().balances([account])).get(account)).toMatchObject({ balance: -50_00n, available: 0n });
  });
});

describe('closing', () => {
  const close = (account: string) => ledger().close({ ...head({ account }), account });

  it('is for accounts at zero without holds, and for good', async () => {
    const account = await fundedAccount(bank, 10_00n);
    expect(await close(account)).toMatchObject({ refusal: { code: 'not-empty', balance: 10_00n, held: 0n } });
    await takeOut(account, 10_00n);
    expect((await close(account)).ok).toBe(true);
    expect(await payIn(account, 1_00n)).toMatchObject({ refusal: { code: 'closed-account' } });
    expect(await close(account)).toMatchObject({ refusal: { code: 'closed-account' } });
    expect((await ledger().balances([account])).get(account)?.state).toBe('closed');
  });

  it('and money coming in at the same moment: one of them is refused', async () => {
    for (let round = 0; round < 5; round += 1) {
      const account = await fundedAccount(bank, 0n);
      const [closed, paid] = await Promise.all([close(account), payIn(account, 1_00n)]);
      expect([closed.ok, paid.ok].filter(Boolean)).toHaveLength(1);
    }
  });
});

describe('several currencies', () => {
  it('have a trial balance each, and are never mixed in a journal', async () => {
    const open = async (currency: Currency) => {
      const id = newId();
      const owner = { type: 'account' as const, id };
      await ledger().open([
        { id, name: 'Test account', kind: 'liability', currency, branchId: 'head-office', owner, floor: zero },
      ]);
      return id;
    };
    await ledger().open(ownBookAccounts('JPY', 'head-office'));
    const [yen, dollars] = [await open('JPY'), await open('USD')];
    const paid = {
      ...order({ debit: ownBookId('cash', 'JPY'), credit: yen, cents: 5_000n }),
      currency: 'JPY' as const,
    };
    expect((await ledger().post(paid)).ok).toBe(true);
    expect(await ledger().post(order({ debit: yen, credit: dollars, cents: 1n }))).toMatchObject({
      refusal: { code: 'wrong-currency', account: yen },
    });
    const lines = await ledger().trialBalance();
    for (const currency of ['JPY', 'USD']) {
      const own = lines.filter((line) => line.currency === currency);
      expect(own.reduce((total, line) => total + line.debit - line.credit, 0n)).toBe(0n);
    }
    expect(lines.find((line) => line.currency === 'JPY' && line.group === 'Customers’ deposits')?.credit).toBe(5_000n);
  });
});
