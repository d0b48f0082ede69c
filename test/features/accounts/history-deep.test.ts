import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { book, links, openAccount, readable } from './history-builders.ts';

const entries = 10_400;
let portal: TestPortal;
let borrower: Awaited<ReturnType<TestPortal['borrower']>>;
let id: string;

/** 10,400 entries over ten years, a needle among the oldest; posted many at once, as they would come. */
beforeAll(async () => {
  portal = await openPortal();
  await portal.setDay('2026-03-17');
  borrower = await portal.borrower();
  id = await openAccount(portal, borrower);
  await book(portal, { account: id, cents: 77n, on: '2016-01-04', reference: 'a needle' });
  for (let from = 1; from < entries; from += 800) {
    const many = Array.from({ length: Math.min(800, entries - from) }, (_, n) => {
      const on = Temporal.PlainDate.from('2016-01-05').add({ days: Math.floor(((from + n) * 3_650) / entries) });
      return book(portal, { account: id, cents: 100n, on: on.toString(), reference: `hay ${from + n}` });
    });
    await Promise.all(many);
  }
});
afterAll(() => portal.close());

describe('a history that is long', () => {
  it('has a last page as any other', async () => {
    const last = await borrower.get(`/accounts/${id}?page=347`);
    expect(readable(last.text)).toContain('Page 347 of 347');
    expect(readable(last.text)).toContain('A needle');
  });

  it('is looked through a part at a time, and says how far', async () => {
    let address = `/accounts/${id}?q=needle`;
    const looked: string[] = [];
    for (let presses = 0; presses < 8; presses += 1) {
      const html = (await borrower.get(address)).text;
      const [, day] = /We looked back to ([^.<]+)\./.exec(html) ?? [];
      if (day === undefined) {
        expect(readable(html)).toContain('A needle');
        break;
      }
      looked.push(day);
      expect(readable(html)).toContain('Nothing found so far');
      expect(readable(html)).toContain('Look further');
      address = links(html).find((href) => href.includes('before=')) ?? '';
    }
    expect(looked.length).toBeGreaterThanOrEqual(2);
    expect(looked.map((day) => Number(day.slice(-4)))).toEqual(looked.map((_, n) => 2024 - n * 2));
  });
});

describe('entries that came late to a past period', () => {
  it('are all found in it, however many, in the order of booking and before those that were on time', async () => {
    const late = await openAccount(portal, borrower, 'Late');
    const one = (n: number, on: string, bookedOn?: string) =>
      book(portal, { account: late, cents: 1n, on, reference: `entry ${n}`, ...(bookedOn ? { bookedOn } : {}) });
    for (let n = 1; n <= 10; n += 1) await one(n, '2026-02-10');
    await portal.services.ledger.snapshot(Temporal.PlainDate.from('2026-03-15'), { worth: 1 });
    for (let n = 11; n <= 80; n += 1) await one(n, '2026-02-10', '2026-03-16');
    for (let n = 81; n <= 85; n += 1) await one(n, '2026-03-17');
    const seen: number[] = [];
    let address: string | undefined = `/accounts/${late}?period=last-month`;
    for (let pages = 0; address !== undefined && pages < 9; pages += 1) {
      const html: string = (await borrower.get(address)).text;
      seen.push(...[...html.matchAll(/<span class="sub">Entry (\d+)/g)].map(([, n]) => Number(n)));
      address = links(html).find((href) => href.includes('before='));
    }
    expect(seen).toEqual(Array.from({ length: 80 }, (_, n) => 80 - n));
  });
});
