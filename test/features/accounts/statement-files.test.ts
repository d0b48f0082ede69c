import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parse } from 'csv-parse/sync';
import type { Response } from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { moneyOf, parseMoney, sum, type Money } from '#core/money.ts';
import type { Entry } from '#features/ledger/index.ts';
import { openPortal, testPassword, type TestPortal } from '#test/portal.ts';
import { book, openAccount } from './history-builders.ts';
import { pdfText } from '#test/pdf-text.ts';

const today = '2026-03-17';
let portal: TestPortal;
let borrower: Awaited<ReturnType<TestPortal['borrower']>>;
let id: string;
const period = { from: Temporal.PlainDate.from('2026-01-01'), to: Temporal.PlainDate.from('2026-03-17') };
const query = 'from=2026-01-01&to=2026-03-17';

beforeAll(async () => {
  portal = await openPortal();
  await portal.setDay('2025-12-02');
  borrower = await portal.borrower('Łucja Ångström');
  id = await openAccount(portal, borrower, 'Everyday');
  await book(portal, { account: id, cents: 1_234_567_89n, on: '2025-12-03' });
  for (let n = 1; n <= 60; n += 1) {
    const on = Temporal.PlainDate.from('2026-01-01').add({ days: n }).toString();
    await book(portal, {
      account: id,
      cents: n % 3 === 0 ? -1_000_05n : 12_34n,
      on,
      kind: 'transfer',
      reference: `no. ${n}`,
    });
  }
  await portal.setDay(today);
  // The months in between ended the session.
  await borrower.post('/login', { email: borrower.email, password: testPassword });
  await portal.services.ledger.snapshot(Temporal.PlainDate.from('2026-03-16'), { worth: 1 });
  await book(portal, {
    account: id,
    cents: -7_77n,
    on: '2026-01-15',
    bookedOn: today,
    reference: '=HYPERLINK("http://x")',
  });
});
afterAll(() => portal.close());

const bytes = (response: Response) => response.body as Buffer;
const file = async (path: string) => {
  const response = await borrower.download(path);
  expect(response.status).toBe(200);
  return response;
};

async function ledgerLines(): Promise<Entry[]> {
  const lines: Entry[] = [];
  for await (const piece of portal.services.ledger.statementLines({ account: id, ...period })) lines.push(...piece);
  return lines;
}

const money = (text: string): Money => {
  const parsed = parseMoney(text, 'USD');
  if (!parsed.ok) throw new Error(`${text} is no amount`);
  return parsed.value;
};

describe('a statement as CSV', () => {
  it('is the ledger’s lines between the two balances, and adds up', async () => {
    const response = await file(`/accounts/${id}/statement.csv?${query}`);
    expect(response.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(response.headers['cache-control']).toBe('no-store');
    expect(response.headers['content-disposition']).toBe(
      'attachment; filename="statement-2026-01-01-to-2026-03-17.csv"'.replaceAll('"', ''),
    );
    const text = bytes(response).toString('utf8');
    expect(text.startsWith('\uFEFFDate,Booked on,Description,Details,Amount,Balance,Currency,Entry\r\n')).toBe(true);
    const rows = parse<Record<string, string>>(text, { bom: true, columns: true });
    const [opening, ...rest] = rows;
    const closing = rest.pop();
    const lines = await ledgerLines();
    expect(rest.map((row) => [row.Date, row.Entry, money(row.Amount ?? ''), money(row.Balance ?? '')])).toEqual(
      lines.map((line) => [line.effectiveOn, line.key, line.amount, line.balanceAfter]),
    );
    expect(opening).toMatchObject({
      Description: 'Opening balance',
      Date: '2026-01-01',
      Balance: '1234567.89',
      Amount: '',
    });
    expect(closing).toMatchObject({ Description: 'Closing balance', Date: '2026-03-17' });
    const amounts = rest.map((row) => money(row.Amount ?? ''));
    expect(money(closing?.Balance ?? '')).toBe(moneyOf(1_234_567_89n + sum(amounts)));
    expect((await portal.services.ledger.statement({ account: id, ...period })).closing).toBe(
      money(closing?.Balance ?? ''),
    );
  });

  it('holds no cell that a spreadsheet takes for a formula, and leaves amounts as numbers', async () => {
    const text = bytes(await file(`/accounts/${id}/statement.csv?${query}`)).toString('utf8');
    const rows = parse<Record<string, string>>(text, { bom: true, columns: true });
    const late = rows.find((row) => row['Booked on'] === today);
    expect(late).toMatchObject({ Date: '2026-01-15', Details: '\'=HYPERLINK("http://x")', Amount: '-7.77' });
    for (const row of rows)
      for (const [column, cell] of Object.entries(row))
        if (column !== 'Amount' && column !== 'Balance') expect(cell).not.toMatch(/^\s*[=+\-@]/);
  });

  it('of a month without entries has its two balances', async () => {
    const text = bytes(await file(`/accounts/${id}/statement.csv?month=2025-11`)).toString('utf8');
    const rows = parse<Record<string, string>>(text, { bom: true, columns: true });
    expect(rows.map((row) => row.Description)).toEqual(['Opening balance', 'Closing balance']);
    expect(rows[0]?.Balance).toBe(rows[1]?.Balance);
  });
});

describe('a statement as PDF', () => {
  it('has as many pages as it says, with the opening and the closing balance and every line', async () => {
    const response = await file(`/accounts/${id}/statement.pdf?${query}`);
    expect(response.headers['content-type']).toBe('application/pdf');
    expect(response.headers['content-disposition']).toBe('attachment; filename=statement-2026-01-01-to-2026-03-17.pdf');
    const { pages, title, lines } = pdfText(bytes(response));
    expect(title).toBe('Account statement, 1 January 2026 to 17 March 2026');
    expect(lines.filter((line) => /^Page \d+ of \d+$/.test(line))).toEqual(
      Array.from({ length: pages }, (_, n) => `Page ${n + 1} of ${pages}`),
    );
    expect(lines.filter((line) => line === 'Balance')).toHaveLength(pages);
    const { opening, closing, paidIn, paidOut } = await portal.services.ledger.statement({ account: id, ...period });
    const { formats } = portal.platform;
    expect(lines).toContain('Opening balance, before 1 January 2026');
    expect(lines).toContain('Closing balance, at the end of 17 March 2026');
    for (const amount of [opening, closing, paidIn, paidOut]) expect(lines).toContain(formats.money(amount));
    for (const line of await ledgerLines()) expect(lines).toContain(formats.money(line.balanceAfter));
    expect(lines.filter((line) => line.startsWith('No. '))).toHaveLength(60);
    expect(lines).toContain('=HYPERLINK("http://x"). Booked on 17 March 2026');
    expect(lines.at(-1)).toBe('End of the statement.');
  });

  it('names the holder in letters that the font has, and the account by its full number', async () => {
    const { lines } = pdfText(bytes(await file(`/accounts/${id}/statement.pdf?month=2026-02`)));
    const account = await portal.services.accounts.findOwn(borrower.partyId, id);
    expect(lines).toContain('Lucja Ångström');
    expect(lines).toContain(account?.number.replace(/(\d{4})(?=\d)/g, '$1 '));
  });

  it('leaves out a name that the font cannot write, rather than question marks', async () => {
    const other = await portal.borrower('山田 太郎');
    const account = await openAccount(portal, other);
    const { lines, pages } = pdfText(bytes(await other.download(`/accounts/${account}/statement.pdf`)));
    expect(pages).toBe(1);
    expect(lines.join(' ')).not.toContain('?');
    expect(lines).not.toContain('Holder');
    expect(lines).toContain('0.00');
  });
});

describe('a statement of ten thousand lines', () => {
  let long: string;
  beforeAll(async () => {
    long = await openAccount(portal, borrower, 'Long');
    for (let from = 0; from < 10_000; from += 1_000)
      await Promise.all(
        Array.from({ length: 1_000 }, (_, n) => {
          const on = Temporal.PlainDate.from('2026-01-01')
            .add({ days: Math.floor((from + n) / 200) })
            .toString();
          return book(portal, { account: long, cents: 1_00n, on });
        }),
      );
  });

  it('comes whole in both forms', async () => {
    const pdf = pdfText(bytes(await file(`/accounts/${long}/statement.pdf?${query}`)));
    expect(pdf.pages).toBeGreaterThan(360);
    expect(pdf.lines).toContain(`Page ${pdf.pages} of ${pdf.pages}`);
    expect(pdf.lines.filter((line) => line === 'Deposit')).toHaveLength(10_000);
    const csv = bytes(await file(`/accounts/${long}/statement.csv?${query}`)).toString('utf8');
    expect(csv.trimEnd().split('\r\n')).toHaveLength(10_003);
    expect(csv).toContain('Closing balance,,,10000.00');
  });

  it('stops reading the ledger when its reader goes away', async () => {
    const server = createServer(portal.app);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const lines = portal.services.ledger.statementLines.bind(portal.services.ledger);
    const read = { pieces: 0, ended: false };
    portal.services.ledger.statementLines = async function* (asked) {
      try {
        for await (const piece of lines(asked)) {
          read.pieces += 1;
          yield piece;
        }
      } finally {
        read.ended = true;
      }
    };
    try {
      for (const kind of ['csv', 'pdf']) {
        Object.assign(read, { pieces: 0, ended: false });
        const request = get({
          port,
          path: `/accounts/${long}/statement.${kind}?${query}`,
          headers: { cookie: borrower.cookies() },
        });
        const [response] = (await once(request, 'response')) as [IncomingMessage];
        await once(response, 'readable');
        response.destroy();
        await expect.poll(() => read.ended, { timeout: 20_000 }).toBe(true);
        expect(read.pieces).toBeLessThan(20);
      }
    } finally {
      portal.services.ledger.statementLines = lines;
      server.closeAllConnections();
      server.close();
    }
  });
});
