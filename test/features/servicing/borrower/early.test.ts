import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { present } from '#core/assert.ts';
import { rateOf } from '#core/rate.ts';
import { imbalance } from '#features/ledger/index.ts';
import { dueOf } from '#features/servicing/index.ts';
import { openPortal, testPassword, type TestPortal } from '#test/portal.ts';
import {
  acted,
  balanceOf,
  borrowerWithLoan as lentTo,
  formOf,
  money,
  payDue,
  readable,
  toldOf,
  type Borrower,
  type Owed,
} from './borrowers.ts';

let portal: TestPortal;
beforeAll(async () => {
  portal = await openPortal();
  await portal.setDay('2026-03-17');
});
afterAll(() => portal.close());

const borrowerWithLoan = (owed?: Owed) => lentTo(portal, { instalments: 36, principal: 20_000_00n, ...owed });
const path = ({ loan }: Borrower, page: string) => `/loans/${loan._id}/${page}`;
const late = { disbursedOn: '2026-01-03' };
const usual = {
  allowed: true,
  lockInInstalments: 0,
  minAmount: money(0n),
  rest: 'daily',
  payoffInterest: 'to-date',
} as const;
const effects = ['shorten-term', 'lower-instalment'] as const;
const prepayment = { ...usual, effects: [...effects] };
const fee = {
  code: 'prepayment',
  when: 'event',
  taxPercent: rateOf('18'),
  percent: rateOf('2'),
  percentOf: 'prepaid',
} as const;
const transactions = async (borrower: Borrower) => (await toldOf(portal, borrower)).transactions.length;

/** What a card of the page says, by its labels. */
function cardOf(html: string, title: string): Record<string, string> {
  const from = html.slice(html.indexOf(`>${title}</h2>`));
  const card = from.slice(0, from.indexOf('</section>'));
  return Object.fromEntries(
    [...card.matchAll(/<dt>([^<]+)<\/dt><dd>([^<]+)<\/dd>/g)].map(([, label = '', value = '']) => [label, value]),
  );
}

/** How a loan goes on, in the words of the page. */
async function outlook(borrower: Borrower) {
  const { run } = await toldOf(portal, borrower);
  const { formats } = portal.platform;
  const coming = run.rows.filter((row) => !row.known);
  const second = present(coming[1], 'A row to come');
  const last = present(coming.at(-1), 'The last row');
  return {
    Instalment: formats.money(second.total),
    'Instalments left': String(coming.length),
    'Last instalment': formats.date(last.dueOn),
    'Interest still to come': formats.money(money(coming.reduce((sum, row) => sum + row.interest, 0n))),
  };
}

describe('Repaying a part early', () => {
  it.each([
    ['shorten-term', 'Finish sooner'],
    ['lower-instalment', 'Pay less each time'],
  ])('comes out as it was shown before it was chosen: %s', async (effect, title) => {
    const borrower = await borrowerWithLoan({ paid: 1 });
    const before = await balanceOf(portal, borrower);
    const compared = await borrower.get(`${path(borrower, 'prepay')}?amount=3000`);
    expect(cardOf(compared.text, 'As it is now')).toMatchObject(await outlook(borrower));
    const shown = cardOf(compared.text, title);
    expect(shown['Interest saved']).toMatch(/^\d/);
    const href = new RegExp(`href="([^"]*effect=${effect})"`).exec(compared.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const confirm = await borrower.get(href);
    expect(cardOf(confirm.text, title)).toEqual(shown);
    const sent = await borrower.post(path(borrower, 'prepay'), formOf(confirm.text));
    expect(sent.status).toBe(303);
    expect(shown).toMatchObject(await outlook(borrower));
    expect(await balanceOf(portal, borrower)).toBe(before - 3_000_00n);
    const receipt = readable((await borrower.get(sent.headers.location ?? '')).text);
    expect(receipt).toContain('3,000.00 is repaid early');
    expect(receipt).toContain(effect === 'shorten-term' ? 'Ends the loan sooner' : 'Lowers the instalments');
  });

  it('is not asked for again with the next instalment', async () => {
    const borrower = await borrowerWithLoan();
    const due = async () => dueOf(await toldOf(portal, borrower));
    const before = await due();
    const act = {
      kind: 'prepayment',
      amount: money(1_000_00n),
      effect: 'shorten-term',
      chargeShown: money(0n),
    } as const;
    await acted(portal, borrower, { ...act, from: { accountId: borrower.accountId } });
    expect((await due())?.total).toBe(before?.total);
    const page = readable((await borrower.get(`/loans/${borrower.loan._id}?tab=schedule`)).text);
    expect(page).toContain('1,000.00 repaid early');
    await payDue(portal, borrower);
    expect((await toldOf(portal, borrower)).run.rows.filter(({ known, settledOn }) => known && settledOn)).toHaveLength(
      1,
    );
  });

  it('charges the fee that was shown, and no other', async () => {
    const { personal: product } = { personal: await portal.services.products.liveByCode('personal') };
    const fees = [...present(product, 'The product').fees, fee];
    const borrower = await borrowerWithLoan({ product: { fees, prepayment } });
    const before = await balanceOf(portal, borrower);
    const confirm = await borrower.get(`${path(borrower, 'prepay')}?amount=1000&effect=shorten-term`);
    expect(readable(confirm.text)).toContain('Fee for repaying early 23.60');
    const fields = formOf(confirm.text);
    const refused = await borrower.post(path(borrower, 'prepay'), { ...fields, chargeShown: '0.00' });
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('The amount is now 1,023.60');
    expect((await borrower.post(path(borrower, 'prepay'), formOf(refused.text))).status).toBe(303);
    expect(await balanceOf(portal, borrower)).toBe(before - 1_023_60n);
  });

  it('happens once from one form, and once from two tabs', async () => {
    const borrower = await borrowerWithLoan();
    const form = async () =>
      formOf((await borrower.get(`${path(borrower, 'prepay')}?amount=500&effect=shorten-term`)).text);
    const [one, two] = [await form(), await form()];
    const sent = [
      await borrower.post(path(borrower, 'prepay'), one),
      await borrower.post(path(borrower, 'prepay'), one),
      await borrower.post(path(borrower, 'prepay'), two),
    ];
    expect(sent.map(({ status }) => status)).toEqual([303, 303, 409]);
    expect(await transactions(borrower)).toBe(2);
  });

  it.each([
    ['is not offered', { ...prepayment, allowed: false }, 'cannot be repaid in part before its time'],
    [
      'is locked in',
      { ...prepayment, lockInInstalments: 6 },
      'once 6 instalments have fallen due, from 3 September 2026 on',
    ],
    [
      'pays in advance only',
      { ...prepayment, effects: ['next-instalments' as const] },
      'pays the next instalments in advance',
    ],
  ])('of a loan that %s shows the reason and no form', async (_what, rule, sentence) => {
    const borrower = await borrowerWithLoan({ product: { prepayment: { ...rule, effects: [...rule.effects] } } });
    const page = await borrower.get(path(borrower, 'prepay'));
    expect(page.status).toBe(200);
    expect(readable(page.text)).toContain(sentence);
    expect(page.text).not.toContain('name="amount"');
    const asked = await borrower.get(`${path(borrower, 'prepay')}?amount=500&effect=shorten-term`);
    expect(readable(asked.text)).toContain(sentence);
  });

  it('waits until what is due is paid', async () => {
    const borrower = await borrowerWithLoan(late);
    const page = await borrower.get(path(borrower, 'prepay'));
    expect(readable(page.text)).toMatch(/First pay the [\d,.]+ USD that is due/);
    await payDue(portal, borrower);
    expect((await borrower.get(path(borrower, 'prepay'))).text).toContain('name="amount"');
  });

  it.each([
    ['20000', 'This is more than is owed'],
    ['50', 'The least early repayment is 100.00'],
    ['1e3', 'with digits only'],
    ['', 'Enter the amount'],
    ['0', 'above zero'],
  ])('asks for %s again at the field', async (amount, sentence) => {
    const borrower = await borrowerWithLoan({ product: { prepayment: { ...prepayment, minAmount: money(100_00n) } } });
    const page = await borrower.get(`${path(borrower, 'prepay')}?amount=${amount}`);
    expect(page.status).toBe(422);
    expect(page.text).toContain('id="amount-error"');
    expect(readable(page.text)).toContain(sentence);
  });

  it('refuses a way that is not shown, an account of somebody else and too little money, and moves nothing', async () => {
    const [borrower, other] = [await borrowerWithLoan({ balance: 0n }), await borrowerWithLoan()];
    const fields = formOf((await borrower.get(`${path(borrower, 'prepay')}?amount=500&effect=shorten-term`)).text);
    const post = (changed: Record<string, string>) =>
      borrower.post(path(borrower, 'prepay'), { ...fields, key: crypto.randomUUID(), ...changed });
    expect((await post({ key: fields.key ?? '', effect: 'next-instalments' })).status).toBe(422);
    expect((await post({ key: fields.key ?? '', accountId: other.accountId })).status).toBe(422);
    expect((await borrower.post(path(borrower, 'prepay'), fields, { csrf: false })).status).toBe(403);
    expect(await transactions(borrower)).toBe(1);
  });
});

describe('Paying a loan off', () => {
  it('takes today exactly what was quoted, closes the loan and leads to the certificate', async () => {
    const borrower = await borrowerWithLoan({ balance: 10_000_00n, paid: 1 });
    const before = await balanceOf(portal, borrower);
    const page = await borrower.get(path(borrower, 'payoff'));
    const quoted = /<p class="amount">([\d,.]+) /.exec(page.text)?.[1] ?? '';
    expect(readable(page.text)).toContain('This amount is right until the end of 17 March 2026');
    const sent = await borrower.post(path(borrower, 'payoff'), formOf(page.text));
    expect(sent.status).toBe(303);
    const after = await balanceOf(portal, borrower);
    expect(portal.platform.formats.money(money(before - after))).toBe(quoted);
    const receipt = await borrower.get(sent.headers.location ?? '');
    expect(readable(receipt.text)).toContain('Your loan is paid off');
    expect(receipt.text).toContain(`/loans/${borrower.loan._id}/no-dues`);
    expect((await toldOf(portal, borrower)).loan.state).toBe('closed');
    for (const name of ['pay', 'prepay', 'payoff']) {
      expect(readable((await borrower.get(path(borrower, name))).text)).toContain('This loan is closed');
    }
  });

  it('costs on a later day what was quoted for it, penalties and all', async () => {
    const penalty = { percentOf: 'overdue-principal', percent: rateOf('24'), graceDays: 0, basis: 'annual' } as const;
    const borrower = await borrowerWithLoan({ ...late, balance: 10_000_00n, product: { penalty } });
    const quote = await borrower.get(`${path(borrower, 'payoff')}?on=2026-04-11`);
    const quoted = /<p class="amount">([\d,.]+) /.exec(quote.text)?.[1] ?? '';
    expect(readable(quote.text)).toContain('To be done on 11 April 2026');
    expect(readable(quote.text)).toMatch(/Each day after it adds [\d.]+ USD/);
    expect(formOf(quote.text)).toEqual({});
    const adds = /Each day after it adds ([\d.]+)/.exec(readable(quote.text))?.[1];
    await portal.setDay('2026-04-11');
    await borrower.post('/login', { email: borrower.email, password: testPassword });
    const before = await balanceOf(portal, borrower);
    const form = formOf((await borrower.get(path(borrower, 'payoff'))).text);
    const tomorrow = await borrower.get(`${path(borrower, 'payoff')}?on=2026-04-12`);
    const sent = await borrower.post(path(borrower, 'payoff'), form);
    await portal.setDay('2026-03-17');
    expect(sent.status).toBe(303);
    expect(portal.platform.formats.money(money(before - (await balanceOf(portal, borrower))))).toBe(quoted);
    const cents = (text: string) => BigInt(text.replaceAll(/[,.]/g, ''));
    const dayAfter = /<p class="amount">([\d,.]+) /.exec(tomorrow.text)?.[1] ?? '';
    expect(cents(dayAfter) - cents(quoted)).toBe(cents(adds ?? ''));
  });

  it.each([
    ['2026-03-16', 'Enter a date from today'],
    ['2026-04-17', 'Enter a date from today'],
    ['17.3.2026', 'year-month-day'],
    ['', 'Enter a date'],
  ])('gives no quote for %s', async (on, sentence) => {
    const borrower = await borrowerWithLoan();
    const page = await borrower.get(`${path(borrower, 'payoff')}?on=${on}`);
    expect(page.status).toBe(422);
    expect(page.text).toContain('id="on-error"');
    expect(readable(page.text)).toContain(sentence);
  });

  it('asks again where the amount is not the one shown, and says at the account how much is missing', async () => {
    const borrower = await borrowerWithLoan({ balance: 0n });
    await acted(portal, borrower, {
      kind: 'payment',
      from: { accountId: borrower.accountId },
      amount: money(1_000_00n),
    });
    const form = formOf((await borrower.get(path(borrower, 'payoff'))).text);
    const changed = await borrower.post(path(borrower, 'payoff'), { ...form, shown: '5.00' });
    expect(changed.status).toBe(409);
    expect(changed.text).toContain('The amount is now');
    const again = await borrower.post(path(borrower, 'payoff'), formOf(changed.text));
    expect(again.status).toBe(409);
    expect(again.text).toContain('id="accountId-error"');
    expect(readable(again.text)).toContain('short. Nothing was moved');
    expect((await toldOf(portal, borrower)).loan.state).toBe('active');
    expect(dueOf(await toldOf(portal, borrower))?.total).toBeGreaterThan(0n);
  });

  it('leaves the whole bank balanced', async () => {
    expect(imbalance(await portal.services.ledger.trialBalance())).toBe(0n);
  });
});
