import { describe, expect, it } from 'vitest';
import fc from '#test/properties.ts';
import { judgePassword } from '#features/identity/password.rules.ts';

const own = ['Anneliese Vandermolen', 'anneliese.vandermolen@harbour.example'];
const judge = (password: string) => {
  const judged = judgePassword({ password, own });
  return judged.ok ? 'fine' : judged.refusal;
};

describe('a password', () => {
  it.each(['a quiet lantern tide', 'x7!kQ#9pLm2@', 'рыба плывёт далеко', 'four words, no digits'])(
    'of any characters is fine: %s',
    (password) => {
      expect(judge(password)).toBe('fine');
    },
  );

  it('has at least 12 characters, counted as a person counts them', () => {
    expect(judge('seaside-gul')).toBe('too-short');
    expect(judge('seaside-gull')).toBe('fine');
    expect(judge('🐟🌊🚢🌞🐚🦀')).toBe('too-short');
  });

  it('has at most 128 characters', () => {
    const words = 'tide after tide over lanterns and harbours of the north, ';
    expect(judge(words.repeat(4).slice(0, 128))).toBe('fine');
    expect(judge(words.repeat(4).slice(0, 129))).toBe('too-long');
  });

  it.each(['Password1234!', '123password123', 'qwertyuiop12', 'aaaaaaaaaaaa', 'abcabcabcabc', 'abcdefghijklmn'])(
    'is not what attackers try first: %s',
    (password) => {
      expect(judge(password)).toBe('common');
    },
  );

  it.each(['Vandermolen12', 'vandermolenanneliese', 'harbour.vandermolen1'])(
    'is not made of the own name or address: %s',
    (password) => {
      expect(judge(password)).toBe('own-name');
    },
  );

  it('may hold the own name beside enough else', () => {
    expect(judge('vandermolen keeps lanterns')).toBe('fine');
  });

  it('is the same however the keyboard composes its letters', () => {
    const composed = judgePassword({ password: 'schöne lange nächte', own: [] });
    const decomposed = judgePassword({ password: 'schöne lange nächte'.normalize('NFD'), own: [] });
    expect(decomposed).toEqual(composed);
  });

  it('never is accepted below the least length or as one repeated character', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 11, unit: 'grapheme-ascii' }), (password) => judge(password) === 'too-short'),
    );
    fc.assert(
      fc.property(
        fc.constantFrom('a', 'z', '0', '9', '!'),
        fc.integer({ min: 12, max: 128 }),
        (character, length) => judge(character.repeat(length)) === 'common',
      ),
    );
  });
});
