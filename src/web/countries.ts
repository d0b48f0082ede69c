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

// ISO 3166-1 codes of states and of places that give out passports of their own; XK is the usual code of Kosovo.
const passports = (
  'AD AE AF AG AI AL AM AO AR AT AU AW AZ BA BB BD BE BF BG BH BI BJ BM BN BO BR BS BT BW BY BZ CA CD ' +
  'CF CG CH CI CK CL CM CN CO CR CU CV CW CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FM FO FR GA ' +
  'GB GD GE GH GI GL GM GN GQ GR GT GW GY HK HN HR HT HU ID IE IL IN IQ IR IS IT JM JO JP KE KG KH KI ' +
  'KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG MH MK ML MM MN MO MR MS MT MU ' +
  'MV MW MX MY MZ NA NE NG NI NL NO NP NR NU NZ OM PA PE PG PH PK PL PS PT PW PY QA RO RS RU RW SA SB ' +
  'SC SD SE SG SI SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TG TH TJ TL TM TN TO TR TT TV TW TZ UA UG ' +
  'US UY UZ VA VC VE VG VN VU WS XK YE ZA ZM ZW'
).split(' ');

/** Nationalities of a select, by the country's name in the reader's language: nobody is left out who may live here. */
export function nationalityOptions(locale: string): { value: string; text: string }[] {
  const names = new Intl.DisplayNames([locale], { type: 'region' });
  const options = passports.map((value) => ({ value, text: names.of(value) ?? value }));
  options.sort((a, b) => a.text.localeCompare(b.text, locale));
  return [{ value: '', text: 'Choose one' }, ...options];
}

export function isNationality(code: string): boolean {
  return passports.includes(code);
}
