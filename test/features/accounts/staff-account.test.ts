import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newAccountNumber, newId } from '#core/ids.ts';
import { moneyOf } from '#core/money.ts';
import { roles } from '#core/roles.ts';
import type { AuditEntry } from '#platform/audit.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { book, freeze, links, openAccount, readable, setAside } from './history-builders.ts';

const today = '2026-03-17';
let portal: TestPortal;
let officer: Awaited<ReturnType<TestPortal['staff']>>;
beforeAll(async () => {
  portal = await openPortal();
  await portal.setDay(today);
  officer = await portal.staff('officer');
});
afterAll(() => portal.close());

const show = async (path: string) => {
  const page = await officer.get(path);
  return { status: page.status, html: page.text, text: readable(page.text) };
};

const audited = async (subjectId: string, action: string) =>
  (await portal.platform.audit.list({ page: 1, size: 50, subjectId })).entries.filter(
    (entry) => entry.action === action,
  );

describe('the staff’s list of accounts', () => {
  it('shows the newest first, in pages', async () => {
    const borrower = await portal.borrower('Newest Holder');
    const first = await openAccount(portal, borrower);
    const second = await openAccount(portal, borrower);
    const { text, html } = await show('/staff/accounts');
    expect(text).toContain('Newest Holder');
    const found = links(html).filter((href) => href.startsWith('/staff/accounts/'));
    expect(found.slice(0, 2)).toEqual([`/staff/accounts/${second}`, `/staff/accounts/${first}`]);
    expect(text).toMatch(/in all|Page 1 of/);
  });

  it('finds an account by its number, with or without spaces, and no other', async () => {
    const borrower = await portal.borrower('Numbered Holder');
    const id = await openAccount(portal, borrower);
    await openAccount(portal, borrower);
    const number = (await portal.services.accounts.findOwn(borrower.partyId, id))?.number ?? '';
    for (const q of [number, number.replace(/(\d{4})(?=\d)/g, '$1 '), ` ${number} `]) {
      const { html } = await show(`/staff/accounts?q=${encodeURIComponent(q)}`);
      expect(links(html).filter((href) => /^\/staff\/accounts\/[0-9a-f-]{36}$/.test(href))).toEqual([
        `/staff/accounts/${id}`,
      ]);
    }
    const none = await show(`/staff/accounts?q=${newAccountNumber()}`);
    expect(none.text).toContain('There is no account with this number');
    const wrong = await officer.get('/staff/accounts?q=123456789012');
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('This is not an account number');
  });

  it('finds a customer’s accounts by their address and by words of their name, whatever accents and capitals', async () => {
    const borrower = await portal.borrower('Renée van der Zühlke');
    const id = await openAccount(portal, borrower);
    for (const q of [borrower.email, borrower.email.toUpperCase(), 'renee zuhlke', 'ZÜHLKE']) {
      const { html, text } = await show(`/staff/accounts?q=${encodeURIComponent(q)}`);
      expect(links(html)).toContain(`/staff/accounts/${id}`);
      expect(text).toContain('1 in all');
    }
    expect((await show('/staff/accounts?q=zuhl')).text).toContain('No customer of this name has an account');
    expect((await show('/staff/accounts?q=no%40where.test')).text).toContain(
      'No customer with this address has an account',
    );
  });

  it('takes no harm from hostile searches', async () => {
    const hostile = [
      'q[$ne]=x',
      'q=%00',
      'q=.*',
      'q=%3Cscript%3E',
      'q=a&q=b',
      `q=${'x'.repeat(101)}`,
      'page=1e9',
      'q=%F0',
    ];
    for (const query of hostile) expect([200, 422]).toContain((await officer.get(`/staff/accounts?${query}`)).status);
    expect((await show('/staff/accounts?q=%3Cscript%3E')).html).not.toContain('<script>"');
  });

  it('keeps who searched how, and nothing of what was typed', async () => {
    await show('/staff/accounts?q=Confidential+Name');
    const found = await audited('name', 'accounts-listed');
    expect(found[0]).toMatchObject({ actor: officer.userId, details: { found: '0', page: '1' } });
    expect(JSON.stringify(found)).not.toContain('Confidential');
  });
});

describe('the staff’s view of an account', () => {
  it('shows whose it is, what it may do, what is held, and the ledger’s side', async () => {
    const borrower = await portal.borrower('Viewed Holder');
    const id = await openAccount(portal, borrower, 'Private name');
    await book(portal, { account: id, cents: 500_00n, on: today, reference: 'SBX-1' });
    await book(portal, {
      account: id,
      cents: -20_00n,
      on: '2026-03-02',
      bookedOn: today,
      kind: 'transfer',
      reference: 'transfer 1',
    });
    await setAside(portal, { account: id, cents: 30_00n, on: today, reference: 'case 77' });
    await freeze(portal, id, today, 'debit');
    const { text, html } = await show(`/staff/accounts/${id}`);
    expect(text).toContain('Current account of Viewed Holder');
    expect(text).toContain('Frozen for debits');
    expect(text).toContain('Balance 480.00 USD Available 450.00');
    expect(text).toContain('Floor 0.00');
    expect(text).toContain('Most a day 50,000.00');
    expect(text).toContain('case 77');
    expect(text).toContain('freeze of case 77');
    expect(text).toMatch(/2 transfer Late transfer 1 No\. 2, 17 March 2026 2\u00a0?\s?March/);
    expect(html).not.toContain('Private name');
    expect(html).toContain(`/staff/accounts/${id}/journals/`);
  });

  it('shows a journal with all of its postings by account and side, and both sides of the money', async () => {
    const borrower = await portal.borrower('Journal Holder');
    const id = await openAccount(portal, borrower);
    const other = await openAccount(portal, borrower);
    await book(portal, { account: id, cents: 100_00n, on: today });
    const key = await book(portal, {
      account: other,
      cents: 40_00n,
      on: today,
      kind: 'transfer',
      other: id,
      reference: 'transfer 2',
    });
    const { text, html } = await show(`/staff/accounts/${id}/journals/${key}`);
    expect(text).toContain('Journal: transfer');
    expect(text).toContain(key);
    expect(text).toMatch(/All 40\.00 40\.00/);
    expect(text).toMatch(/liability/);
    expect(links(html)).toContain(`/staff/accounts/${other}`);
    const deposit = await book(portal, { account: id, cents: 1_00n, on: today });
    const cash = await show(`/staff/accounts/${id}/journals/${deposit}`);
    expect(cash.text).toMatch(/Cash and settlement Entry \d+, asset Raised by a debit debit 1\.00/);
  });

  it('is kept in the audit trail: who looked, at which account, at which journal', async () => {
    const borrower = await portal.borrower();
    const id = await openAccount(portal, borrower);
    const key = await book(portal, { account: id, cents: 100_00n, on: today });
    await show(`/staff/accounts/${id}`);
    await show(`/staff/accounts/${id}/journals/${key}`);
    const viewed: AuditEntry[] = await audited(id, 'account-viewed');
    expect(viewed).toMatchObject([{ actor: officer.userId, subject: { type: 'account', id } }]);
    expect(await audited(id, 'journal-viewed')).toMatchObject([{ actor: officer.userId, details: { journal: key } }]);
  });

  it('is not there for an account or a journal that is not, or does not touch it', async () => {
    const borrower = await portal.borrower();
    const id = await openAccount(portal, borrower);
    const other = await openAccount(portal, borrower);
    const key = await book(portal, { account: id, cents: 100_00n, on: today });
    const paths = [
      newId(),
      'bank:cash:USD',
      '%00',
      `${other}/journals/${key}`,
      `${id}/journals/${newId()}`,
      `bank:cash:USD/journals/${key}`,
    ];
    for (const path of paths)
      expect({ path, status: (await show(`/staff/accounts/${path}`)).status }).toEqual({ path, status: 404 });
    expect(await audited('bank:cash:USD', 'account-viewed')).toEqual([]);
  });

  it('is for staff only, of every role', async () => {
    const borrower = await portal.borrower();
    const id = await openAccount(portal, borrower);
    const key = await book(portal, { account: id, cents: 100_00n, on: today });
    const pages = ['/staff/accounts', `/staff/accounts/${id}`, `/staff/accounts/${id}/journals/${key}`];
    for (const path of pages) {
      expect((await borrower.get(path)).status).toBe(403);
      expect((await portal.visitor().get(path)).status).toBe(303);
    }
    for (const role of roles.filter((one) => one !== 'borrower')) {
      const page = await (await portal.staff(role)).get('/staff/accounts');
      expect({ role, status: page.status }).toEqual({ role, status: 200 });
      expect(page.text).toContain('<a href="/staff/accounts" aria-current="page">');
    }
  });

  it('reads accounts by their indexes only', async () => {
    const plan = (explained: unknown) =>
      JSON.stringify(explained, (_name, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
    const accounts = portal.database.db.collection('accounts');
    const stages = async (filter: object) =>
      plan(await accounts.find(filter).sort({ _id: -1 }).limit(30).explain('queryPlanner'));
    for (const filter of [{}, { number: '1' }, { holders: { $in: ['a', 'b'] } }])
      expect(await stages(filter)).not.toContain('COLLSCAN');
    const parties = portal.database.db.collection('parties');
    const tokens = { nameTokens: { $all: ['a', 'b'] } };
    expect(plan(await parties.find(tokens).explain('queryPlanner'))).not.toContain('COLLSCAN');
  });

  it('shows amounts and pages of a long ledger side', async () => {
    const borrower = await portal.borrower();
    const id = await openAccount(portal, borrower);
    for (let n = 1; n <= 31; n += 1) await book(portal, { account: id, cents: BigInt(n), on: today });
    const { text, html } = await show(`/staff/accounts/${id}`);
    expect(text).toContain('1 to 30 of 31');
    expect(links(html)).toContain(`/staff/accounts/${id}?page=2`);
    expect((await show(`/staff/accounts/${id}?page=9`)).text).toContain('There is nothing on this page');
    expect(moneyOf(496n)).toBe((await portal.services.ledger.balances([id])).get(id)?.balance);
  });
});
