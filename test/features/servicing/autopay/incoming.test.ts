import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { moneyOf, toDecimalString } from '#core/money.ts';
import { rateOf } from '#core/rate.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { fundedAccount, lend } from '../lender.ts';
import { closeDay, instalmentOf, isTrue, noticesOf, signInAgain, transactionsOf } from './autopay-story.ts';

let portal: TestPortal;
beforeAll(async () => {
  portal = await openPortal();
});
afterAll(() => portal.close());
afterEach(() => isTrue(portal));

const bounceFee = { code: 'bounce', when: 'event', taxPercent: rateOf('0'), amount: moneyOf(20_00n) } as const;

async function story(principal = 12_000_00n) {
  await portal.setDay('2026-01-15');
  const borrower = await portal.borrower();
  const accountId = await fundedAccount(portal, { partyId: borrower.partyId, amount: 0n });
  const shape = { principal, instalments: 12, disbursedOn: '2026-01-15', product: { fees: [bounceFee] } };
  const loan = await lend(portal, { partyId: borrower.partyId, accountId, ...shape });
  for (const day of ['2026-01-31', '2026-02-15']) await closeDay(portal, day);
  await signInAgain(borrower);
  return { borrower, loan, loanId: loan._id, href: `/loans/${loan._id}/transfer` };
}

const decimal = (amount: bigint) => toDecimalString(moneyOf(amount), 'USD');

describe('money from another bank for a loan', () => {
  it('is a payment from the day it arrived, once', async () => {
    const one = await story();
    const instalment = await instalmentOf(portal, one);
    const page = await one.borrower.get(one.href);
    expect(page.text).toContain(one.loan.number);
    const form = { key: newId(), amount: decimal(instalment) };
    const first = await one.borrower.post(one.href, form);
    const second = await one.borrower.post(one.href, form);
    expect([first.status, second.status]).toEqual([303, 303]);
    await portal.platform.outbox.drain();
    await portal.services.accounts.rail.follow(form.key);
    expect((await transactionsOf(portal, one)).slice(1)).toEqual([
      { _id: form.key, kind: 'payment', amount: instalment, channel: 'rail', on: '2026-02-15' },
    ]);
    const state = await one.borrower.get(first.headers.location ?? '');
    expect(state.text).toContain('See the receipt');
    expect((await noticesOf(portal, one.borrower)).some(({ text }) => text.startsWith('We received'))).toBe(true);
    const other = await one.borrower.post(one.href, { ...form, amount: '1.00' });
    expect(other.status).toBe(409);
  });

  it('that arrived before the books were open counts from its arrival', async () => {
    const one = await story();
    const instalment = await instalmentOf(portal, one);
    const amount = decimal(instalment);
    portal.clock.set('2026-02-14T12:00:00Z');
    await signInAgain(one.borrower);
    await one.borrower.post(one.href, { key: newId(), amount });
    expect((await transactionsOf(portal, one)).at(-1)).toMatchObject({ channel: 'rail', on: '2026-02-14' });
  });

  it('goes back where it is more than is owed, and nothing is booked', async () => {
    const one = await story(1_000_00n);
    const key = newId();
    const sent = await one.borrower.post(one.href, { key, amount: '5000.00' });
    expect(sent.status).toBe(409);
    expect(sent.text).toContain('more than is owed');
    expect(await transactionsOf(portal, one)).toHaveLength(1);
    const payment = await portal.services.accounts.rail.findLoanTransfer({ key, loanId: one.loanId });
    expect(payment).toMatchObject({ state: 'returned', reason: 'not-bookable' });
  });

  it('is undone with the fee when the other bank takes it back, once', async () => {
    const one = await story();
    const instalment = await instalmentOf(portal, one);
    const key = newId();
    await one.borrower.post(one.href, { key, amount: decimal(instalment) });
    await portal.setDay('2026-02-20');
    const finance = await portal.staff('finance');
    const desk = await finance.get(`/rail/${key}`);
    expect(desk.text).toContain(`For loan`);
    const form = { key: newId(), version: '2', reason: 'short-of-money', note: '' };
    expect((await finance.post(`/rail/${key}/return`, form)).status).toBe(303);
    expect((await finance.post(`/rail/${key}/return`, form)).status).toBe(303);
    await portal.platform.outbox.drain();
    await portal.services.accounts.rail.follow(key);
    const told = await transactionsOf(portal, one);
    expect(told.slice(2)).toMatchObject([
      { kind: 'reversal', amount: instalment, channel: 'rail' },
      { kind: 'charge', amount: 20_00n },
    ]);
    expect(told).toHaveLength(4);
    const loan = await portal.services.servicing.tell({ loanId: one.loanId });
    expect(loan?.run.arrears.fee).toBe(20_00n);
    await signInAgain(one.borrower);
    expect((await one.borrower.get(`${one.href}/${key}`)).text).toContain('took the money back');
  });

  it('waits at the desk where it is large, and is booked when staff settle it', async () => {
    const one = await story(60_000_00n);
    const key = newId();
    await one.borrower.post(one.href, { key, amount: '30000.00' });
    expect(await transactionsOf(portal, one)).toHaveLength(1);
    expect((await one.borrower.get(`${one.href}/${key}`)).text).toContain('On its way');
    const finance = await portal.staff('finance');
    expect((await finance.get('/rail')).text).toContain(`Loan ${one.loan.number}`);
    const settled = await finance.post(`/rail/${key}/settle`, { key: newId(), version: '1' });
    expect(settled.status).toBe(303);
    expect((await transactionsOf(portal, one)).at(-1)).toMatchObject({ _id: key, amount: 30_000_00n });
  });

  it('is not for somebody else’s loan', async () => {
    const one = await story();
    const key = newId();
    await one.borrower.post(one.href, { key, amount: '10.00' });
    const stranger = await portal.borrower();
    expect((await stranger.get(one.href)).status).toBe(404);
    expect((await stranger.get(`${one.href}/${key}`)).status).toBe(404);
    expect((await stranger.post(one.href, { key: newId(), amount: '10.00' })).status).toBe(404);
    expect((await one.borrower.post(one.href, { key: newId(), amount: '-1' })).status).toBe(422);
  });
});
