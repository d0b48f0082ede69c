/**
 * Text that a spreadsheet must not take for a formula: what begins with a sign that starts one gets an apostrophe, also
 * behind spaces and in its full-width form (OWASP, CSV injection). Amounts are written by us and are not passed through here.
 */
export function cellText(text: string): string {
  const plain = text.replace(/\p{Cc}+/gu, ' ');
  return /^\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/u.test(plain) ? `'${plain}` : plain;
}
