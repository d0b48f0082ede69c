/**
 * Text for the standard fonts of PDF, which know the letters of Windows code page 1252 and nothing else. The packages
 * that the portal is made of ship no other font, so that other letters are written with Latin ones where there is a
 * usual way, and with a question mark where there is none.
 */

const softHyphen = 0xad;
const beyondLatin1 = '€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ';

function isKnown(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return (
    (code >= 0x20 && code <= 0x7e) ||
    (code >= 0xa1 && code <= 0xff && code !== softHyphen) ||
    beyondLatin1.includes(character)
  );
}

const cyrillic: Record<string, string> = {
  ...{ а: 'a', б: 'b', в: 'v', г: 'g', д: 'd', е: 'e', ж: 'zh', з: 'z', и: 'i', й: 'y', к: 'k', л: 'l', м: 'm' },
  ...{ н: 'n', о: 'o', п: 'p', р: 'r', с: 's', т: 't', у: 'u', ф: 'f', х: 'kh', ц: 'ts', ч: 'ch', ш: 'sh', щ: 'shch' },
  ...{ ъ: '', ы: 'y', ь: '', э: 'e', ю: 'yu', я: 'ya', є: 'ye', і: 'i', ґ: 'g', ђ: 'dj', ј: 'j', љ: 'lj', њ: 'nj' },
  ...{ ћ: 'c', џ: 'dz', ѕ: 'dz' },
};
const greek: Record<string, string> = {
  ...{ α: 'a', β: 'v', γ: 'g', δ: 'd', ε: 'e', ζ: 'z', η: 'i', θ: 'th', ι: 'i', κ: 'k', λ: 'l', μ: 'm', ν: 'n' },
  ...{ ξ: 'x', ο: 'o', π: 'p', ρ: 'r', σ: 's', ς: 's', τ: 't', υ: 'y', φ: 'f', χ: 'ch', ψ: 'ps', ω: 'o' },
};
const latin: Record<string, string> = {
  ł: 'l',
  đ: 'd',
  ħ: 'h',
  ı: 'i',
  ŋ: 'ng',
  ĸ: 'k',
  ŧ: 't',
  ə: 'e',
  ŉ: 'n',
  ſ: 's',
};
const letters: Record<string, string> = { ...cyrillic, ...greek, ...latin };

const signs: Record<string, string> = {
  '−': '-',
  '‐': '-',
  '‑': '-',
  '‒': '–',
  '―': '—',
  '⁄': '/',
  '′': '’',
  '″': '”',
};

function spelled(character: string): string | undefined {
  if (isKnown(character)) return character;
  if (/\s/u.test(character)) return ' ';
  const sign = signs[character];
  if (sign !== undefined) return sign;
  const lower = character.toLowerCase();
  const letter = letters[lower];
  if (letter !== undefined) return character === lower ? letter : letter.charAt(0).toUpperCase() + letter.slice(1);
  // Joiners and directions have no shape of their own.
  return /\p{Cf}|\p{M}/u.test(character) ? '' : undefined;
}

/** One letter, by itself or by its base where only its marks are unknown: `ř` becomes `r`, `ễ` becomes `e`. */
function written(character: string): string | undefined {
  const known = spelled(character);
  if (known !== undefined) return known;
  const plain = character.normalize('NFKD').replace(/\p{M}/gu, '');
  const parts = Array.from(plain, (part) => (part === character ? undefined : spelled(part)));
  return parts.includes(undefined) ? undefined : parts.join('');
}

/** The text as it can be printed; a letter that cannot be is a question mark. */
export function printable(text: string): string {
  return Array.from(text.normalize('NFC'), (character) => written(character) ?? '?').join('');
}

/** Whether nothing of the text is lost in print. */
export function isPrintable(text: string): boolean {
  return Array.from(text.normalize('NFC')).every((character) => written(character) !== undefined);
}
