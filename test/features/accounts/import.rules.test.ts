import { describe, expect, it } from 'vitest';
import { dateOf } from '#core/calendar.ts';
import { isAccountNumber } from '#core/ids.ts';
import { moneyOf } from '#core/money.ts';
import { readImportFile } from '#features/accounts/importing/import-file.ts';
import { shownFileName } from '#features/accounts/importing/import.forms.ts';
import { judgeLine, type Cells, type KnownAccount, type LineFacts } from '#features/accounts/importing/line.rules.ts';
import { arrange, cutPiece } from '#features/accounts/importing/order.rules.ts';
import { checkRun } from '#features/accounts/importing/running-balance.rules.ts';
import { sampleFile } from '#features/accounts/importing/sample.rules.ts';

const account: KnownAccount = { id: 'a', currency: 'USD', state: 'open', freeze: 'none', entries: 0 };
const facts: LineFacts = {
  today: dateOf('2026-03-17'),
  currency: 'USD',
  account,
  counter: { ...account, id: 'b' },
  sameIdAs: undefined,
  importedBefore: false,
};
const cells: Cells = {
  external_id: 'OLD-1',
  account_number: '100000000093',
  date: '2026-03-02',
  kind: 'deposit',
  amount: '10.50',
  reference: '',
  counter_account: '',
};
const judged = (given: Partial<Cells>, known: Partial<LineFacts> = {}) =>
  judgeLine({ ...cells, ...given }, { ...facts, ...known });
const said = (given: Partial<Cells>, known: Partial<LineFacts> = {}) =>
  judged(given, known).findings.map(({ text }) => text);

describe('a line of an import', () => {
  it('moves what it says where nothing is wrong', () => {
    expect(judged({})).toEqual({
      movement: { kind: 'deposit', effectiveOn: dateOf('2026-03-02'), amount: 1050n },
      findings: [],
    });
    expect(judged({ kind: 'fee', amount: '-2' }).movement?.amount).toBe(-200n);
    expect(judged({ kind: 'transfer', amount: '-2', counter_account: '200000000088' }).findings).toEqual([]);
    expect(judged({ reference: 'Überweisung 17/3, #4 (Jan.)' }).findings).toEqual([]);
  });

  it.each([
    ['1e3', 'write digits'],
    ['10.50g', 'write digits'],
    ['', 'amount is empty'],
    ['0', 'has to move something'],
    ['0.00', 'has to move something'],
    ['-0', 'has to move something'],
    ['4.355', 'USD has at most two decimals'],
    ['1 000', 'write digits'],
    ['1.000,00', 'write digits'],
    ['+5', 'write digits'],
    ['=1+1', 'write digits'],
    ['9999999999999999', 'larger than an account can hold'],
    ['-5', 'a deposit comes in and has no minus'],
  ])('refuses the amount “%s” in a sentence', (amount, sentence) => {
    expect(said({ amount })).toEqual([expect.stringContaining(sentence)]);
    expect(judged({ amount }).movement).toBeUndefined();
  });

  it('takes the places of the account’s currency', () => {
    const yen = { account: { ...account, currency: 'JPY' as const } };
    expect(said({ amount: '10.50' }, yen)).toEqual(['amount is “10.50”: JPY has no decimals.']);
    expect(judged({ amount: '1500' }, yen).movement?.amount).toBe(1500n);
  });

  it.each([
    [{ external_id: '' }, 'external_id is empty'],
    [{ external_id: '=HYPERLINK("x")' }, 'write the entry’s id'],
    [{ external_id: 'x'.repeat(41) }, '1 to 40 letters'],
    [{ account_number: '100000000094' }, 'twelve digits'],
    [{ account_number: '' }, 'account_number is empty'],
    [{ date: '2026-02-30' }, 'year-month-day'],
    [{ date: '31.03.2026' }, 'year-month-day'],
    [{ date: '2026-03-18' }, 'after the business date'],
    [{ date: '1899-12-31' }, 'before 1900'],
    [{ kind: 'Deposit' }, 'write one of deposit, withdrawal'],
    [{ kind: '' }, 'kind is empty'],
    [{ kind: 'withdrawal' }, 'goes out and has a minus'],
    [{ reference: '=HYPERLINK("http://x","y")' }, 'begin with a letter or a digit'],
    [{ reference: '@SUM(A1)' }, 'begin with a letter or a digit'],
    [{ reference: 'jane@example.test' }, 'use letters, digits'],
    [{ reference: 'x'.repeat(61) }, 'longer than 60'],
    [{ counter_account: '200000000088' }, 'only a transfer has one'],
    [{ kind: 'transfer' }, 'counter_account is empty'],
    [{ kind: 'transfer', counter_account: '100000000093' }, 'the account itself'],
  ])('names what is wrong with %j', (given, sentence) => {
    expect(said(given)).toEqual([expect.stringContaining(sentence)]);
  });

  it('says what is known of the accounts, of the id and of frozen money', () => {
    expect(said({}, { account: undefined })).toEqual([expect.stringContaining('no such account here')]);
    expect(said({}, { account: { ...account, state: 'closed' } })).toEqual([expect.stringContaining('is closed')]);
    expect(said({}, { account: { ...account, freeze: 'credit' } })).toEqual([expect.stringContaining('frozen')]);
    expect(said({}, { account: { ...account, freeze: 'debit' } })).toEqual([]);
    expect(said({}, { sameIdAs: 2 })).toEqual([expect.stringContaining('stands on line 2 already')]);
    expect(said({}, { importedBefore: true })).toEqual([expect.stringContaining('imported before')]);
    const transfer = { kind: 'transfer', amount: '5', counter_account: '200000000088' };
    const yen = { ...account, currency: 'JPY' as const };
    expect(said(transfer, { counter: yen })).toEqual([expect.stringContaining('another currency')]);
    expect(said(transfer, { counter: { ...account, freeze: 'debit' } })).toEqual([expect.stringContaining('counter')]);
  });

  it('says everything that is wrong with a line at once, and warns of what is only odd', () => {
    expect(said({ external_id: '', date: 'x', amount: 'y', kind: 'z' })).toHaveLength(4);
    const old = judged({ kind: 'opening', date: '2005-01-01' }, { account: { ...account, entries: 2 } });
    expect(old.findings.map(({ severity }) => severity)).toEqual(['warning', 'warning']);
    expect(old.movement).toBeDefined();
  });
});

describe('the file of an import', () => {
  const read = (text: string | Uint8Array) => readImportFile(typeof text === 'string' ? Buffer.from(text) : text);
  const head = 'external_id,account_number,date,kind,amount';

  it('reads commas and semicolons, marks, line ends and quotes', async () => {
    const comma = await read(`${head},reference\r\n1,2,3,4,"1,234.50","a ""b"""\r\n\r\n5,6,7,8,9,\r\n`);
    expect(comma.ok && comma.value.map(({ line, cells }) => [line, cells.amount, cells.reference])).toEqual([
      [2, '1,234.50', 'a "b"'],
      [4, '9', ''],
    ]);
    const semicolon = await read(`\uFEFF${head.replaceAll(',', ';').toUpperCase()};Reference\n1;2;3;4;5;a, b\n`);
    expect(semicolon.ok && semicolon.value[0]?.cells).toMatchObject({ external_id: '1', reference: 'a, b' });
    const otherOrder = await read('amount,kind,date,account_number,external_id\n5,4,3,2,1\n');
    expect(otherOrder.ok && otherOrder.value[0]?.cells).toMatchObject({ external_id: '1', amount: '5' });
    const short = await read(`${head}\n1,2\n1,2,3,4,5,6\n`);
    expect(short.ok && short.value.map(({ shape }) => shape?.includes('cells'))).toEqual([true, true]);
  });

  it.each<[string, unknown]>([
    ['', { code: 'empty' }],
    [' \n', { code: 'empty' }],
    [`${head}\n`, { code: 'empty' }],
    [`${head}\n1,2,"3,4,5\n`, expect.objectContaining({ code: 'broken-quotes' })],
    [`${head}\n1,2"x,3,4,5\n`, { code: 'broken-quotes', line: 2 }],
    ['external_id,date\n1,2\n', { code: 'missing-columns', columns: ['account_number', 'kind', 'amount'] }],
    [`${head},iban,\n1,2,3,4,5,6,\n`, { code: 'unknown-columns', columns: ['iban', ''] }],
    [`${head},kind\n`, { code: 'repeated-columns', columns: ['kind'] }],
    [`${head}\n${'x'.repeat(5_000)}\n`, expect.objectContaining({ code: 'line-too-long' })],
    [`${head}\n${'1,2,3,4,5\n'.repeat(20_001)}`, { code: 'too-many-lines' }],
    [`${head}\n1,2,3,4,\u0000\n`, { code: 'not-utf-8' }],
  ])('refuses %.40j', async (text, refusal) => {
    expect(await read(text)).toEqual({ ok: false, refusal });
  });

  it('refuses another encoding, and takes 20,000 lines', async () => {
    expect(await read(Buffer.from(`${head}\n1,2,3,4,é\n`, 'latin1'))).toMatchObject({ refusal: { code: 'not-utf-8' } });
    expect(await read(Buffer.from(`${head}\n1,2,3,4,5\n`, 'utf16le'))).toMatchObject({ ok: false });
    const most = await read(`${head}\n${'1,2,3,4,5\n'.repeat(20_000)}`);
    expect(most.ok && most.value.length).toBe(20_000);
  });

  it('has a sample that reads and judges well', async () => {
    const sample = await read(sampleFile);
    if (!sample.ok) throw new Error(sample.refusal.code);
    expect(sample.value.map(({ cells: one }) => isAccountNumber(one.account_number))).not.toContain(false);
    for (const one of sample.value) expect(judgeLine(one.cells, facts).findings).toEqual([]);
  });

  it('is shown by a plain name', () => {
    expect(shownFileName('../../etc/pass\u0000wd\u202E.csv')).toBe('passwd.csv');
    expect(shownFileName('C:\\x\\y.csv')).toBe('y.csv');
    expect(shownFileName(' ')).toBe('file.csv');
    expect(shownFileName('x'.repeat(300))).toHaveLength(80);
  });
});

describe('the order of posting', () => {
  const of = (line: number, effectiveOn: string, ...accounts: string[]) => ({ line, effectiveOn, accounts });

  it('keeps an account and those linked to it together, by day and then by line', () => {
    const arranged = arrange([
      of(2, '2026-01-03', 'a'),
      of(3, '2026-01-01', 'b'),
      of(4, '2026-01-02', 'c', 'a'),
      of(5, '2026-01-01', 'a'),
      of(6, '2026-01-01', 'b'),
      of(7, '2026-01-01', 'c'),
    ]);
    expect(arranged.map(({ line }) => line)).toEqual([5, 7, 4, 2, 3, 6]);
    expect(arranged.map(({ order }) => order)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(new Set(arranged.map(({ group }) => group)).size).toBe(2);
  });

  it('is quick on one long chain of transfers', () => {
    const chain = Array.from({ length: 20_000 }, (_, n) => of(n + 2, '2026-01-01', `a${n}`, `a${n + 1}`));
    const began = performance.now();
    expect(new Set(arrange(chain).map(({ group }) => group)).size).toBe(1);
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('cuts pieces between groups where it can', () => {
    const lines = [1, 1, 2, 2, 2].map((group) => ({ group }));
    expect(cutPiece(lines, 5)).toHaveLength(5);
    expect(cutPiece(lines, 4)).toHaveLength(2);
    expect(cutPiece(lines.slice(2), 2)).toHaveLength(2);
  });
});

describe('the running balance of an account', () => {
  const lines = (...moves: [string, bigint][]) =>
    moves.map(([effectiveOn, amount], index) => ({ line: index + 2, effectiveOn, amount: moneyOf(amount) }));
  const run = (given: Partial<Parameters<typeof checkRun>[0]>) =>
    checkRun({
      balance: moneyOf(0n),
      held: moneyOf(0n),
      floor: moneyOf(0n),
      opening: moneyOf(0n),
      existing: new Map(),
      lines: [],
      ...given,
    });

  it('finds the day on which too little is left, though enough comes in later', () => {
    expect(run({ lines: lines(['2026-01-01', 100n], ['2026-01-02', -101n], ['2026-01-03', 50n]) })).toMatchObject({
      line: 3,
      balance: -1n,
      when: 'on-its-day',
    });
    expect(run({ lines: lines(['2026-01-01', 100n], ['2026-01-02', -100n]) })).toBeUndefined();
    expect(run({ floor: moneyOf(-50n), lines: lines(['2026-01-02', -50n]) })).toBeUndefined();
    expect(run({ floor: null, lines: lines(['2026-01-02', -5_000n]) })).toBeUndefined();
  });

  it('counts what is booked here already on its own days', () => {
    const existing = new Map([
      ['2026-01-01', moneyOf(100n)],
      ['2026-01-10', moneyOf(-100n)],
      ['2026-01-20', moneyOf(100n)],
    ]);
    // Enough is there on the line's own day and today, and not in between.
    expect(run({ balance: moneyOf(100n), existing, lines: lines(['2026-01-05', -50n]) })).toMatchObject({
      line: 2,
      balance: -50n,
    });
    // The account was under its floor without the file, which makes it no worse.
    const before = new Map([['2026-01-01', moneyOf(-10n)]]);
    expect(run({ balance: moneyOf(50n), existing: before, lines: lines(['2026-01-02', 5n]) })).toBeUndefined();
  });

  it('finds what today’s money does not allow', () => {
    const facts = { balance: moneyOf(10n), held: moneyOf(8n), opening: moneyOf(10n) };
    expect(run({ ...facts, lines: lines(['2026-01-02', -3n]) })).toMatchObject({ when: 'today', least: 8n });
    expect(run({ ...facts, lines: lines(['2026-01-02', -2n]) })).toBeUndefined();
  });
});
