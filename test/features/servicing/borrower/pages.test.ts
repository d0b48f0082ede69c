import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { rateOf } from '#core/rate.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { acted, borrowerWithLoan as lentTo, money, payDue, readable, toldOf, type Owed } from './borrowers.ts';

let portal: TestPortal;
beforeAll(async () => {
  portal = await openPortal();
  await portal.setDay('2026-03-17');
});
afterAll(() => portal.close());

const borrowerWithLoan = (owed?: Owed) => lentTo(portal, owed);
const late = { disbursedOn: '2026-01-03' };
const penalty = { percentOf: 'overdue-principal', percent: rateOf('24'), graceDays: 0, basis: 'annual' } as const;

describe('The pages of a loan', () => {
  it('start with an empty list that leads to the application', async () => {
    const page = await (await portal.borrower()).get('/loans');
    expect(page.status).toBe(200);
    expect(page.text).toContain('You have no loan yet');
    expect(page.text).toContain('href="/loans/apply"');
  });

  it('list the loan and show its figures and next instalment', async () => {
    const borrower = await borrowerWithLoan({ paid: 2 });
    expect((await borrower.get('/loans')).text).toContain(borrower.loan.number);
    const page = await borrower.get(`/loans/${borrower.loan._id}`);
    expect(page.status).toBe(200);
    expect(page.text).toContain('2 of 12');
    expect(page.text).toContain('Instalment 3 falls due');
    expect(page.text).toContain('On time');
  });

  it('say what is overdue, for how long and with which penalties', async () => {
    const borrower = await borrowerWithLoan({ ...late, product: { penalty } });
    const page = readable((await borrower.get(`/loans/${borrower.loan._id}`)).text);
    const { run } = await toldOf(portal, borrower);
    const { formats } = portal.platform;
    expect(run.arrears.penalty).toBeGreaterThan(0n);
    expect(page).toContain(`${formats.money(run.arrears.penalty)} USD of penalties`);
    expect(page).toContain('is overdue, 42 days late');
    expect(page).toContain('2 instalments are unpaid since 3 February 2026');
    expect(page).toContain('The penalty grows every day');
    const list = readable((await borrower.get('/loans')).text);
    expect(list).toContain('42 days late');
  });

  it('open a long schedule where the loan stands, in pages', async () => {
    const borrower = await borrowerWithLoan({ instalments: 360, principal: 300_000_00n, disbursedOn: '2022-03-03' });
    const path = `/loans/${borrower.loan._id}?tab=schedule`;
    const [here, last] = [await borrower.get(path), await borrower.get(`${path}&page=10`)];
    expect(readable(here.text)).toContain('1 to 36 of 360');
    expect(here.text.match(/<th scope="row"/g)).toHaveLength(36);
    expect(readable(last.text)).toContain('325 to 360 of 360');
    expect(readable(last.text)).toContain('All');
  });

  it('show rows as they were paid, by part, and as they are expected', async () => {
    const borrower = await borrowerWithLoan(late);
    const key = await payDue(portal, { ...borrower });
    const schedule = await borrower.get(`/loans/${borrower.loan._id}?tab=schedule`);
    expect(schedule.text).toContain(`/loans/${borrower.loan._id}/payments/${key}`);
    const other = await borrowerWithLoan(late);
    const act = { kind: 'payment' as const, from: { accountId: other.accountId }, amount: money(200_00n) };
    await acted(portal, other, act);
    const text = readable((await other.get(`/loans/${other.loan._id}?tab=schedule`)).text);
    expect(text).toMatch(/Partly paid 200\.00 paid, [\d.]+ left/);
    expect(text).toContain('Expected');
  });

  it('mark where the terms were changed, and tell of it first', async () => {
    const borrower = await borrowerWithLoan({ paid: 1 });
    await acted(portal, borrower, { kind: 'rate-change', annualRate: '11.25' });
    const path = `/loans/${borrower.loan._id}`;
    expect(readable((await borrower.get(`${path}?tab=schedule`)).text)).toContain('New rate, 11.25% a year');
    expect(readable((await borrower.get(path)).text)).toContain('New rate, 11.25% a year, since 17 March 2026');
    expect(readable((await borrower.get(`${path}?tab=payments`)).text)).toContain('New rate, 11.25% a year');
  });

  it('forget a change of the rate that was undone', async () => {
    const borrower = await borrowerWithLoan({ paid: 1 });
    const reverses = await acted(portal, borrower, { kind: 'rate-change', annualRate: '11.25' });
    await acted(portal, borrower, { kind: 'reversal', reverses });
    const path = `/loans/${borrower.loan._id}`;
    expect(readable((await borrower.get(path)).text)).toContain('9.60% a year');
    expect(readable((await borrower.get(path)).text)).not.toContain('New rate, 11.25% a year, since');
  });

  it('name every kind of transaction in plain words, and mark what was undone', async () => {
    const borrower = await borrowerWithLoan({ ...late, product: { penalty } });
    const paid = await payDue(portal, borrower);
    await acted(portal, borrower, { kind: 'reversal', reverses: paid });
    await acted(portal, borrower, { kind: 'waiver', part: 'penalty', amount: money(1_00n) });
    await acted(portal, borrower, { kind: 'charge', code: 'late', amount: money(15_00n), tax: money(0n) });
    const text = readable((await borrower.get(`/loans/${borrower.loan._id}?tab=payments`)).text);
    for (const words of ['Loan paid out', 'Undone: payment', 'Penalty let go', 'Late fee charged', 'Undone']) {
      expect(text).toContain(words);
    }
    const receipt = readable((await borrower.get(`/loans/${borrower.loan._id}/payments/${paid}`)).text);
    expect(receipt).toContain('This was undone on 17 March 2026');
  });

  it('keep the tab in the URL, and take an unknown one for the overview', async () => {
    const borrower = await borrowerWithLoan({ paid: 1 });
    const path = `/loans/${borrower.loan._id}`;
    const documents = (await borrower.get(`${path}?tab=documents`)).text;
    for (const end of ['/statement', '/interest-certificate?year=2026', '/key-facts', '/agreement.pdf']) {
      expect(documents).toContain(`href="${path}${end}"`);
    }
    expect(documents).not.toContain('/no-dues');
    expect((await borrower.get(`${path}?tab=$ne`)).text).toContain('Next instalment');
    expect((await borrower.get(`${path}?tab=schedule&page=99`)).status).toBe(200);
    expect((await borrower.get(`${path}?tab=payments&page[$gt]=1`)).status).toBe(200);
  });

  it('answer on somebody else’s loan as on a missing one', async () => {
    const owner = await borrowerWithLoan();
    const other = await borrowerWithLoan();
    const key = await payDue(portal, owner);
    for (const path of ['', '/pay', '/prepay', '/payoff', '/prepay?amount=100', `/payments/${key}`]) {
      expect((await other.get(`/loans/${owner.loan._id}${path}`)).status).toBe(404);
    }
    for (const path of ['/pay', '/prepay', '/payoff']) {
      expect((await other.post(`/loans/${owner.loan._id}${path}`, { key: newId() })).status).toBe(404);
    }
    expect((await other.get(`/loans/${other.loan._id}/payments/${key}`)).status).toBe(404);
    expect((await other.get(`/loans/${newId()}`)).status).toBe(404);
  });

  it('are closed to staff and to who is not signed in', async () => {
    const { loan } = await borrowerWithLoan();
    const officer = await portal.staff('officer');
    for (const path of ['', '/pay', '/prepay', '/payoff']) {
      expect((await officer.get(`/loans/${loan._id}${path}`)).status).toBe(403);
      expect((await portal.visitor().get(`/loans/${loan._id}${path}`)).status).toBe(303);
    }
  });
});
