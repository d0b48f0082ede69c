import { randomInt, randomUUIDv7 } from 'node:crypto';

/** A UUIDv7 (RFC 9562): made before submission, sortable by time, safe in a URL. */
export function newId(): string {
  return randomUUIDv7();
}

const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export function isId(text: string): boolean {
  return uuidForm.test(text);
}

// Crockford's alphabet without I, L, O and U: nothing is mistaken when read aloud.
const referenceAlphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A short reference people read aloud, such as `7K3M-92QX`: 40 random bits. Uniqueness is the collection's index. */
export function newReference(): string {
  const symbol = () => referenceAlphabet.charAt(randomInt(referenceAlphabet.length));
  const group = () => Array.from({ length: 4 }, symbol).join('');
  return `${group()}-${group()}`;
}

/** What a person typed, as the reference would be stored: case, spaces and dashes do not matter; I, L and O are read as 1, 1, 0. */
export function normaliseReference(text: string): string {
  const plain = text.toUpperCase().replace(/[\s-]/g, '').replace(/[IL]/g, '1').replace(/O/g, '0');
  return plain.length === 8 ? `${plain.slice(0, 4)}-${plain.slice(4)}` : plain;
}

// ISO 7064 mod 97-10, as an IBAN has it: catches every single wrong digit and every swap of two neighbours.
function checkDigits(digits: string): string {
  return String(98n - ((BigInt(digits) * 100n) % 97n)).padStart(2, '0');
}

/** An account number: ten random digits (never a leading 0) and two check digits. */
export function newAccountNumber(): string {
  const digits = String(randomInt(1, 10)) + String(randomInt(1_000_000_000)).padStart(9, '0');
  return digits + checkDigits(digits);
}

export function isAccountNumber(text: string): boolean {
  return /^[1-9]\d{11}$/.test(text) && checkDigits(text.slice(0, 10)) === text.slice(10);
}
