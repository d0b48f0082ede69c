import { ok, refuse, type Result } from '#core/result.ts';
import { bankRoute, ibanLength, type BankRoute } from './bank-countries.rules.ts';

/** Where the borrower's own bank keeps their account; identifiers without spaces, in capitals. */
export type BankDetails = { country: string; bankName: string } & (
  | { route: 'aba'; routingNumber: string; accountNumber: string }
  | { route: 'ifsc'; ifsc: string; accountNumber: string }
  | { route: 'iban'; iban: string }
  | { route: 'bic'; bic: string; accountNumber: string }
);

export type IbanFault =
  | { code: 'empty' }
  | { code: 'form' }
  | { code: 'other-country'; given: string }
  | { code: 'length'; expected: number; given: number }
  | { code: 'check-digits' };
export type RoutingFault = 'empty' | 'form' | 'district' | 'check-digit';
export type IfscFault = 'empty' | 'length' | 'form';
export type BicFault = 'empty' | 'form' | 'other-country';
export type AccountNumberFault = { code: 'empty' } | { code: 'form'; least: number; most: number; digitsOnly: boolean };

const compact = (text: string) => text.replace(/\s/g, '').toUpperCase();

/** ISO 13616: a form and length of its country, and the remainder 1 by mod 97 after the first four signs are moved to the end. */
export function parseIban(text: string, country: string): Result<string, IbanFault> {
  const iban = compact(text);
  if (iban === '') return refuse({ code: 'empty' });
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]+$/.test(iban)) return refuse({ code: 'form' });
  const given = iban.slice(0, 2);
  if (given !== country) return refuse({ code: 'other-country', given });
  const expected = ibanLength(country);
  if (expected === undefined) return refuse({ code: 'form' });
  if (iban.length !== expected) return refuse({ code: 'length', expected, given: iban.length });
  // Check digits are 98 less a remainder of 0 to 96, so 00, 01 and 99 never are any, though they may pass the sum.
  const possible = !['00', '01', '99'].includes(iban.slice(2, 4));
  const fits = possible && remainder97(iban.slice(4) + iban.slice(0, 4)) === 1n;
  return fits ? ok(iban) : refuse({ code: 'check-digits' });
}

/** Letters count as 10 to 35. */
function remainder97(text: string): bigint {
  return BigInt(Array.from(text, (sign) => parseInt(sign, 36)).join('')) % 97n;
}

// The first two digits name a Federal Reserve district, a thrift, an electronic or a traveller's cheque number (ABA policy).
const isDistrict = (digits: number) =>
  digits <= 12 || (digits >= 21 && digits <= 32) || (digits >= 61 && digits <= 72) || digits === 80;

/** An ABA routing number: nine digits whose sum, weighted 3, 7, 1, is a multiple of ten. */
export function parseRoutingNumber(text: string): Result<string, RoutingFault> {
  const digits = compact(text);
  if (digits === '') return refuse('empty');
  if (!/^\d{9}$/.test(digits)) return refuse('form');
  if (!isDistrict(Number(digits.slice(0, 2)))) return refuse('district');
  const weights = [3, 7, 1];
  const total = Array.from(digits).reduce((sum, digit, index) => sum + Number(digit) * (weights[index % 3] ?? 0), 0);
  // All zeros would pass the sum and is nobody's.
  return total > 0 && total % 10 === 0 ? ok(digits) : refuse('check-digit');
}

/** Indian Financial System Code: four letters of the bank, a zero, six signs of the branch. It has no check digit. */
export function parseIfsc(text: string): Result<string, IfscFault> {
  const ifsc = compact(text);
  if (ifsc === '') return refuse('empty');
  if (ifsc.length !== 11) return refuse('length');
  return /^[A-Z]{4}0[A-Z0-9]{6}$/.test(ifsc) ? ok(ifsc) : refuse('form');
}

/** ISO 9362: the bank, its country, its place and perhaps a branch, 8 or 11 signs. */
export function parseBic(text: string, country: string): Result<string, BicFault> {
  const bic = compact(text);
  if (bic === '') return refuse('empty');
  if (!/^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$/.test(bic)) return refuse('form');
  return bic.slice(4, 6) === country ? ok(bic) : refuse('other-country');
}

const accountForms: Record<Exclude<BankRoute, 'iban'>, { least: number; most: number; signs: RegExp }> = {
  aba: { least: 4, most: 17, signs: /^\d+$/ },
  ifsc: { least: 9, most: 18, signs: /^\d+$/ },
  bic: { least: 4, most: 34, signs: /^[A-Z0-9]+$/ },
};

/** An account number has no check digits that all banks share, so only its length and signs are looked at. */
export function parseBankAccountNumber(
  text: string,
  route: Exclude<BankRoute, 'iban'>,
): Result<string, AccountNumberFault> {
  const number = compact(text).replaceAll('-', '');
  if (number === '') return refuse({ code: 'empty' });
  const { least, most, signs } = accountForms[route];
  if (signs.test(number) && number.length >= least && number.length <= most) return ok(number);
  return refuse({ code: 'form', least, most, digitsOnly: route !== 'bic' });
}

/** Whether details are what the parsers above would give: for callers that bring them without a form. */
export function areBankDetails(details: BankDetails): boolean {
  if (details.bankName === '' || bankRoute(details.country) !== details.route) return false;
  switch (details.route) {
    case 'iban':
      return gives(parseIban(details.iban, details.country), details.iban);
    case 'aba':
      return gives(parseRoutingNumber(details.routingNumber), details.routingNumber) && hasAccount(details);
    case 'ifsc':
      return gives(parseIfsc(details.ifsc), details.ifsc) && hasAccount(details);
    case 'bic':
      return gives(parseBic(details.bic, details.country), details.bic) && hasAccount(details);
  }
}

function hasAccount(details: Exclude<BankDetails, { route: 'iban' }>): boolean {
  return gives(parseBankAccountNumber(details.accountNumber, details.route), details.accountNumber);
}

function gives(parsed: Result<string, unknown>, value: string): boolean {
  return parsed.ok && parsed.value === value;
}

/** What names the account among all banks, for the blind index: the same account on another file gives the same text. */
export function bankAccountKey(details: BankDetails): string {
  switch (details.route) {
    case 'iban':
      return details.iban;
    case 'aba':
      return `US${details.routingNumber}${details.accountNumber}`;
    case 'ifsc':
      return `IN${details.ifsc.slice(0, 4)}${details.accountNumber}`;
    case 'bic':
      return `${details.bic.slice(0, 6)}${details.accountNumber}`;
  }
}
