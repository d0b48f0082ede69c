import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { present } from '#core/assert.ts';
import { newId } from '#core/ids.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { fundedAccount, lend } from './lender.ts';

let portal: TestPortal;
beforeAll(async () => {
  portal = await openPortal();
  await portal.setDay('2026-03-17');
});
afterAll(() => portal.close());

/** A signed-in borrower whose loan was paid out a year ago; nothing of it is paid yet unless asked for. */
async function borrowerWithLoan(terms: { instalments?: number; paid?: number; principal?: bigint } = {}) {
  const borrower = await portal.borrower();
  const { partyId, userId } = borrower;
  const accountId = await fundedAccount(portal, { partyId, amount: 5_000_00n });
  const { instalments = 12, principal = 6_000_00n } = terms;
  const loan = await lend(portal, { partyId, accountId, instalments, principal, disbursedOn: '2026-03-03' });
  for (const row of loan.instalments.slice(0, terms.paid ?? 0)) {
    const order = { actor: userId, partyId, loanId: loan._id, key: newId(), accountId };
    await portal.services.servicing.payInstalment({ ...order, instalment: row.n, amountShown: row.total });
  }
  return { ...borrower, accountId, loan };
}

type Borrower = Awaited<ReturnType<typeof borrowerWithLoan>>;

/** The fields of the payment form as the page shows them, hidden ones included. */
function formOf(html: string): Record<string, string> {
  const hidden = [...html.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)];
  const fields = Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value]));
  delete fields._csrf;
  const chosen = /name="accountId" value="([^"]+)" checked/.exec(html)?.[1];
  return { ...fields, ...(chosen === undefined ? {} : { accountId: chosen }) };
}

const payPath = ({ loan }: Borrower) => `/loans/${loan._id}/pay`;
const shownForm = async (borrower: Borrower) => formOf((await borrower.get(payPath(borrower))).text);
const paidInstalments = async ({ partyId, loan }: Borrower) =>
  (await portal.services.servicing.findOwn(partyId, loan._id))?.paidInstalments;

describe('The pages of a loan', () => {
  it('start with an empty list that leads to the application', async () => {
    const page = await (await portal.borrower()).get('/loans');
    expect(page.status).toBe(200);
    expect(page.text).toContain('You have no loan yet');
    expect(page.text).toContain('href="/loans/apply"');
  });

  it('list the loan and show its figures, schedule and next instalment', async () => {
    const borrower = await borrowerWithLoan({ paid: 2 });
    const list = await borrower.get('/loans');
    expect(list.text).toContain(borrower.loan.number);
    const page = await borrower.get(`/loans/${borrower.loan._id}`);
    expect(page.status).toBe(200);
    expect(page.text).toContain('2 of 12');
    expect(page.text).toContain('Instalment 3 falls due');
    expect(page.text).toContain('On time');
  });

  it('fold a long schedule until it is asked for whole', async () => {
    const borrower = await borrowerWithLoan({ instalments: 60, principal: 30_000_00n });
    const path = `/loans/${borrower.loan._id}`;
    const [folded, whole] = [await borrower.get(path), await borrower.get(`${path}?all=1`)];
    expect(folded.text).toContain('Show 9 to 60');
    expect(whole.text).not.toContain('Show 9 to 60');
    expect(whole.text.match(/<th scope="row"/g)?.length).toBeGreaterThan(60);
  });

  it('keep the tab in the URL, and take an unknown one for the overview', async () => {
    const borrower = await borrowerWithLoan({ paid: 1 });
    const path = `/loans/${borrower.loan._id}`;
    expect((await borrower.get(`${path}?tab=payments`)).text).toContain('Loan paid out');
    expect((await borrower.get(`${path}?tab=terms`)).text).toContain('Each instalment');
    expect((await borrower.get(`${path}?tab=$ne`)).text).toContain('Next instalment');
  });

  it('answer on somebody else’s loan as on a missing one', async () => {
    const [owner, other] = [await borrowerWithLoan({ paid: 1 }), await borrowerWithLoan()];
    const row = present(
      (await portal.services.servicing.findOwn(owner.partyId, owner.loan._id))?.instalments[0],
      'Row',
    );
    for (const path of ['', '/pay', `/payments/${row.paidBy ?? ''}`]) {
      expect((await other.get(`/loans/${owner.loan._id}${path}`)).status).toBe(404);
    }
    expect((await other.get(`/loans/${other.loan._id}/payments/${row.paidBy ?? ''}`)).status).toBe(404);
    expect((await other.get(`/loans/${newId()}`)).status).toBe(404);
  });
});

describe('Paying in the browser', () => {
  it('shows the amount, takes the payment and ends at a receipt', async () => {
    const borrower = await borrowerWithLoan();
    const page = await borrower.get(payPath(borrower));
    const amount = portal.platform.formats.money(present(borrower.loan.instalments[0], 'Row').total);
    expect(page.text).toContain(`>Pay ${amount}</button>`);
    const fields = formOf(page.text);
    const sent = await borrower.post(payPath(borrower), fields);
    expect(sent.status).toBe(303);
    expect(sent.headers.location).toBe(`/loans/${borrower.loan._id}/payments/${fields.key ?? ''}`);
    const receipt = await borrower.get(sent.headers.location ?? '');
    expect(receipt.text).toContain('Instalment 1 is paid');
    expect(receipt.text).toContain(fields.key);
    expect(receipt.text).toContain('The next instalment');
  });

  it('leads a form that is sent twice to the same receipt and pays once', async () => {
    const borrower = await borrowerWithLoan();
    const fields = await shownForm(borrower);
    const [first, second] = [
      await borrower.post(payPath(borrower), fields),
      await borrower.post(payPath(borrower), fields),
    ];
    expect(second.headers.location).toBe(first.headers.location);
    expect(await paidInstalments(borrower)).toBe(1);
  });

  it('refuses a second form for an instalment that was paid in another window', async () => {
    const borrower = await borrowerWithLoan();
    const [one, two] = [await shownForm(borrower), await shownForm(borrower)];
    await borrower.post(payPath(borrower), one);
    const refused = await borrower.post(payPath(borrower), two);
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('This instalment is already paid');
    expect(formOf(refused.text).key).not.toBe(two.key);
    expect(await paidInstalments(borrower)).toBe(1);
  });

  it.each([
    ['too much', { amount: '9,999.00' }, 422, 'This is more than is due'],
    ['too little', { amount: '0.01' }, 422, 'This is less than is due'],
    ['no amount at all', { amount: '1e3' }, 422, 'with digits only'],
    ['an amount that the page did not show', { amountShown: '1.00' }, 409, 'not the one the page showed'],
    ['an account that is nobody’s', { accountId: newId() }, 422, 'Choose one of your accounts'],
    ['no account', { accountId: '' }, 422, 'Choose'],
    ['a field that the form does not have', { loanId: newId() }, 422, 'a field that we do not know'],
  ])('with %s shows the sentence and changes nothing', async (_what, changed, status, sentence) => {
    const borrower = await borrowerWithLoan();
    const page = await borrower.post(payPath(borrower), { ...(await shownForm(borrower)), ...changed });
    expect(page.status).toBe(status);
    expect(page.text).toContain(sentence);
    expect(page.text).toContain('<title>Error: ');
    expect(await paidInstalments(borrower)).toBe(0);
  });

  it('takes no operator for an account', async () => {
    const borrower = await borrowerWithLoan();
    const { accountId: _left, ...fields } = await shownForm(borrower);
    const body = new URLSearchParams({ ...fields, 'accountId[$ne]': 'x' }).toString();
    expect((await borrower.postRaw(payPath(borrower), body)).status).toBe(422);
    expect(await paidInstalments(borrower)).toBe(0);
  });

  it('takes nothing from an account of somebody else', async () => {
    const [borrower, other] = [await borrowerWithLoan(), await borrowerWithLoan()];
    const fields = { ...(await shownForm(borrower)), accountId: other.accountId };
    const page = await borrower.post(payPath(borrower), fields);
    expect(page.status).toBe(422);
    expect(page.text).toContain('Choose one of your accounts');
    const balance = (await portal.services.accounts.findOwn(other.partyId, other.accountId))?.balance;
    expect(balance).toBe(5_000_00n + 6_000_00n);
  });

  it('has nothing to show on a loan that is repaid, and says so to a late form', async () => {
    const borrower = await borrowerWithLoan({ instalments: 2, principal: 1_000_00n, paid: 1 });
    const [last, late] = [await shownForm(borrower), await shownForm(borrower)];
    await borrower.post(payPath(borrower), last);
    expect((await borrower.get(payPath(borrower))).headers.location).toBe(`/loans/${borrower.loan._id}`);
    const refused = await borrower.post(payPath(borrower), late);
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('already paid');
    expect((await borrower.get(`/loans/${borrower.loan._id}`)).text).toContain('Repaid');
  });
});

describe('What became of an order', () => {
  it('is shown to who sent it: done with the receipt, refused with the sentence', async () => {
    const borrower = await borrowerWithLoan();
    const fields = await shownForm(borrower);
    await borrower.post(payPath(borrower), fields);
    const done = await borrower.get(`/operations/${fields.key ?? ''}`);
    expect(done.text).toContain(`/loans/${borrower.loan._id}/payments/${fields.key ?? ''}`);

    const second: Record<string, string> = { ...(await shownForm(borrower)), amountShown: '1.00' };
    await borrower.post(payPath(borrower), second);
    const refused = await borrower.get(`/operations/${second.key ?? ''}`);
    expect(refused.status).toBe(200);
    expect(refused.text).toContain('not the one the page showed');
  });

  it('is the same page for an unknown key and for somebody else’s', async () => {
    const [borrower, other] = [await borrowerWithLoan(), await borrowerWithLoan()];
    const fields = await shownForm(borrower);
    await borrower.post(payPath(borrower), fields);
    const [foreign, unknown] = [
      await other.get(`/operations/${fields.key ?? ''}`),
      await other.get(`/operations/${newId()}`),
    ];
    expect([foreign.status, unknown.status]).toEqual([404, 404]);
    expect(foreign.text).toContain('no outcome for this order yet');
    expect(unknown.text).toContain('no outcome for this order yet');
  });
});
