import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { moneyOf } from '#core/money.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { book, links, openAccount, readable } from './history-builders.ts';

const today = '2026-03-17';
let portal: TestPortal;
beforeAll(async () => {
  portal = await openPortal();
  await portal.setDay(today);
});
afterAll(() => portal.close());

type Borrower = Awaited<ReturnType<TestPortal['borrower']>>;

describe('/transactions', () => {
  it('says what to do where there is no account, and where nothing has moved', async () => {
    const borrower = await portal.borrower();
    expect(readable((await borrower.get('/transactions')).text)).toContain('You have no account yet');
    await openAccount(portal, borrower);
    expect(readable((await borrower.get('/transactions')).text)).toContain('Nothing has moved yet');
  });

  it('lists all accounts together by the time of booking, in pages that lose and repeat nothing', async () => {
    const borrower = await portal.borrower();
    const accounts = [await openAccount(portal, borrower, 'One'), await openAccount(portal, borrower, 'Two')];
    const third = await openAccount(portal, borrower, 'Three');
    for (let n = 1; n <= 80; n += 1) {
      portal.clock.advance({ seconds: 1 });
      const account = n <= 3 ? third : (accounts[n % 2] ?? '');
      await book(portal, { account, cents: BigInt(n), on: today, reference: `entry ${n}` });
    }
    const seen: number[] = [];
    let address: string | undefined = '/transactions';
    for (let pages = 0; address !== undefined && pages < 9; pages += 1) {
      const html: string = (await borrower.get(address)).text;
      seen.push(...[...html.matchAll(/<span class="sub">Entry (\d+)/g)].map(([, n]) => Number(n)));
      address = links(html).find((href) => href.includes('before='));
      if (address) expect(address.length).toBeLessThan(200);
    }
    expect(seen).toEqual(Array.from({ length: 80 }, (_, n) => 80 - n));
  });

  it('filters as the page of an account does, by account too, and keeps filters from page to page', async () => {
    const borrower = await portal.borrower();
    const one = await openAccount(portal, borrower, 'One');
    const two = await openAccount(portal, borrower, 'Two');
    for (let n = 1; n <= 32; n += 1) await book(portal, { account: one, cents: 5_00n, on: today, kind: 'interest' });
    await book(portal, { account: two, cents: 7_00n, on: today, kind: 'interest' });
    await book(portal, { account: two, cents: 9_00n, on: today });
    const filtered = await borrower.get(`/transactions?kind=interest&direction=in&account=${one}`);
    const next = links(filtered.text).find((href) => href.includes('before=')) ?? '';
    expect(next).toContain(`/transactions?account=${one}&direction=in&kind=interest&before=`);
    const second = readable((await borrower.get(next)).text);
    expect(second.match(/\+5\.00/g)).toHaveLength(2);
    expect(second).not.toContain('+7.00');
    expect(readable((await borrower.get('/transactions?q=9')).text)).toContain('+9.00');
    const shown = readable((await borrower.get(`/transactions?account=${two}`)).text);
    expect(shown).toContain('+7.00');
    expect(shown).not.toContain('+5.00');
  });

  it('shows nothing of an account that is somebody else’s, whatever the address says', async () => {
    const owner = await portal.borrower();
    const secret = await openAccount(portal, owner, 'Secret');
    await book(portal, { account: secret, cents: 123_45n, on: today });
    const other = await portal.borrower();
    await openAccount(portal, other);
    for (const query of [`account=${secret}`, `before=${secret.slice(-12)}.zz`, `account=${secret}&q=a`]) {
      const page = await other.get(`/transactions?${query}`);
      expect(page.status).toBe(200);
      expect(page.text).not.toContain('123.45');
      expect(page.text).not.toContain(secret);
    }
    const officer = await portal.staff('officer');
    expect((await officer.get('/transactions')).status).toBe(403);
  });

  it.each([
    'before=x',
    'before=__proto__.1',
    `before=${'0'.repeat(12)}.zzzzzzz`,
    'before[a]=1',
    'account=%00',
    'q=%00',
  ])('takes no harm from ?%s', async (query) => {
    const borrower = await portal.borrower();
    await openAccount(portal, borrower);
    expect([200, 422]).toContain((await borrower.get(`/transactions?${query}`)).status);
  });

  it('names transfers by whom they went to and finds them by the payer’s own words', async () => {
    const borrower: Borrower = await portal.borrower();
    const from = await openAccount(portal, borrower, 'Everyday');
    const to = await openAccount(portal, borrower, 'Holidays');
    await book(portal, { account: from, cents: 100_00n, on: today });
    const sent = await portal.services.transfers.transfer({
      key: newId(),
      actor: borrower.userId,
      partyId: borrower.partyId,
      fromId: from,
      target: { kind: 'own', accountId: to },
      amount: moneyOf(30_00n),
      reference: 'Flight to Lisbon',
      nameShown: '',
      confirmed: 'yes',
    });
    expect(sent.ok).toBe(true);
    const all = readable((await borrower.get('/transactions')).text);
    expect(all).toContain('To Holidays');
    expect(all).toContain('From Everyday');
    const found = readable((await borrower.get('/transactions?q=lisbon')).text);
    expect(found).toContain('−30.00');
    expect(found).toContain('+30.00');
    expect(found).not.toContain('+100.00');
    const one = readable((await borrower.get(`/accounts/${from}?q=LISBON+flight&direction=out`)).text);
    expect(one).toContain('−30.00');
    expect(readable((await borrower.get(`/accounts/${from}?q=lisbon&direction=in`)).text)).toContain('Nothing fits');
    expect(readable((await borrower.get(`/accounts/${from}?q=lisbon&to=2026-03-16`)).text)).toContain('Nothing fits');
  });
});
