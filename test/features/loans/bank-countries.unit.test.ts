import { describe, expect, it } from 'vitest';
import { parseSection } from '#features/loans/applying/application.forms.ts';
import { bankRoute, ibanLength } from '#features/loans/applying/bank-countries.rules.ts';
import { areBankDetails } from '#features/loans/applying/bank-details.rules.ts';
import { countryOptions, isNationality, nationalityOptions } from '#web/countries.ts';

const facts = { currency: 'USD', locale: 'en-US' } as const;
const countries = countryOptions('en-US').flatMap(({ value }) => (value === '' ? [] : [value]));

/** Digits of the length of that country, with the check digits of ISO 13616. */
function ibanOf(country: string): string {
  const rest = '1'.repeat((ibanLength(country) ?? 0) - 4);
  const asNumber = Array.from(`${rest}${country}00`, (sign) => parseInt(sign, 36)).join('');
  return `${country}${String(98n - (BigInt(asNumber) % 97n)).padStart(2, '0')}${rest}`;
}

function fieldsOf(country: string): Record<string, string> {
  switch (bankRoute(country)) {
    case 'aba':
      return { routingNumber: '021000021', accountNumber: '12345678' };
    case 'ifsc':
      return { ifsc: 'SBIN0001234', accountNumber: '123456789' };
    case 'iban':
      return { iban: ibanOf(country).replace(/(.{4})/g, '$1 ') };
    case 'bic':
      return { bic: `ABCD${country}22`, accountNumber: 'A1B2-C3D4' };
  }
}

describe('the bank details of every country', () => {
  it('are those of all countries that are offered', () => {
    expect(countries.length).toBeGreaterThan(30);
  });

  it.each(countries)('%s: right ones are taken, those of another country are not', (country) => {
    const frame = { version: '1', action: 'save', country, bankName: 'Example Bank' };
    const right = parseSection('bank', { ...frame, ...fieldsOf(country) }, facts);
    expect(right.form.errors).toEqual({});
    expect(right.ok && right.input.section === 'bank' && areBankDetails(right.input.answers)).toBe(true);
    const other = bankRoute(country) === 'iban' ? (country === 'DE' ? 'FR' : 'DE') : 'IT';
    expect(parseSection('bank', { ...frame, ...fieldsOf(other) }, facts).ok).toBe(false);
    expect(parseSection('bank', { ...frame, country: 'ZZ', ...fieldsOf(country) }, facts).ok).toBe(false);
  });
});

describe('nationalities', () => {
  it('are of every country that accounts are offered in, and of all others, each by a name', () => {
    const options = nationalityOptions('en-US').slice(1);
    expect(options.length).toBeGreaterThan(200);
    expect(countries.every(isNationality)).toBe(true);
    expect(options.filter(({ value, text }) => value === text)).toEqual([]);
    expect(['', 'ZZ', 'us', 'US ', '__proto__'].filter(isNationality)).toEqual([]);
  });
});
