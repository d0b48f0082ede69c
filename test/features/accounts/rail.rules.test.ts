import { describe, expect, it } from 'vitest';
import fc from '#test/properties.ts';
import { newId } from '#core/ids.ts';
import { moneyOf, plus } from '#core/money.ts';
import { depositForm, returnForm, withdrawalForm } from '#features/accounts/rail/rail.forms.ts';
import {
  maskedAccount,
  paymentKeyOf,
  railKeys,
  readExternalAccount,
  reasonText,
  returnReasons,
  splitReturn,
} from '#features/accounts/rail/rail.rules.ts';
import { parseForm } from '#web/forms.ts';

describe('the number of an account at another bank', () => {
  it.each([
    ['5830174629', '5830174629'],
    [' 5830 1746-29 ', '5830174629'],
    ['DE89 3704 0044 0532 0130 00', 'DE89370400440532013000'],
    ['gb29nwbk60161331926819', 'GB29NWBK60161331926819'],
    ['12345', '12345'],
  ])('%j is read as %s', (text, number) => {
    expect(readExternalAccount(text)).toEqual({ ok: true, value: number });
  });

  it.each([
    ['', 'empty'],
    [' - ', 'empty'],
    ['1234', 'not-a-number'],
    ['12345678901234567890123456789012345', 'not-a-number'],
    ['12a45678', 'not-a-number'],
    ['1e300000', 'not-a-number'],
    ['<script>', 'not-a-number'],
    ['{"$gt":""}', 'not-a-number'],
    ['DE88370400440532013000', 'wrong-digits'],
    ['DE89370400440532013009', 'wrong-digits'],
  ])('%j is refused: %s', (text, refusal) => {
    expect(readExternalAccount(text)).toEqual({ ok: false, refusal });
  });

  it('is kept by its end alone', () => {
    expect(maskedAccount('DE89370400440532013000')).toBe('··3000');
  });
});

describe('the keys of a payment', () => {
  it('all lead back to it, and no other key does', () => {
    const key = newId();
    for (const journal of [key, railKeys.withdrawal(key), railKeys.release(key), railKeys.takeBack(key, 12)])
      expect(paymentKeyOf(journal)).toBe(key);
    expect(paymentKeyOf(`disbursal:${key}`)).toBe(`disbursal:${key}`);
  });
});

describe('a deposit that came back', () => {
  it('takes from the account what is there and no more, and the rest is missing', () => {
    const cents = fc.bigInt({ min: 1n, max: 10n ** 12n });
    fc.assert(
      fc.property(cents, fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), (amount, available) => {
        const { fromAccount, missing } = splitReturn({ amount: moneyOf(amount), available: moneyOf(available) });
        expect(plus(fromAccount, missing)).toBe(amount);
        expect(fromAccount >= 0n && missing >= 0n).toBe(true);
        expect(fromAccount <= (available > 0n ? available : 0n)).toBe(true);
      }),
    );
  });
});

describe('the forms', () => {
  const withdrawal = { key: newId(), accountId: newId(), bankName: 'Sandpiper Savings', bankAccount: '5830174629' };

  it.each([
    ['USD', '4.355', 'Enter the amount with at most two decimals'],
    ['USD', '1e3', 'Enter the amount as an amount like 1500.00, with digits only'],
    ['USD', '0', 'Enter the amount above zero'],
    ['USD', '-1', 'Enter the amount above zero'],
    ['JPY', '1500.5', 'Enter the amount without decimals'],
    ['JPY', '1500.00', 'Enter the amount without decimals'],
  ] as const)('in %s refuse %s', (currency, amount, sentence) => {
    const { key, accountId } = withdrawal;
    for (const parsed of [
      parseForm(depositForm(currency), { key, accountId, amount }),
      parseForm(withdrawalForm(currency), { ...withdrawal, amount }),
    ])
      expect(parsed).toMatchObject({ ok: false, form: { errors: { amount: sentence } } });
  });

  it('in JPY take whole yen', () => {
    const parsed = parseForm(withdrawalForm('JPY'), { ...withdrawal, amount: '150,000' });
    expect(parsed.ok && parsed.value).toMatchObject({ amount: 150_000n, bankAccount: '5830174629' });
  });

  it.each([
    ['accountId', '', 'Choose one from the list'],
    ['accountId', undefined, 'Choose one of your accounts'],
    ['bankName', '', 'Enter the name of the other bank'],
    ['bankName', 'x'.repeat(41), 'Use at most 40 characters for the name of the other bank'],
    ['bankAccount', '', 'Enter the number of your account at the other bank'],
    ['bankAccount', '12', 'Enter an account number of 5 to 34 digits, or an IBAN'],
    ['bankAccount', 'DE88370400440532013000', 'Check the IBAN: its digits do not fit together'],
  ])('refuse %s %j', (field, value, sentence) => {
    const { [field as keyof typeof withdrawal]: _left, ...others } = { ...withdrawal, amount: '10.00' };
    const parsed = parseForm(withdrawalForm('USD'), value === undefined ? others : { ...others, [field]: value });
    expect(parsed).toMatchObject({ ok: false, form: { errors: { [field]: sentence } } });
  });

  it.each(['', 'made-up', 'not-bookable'])('of a return does not take the reason %j', (reason) => {
    const parsed = parseForm(returnForm, { key: newId(), version: '1', reason });
    expect(parsed).toMatchObject({
      ok: false,
      form: { errors: { reason: 'Choose why it comes back; the customer is told' } },
    });
  });

  it('of a return takes every reason that has a sentence', () => {
    for (const { code, text } of returnReasons) {
      expect(parseForm(returnForm, { key: newId(), version: '1', reason: code }).ok).toBe(true);
      expect(reasonText(code)).toBe(text);
    }
  });
});
