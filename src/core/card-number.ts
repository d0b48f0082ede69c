const mostDigits = 19;
const leastDigits = 13;

/** Digits that may be grouped by blanks or dashes, as people type them from a card. */
const candidates = /\d(?:[ -]?\d){12,}/g;

/**
 * True where a text holds what looks like the number of a payment card: 13 to 19 digits that open as cards do and pass
 * the check of ISO/IEC 7812-1 (Luhn). A note must never keep one (PCI DSS 3).
 */
export function holdsCardNumber(text: string): boolean {
  return (text.match(candidates) ?? []).some((found) => isCardNumber(found.replace(/[ -]/g, '')));
}

function isCardNumber(digits: string): boolean {
  const right = digits.length >= leastDigits && digits.length <= mostDigits && /^[2-6]/.test(digits);
  return right && luhnSum(digits) % 10 === 0;
}

function luhnSum(digits: string): number {
  return Array.from(digits)
    .reverse()
    .reduce((sum, digit, index) => {
      const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
      return sum + (value > 9 ? value - 9 : value);
    }, 0);
}
