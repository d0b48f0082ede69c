import fc from '#test/properties.ts';
import { describe, expect, it } from 'vitest';
import { cellText } from '#platform/documents/csv-text.rules.ts';
import { isPrintable, printable } from '#platform/documents/printable.rules.ts';

describe('text for a PDF', () => {
  it.each([
    ['Zoë Müller, Ñandú', 'Zoë Müller, Ñandú'],
    ['Łucja Dvořáková', 'Lucja Dvoráková'],
    ['Nguyễn Thị Đào', 'Nguyen Thi Dào'],
    ['Иван Щукин', 'Ivan Shchukin'],
    ['Юлия Ёлкина', 'Yuliya Elkina'],
    ['Ἀλέξανδρος Ψαρός', 'Alexandros Psaros'],
    ['−1\u202f234,50', '-1 234,50'],
    ['“Rent” – March…', '“Rent” – March…'],
    ['ﬁne', 'fine'],
    ['a\u200bb\u00adc', 'abc'],
    ['··4471 €', '··4471 €'],
  ])('%s is written %s', (text, written) => {
    expect(printable(text)).toBe(written);
    expect(isPrintable(text)).toBe(true);
  });

  it.each(['山田 太郎', 'राम', '🙂', 'محمد'])('%s cannot be written', (text) => {
    expect(isPrintable(text)).toBe(false);
    expect(printable(text)).toContain('?');
  });

  it('is only ever of the letters that the font has', () => {
    const known = new TextDecoder('windows-1252');
    const all = new Set(Array.from({ length: 256 }, (_, code) => known.decode(Uint8Array.of(code))));
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const character of printable(text)) expect(all.has(character)).toBe(true);
        expect(printable(text)).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});

describe('text for a spreadsheet', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', ' =1', '\t=1', '\r\n=1', '＝1', '＋1', '－1', '＠x'])(
    '%j is no formula',
    (text) => {
      expect(cellText(text)).toMatch(/^'/);
    },
  );

  it.each(['Rent', 'a=b', '··4471', '', "O'Brien", '1-2'])('%j stays as it is', (text) => {
    expect(cellText(text)).toBe(text);
  });
});
