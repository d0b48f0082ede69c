import fc from '#test/properties.ts';
import { describe, expect, it } from 'vitest';
import { isAccountNumber, isId, newAccountNumber, newId, newReference, normaliseReference } from '#core/ids.ts';

// Numbers are drawn by the module itself; fast-check repeats the drawing.
const accountNumber = fc.constant(null).map(newAccountNumber);

describe('an account number', () => {
  it('is twelve digits that pass their own check', () => {
    fc.assert(
      fc.property(accountNumber, (number) => {
        expect(number).toMatch(/^[1-9]\d{11}$/);
        expect(isAccountNumber(number)).toBe(true);
      }),
    );
  });

  it('betrays every single wrong digit', () => {
    fc.assert(
      fc.property(accountNumber, (number) => {
        for (let place = 0; place < number.length; place += 1) {
          for (const digit of '0123456789') {
            if (digit === number[place]) continue;
            expect(isAccountNumber(number.slice(0, place) + digit + number.slice(place + 1))).toBe(false);
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it('betrays every swap of two neighbours', () => {
    fc.assert(
      fc.property(accountNumber, (number) => {
        for (let place = 0; place + 1 < number.length; place += 1) {
          const [a = '', b = ''] = number.slice(place, place + 2);
          if (a === b) continue;
          expect(isAccountNumber(number.slice(0, place) + b + a + number.slice(place + 2))).toBe(false);
        }
      }),
    );
  });

  it.each(['', '123', '1234567890123', 'abcdefghijkl', '12345678901 ', '１２３４５６７８９０１２'])(
    'is not %j',
    (text) => {
      expect(isAccountNumber(text)).toBe(false);
    },
  );
});

describe('an id', () => {
  it('is a UUID of version 7 in lower case, later ones sorting later', () => {
    const ids = Array.from({ length: 50 }, newId);
    expect(ids.every(isId)).toBe(true);
    expect(ids.every((id) => id[14] === '7')).toBe(true);
    expect(new Set(ids).size).toBe(50);
    const times = ids.map((id) => id.slice(0, 13));
    expect(times.toSorted()).toEqual(times);
  });

  it.each(['', 'x', '507f1f77bcf86cd799439011', '{"$ne":null}', '018F4F9E-0000-7000-8000-000000000000'])(
    'is not %j',
    (text) => {
      expect(isId(text)).toBe(false);
    },
  );
});

describe('a reference', () => {
  it('is eight unmistakable characters in two groups', () => {
    for (let n = 0; n < 50; n += 1) expect(newReference()).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
  });

  it('is found however it was typed', () => {
    expect(normaliseReference(' 7k3m 92qx ')).toBe('7K3M-92QX');
    expect(normaliseReference('io1L-0000')).toBe('1011-0000');
    const reference = newReference();
    expect(normaliseReference(reference.toLowerCase().replace('-', ''))).toBe(reference);
  });
});
