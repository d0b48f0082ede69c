import fc from '#test/properties.ts';
import { describe, expect, it } from 'vitest';
import { bankRoute, ibanLength } from '#features/loans/applying/bank-countries.rules.ts';
import {
  areBankDetails,
  bankAccountKey,
  parseBankAccountNumber,
  parseBic,
  parseIban,
  parseIfsc,
  parseRoutingNumber,
} from '#features/loans/applying/bank-details.rules.ts';

/** Examples of the IBAN registry. */
const knownIbans = [
  'AD1200012030200359100100',
  'BE68539007547034',
  'CH9300762011623852957',
  'DE89370400440532013000',
  'ES9121000418450200051332',
  'FR1420041010050500013M02606',
  'GB29NWBK60161331926819',
  'IT60X0542811101000000123456',
  'MT84MALT011000012345MTLCAST001S',
  'NL91ABNA0417164300',
  'NO9386011117947',
  'SA0380000000608010167519',
  'SE4550000000058398257466',
];

describe('IBAN', () => {
  it.each(knownIbans)('takes %s, also in groups and small letters', (iban) => {
    const country = iban.slice(0, 2);
    expect(parseIban(iban, country)).toEqual({ ok: true, value: iban });
    const printed = iban.toLowerCase().replace(/(.{4})/g, '$1 ');
    expect(parseIban(` ${printed}`, country)).toEqual({ ok: true, value: iban });
  });

  it('says how many characters are missing', () => {
    expect(parseIban('DE8937040044053201300', 'DE')).toEqual({
      ok: false,
      refusal: { code: 'length', expected: 22, given: 21 },
    });
  });

  it('refuses the IBAN of another country, signs that no IBAN has, and nothing', () => {
    expect(parseIban('DE89370400440532013000', 'FR')).toEqual({
      ok: false,
      refusal: { code: 'other-country', given: 'DE' },
    });
    expect(parseIban('DE89-3704-0044-0532-0130-00', 'DE')).toEqual({ ok: false, refusal: { code: 'form' } });
    expect(parseIban('89370400440532013000DE', 'DE')).toEqual({ ok: false, refusal: { code: 'form' } });
    expect(parseIban('  ', 'DE')).toEqual({ ok: false, refusal: { code: 'empty' } });
  });

  it('notices any single wrong digit and any swap of two neighbours', () => {
    const anIban = fc.constantFrom(...knownIbans);
    const at = fc.nat({ max: 30 });
    fc.assert(
      fc.property(anIban, at, fc.nat({ max: 9 }), (iban, place, digit) => {
        const index = 2 + (place % (iban.length - 2));
        const old = iban.charAt(index);
        fc.pre(/\d/.test(old) && old !== String(digit));
        const altered = iban.slice(0, index) + String(digit) + iban.slice(index + 1);
        expect(parseIban(altered, iban.slice(0, 2)).ok).toBe(false);
      }),
    );
    fc.assert(
      fc.property(anIban, at, (iban, place) => {
        const index = 4 + (place % (iban.length - 5));
        const [a, b] = [iban.charAt(index), iban.charAt(index + 1)];
        fc.pre(a !== b && /\d/.test(a) && /\d/.test(b));
        const swapped = iban.slice(0, index) + b + a + iban.slice(index + 2);
        expect(parseIban(swapped, iban.slice(0, 2)).ok).toBe(false);
      }),
    );
  });

  it('knows lengths from 15 to 33 and no IBAN of the United States or India', () => {
    expect([ibanLength('NO'), ibanLength('RU'), ibanLength('US'), ibanLength('IN')]).toEqual([
      15,
      33,
      undefined,
      undefined,
    ]);
  });
});

describe('ABA routing number', () => {
  it.each(['021000021', '011401533', '091000019', '122105155', '322271627', '026009593'])('takes %s', (number) => {
    expect(parseRoutingNumber(number)).toEqual({ ok: true, value: number });
  });

  it.each([
    ['021000022', 'check-digit'],
    ['120000021', 'check-digit'],
    ['000000000', 'check-digit'],
    ['501000020', 'district'],
    ['02100002', 'form'],
    ['02100002a', 'form'],
    ['', 'empty'],
  ])('refuses %s: %s', (number, refusal) => {
    expect(parseRoutingNumber(number)).toEqual({ ok: false, refusal });
  });

  it('notices any single wrong digit', () => {
    fc.assert(
      fc.property(fc.nat({ max: 8 }), fc.nat({ max: 9 }), (index, digit) => {
        const good = '021000021';
        fc.pre(good.charAt(index) !== String(digit));
        expect(parseRoutingNumber(good.slice(0, index) + String(digit) + good.slice(index + 1)).ok).toBe(false);
      }),
    );
  });
});

describe('IFSC and BIC', () => {
  it('takes an IFSC of four letters, a zero and six signs, in any case', () => {
    expect(parseIfsc('sbin0001234')).toEqual({ ok: true, value: 'SBIN0001234' });
    expect(parseIfsc('HDFC0CAGSBK')).toEqual({ ok: true, value: 'HDFC0CAGSBK' });
  });

  it.each([
    ['SBIN1001234', 'form'],
    ['SB1N0001234', 'form'],
    ['SBIN000123', 'length'],
    ['SBIN00012345', 'length'],
    ['', 'empty'],
  ])('refuses the IFSC %s: %s', (ifsc, refusal) => {
    expect(parseIfsc(ifsc)).toEqual({ ok: false, refusal });
  });

  it('takes a BIC of 8 or 11 signs of that country', () => {
    expect(parseBic('RBOSGGSX', 'GG')).toEqual({ ok: true, value: 'RBOSGGSX' });
    expect(parseBic('bofacatt xxx', 'CA')).toEqual({ ok: true, value: 'BOFACATTXXX' });
  });

  it.each([
    ['ROYCCAT', 'form'],
    ['ROYCCAT2XX', 'form'],
    ['R0YCCAT2', 'form'],
    ['DBSSSGSG', 'other-country'],
    ['', 'empty'],
  ])('refuses the BIC %s for Canada: %s', (bic, refusal) => {
    expect(parseBic(bic, 'CA')).toEqual({ ok: false, refusal });
  });
});

describe('bank details as a whole', () => {
  const american = {
    route: 'aba' as const,
    country: 'US',
    bankName: 'A bank',
    routingNumber: '021000021',
    accountNumber: '000123456789',
  };

  it('asks for what the country of the bank has', () => {
    expect(['US', 'IN', 'DE', 'GB', 'CA', 'JP', 'SG'].map(bankRoute)).toEqual([
      'aba',
      'ifsc',
      'iban',
      'iban',
      'bic',
      'bic',
      'bic',
    ]);
  });

  it('limits an account number by what the country has', () => {
    expect(parseBankAccountNumber('0001-2345 6789', 'aba')).toEqual({ ok: true, value: '000123456789' });
    expect(parseBankAccountNumber('123', 'aba').ok).toBe(false);
    expect(parseBankAccountNumber('12345678', 'ifsc').ok).toBe(false);
    expect(parseBankAccountNumber('AB12', 'aba').ok).toBe(false);
    expect(parseBankAccountNumber('AB12', 'bic').ok).toBe(true);
  });

  it('accepts only details that fit their country and are written as we keep them', () => {
    expect(areBankDetails(american)).toBe(true);
    expect(areBankDetails({ ...american, country: 'IN' })).toBe(false);
    expect(areBankDetails({ ...american, routingNumber: '021000022' })).toBe(false);
    expect(areBankDetails({ ...american, accountNumber: '0001 2345' })).toBe(false);
    expect(areBankDetails({ ...american, bankName: '' })).toBe(false);
  });

  it('names one account by one text, and another bank’s account of the same number by another', () => {
    const other = { ...american, routingNumber: '011401533' };
    expect(bankAccountKey(american)).not.toBe(bankAccountKey(other));
    expect(bankAccountKey({ ...american, bankName: 'The same bank, spelled otherwise' })).toBe(
      bankAccountKey(american),
    );
  });
});
