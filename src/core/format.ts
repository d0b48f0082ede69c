import { dateOf, formatDate, formatInstant, type PlainDate } from './calendar.ts';
import { formatMoney, zero, type Currency, type Money } from './money.ts';
import { formatRate, type Rate } from './rate.ts';

/** How a reader sees amounts, dates and times; view models hand finished text to views. */
export interface Formats {
  readonly currency: Currency;
  readonly locale: string;
  /** `1,234.50`, no currency. */
  money(amount: Money): string;
  /** `1,234.50 USD`, for a sentence. */
  moneyWithCurrency(amount: Money): string;
  /** `+1,234.50` or `−1,234.50`. */
  signedMoney(amount: Money): string;
  /** `3 March 2026`, from a date or its stored text. */
  date(date: PlainDate | string): string;
  /** `3 March 2026, 09:12` in the bank's time zone. */
  instant(at: Date): string;
  /** `9.60%`. */
  rate(rate: string): string;
}

export function createFormats(options: { currency: Currency; locale: string; timeZone: string }): Formats {
  const { currency, locale, timeZone } = options;
  return {
    ...amountFormats(currency, locale),
    date: (date) => formatDate(typeof date === 'string' ? dateOf(date) : date, locale),
    instant: (at) => formatInstant(Temporal.Instant.fromEpochMilliseconds(at.getTime()), { locale, timeZone }),
    rate: (rate) => formatRate(rate as Rate, locale),
  };
}

function amountFormats(currency: Currency, locale: string) {
  const money = (amount: Money) => formatMoney(amount, { currency, locale });
  return {
    currency,
    locale,
    money,
    moneyWithCurrency: (amount: Money) => `${money(amount)} ${currency}`,
    signedMoney: (amount: Money) => (amount > zero ? `+${money(amount)}` : money(amount)),
  };
}

/** The same reader's formats for amounts of an account's own currency, which need not be the bank's. */
export function formatsIn(currency: Currency, formats: Formats): Formats {
  return currency === formats.currency ? formats : { ...formats, ...amountFormats(currency, formats.locale) };
}

/** `1 instalment`, `24 instalments`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

const hourMs = 3_600_000;

/** How long something has waited: `under 1 hour`, `5 hours`, `3 days`. */
export function waited(since: Date, now: Temporal.Instant): { hours: number; text: string } {
  return lasting(now.epochMilliseconds - since.getTime());
}

/** A length of time in words; a negative one is none. */
export function lasting(ms: number): { hours: number; text: string } {
  const hours = Math.max(0, Math.floor(ms / hourMs));
  if (hours < 1) return { hours, text: 'under 1 hour' };
  return { hours, text: hours < 48 ? counted(hours, 'hour') : counted(Math.floor(hours / 24), 'day') };
}
