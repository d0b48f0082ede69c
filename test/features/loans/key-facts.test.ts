import { Readable, Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addFrequency, dateOf } from '#core/calendar.ts';
import { moneyOf } from '#core/money.ts';
import { rateOf } from '#core/rate.ts';
import { keyFacts } from '#features/loans/index.ts';
import { scheduleTermsOf, type ProductVersion } from '#features/products/index.ts';
import { runApr } from '#src/cli/apr.ts';
import { pdfText } from '#test/pdf-text.ts';
import { openPortal, testPassword, type TestPortal } from '#test/portal.ts';
import { offered, paidOut } from './underwriting-builders.ts';

let portal: TestPortal;
beforeAll(async () => {
  portal = await openPortal();
  await portal.setDay('2026-03-17');
});
afterAll(() => portal.close());

async function offer() {
  const file = await offered(portal);
  const browser = portal.visitor();
  await browser.post('/login', { email: file.email, password: testPassword });
  return { ...file, browser, path: `/loans/apply/${file.application._id}/offer/key-facts` };
}

/** What the command line says of flows written as on the page. */
async function aprOfCommandLine(input: object): Promise<string> {
  let text = '';
  const output = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      text += chunk.toString();
      done();
    },
  });
  const code = await runApr({ input: Readable.from([Buffer.from(`${JSON.stringify(input)}\n`)]), output });
  expect(code).toBe(0);
  return (JSON.parse(text) as { aprPercent: string }).aprPercent;
}

const plain = (text: string) => text.replaceAll(',', '').replace('−', '-');
const months = 'January February March April May June July August September October November December'.split(' ');
const isoOf = (text: string) => {
  const [day = '', month = '', year = ''] = text.split(' ');
  return `${year}-${String(months.indexOf(month) + 1).padStart(2, '0')}-${day.padStart(2, '0')}`;
};
const cellsOf = (html: string) =>
  [...html.matchAll(/<tr[^>]*>([\s\S]*?)<\/tr>/g)].map(([, row = '']) =>
    [...row.matchAll(/<t[dh][^>]*>([\s\S]*?)<\/t[dh]>/g)].map(([, cell = '']) => cell.replace(/<[^>]+>/g, '').trim()),
  );
const figure = (html: string, label: string) =>
  new RegExp(`<dt>${label}</dt><dd><span[^>]*>([^<]+)<`).exec(html)?.[1] ?? '';

describe('The key facts of an offer', () => {
  it('say an APR that the command line gives for the cash flows on the page', async () => {
    const { browser, path } = await offer();
    const page = await browser.get(path);
    expect(page.status).toBe(200);
    const rows = cellsOf(page.text).filter(([n = '']) => /^\d+$/.test(n));
    expect(rows).toHaveLength(24);
    const payments = rows.map((cells) => ({ on: isoOf(cells[1] ?? ''), amount: plain(cells.at(-2) ?? '') }));
    const amountFinanced = plain(figure(page.text, 'You get'));
    expect(amountFinanced).toBe('14850.00');
    const flows = { advancedOn: '2026-03-17', amountFinanced, payments, unitPeriodsPerYear: 12 };
    expect(figure(page.text, 'APR')).toBe(`${await aprOfCommandLine(flows)}%`);
  });

  it('add up: what is paid back is what was got and what it costs', async () => {
    const { browser, path } = await offer();
    const { text } = await browser.get(path);
    const cents = (label: string) => BigInt(plain(figure(text, label)).replace('.', ''));
    const foot = cellsOf(text).find(([first]) => first === 'All') ?? [];
    const paidBack = BigInt(plain(foot.at(-2) ?? '').replace('.', ''));
    expect(cents('You get') + cents('Cost in all')).toBe(paidBack);
    expect(text).toContain('10.90% a year, fixed');
    expect(text).toContain('150.00 USD: processing fee 1.00% of the loan');
    expect(text).toContain('17 April 2026');
    expect(text).toContain('17 March 2028');
  });

  it('say the same as a PDF: one sheet of facts, then the schedule', async () => {
    const { browser, path, application } = await offer();
    const page = await browser.get(path);
    const file = await browser.download(`${path}.pdf`);
    expect(file.status).toBe(200);
    expect(file.headers).toMatchObject({ 'content-type': 'application/pdf', 'cache-control': 'no-store' });
    expect(file.headers['content-disposition']).toBe('attachment; filename=key-facts-offer-2026-03-17.pdf');
    const { title, pages, lines } = pdfText(file.body as Buffer);
    expect(title).toBe('Key Facts Statement');
    expect(pages).toBe(2);
    expect(lines).toContain(`Offer of a personal loan, application ${application.reference}`);
    for (const label of ['You get', 'Instalment', 'Cost in all', 'APR'])
      expect(lines).toContain(figure(page.text, label));
    const second = lines.indexOf('Page 2 of 2');
    expect(lines.indexOf('Repayment schedule, amounts in USD')).toBeGreaterThan(second);
    for (const [, due = '', , , total = ''] of cellsOf(page.text).filter(([n = '']) => /^\d+$/.test(n))) {
      expect(lines).toContain(due);
      expect(lines).toContain(total);
    }
  });

  it('are linked from the offer, and are nobody else’s', async () => {
    const { browser, path } = await offer();
    expect((await browser.get(path.replace('/key-facts', ''))).text).toContain(`href="${path}"`);
    const stranger = await portal.borrower();
    expect((await stranger.get(path)).status).toBe(404);
    expect((await stranger.download(`${path}.pdf`)).status).toBe(404);
    expect((await (await portal.staff('officer')).get(path)).status).toBe(403);
    expect((await portal.visitor().get(path)).status).toBe(303);
  });

  it('lead to those of the loan once it is one, with the same figures', async () => {
    const { browser, path, ...file } = await offer();
    const before = await browser.get(path);
    const { loanId } = await paidOut(portal, file);
    const moved = await browser.get(path);
    expect(moved.status).toBe(303);
    expect(moved.headers.location).toBe(`/loans/${loanId}/key-facts`);
    const after = await browser.get(moved.headers.location ?? '');
    expect(after.status).toBe(200);
    for (const label of ['You get', 'Instalment', 'Cost in all', 'APR'])
      expect(figure(after.text, label)).toBe(figure(before.text, label));
  });
});

describe('Key facts of every kind of product', () => {
  const fee = (code: 'processing' | 'insurance', facts: object) => ({ code, taxPercent: rateOf('18'), ...facts });
  const kinds: [string, Partial<ProductVersion>][] = [
    ['with taxed fees', { fees: [fee('processing', { when: 'disbursement', amount: moneyOf(99_00n) }) as never] }],
    ['with a fee in every row', { fees: [fee('insurance', { when: 'instalment', amount: moneyOf(3_00n) }) as never] }],
    ['equal principal', { method: 'equal-principal', dayCount: 'actual/365' }],
    ['flat', { method: 'flat' }],
    ['bullet', { method: 'bullet' }],
    ['with a balloon', { balloonPercent: rateOf('30') }],
    ['with a down payment', { downPaymentPercent: rateOf('20') }],
    ['every two weeks', { frequency: { every: 2, unit: 'week' } }],
    ['with principal grace', { grace: { principalInstalments: 3, interestInstalments: 0 } }],
  ];

  it.each(kinds)('%s: the APR is that of the flows, and the sums agree', async (_name, changes) => {
    const live = await portal.services.products.liveByCode('personal');
    if (!live) throw new Error('There is no personal loan');
    const product = { ...live, ...changes };
    const disbursedOn = dateOf('2026-01-31');
    const asked = { principal: moneyOf(7_350_00n), annualRate: '13.37', instalments: 18, disbursedOn };
    const facts = keyFacts.of(product, scheduleTermsOf(product, asked));
    const { schedule, paidOut, totalCost, totalRepaid } = facts;
    expect(totalRepaid).toBe(paidOut + totalCost);
    const perYear = product.frequency.unit === 'week' ? 26 : 12;
    // A down payment is a row of its own on the day of the payout.
    const start = product.downPaymentPercent === '0' ? 1 : 0;
    expect(schedule.rows[0]?.dueOn).toBe(addFrequency(disbursedOn, product.frequency, start).toString());
    const decimal = (amount: bigint) => `${amount / 100n}.${String(amount % 100n).padStart(2, '0')}`;
    const payments = schedule.rows.map(({ total }, index) => ({ unitPeriods: index + start, amount: decimal(total) }));
    const flows = { amountFinanced: decimal(paidOut), payments, unitPeriodsPerYear: perYear };
    expect(await aprOfCommandLine(flows)).toBe(schedule.aprPercent);
  });
});
