import { ok, refuse, type Result } from '#core/result.ts';
import { commonPasswords } from './common-passwords.rules.ts';

export type PasswordRefusal = 'too-short' | 'too-long' | 'common' | 'own-name';

export const passwordLength = { min: 12, max: 128 } as const;

/**
 * ASVS 5.0 chapter 6.2: 12 to 128 characters of any kind, no composition rules; refused when it is a common one, a
 * plain run, or made of the user's own name or address.
 */
export function judgePassword(facts: { password: string; own: readonly string[] }): Result<string, PasswordRefusal> {
  const password = facts.password.normalize('NFKC');
  const length = Array.from(password).length;
  if (length < passwordLength.min) return refuse('too-short');
  if (length > passwordLength.max) return refuse('too-long');
  const plain = password.toLowerCase();
  if (isCommon(plain)) return refuse('common');
  if (withoutOwnWords(plain, facts.own).length < 6) return refuse('own-name');
  return ok(password);
}

/** On the list as it is, or with the digits and signs at its ends taken off; one character or a short piece repeated; a run. */
function isCommon(plain: string): boolean {
  const core = plain.replace(/^[\d\W_]+|[\d\W_]+$/g, '');
  return (
    commonPasswords.has(plain) ||
    (core.length < 10 && commonPasswords.has(core)) ||
    /^(.{1,6}?)\1+$/.test(plain) ||
    isRun(plain)
  );
}

function isRun(plain: string): boolean {
  const codes = Array.from(plain, (character) => character.codePointAt(0) ?? 0);
  const steps = codes.slice(1).map((code, index) => code - (codes[index] ?? 0));
  const regular = steps.filter((step) => Math.abs(step) === 1 || step === 0).length;
  return codes.length > 1 && regular >= steps.length - 1;
}

/** What is left when every word of the name and the address is taken out, the longest first. */
function withoutOwnWords(plain: string, own: readonly string[]): string {
  const words = own.flatMap((text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u)).filter((word) => word.length >= 4);
  words.sort((a, b) => b.length - a.length);
  return words.reduce((rest, word) => rest.replaceAll(word, ''), plain);
}
