import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { present } from '#core/assert.ts';
import { newId } from '#core/ids.ts';
import { sum, toDecimalString } from '#core/money.ts';
import { dueOf } from '#features/servicing/index.ts';
import { openPortal, testPassword, type TestPortal } from '#test/portal.ts';
import { fundedAccount } from '../lender.ts';
import {
  acted,
  balanceOf,
  borrowerWithLoan as lentTo,
  formOf,
  money,
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

const borrowerWithLoan = (owed?: Owed) => lentTo(portal, owed);
const late = { disbursedOn: '2026-01-03' };
const payPath = ({ loan }: Borrower, amount?: string) => `/loans/${loan._id}/pay${amount ? `?amount=${amount}` : ''}`;
const shownForm = async (borrower: Borrower, amount?: string) =>
  formOf((await borrower.get(payPath(borrower, amount))).text);
const dueNow = async (borrower: Borrower) => present(dueOf(await toldOf(portal, borrower)), 'What is due').total;
const transactions = async (borrower: Borrower) => (await toldOf(portal, borrower)).transactions.length;
const receiptOf = async (borrower: Borrower, sent: { headers: Record<string, string> }) =>
  readable((await borrower.get(sent.headers.location ?? '')).text);

describe('Paying what is due', () => {
  it('shows the amount, takes it and ends at a receipt', async () => {
    const borrower = await borrowerWithLoan();
    const [before, due] = [await balanceOf(portal, borrower), await dueNow(borrower)];
    const page = await borrower.get(payPath(borrower));
    expect(page.text).toContain(`>Pay ${portal.platform.formats.money(due)}</button>`);
    const fields = formOf(page.text);
    const sent = await borrower.post(payPath(borrower), fields);
    expect(sent.status).toBe(303);
    expect(sent.headers.location).toBe(`/loans/${borrower.loan._id}/payments/${fields.key ?? ''}`);
    const receipt = await receiptOf(borrower, sent);
    expect(receipt).toContain('Instalment 1 is paid');
    expect(receipt).toContain(fields.key);
    expect(receipt).toMatch(/Next, [\d.]+ USD is due 3 May 2026/);
    expect(await balanceOf(portal, borrower)).toBe(before - due);
  });

  it('takes all that is overdue at once, with what it is made of', async () => {
    const borrower = await borrowerWithLoan(late);
    await acted(portal, borrower, { kind: 'charge', code: 'late', amount: money(15_00n), tax: money(0n) });
    const page = await borrower.get(payPath(borrower));
    expect(readable(page.text)).toContain('Fee 15.00');
    expect(readable(page.text)).toContain('Instalments 1 and 2 of 12');
    const receipt = await receiptOf(borrower, await borrower.post(payPath(borrower), formOf(page.text)));
    expect(receipt).toContain('Instalments 1 and 2 are paid');
    expect(receipt).toContain('Fee 15.00');
    expect((await toldOf(portal, borrower)).run.oldestUnpaidDueOn).toBeNull();
  });

  it('leads a form that is sent twice, even at once, to the same receipt and pays once', async () => {
    const borrower = await borrowerWithLoan();
    const fields = await shownForm(borrower);
    const both = await Promise.all([
      borrower.post(payPath(borrower), fields),
      borrower.post(payPath(borrower), fields),
    ]);
    const again = await borrower.post(payPath(borrower), fields);
    expect([...both, again].map(({ status }) => status)).toEqual([303, 303, 303]);
    expect(new Set([...both, again].map(({ headers }) => headers.location)).size).toBe(1);
    expect(await transactions(borrower)).toBe(2);
  });

  it('pays once from two tabs, though the second tab’s amount is that of the next instalment as well', async () => {
    const borrower = await borrowerWithLoan();
    const [one, two] = [await shownForm(borrower), await shownForm(borrower)];
    await borrower.post(payPath(borrower), one);
    expect(toDecimalString(await dueNow(borrower), 'USD')).toBe(two.shown);
    const refused = await borrower.post(payPath(borrower), two);
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('The loan has changed since this page was shown');
    expect(formOf(refused.text).key).not.toBe(two.key);
    expect(await transactions(borrower)).toBe(2);
    expect((await borrower.post(payPath(borrower), formOf(refused.text))).status).toBe(303);
  });

  it('pays once from two tabs that are sent at the same moment', async () => {
    const borrower = await borrowerWithLoan();
    const [one, two] = [await shownForm(borrower), await shownForm(borrower)];
    const both = await Promise.all([borrower.post(payPath(borrower), one), borrower.post(payPath(borrower), two)]);
    expect(both.map(({ status }) => status).sort()).toEqual([303, 409]);
    expect(await transactions(borrower)).toBe(2);
  });

  it('asks again where the amount has changed since the page was shown', async () => {
    const borrower = await borrowerWithLoan(late);
    const fields = { ...(await shownForm(borrower)), shown: '1.00' };
    const refused = await borrower.post(payPath(borrower), fields);
    expect(refused.status).toBe(409);
    expect(refused.text).toContain(`The amount is now ${portal.platform.formats.money(await dueNow(borrower))}`);
    expect(await transactions(borrower)).toBe(1);
    expect((await borrower.post(payPath(borrower), formOf(refused.text))).status).toBe(303);
  });

  it('takes a penalty that a day added into account', async () => {
    const penalty = { percentOf: 'overdue-principal', percent: '24', graceDays: 0, basis: 'annual' } as never;
    const borrower = await borrowerWithLoan({ ...late, product: { penalty } });
    const fields = await shownForm(borrower);
    await portal.setDay('2026-03-18');
    await borrower.post('/login', { email: borrower.email, password: testPassword });
    const refused = await borrower.post(payPath(borrower), fields);
    await portal.setDay('2026-03-17');
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('The amount is now');
  });
});

describe('Paying another amount', () => {
  it('pays a part, and the rest of what is due stays due', async () => {
    const borrower = await borrowerWithLoan(late);
    const due = await dueNow(borrower);
    const page = await borrower.get(payPath(borrower, '200.00'));
    expect(readable(page.text)).toContain('It pays no instalment in full');
    const receipt = await receiptOf(borrower, await borrower.post(payPath(borrower), formOf(page.text)));
    expect(receipt).toContain('We received 200.00');
    expect(receipt).toContain('is still overdue');
    expect(await dueNow(borrower)).toBe(due - 200_00n);
  });

  it('pays two instalments at once, from the suggestion of the page', async () => {
    const borrower = await borrowerWithLoan();
    const page = await borrower.get(payPath(borrower));
    const href = /href="([^"]+)">2 instalments, /.exec(page.text)?.[1] ?? '';
    const preview = await borrower.get(href);
    expect(readable(preview.text)).toContain('It pays instalments 1 and 2 in full');
    const receipt = await receiptOf(borrower, await borrower.post(payPath(borrower), formOf(preview.text)));
    expect(receipt).toContain('Instalments 1 and 2 are paid');
    expect((await toldOf(portal, borrower)).run.rows.filter(({ settledOn, known }) => known && settledOn).length).toBe(
      2,
    );
  });

  it('keeps what is short of an instalment for it, and asks only for the rest then', async () => {
    const borrower = await borrowerWithLoan();
    const due = await dueNow(borrower);
    const page = await borrower.get(payPath(borrower, '100.00'));
    expect(readable(page.text)).toContain('Kept for the next instalment 100.00');
    await borrower.post(payPath(borrower), formOf(page.text));
    expect(await dueNow(borrower)).toBe(due - 100_00n);
    const rest = await borrower.get(payPath(borrower));
    expect(readable(rest.text)).toContain('Paid ahead −100.00');
    const receipt = await receiptOf(borrower, await borrower.post(payPath(borrower), formOf(rest.text)));
    expect(receipt).toContain('Instalment 1 is paid');
    expect(readable((await borrower.get(`/loans/${borrower.loan._id}`)).text)).not.toContain('that you paid ahead');
  });

  it('uses the money as the page said before', async () => {
    const borrower = await borrowerWithLoan(late);
    const page = await borrower.get(payPath(borrower, '1100.00'));
    const said = /What it will be used for (.*? In all)/.exec(readable(page.text))?.[1];
    const receipt = await receiptOf(borrower, await borrower.post(payPath(borrower), formOf(page.text)));
    expect(said).toBeTruthy();
    expect(receipt).toContain(said);
  });

  it('pays once from two tabs', async () => {
    const borrower = await borrowerWithLoan(late);
    const [one, two] = [await shownForm(borrower, '50'), await shownForm(borrower, '50')];
    await borrower.post(payPath(borrower), one);
    expect((await borrower.post(payPath(borrower), two)).status).toBe(409);
    expect(await transactions(borrower)).toBe(2);
  });

  it.each(['1e3', '0', '-5', '10.005', '', '99999999', 'abc'])('asks for “%s” again at the field', async (amount) => {
    const borrower = await borrowerWithLoan();
    const page = await borrower.get(`/loans/${borrower.loan._id}/pay?amount=${amount}`);
    expect(page.status).toBe(422);
    expect(page.text).toContain('id="amount-error"');
    expect(page.text).toContain('<title>Error: ');
  });
});

describe('A payment that cannot be', () => {
  it.each([
    ['too much', { shown: '', amount: '9999.00' }, 422, 'This is more than is owed'],
    ['no amount at all', { shown: '', amount: '1e3' }, 422, 'with digits only'],
    ['two amounts', { amount: '5.00' }, 422, 'Choose what to pay'],
    ['neither amount', { shown: '' }, 422, 'Choose what to pay'],
    ['an account that is nobody’s', { accountId: newId() }, 422, 'Choose one of your accounts'],
    ['no account', { accountId: '' }, 422, 'Choose'],
    ['a field that the form does not have', { loanId: newId() }, 422, 'a field that we do not know'],
    ['no word of what was seen', { seen: '' }, 422, 'Open the page again'],
    ['no key', { key: 'x' }, 422, 'Open the page again'],
  ])('with %s shows the sentence and changes nothing', async (_what, changed, status, sentence) => {
    const borrower = await borrowerWithLoan();
    const all: Record<string, string> = { ...(await shownForm(borrower)), ...changed };
    const fields = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
    const page = await borrower.post(payPath(borrower), fields);
    expect({ status: page.status, said: page.text.includes(sentence) }).toEqual({ status, said: true });
    expect(page.text).toContain('<title>Error: ');
    expect(await transactions(borrower)).toBe(1);
  });

  it('without a token of the session is not taken', async () => {
    const borrower = await borrowerWithLoan();
    const fields = await shownForm(borrower);
    expect((await borrower.post(payPath(borrower), fields, { csrf: false })).status).toBe(403);
    expect(await transactions(borrower)).toBe(1);
  });

  it('takes no operator for an account', async () => {
    const borrower = await borrowerWithLoan();
    const { accountId: _left, ...fields } = await shownForm(borrower);
    const body = new URLSearchParams({ ...fields, 'accountId[$ne]': 'x' }).toString();
    expect((await borrower.postRaw(payPath(borrower), body)).status).toBe(422);
    expect(await transactions(borrower)).toBe(1);
  });

  it('for want of funds says at the account how much is missing, and takes it once there is enough', async () => {
    const borrower = await borrowerWithLoan();
    const empty = await fundedAccount(portal, { partyId: borrower.partyId, amount: 100_00n });
    const due = await dueNow(borrower);
    const refused = await borrower.post(payPath(borrower), { ...(await shownForm(borrower)), accountId: empty });
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('id="accountId-error"');
    const short = portal.platform.formats.moneyWithCurrency(money(due - 100_00n));
    expect(readable(refused.text)).toContain(`The balance is ${short} short. Nothing was moved.`);
    expect(formOf(refused.text).accountId).toBe(empty);
    expect(await transactions(borrower)).toBe(1);
  });

  it('takes nothing from an account of somebody else', async () => {
    const [borrower, other] = [await borrowerWithLoan(), await borrowerWithLoan()];
    const before = await balanceOf(portal, other);
    const fields = { ...(await shownForm(borrower)), accountId: other.accountId };
    const page = await borrower.post(payPath(borrower), fields);
    expect(page.status).toBe(422);
    expect(page.text).toContain('Choose one of your accounts');
    expect(await balanceOf(portal, other)).toBe(before);
  });

  it('has nothing to show on a loan that is repaid, and says so to a late form', async () => {
    const borrower = await borrowerWithLoan({ instalments: 2, principal: 1_000_00n, paid: 1 });
    const [last, tooLate] = [await shownForm(borrower), await shownForm(borrower)];
    await borrower.post(payPath(borrower), last);
    const after = await borrower.get(payPath(borrower));
    expect(readable(after.text)).toContain('This loan is closed. Nothing is owed any more');
    const refused = await borrower.post(payPath(borrower), tooLate);
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('This loan is closed');
    const page = readable((await borrower.get(`/loans/${borrower.loan._id}`)).text);
    expect(page).toContain('Repaid');
    expect(page).toContain('certificate of no dues');
    const { loan } = borrower;
    expect(sum((await toldOf(portal, borrower)).run.rows.map((row) => row.paid.principal))).toBe(loan.principal);
  });
});

describe('What became of an order', () => {
  it('is shown to who sent it: done with the receipt, refused with the sentence', async () => {
    const borrower = await borrowerWithLoan();
    const fields = await shownForm(borrower);
    await borrower.post(payPath(borrower), fields);
    const done = await borrower.get(`/operations/${fields.key ?? ''}`);
    expect(done.text).toContain(`/loans/${borrower.loan._id}/payments/${fields.key ?? ''}`);
    const second: Record<string, string> = { ...(await shownForm(borrower)), shown: '1.00' };
    await borrower.post(payPath(borrower), second);
    const refused = await borrower.get(`/operations/${second.key ?? ''}`);
    expect(refused.status).toBe(200);
    expect(refused.text).toContain('not the one the page showed');
  });

  it('is told of an act that moved no money, too', async () => {
    const borrower = await borrowerWithLoan();
    const officer = await portal.staff('officer');
    const key = await acted(portal, { ...borrower, userId: officer.userId }, { kind: 'rate-change', annualRate: '8' });
    const done = await officer.get(`/operations/${key}`);
    expect(done.status).toBe(200);
    expect(readable(done.text)).toContain('New rate, 8.00% a year');
    expect((await borrower.get(`/operations/${key}`)).status).toBe(404);
  });

  it('is the same page for an unknown key and for somebody else’s', async () => {
    const [borrower, other] = [await borrowerWithLoan(), await borrowerWithLoan()];
    const fields = await shownForm(borrower);
    await borrower.post(payPath(borrower), fields);
    const pages = [await other.get(`/operations/${fields.key ?? ''}`), await other.get(`/operations/${newId()}`)];
    expect(pages.map(({ status }) => status)).toEqual([404, 404]);
    for (const page of pages) expect(page.text).toContain('no outcome for this order yet');
  });
});
