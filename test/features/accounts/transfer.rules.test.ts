import { describe, expect, it } from 'vitest';
import { dateOf } from '#core/calendar.ts';
import { moneyOf } from '#core/money.ts';
import { firstDates, occurrence, readTiming, storedRhythm } from '#features/accounts/transfers/timing.rules.ts';
import {
  judgeDay,
  judgeName,
  judgeTransfer,
  leftOn,
  maskName,
  type Payer,
  type TransferFacts,
} from '#features/accounts/transfers/transfer.rules.ts';

const today = dateOf('2026-03-17');
const typed = { startOn: '', every: '1', end: 'open', until: '', times: '' } as const;

describe('when a transfer happens', () => {
  it('is now unless something else is chosen, but never over a date that was typed', () => {
    expect(readTiming({ ...typed, when: 'now', times: '3' }, today)).toEqual({ ok: true, value: undefined });
    const dated = readTiming({ ...typed, when: 'now', startOn: '2026-04-01' }, today);
    expect(dated).toMatchObject({ ok: false, refusal: { field: 'startOn' } });
  });

  it.each([
    ['2026-03-16', 'This date is in the past'],
    ['2026-03-17', 'For today, choose to send the money now'],
    ['2031-03-18', 'in the next 5 years'],
    ['2026-02-30', 'Enter the date as year-month-day'],
    ['17.03.2026', 'Enter the date as year-month-day'],
    ['', 'Enter the date as year-month-day'],
  ])('is refused for the date %s', (startOn, sentence) => {
    const read = readTiming({ ...typed, when: 'once', startOn }, today);
    expect(read.ok ? '' : [read.refusal.field, read.refusal.sentence].join(' ')).toContain(sentence);
    expect(read.ok ? '' : read.refusal.field).toBe('startOn');
  });

  it('may be tomorrow', () => {
    expect(readTiming({ ...typed, when: 'once', startOn: '2026-03-18' }, today).ok).toBe(true);
  });

  it.each([
    ['week', { every: '0' }, 'every'],
    ['week', { every: '53' }, 'every'],
    ['month', { every: '25' }, 'every'],
    ['month', { every: '1.5' }, 'every'],
    ['month', { every: '-1' }, 'every'],
    ['month', { end: 'times', times: '' }, 'times'],
    ['month', { end: 'times', times: '1e3' }, 'times'],
    ['month', { end: 'times', times: '1000' }, 'times'],
    ['month', { end: 'until', until: '2026-03-30' }, 'until'],
    ['month', { end: 'until', until: 'soon' }, 'until'],
  ] as const)('is refused for a rhythm by %s with %o', (when, changed, field) => {
    const read = readTiming({ ...typed, when, startOn: '2026-03-31', ...changed }, today);
    expect(read.ok ? '' : read.refusal.field).toBe(field);
  });

  const rhythm = (facts: Partial<Parameters<typeof occurrence>[0]>) => ({
    startOn: '2026-01-31',
    every: { every: 1, unit: 'month' as const },
    until: null,
    times: null,
    ...facts,
  });

  it('keeps the day of the month over shorter months, and knows leap years', () => {
    expect(firstDates(rhythm({}), 4)).toEqual(['2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30']);
    expect(firstDates(rhythm({ startOn: '2027-12-31' }), 3)).toEqual(['2027-12-31', '2028-01-31', '2028-02-29']);
    const fortnight = rhythm({ every: { every: 2, unit: 'week' } });
    expect(firstDates(fortnight, 3)).toEqual(['2026-01-31', '2026-02-14', '2026-02-28']);
  });

  it('ends on its last date, after its times, or after the one date that it has', () => {
    expect(firstDates(rhythm({ until: '2026-03-31' }), 9)).toHaveLength(3);
    expect(firstDates(rhythm({ until: '2026-03-30' }), 9)).toHaveLength(2);
    expect(firstDates(rhythm({ times: 2 }), 9)).toHaveLength(2);
    expect(firstDates(rhythm({ every: null }), 9)).toEqual(['2026-01-31']);
    expect(occurrence(rhythm({}), 500)).toBe('2067-09-30');
  });

  it('is stored as it was read', () => {
    const read = readTiming({ ...typed, when: 'month', every: '3', startOn: '2026-05-31' }, today);
    expect(read.ok && read.value && storedRhythm(read.value)).toEqual({
      startOn: '2026-05-31',
      every: { every: 3, unit: 'month' },
      until: null,
      times: null,
    });
  });
});

describe('whether a transfer may be made', () => {
  const payer: Payer = {
    id: 'from',
    currency: 'USD',
    state: 'open',
    freeze: 'none',
    available: moneyOf(500_00n),
    limits: { perTransfer: moneyOf(2_000_00n), perDay: null },
    spent: null,
  };
  const to = { id: 'to', currency: 'USD', state: 'open', freeze: 'none' } as const;
  const facts: TransferFacts = { currency: 'USD', from: payer, to, sentWhileNew: undefined };
  const judge = (changed: Partial<TransferFacts>, cents = 500_00n) => {
    const judged = judgeTransfer({ ...facts, ...changed }, moneyOf(cents));
    return judged.ok ? 'may' : judged.refusal;
  };

  it('takes the last cent, and not one more', () => {
    expect(judge({})).toBe('may');
    expect(judge({}, 500_01n)).toEqual({ code: 'short-of-funds', short: 1n });
  });

  it('tells a stranger’s closed, frozen and foreign account alike', () => {
    const blocked = { code: 'cannot-receive' };
    expect(judge({ to: { ...to, state: 'closed' } })).toEqual(blocked);
    expect(judge({ to: { ...to, freeze: 'credit' } })).toEqual(blocked);
    expect(judge({ to: { ...to, freeze: 'full' } })).toEqual(blocked);
    expect(judge({ to: { ...to, currency: 'EUR' } })).toEqual(blocked);
    expect(judge({ to: { ...to, freeze: 'debit' } })).toBe('may');
  });

  it('refuses accounts that are not there, not one’s own, the same, or that nothing may leave', () => {
    expect(judge({ from: undefined })).toEqual({ code: 'not-your-account' });
    expect(judge({ to: undefined })).toEqual({ code: 'unknown-target' });
    expect(judge({ to: { ...to, id: 'from' } })).toEqual({ code: 'same-account' });
    expect(judge({ from: { ...payer, freeze: 'debit' } })).toEqual({ code: 'cannot-send' });
    expect(judge({ from: { ...payer, freeze: 'credit' } })).toBe('may');
  });

  it('holds to the limit of one transfer and of somebody new, at the very cent', () => {
    const rich = { ...payer, available: moneyOf(9_000_00n) };
    expect(judge({ from: rich }, 2_000_00n)).toBe('may');
    expect(judge({ from: rich }, 2_000_01n)).toEqual({ code: 'over-transfer-limit', limit: 2_000_00n });
    expect(judge({ from: rich, sentWhileNew: moneyOf(600_00n) }, 400_00n)).toBe('may');
    const over = judge({ from: rich, sentWhileNew: moneyOf(600_00n) }, 400_01n);
    expect(over).toEqual({ code: 'over-new-payee-limit', left: 400_00n });
  });

  it('counts only what was spent today towards the day’s limit', () => {
    const limits = { perTransfer: null, perDay: moneyOf(1_000_00n) };
    const spent = { on: '2026-03-17', amount: moneyOf(900_00n) };
    expect(leftOn('2026-03-17', { limits, spent })).toBe(100_00n);
    expect(leftOn('2026-03-18', { limits, spent })).toBe(1_000_00n);
    expect(leftOn('2026-03-17', { limits: { ...limits, perDay: null }, spent })).toBeUndefined();
    expect(judgeDay({ limits }, { amount: moneyOf(100_00n), leftToday: moneyOf(100_00n) }).ok).toBe(true);
    const over = judgeDay({ limits }, { amount: moneyOf(100_01n), leftToday: moneyOf(100_00n) });
    expect(over).toEqual({ ok: false, refusal: { code: 'over-daily-limit', limit: 1_000_00n, left: 100_00n } });
  });

  it('asks for the name the first time, and never believes the one that comes back', () => {
    const receiver = { relation: 'other', shownName: 'A··· K···e', nameKnown: false } as const;
    const asked = (order: Parameters<typeof judgeName>[0], changed = {}) => {
      const judged = judgeName(order, { ...receiver, ...changed });
      return judged.ok ? 'known' : judged.refusal.code;
    };
    expect(asked({ nameShown: 'A··· K···e', confirmed: 'no' })).toBe('name-unconfirmed');
    expect(asked({ nameShown: 'A··· K···e', confirmed: 'yes' })).toBe('known');
    expect(asked({ nameShown: 'A··· K···e', confirmed: 'no' }, { nameKnown: true })).toBe('known');
    expect(asked({ nameShown: 'B··· K···e', confirmed: 'yes' }, { nameKnown: true })).toBe('name-changed');
    expect(asked({ nameShown: '', confirmed: 'no' }, { relation: 'own' })).toBe('known');
  });
});

describe('a masked name', () => {
  it.each([
    ['Anna Keane', 'A··· K···e'],
    ['Anna Maria Keane', 'A··· M··· K···e'],
    ['Li', 'L···'],
    ['Bo Yu', 'B··· Y···'],
    ['Björn Ångström', 'B··· Å···m'],
    ['  José   Núñez ', 'J··· N···z'],
    ['a b c d e f', 'a··· b··· c··· d···'],
    ['👩‍👩‍👧 Family', '👩‍👩‍👧··· F···y'],
    ['', ''],
  ])('of %j is %j', (name, masked) => {
    expect(maskName(name)).toBe(masked);
  });
});
