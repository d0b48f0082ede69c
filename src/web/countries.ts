/** ISO 3166-1 codes a form offers: where customers of the bank may live or hold an account. */
const codes = [
  'AE',
  'AT',
  'AU',
  'BE',
  'BR',
  'CA',
  'CH',
  'CN',
  'CZ',
  'DE',
  'DK',
  'ES',
  'FI',
  'FR',
  'GB',
  'GR',
  'HK',
  'HU',
  'IE',
  'IN',
  'IT',
  'JP',
  'KR',
  'LU',
  'MX',
  'NL',
  'NO',
  'NZ',
  'PL',
  'PT',
  'RO',
  'SA',
  'SE',
  'SG',
  'US',
  'ZA',
] as const;

/** Options of a select, by name in the reader's language, with an empty first one. */
export function countryOptions(locale: string): { value: string; text: string }[] {
  const names = new Intl.DisplayNames([locale], { type: 'region' });
  const options = codes.map((value) => ({ value: value, text: names.of(value) ?? value }));
  options.sort((a, b) => a.text.localeCompare(b.text, locale));
  return [{ value: '', text: 'Choose a country' }, ...options];
}

export function isOfferedCountry(code: string): boolean {
  return (codes as readonly string[]).includes(code);
}
