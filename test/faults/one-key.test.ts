import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ownBookId } from '#features/ledger/index.ts';
import { fundedAccount, order, sound, soundness } from '#test/ledger-builders.ts';
import { openTestBank, type TestBank } from '#test/portal.ts';

describe('F6: everybody at once', () => {
  let bank: TestBank;
  const cash = ownBookId('cash', 'USD');
  beforeAll(async () => {
    bank = await openTestBank();
  });
  afterAll(() => bank.close());

  it('twenty posts of one key are one transfer, and each is told of it', async () => {
    const [from, to] = [await fundedAccount(bank, 100_00n), await fundedAccount(bank, 0n)];
    const one = order({ debit: from, credit: to, cents: 30_00n });
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => bank.services.ledger.post(one)));
    expect(outcomes.every((outcome) => outcome.ok)).toBe(true);
    expect(outcomes.filter((outcome) => outcome.ok && !outcome.value.replayed)).toHaveLength(1);
    const balances = await bank.services.ledger.balances([from, to]);
    expect([balances.get(from)?.balance, balances.get(to)?.balance]).toEqual([70_00n, 30_00n]);
    expect(await soundness(bank)).toEqual(sound);
  });

  it('of fifty withdrawals of the whole balance exactly one succeeds', async () => {
    const account = await fundedAccount(bank, 100_00n);
    const withdrawals = Array.from({ length: 50 }, () => order({ debit: account, credit: cash, cents: 100_00n }));
    const outcomes = await Promise.all(withdrawals.map((one) => bank.services.ledger.post(one)));
    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(1);
    const refusals = outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome.refusal.code]));
    expect(new Set(refusals)).toEqual(new Set(['insufficient-funds']));
    expect((await bank.services.ledger.balances([account])).get(account)?.balance).toBe(0n);
    expect(await soundness(bank)).toEqual(sound);
  });
});
