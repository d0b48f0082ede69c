import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { fundedAccount, lend } from '../lender.ts';
import { closeDay, isTrue, mandateOf, noticesOf, signInAgain } from './autopay-story.ts';

let portal: TestPortal;
beforeAll(async () => {
  portal = await openPortal();
  await portal.setDay('2026-01-31');
});
afterAll(() => portal.close());
afterEach(() => isTrue(portal));

async function borrowerWithLoan(disbursedOn = '2026-01-31') {
  await portal.setDay(disbursedOn);
  const borrower = await portal.borrower();
  const accountId = await fundedAccount(portal, { partyId: borrower.partyId, amount: 5_000_00n });
  const pocket = await fundedAccount(portal, { partyId: borrower.partyId, amount: 0n });
  const loan = await lend(portal, {
    partyId: borrower.partyId,
    accountId: pocket,
    disbursedOn,
    principal: 12_000_00n,
    instalments: 12,
  });
  await closeDay(portal, disbursedOn);
  const href = `/loans/${loan._id}/autopay`;
  const hidden = async (name: string) => {
    const { text } = await borrower.get(href);
    return new RegExp(`name="${name}" value="([^"]+)"`).exec(text)?.[1] ?? '';
  };
  return { borrower, accountId, pocket, loan, href, hidden };
}

async function setUp() {
  const one = await borrowerWithLoan();
  const key = await one.hidden('key');
  const sent = await one.borrower.post(one.href, { key, accountId: one.accountId, consent: 'yes' });
  expect(sent.status).toBe(303);
  return { ...one, mandateId: key };
}

describe('setting autopay up', () => {
  it('shows what is taken and when, asks for consent, and is on', async () => {
    const { borrower, accountId, href, hidden } = await borrowerWithLoan();
    const page = await borrower.get(href);
    expect(page.status).toBe(200);
    expect(page.text).toContain('End of 28 February 2026');
    expect(page.text).toContain('2 and 5 days after the due date');
    const key = await hidden('key');
    const unread = await borrower.post(href, { key, accountId });
    expect(unread.status).toBe(422);
    expect(unread.text).toContain('Tick the box to agree');
    const sent = await borrower.post(href, { key, accountId, consent: 'yes' });
    expect(sent.status).toBe(303);
    expect(sent.headers.location).toBe(href);
    const after = await borrower.get(href);
    expect(after.text).toContain('Autopay is set up.');
    expect(after.text).toContain('Change the account');
  });

  it('is done once for a key, and one mandate a loan', async () => {
    const { borrower, accountId, pocket, href, mandateId, loan } = await setUp();
    const again = { key: mandateId, accountId, consent: 'yes' };
    expect((await borrower.post(href, again)).status).toBe(303);
    const second = await borrower.post(href, { key: newId(), accountId: pocket, consent: 'yes' });
    expect(second.status).toBe(409);
    expect(second.text).toContain('Autopay was set up for this loan before');
    const mandates = portal.database.db.collection('mandates');
    expect(await mandates.countDocuments({ loanId: loan._id })).toBe(1);
    const other = await borrowerWithLoan();
    const keys = [newId(), newId(), newId()].map((key) => ({ key }));
    const { autopay } = portal.services;
    const order = { actor: other.borrower.userId, partyId: other.borrower.partyId, loanId: other.loan._id };
    const outcomes = await Promise.all(
      keys.map(({ key }) => autopay.setUp({ ...order, key, accountId: other.accountId })),
    );
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(outcomes).toContainEqual({ ok: false, refusal: 'already-set-up' });
    expect(await mandates.countDocuments({ loanId: other.loan._id })).toBe(1);
  });

  it('refuses an account of somebody else, a closed and a frozen one, with a sentence', async () => {
    const { borrower, accountId, href, loan } = await borrowerWithLoan();
    const stranger = await borrowerWithLoan();
    const send = (id: string) => borrower.post(href, { key: newId(), accountId: id, consent: 'yes' });
    const foreign = await send(stranger.accountId);
    expect(foreign.status).toBe(422);
    expect(foreign.text).toContain('Choose one of your accounts. Nothing was changed.');
    await portal.services.ledger.setTerms({
      ...{ key: newId(), requestHash: 'freeze', actor: 'test', reference: 'freeze', account: accountId },
      effectiveOn: Temporal.PlainDate.from('2026-01-31'),
      freeze: 'full',
    });
    const frozen = await send(accountId);
    expect(frozen.status).toBe(409);
    expect(frozen.text).toContain('This account is frozen');
    expect(await portal.database.db.collection('mandates').countDocuments({ loanId: loan._id })).toBe(0);
  });

  it('answers 404 for somebody else’s loan, whatever is asked of it', async () => {
    const { href, accountId } = await setUp();
    const stranger = await portal.borrower();
    expect((await stranger.get(href)).status).toBe(404);
    expect((await stranger.post(href, { key: newId(), accountId, consent: 'yes' })).status).toBe(404);
    expect((await stranger.post(`${href}/account`, { version: '1', accountId, consent: 'yes' })).status).toBe(404);
    expect((await stranger.post(`${href}/cancel`, { version: '1' })).status).toBe(404);
    const officer = await portal.staff('officer');
    expect((await officer.get(href)).status).toBe(403);
  });

  it('takes hostile input for what it is', async () => {
    const { borrower, href } = await borrowerWithLoan();
    for (const body of ['accountId[$ne]=x&consent=yes', 'key=1&key=2&accountId=%00&consent=yes', 'partyId=x']) {
      expect((await borrower.postRaw(href, body)).status).toBe(422);
    }
    expect((await borrower.post(href, {}, { csrf: false })).status).toBe(403);
  });
});

describe('a mandate', () => {
  it('changes its account, is cancelled, and shows what it did', async () => {
    const one = await setUp();
    const { borrower, href, pocket, hidden } = one;
    const version = await hidden('version');
    const same = await borrower.post(`${href}/account`, { version, accountId: one.accountId, consent: 'yes' });
    expect(same.status).toBe(422);
    const changed = await borrower.post(`${href}/account`, { version, accountId: pocket, consent: 'yes' });
    expect(changed.status).toBe(303);
    const stale = await borrower.post(`${href}/cancel`, { version });
    expect(stale.status).toBe(409);
    expect(stale.text).toContain('Autopay changed since this page was shown');
    await closeDay(portal, '2026-02-28');
    await signInAgain(borrower);
    const page = await borrower.get(href);
    expect(page.text).toContain(`/loans/${one.loan._id}/payments/autopay:${one.loan._id}:2026-02-28:1:${pocket}`);
    expect(page.text).toContain('Taken');
    expect(
      (await borrower.get(`/loans/${one.loan._id}/payments/autopay:${one.loan._id}:2026-02-28:1:${pocket}`)).status,
    ).toBe(200);
    const cancelled = await borrower.post(`${href}/cancel`, { version: await hidden('version') });
    expect(cancelled.status).toBe(303);
    expect((await mandateOf(portal, one)).history.map(({ what }) => what)).toEqual([
      'set-up',
      'account-changed',
      'cancelled',
    ]);
    expect((await borrower.get(href)).text).toContain('Set up autopay');
    await portal.platform.outbox.drain();
    const told = (await noticesOf(portal, borrower)).map(({ title }) => title);
    expect(told).toEqual(expect.arrayContaining(['Autopay is set up', 'Autopay is cancelled']));
  });

  it('shows why a try failed and when the next one is', async () => {
    const one = await setUp();
    const { borrower, href, pocket, hidden } = one;
    const funds = {
      key: newId(),
      accountId: pocket,
      bankName: 'Elsewhere',
      bankAccount: '12345678',
      amount: '11000.00',
    };
    expect((await borrower.post('/withdraw', funds)).status).toBe(303);
    const chosen = { version: await hidden('version'), accountId: pocket, consent: 'yes' };
    expect((await borrower.post(`${href}/account`, chosen)).status).toBe(303);
    await closeDay(portal, '2026-02-28');
    await signInAgain(borrower);
    const { text } = await borrower.get(href);
    expect(text).toContain('The last try failed');
    expect(text).toContain('Not taken');
    expect(text).toContain('Next try 2 March 2026');
  });
});
