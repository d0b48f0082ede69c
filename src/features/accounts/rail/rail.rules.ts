import { minus, smaller, zero, type Money } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';

export const railStates = ['pending', 'settled', 'returned', 'refused'] as const;
/** `returned` came back from the rail, before it was settled or after; `refused` was never taken by it. */
export type RailState = (typeof railStates)[number];

/** Why another bank sends a payment back, as staff choose it and customers read it. */
export const returnReasons = [
  { code: 'no-such-account', text: 'The other bank knows no such account' },
  { code: 'account-closed', text: 'The account at the other bank is closed' },
  { code: 'short-of-money', text: 'The account at the other bank was short of money' },
  { code: 'not-agreed', text: 'The holder of the account at the other bank did not agree' },
  { code: 'wrong-details', text: 'The details of the account at the other bank do not match' },
  { code: 'sent-twice', text: 'It was sent twice' },
  { code: 'other', text: 'The other bank gave no reason' },
] as const;
export type ReturnReason = (typeof returnReasons)[number]['code'];

/** The bank's own reasons, which nobody chooses. */
export const ownReasons = {
  'over-limit': 'It was larger than what the payment rail takes',
  'not-bookable': 'It could not be booked to the account here',
} as const;

export function reasonText(code: string | null): string {
  const chosen = returnReasons.find((reason) => reason.code === code);
  if (chosen) return chosen.text;
  return Object.entries(ownReasons).find(([own]) => own === code)?.[1] ?? 'No reason was given';
}

/**
 * The keys of a payment's journals. A deposit's journal and a withdrawal's hold have the form's key itself; the others
 * are made from it, so that however often the rail tells us the same, it is booked once.
 */
export const railKeys = {
  withdrawal: (key: string) => `withdrawal:${key}`,
  /** Gives the hold of a withdrawal back that came back before it was settled, or was never taken. */
  release: (key: string) => `withdrawal-release:${key}`,
  /** The bank's own money, to prove an account at another bank. */
  proof: (key: string) => `bank-proof:${key}`,
  /** A refusal stands under its key for good, so that every try has one of its own. */
  takeBack: (key: string, attempt: number) => `rail-return:${key}:${attempt}`,
};

const derivedKey = /^(?:withdrawal|withdrawal-release|rail-return):([0-9a-f-]{36})(?::\d+)?$/;

/** The payment that a journal may belong to. */
export function paymentKeyOf(journalKey: string): string {
  return derivedKey.exec(journalKey)?.[1] ?? journalKey;
}

/** How a deposit that came back is booked: from the account what it has, the rest as a claim of the bank. */
export function splitReturn(facts: { amount: Money; available: Money }): { fromAccount: Money; missing: Money } {
  const fromAccount = facts.available > zero ? smaller(facts.amount, facts.available) : zero;
  return { fromAccount, missing: minus(facts.amount, fromAccount) };
}

const shortest = 5;
const longest = 34;

/**
 * The number of an account at another bank without blanks and dashes: an IBAN is checked by its digits (ISO 7064
 * mod 97-10), any other number only by its form, since every country has its own.
 */
export function readExternalAccount(text: string): Result<string, 'empty' | 'not-a-number' | 'wrong-digits'> {
  const plain = text.toUpperCase().replace(/[\s-]/g, '');
  if (plain === '') return refuse('empty');
  if (plain.length < shortest || plain.length > longest) return refuse('not-a-number');
  if (/^[A-Z]{2}\d{2}[A-Z\d]{10,30}$/.test(plain)) return ibanChecks(plain) ? ok(plain) : refuse('wrong-digits');
  return /^\d+$/.test(plain) ? ok(plain) : refuse('not-a-number');
}

function ibanChecks(iban: string): boolean {
  const turned = iban.slice(4) + iban.slice(0, 4);
  const digits = turned.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
  return BigInt(digits) % 97n === 1n;
}

/** `··6789`: all of the number that is kept. */
export function maskedAccount(number: string): string {
  return `··${number.replace(/[\s-]/g, '').slice(-4)}`;
}
