import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roles } from '#core/roles.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { fundedAccount, lend } from '../servicing/lender.ts';

let portal: TestPortal;
beforeAll(async () => {
  portal = await openPortal();
  await portal.setDay('2026-03-17');
});
afterAll(() => portal.close());

const staffRoles = roles.filter((role) => role !== 'borrower');

describe('The start page', () => {
  it('of a new borrower says what to do first', async () => {
    const page = await (await portal.borrower()).get('/dashboard');
    expect(page.status).toBe(200);
    expect(page.text).toContain('Your money today');
    expect(page.text).toContain('href="/loans/apply"');
  });

  it('of a borrower shows the instalment that is due first, over all loans, with the button that pays it', async () => {
    const borrower = await portal.borrower();
    const { partyId } = borrower;
    const accountId = await fundedAccount(portal, { partyId, amount: 100_00n });
    await lend(portal, { partyId, accountId, disbursedOn: '2026-03-10' });
    const late = await lend(portal, { partyId, accountId, disbursedOn: '2026-02-10', principal: 6_000_00n });
    const page = await borrower.get('/dashboard');
    expect(page.text).toContain('7 days late');
    expect(page.text).toContain(`href="/loans/${late._id}/pay"`);
    expect(page.text).toContain('See 1 other loan');
    expect(page.text).toContain('Loan paid out');
  });

  it.each(staffRoles)('opens for a user with the role %s', async (role) => {
    const page = await (await portal.staff(role)).get('/dashboard');
    expect(page.status).toBe(200);
    expect(page.text).toContain('today</h1>');
  });

  it('asks who is not signed in to sign in', async () => {
    expect((await portal.visitor().get('/dashboard')).headers.location).toContain('/login');
  });
});

describe('The ledger and the audit trail', () => {
  it('show a trial balance that agrees, also after money has moved', async () => {
    const { partyId } = await portal.borrower();
    await fundedAccount(portal, { partyId, amount: 250_00n });
    const page = await (await portal.staff('finance')).get('/ledger');
    expect(page.text).toContain('Debits and credits agree');
    expect(page.text).toContain('Cash and settlement');
  });

  it('say by how much a ledger that was altered by hand is out of balance', async () => {
    const book = portal.database.db.collection<{ _id: string }>('ledgerAccounts');
    await portal.services.ledger.settle();
    await book.updateOne({ _id: 'bank:cash:USD' }, { $inc: { balance: 5_00n } });
    const page = await (await portal.staff('compliance')).get('/ledger');
    await book.updateOne({ _id: 'bank:cash:USD' }, { $inc: { balance: -5_00n } });
    expect(page.text).toContain('Debits and credits differ by 5.00 USD');
  });

  it('are pages of their own roles only', async () => {
    const officer = await portal.staff('officer');
    expect((await officer.get('/ledger')).status).toBe(403);
    expect((await officer.get('/audit')).status).toBe(403);
    expect((await (await portal.staff('finance')).get('/audit')).status).toBe(403);
  });

  it('list who did what, newest first, in pages', async () => {
    const page = await (await portal.staff('administrator')).get('/audit');
    expect(page.status).toBe(200);
    expect(page.text).toContain('Signed in');
    expect(page.text).toMatch(/in all|Page 1 of/);
  });
});
