import type { Finding } from '#core/finding.ts';
import { parseDate, type PlainDate } from '#core/calendar.ts';
import { isAccountNumber } from '#core/ids.ts';
import { parseMoney, zero, type Currency, type Money } from '#core/money.ts';

export const requiredColumns = ['external_id', 'account_number', 'date', 'kind', 'amount'] as const;
export const columns = [...requiredColumns, 'reference', 'counter_account'] as const;
export type Column = (typeof columns)[number];
export type Cells = Record<Column, string>;

export const lineKinds = ['deposit', 'withdrawal', 'interest', 'fee', 'opening', 'transfer'] as const;
export type LineKind = (typeof lineKinds)[number];

/** Which way a kind moves money; what may be charged as well as paid goes either way. */
const ways: Record<LineKind, 'in' | 'out' | 'either'> = {
  deposit: 'in',
  withdrawal: 'out',
  fee: 'out',
  interest: 'either',
  opening: 'either',
  transfer: 'either',
};

export type { Finding };

/** What is known here of an account that a line names. */
export interface KnownAccount {
  id: string;
  currency: Currency;
  state: 'open' | 'closed';
  freeze: 'none' | 'debit' | 'credit' | 'full';
  /** How many entries it has. */
  entries: number;
}

export interface LineFacts {
  today: PlainDate;
  currency: Currency;
  account: KnownAccount | undefined;
  counter: KnownAccount | undefined;
  /** The first line of the file with the same `external_id`, where it is another one. */
  sameIdAs: number | undefined;
  /** An import before this one brought the same `external_id`. */
  importedBefore: boolean;
}

/** A line that can be posted. */
export interface Movement {
  kind: LineKind;
  effectiveOn: PlainDate;
  /** Positive comes into the account. */
  amount: Money;
}

export interface Judged {
  movement: Movement | undefined;
  findings: Finding[];
}

const earliestYear = 1900;
const longAgoYears = 15;
const longestReference = 60;
const idForm = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,39}$/;
// Begins with a letter or a digit, so that no spreadsheet ever takes it for a formula.
const referenceForm = /^[\p{L}\p{N}][\p{L}\p{N} .,:/#()+_-]*$/u;

/** Judges one line on its own: what is wrong with it, each in a sentence, and what it moves where nothing is. */
export function judgeLine(cells: Cells, facts: LineFacts): Judged {
  const findings: Finding[] = [];
  const wrong = (text: string | undefined): void => {
    if (text !== undefined) findings.push({ severity: 'error', text });
  };
  wrong(idFault(cells.external_id, facts));
  wrong(accountFault(cells.account_number, { column: 'account_number', account: facts.account }));
  const kind = lineKinds.find((one) => one === cells.kind);
  if (!kind) wrong(`${said('kind', cells.kind)}: write one of ${lineKinds.join(', ')}.`);
  const date = readDate(cells.date, facts.today);
  wrong(date.fault);
  const amount = readAmount(cells.amount, { kind, currency: facts.account?.currency ?? facts.currency });
  wrong(amount.fault);
  wrong(referenceFault(cells.reference));
  wrong(counterFault(cells, kind, facts));
  if (amount.value !== undefined) for (const text of freezeFaults(amount.value, facts)) wrong(text);
  const movement =
    findings.length === 0 && kind && date.value && amount.value !== undefined
      ? { kind, effectiveOn: date.value, amount: amount.value }
      : undefined;
  return { movement, findings: [...findings, ...(movement ? warnings(movement, facts) : [])] };
}

function said(column: Column, text: string): string {
  return text === '' ? `${column} is empty` : `${column} is “${text}”`;
}

function idFault(id: string, { sameIdAs, importedBefore }: LineFacts): string | undefined {
  if (!idForm.test(id))
    return `${said('external_id', id)}: write the entry’s id in the old bank, 1 to 40 letters, digits and . _ : / -.`;
  if (sameIdAs !== undefined) return `external_id “${id}” stands on line ${sameIdAs} already: give each entry once.`;
  return importedBefore ? `external_id “${id}” has been imported before: take the line out.` : undefined;
}

function accountFault(
  number: string,
  { column, account }: { column: 'account_number' | 'counter_account'; account: KnownAccount | undefined },
): string | undefined {
  if (!isAccountNumber(number)) return `${said(column, number)}: write an account number of this bank, twelve digits.`;
  if (!account) return `${said(column, number)}: there is no such account here. Open it first.`;
  return account.state === 'closed' ? `${said(column, number)}: this account is closed.` : undefined;
}

function readDate(text: string, today: PlainDate): { value?: PlainDate; fault?: string } {
  const parsed = parseDate(text);
  if (!parsed.ok) return { fault: `${said('date', text)}: write a date as year-month-day, like 2026-03-31.` };
  if (Temporal.PlainDate.compare(parsed.value, today) > 0)
    return { fault: `${said('date', text)}: it lies after the business date, ${today.toString()}.` };
  if (parsed.value.year < earliestYear) return { fault: `${said('date', text)}: it lies before ${earliestYear}.` };
  return { value: parsed.value };
}

function readAmount(
  text: string,
  { kind, currency }: { kind: LineKind | undefined; currency: Currency },
): { value?: Money; fault?: string } {
  const parsed = parseMoney(text, currency);
  const what = said('amount', text);
  if (!parsed.ok) {
    const whole = currency === 'JPY';
    const sentences = {
      empty: `${what}: write one like ${whole ? '1500' : '1500.00'}, with a minus where money goes out.`,
      'not-a-number': `${what}: write digits, with a point before decimals and a minus where money goes out.`,
      'too-many-places': `${what}: ${currency} has ${whole ? 'no decimals' : 'at most two decimals'}.`,
      'too-large': `${what}: it is larger than an account can hold.`,
    };
    return { fault: sentences[parsed.refusal] };
  }
  if (parsed.value === zero) return { fault: `${what}: a line has to move something.` };
  const way = kind && ways[kind];
  if (way === 'in' && parsed.value < zero) return { fault: `${what}: a ${kind} comes in and has no minus.` };
  if (way === 'out' && parsed.value > zero) return { fault: `${what}: a ${kind} goes out and has a minus.` };
  return { value: parsed.value };
}

function referenceFault(reference: string): string | undefined {
  if (reference.length > longestReference) return `reference is longer than ${longestReference} characters.`;
  if (reference === '' || referenceForm.test(reference)) return undefined;
  return `${said('reference', reference)}: begin with a letter or a digit, and use letters, digits and . , : / # ( ) + _ -.`;
}

function counterFault(cells: Cells, kind: LineKind | undefined, facts: LineFacts): string | undefined {
  const { counter_account: number } = cells;
  if (kind !== 'transfer')
    return number === '' || !kind ? undefined : `${said('counter_account', number)}: only a transfer has one.`;
  if (number !== '' && number === cells.account_number)
    return `${said('counter_account', number)}: it is the account itself.`;
  const fault = accountFault(number, { column: 'counter_account', account: facts.counter });
  if (fault !== undefined || !facts.account || !facts.counter) return fault;
  return facts.account.currency === facts.counter.currency
    ? undefined
    : `${said('counter_account', number)}: it has another currency (${facts.counter.currency}) than the account.`;
}

function freezeFaults(amount: Money, { account, counter }: LineFacts): string[] {
  const frozen = (one: KnownAccount | undefined, direction: 'debit' | 'credit', column: Column) =>
    one && (one.freeze === 'full' || one.freeze === direction)
      ? [`${column}: this account is frozen and ${direction === 'debit' ? 'gives' : 'takes'} no money at the moment.`]
      : [];
  return [
    ...frozen(account, amount < zero ? 'debit' : 'credit', 'account_number'),
    ...frozen(counter, amount < zero ? 'credit' : 'debit', 'counter_account'),
  ];
}

function warnings({ kind, effectiveOn }: Movement, { account, today }: LineFacts): Finding[] {
  const warning = (text: string): Finding => ({ severity: 'warning', text });
  return [
    ...(kind === 'opening' && account && account.entries > 0
      ? [warning('This opening balance comes on top of what the account has here already.')]
      : []),
    ...(effectiveOn.year < today.year - longAgoYears
      ? [warning(`The date lies more than ${longAgoYears} years back.`)]
      : []),
  ];
}
