import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { readable } from '../../accounts/history-builders.ts';
import {
  borrowerWithLoan,
  carryOut,
  check,
  expectSound,
  generous,
  hiddenOf,
  payFromOutside,
  storedLoan,
  why,
} from './loan-people.ts';

const today = '2026-03-17';
type Staff = Awaited<ReturnType<TestPortal['staff']>>;
let portal: TestPortal;
let officer: Staff;
let finance: Staff;
beforeAll(async () => {
  portal = await openPortal();
  await portal.setDay(today);
  officer = await portal.staff('officer');
  finance = await portal.staff('finance');
});
afterAll(() => portal.close());
afterEach(() => expectSound(portal));

const pathOf = (loanId: string, act: string) => `/staff/loans/${loanId}/${act}`;
/** What finance is asked for, and approves. */
const approved = async (answer: { headers: { location?: string | undefined } }) => {
  const request = String(answer.headers.location);
  expect((await finance.post(`${request}/approve`, { version: '1', note: '' })).status).toBe(303);
};
const kindsOf = async (loanId: string) =>
  (await portal.services.servicing.transactions({ loanId }, { page: 1, size: 50 })).transactions.map(
    ({ kind }) => kind,
  );

describe('what staff do at once', () => {
  it('records a payment from outside for a day that is past, after showing what it changes', async () => {
    const { loan } = await borrowerWithLoan(portal);
    const path = pathOf(loan._id, 'payment');
    const form = await officer.get(path);
    expect(form.text).toContain('Record a payment from outside');
    const fields = { amount: '530.00', on: '2026-02-05', note: 'Cheque 4402' };
    const { page, hidden } = await check(officer, path, fields);
    expect(page.text).toContain('Nothing is done yet');
    expect(page.text).toContain('Outstanding principal');
    expect(await kindsOf(loan._id)).toEqual(['disbursal']);
    const answer = await officer.post(path, { ...hidden, step: 'confirm' });
    expect([answer.status, answer.headers.location]).toEqual([303, `/staff/loans/${loan._id}?tab=transactions`]);
    const after = await storedLoan(portal, loan._id);
    expect(after.instalments[0]).toMatchObject({ paidOn: '2026-02-05' });
    // The same form again does nothing again.
    expect((await officer.post(path, { ...hidden, step: 'confirm' })).status).toBe(303);
    expect(await kindsOf(loan._id)).toEqual(['payment', 'disbursal']);
    const tab = await officer.get(`/staff/loans/${loan._id}?tab=transactions`);
    expect(tab.text).toContain('Cheque 4402');
    const kept = await portal.database.db.collection('loanTransactions').findOne({ loanId: loan._id, number: 2 });
    expect(JSON.stringify(kept, (_n, v: unknown) => (typeof v === 'bigint' ? String(v) : v))).not.toContain('Cheque');
  });

  it('undoes a transaction once, whoever is quicker', async () => {
    const { loan } = await borrowerWithLoan(portal);
    const key = await payFromOutside(portal, loan, { amount: 600_00n, on: '2026-02-05' });
    const path = pathOf(loan._id, 'undo');
    const fields = { transaction: key, reason: why };
    const first = await check(officer, path, fields);
    const second = await check(finance, path, fields);
    const answers = await Promise.all([
      officer.post(path, { ...first.hidden, step: 'confirm' }),
      finance.post(path, { ...second.hidden, step: 'confirm' }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
    expect((await kindsOf(loan._id)).filter((kind) => kind === 'reversal')).toHaveLength(1);
    expect((await storedLoan(portal, loan._id)).paidInstalments).toBe(0);
    const late = await check(officer, path, fields);
    expect(late.page.status).toBe(409);
    expect(late.page.text).toContain('This was undone before');
  });

  it('records a bounce with the product’s fee', async () => {
    const { loan } = await borrowerWithLoan(portal);
    const key = await payFromOutside(portal, loan, { amount: 600_00n });
    const answer = await carryOut(officer, pathOf(loan._id, 'bounce'), { transaction: key, note: '' });
    expect(answer.status).toBe(303);
    expect(await kindsOf(loan._id)).toEqual(['charge', 'reversal', 'payment', 'disbursal']);
    expect((await storedLoan(portal, loan._id)).arrears.fee).toBe(29_50n);
    // The fee that came with it can be undone by itself.
    const undone = await carryOut(officer, pathOf(loan._id, 'undo'), {
      ...{ transaction: (await lastOf(loan._id, 'charge')) ?? '', reason: why },
    });
    expect(undone.headers.location).toMatch(/^\/approvals\//);
    expect((await storedLoan(portal, loan._id)).arrears.fee).toBe(29_50n);
    await approved(undone);
    expect((await storedLoan(portal, loan._id)).arrears.fee).toBe(0n);
  });

  it('charges a fee, changes the rate and grants a moratorium', async () => {
    const { loan } = await borrowerWithLoan(portal);
    const charge = { code: 'other', amount: '40.00', tax: '6.00', reason: why };
    expect((await carryOut(officer, pathOf(loan._id, 'charge'), charge)).status).toBe(303);
    const rate = { annualRate: '10.4', on: today, reason: why };
    expect((await carryOut(officer, pathOf(loan._id, 'rate'), rate)).status).toBe(303);
    const rest = { fromDueOn: '2026-05-05', instalments: '2', pays: 'nothing', ends: 'later', reason: why };
    const path = pathOf(loan._id, 'moratorium');
    expect((await carryOut(officer, path, rest)).status).toBe(303);
    const after = await storedLoan(portal, loan._id);
    expect(after.terms.map(({ reason }) => reason)).toEqual(['agreement', 'rate-change', 'moratorium']);
    expect(after.instalments).toHaveLength(14);
    expect(after.instalments.filter(({ dueOn }) => ['2026-05-05', '2026-06-05'].includes(dueOn))).toMatchObject([
      { total: 0n },
      { total: 0n },
    ]);
    // What a transaction changed is undone with it, also where a later one stands on it.
    const undo = { transaction: (await lastOf(loan._id, 'rate-change')) ?? '', reason: why };
    await approved(await carryOut(officer, pathOf(loan._id, 'undo'), undo));
    expect((await storedLoan(portal, loan._id)).terms).toMatchObject([
      { version: 1, annualRate: '9.6' },
      { version: 2, annualRate: '9.6', reason: 'moratorium' },
    ]);
    expect((await carryOut(officer, pathOf(loan._id, 'rate'), rate)).status).toBe(303);
    const tooLong = await check(officer, path, { ...rest, instalments: '4' });
    expect(tooLong.page.status).toBe(422);
    expect(tooLong.page.text).toContain('does not allow so many');
  });

  it('does nothing where the loan moved between looking and confirming', async () => {
    const { loan } = await borrowerWithLoan(portal);
    const path = pathOf(loan._id, 'charge');
    const { hidden } = await check(officer, path, { code: 'other', amount: '40.00', tax: '0', reason: why });
    await payFromOutside(portal, loan, { amount: 100_00n });
    const answer = await officer.post(path, { ...hidden, step: 'confirm' });
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('has changed since this page was shown');
    expect(await kindsOf(loan._id)).toEqual(['payment', 'disbursal']);
    // The page came again with the loan as it is and a fresh key.
    const again = hiddenOf(answer.text);
    expect(again.key).not.toBe(hidden.key);
    expect((await officer.post(path, { ...again, step: 'confirm' })).status).toBe(303);
  });

  it('goes back to the form with what was typed', async () => {
    const { loan } = await borrowerWithLoan(portal);
    const path = pathOf(loan._id, 'charge');
    const { hidden } = await check(officer, path, { code: 'late', amount: '12.00', tax: '0', reason: why });
    const form = await officer.post(path, { ...hidden, step: 'change' });
    expect(form.status).toBe(200);
    expect(form.text).toContain('value="12.00"');
    expect(form.text).toContain(why);
  });
});

const errorsOf = (html: string) => readable(/error-summary[\s\S]*?<\/ul>/.exec(html)?.[0] ?? html);

const lastOf = async (loanId: string, kind: string) =>
  (await portal.services.servicing.transactions({ loanId }, { page: 1, size: 50 })).transactions.find(
    (one) => one.kind === kind,
  )?._id;

describe('what staff may not do', () => {
  it('keeps out who has no business with a loan, and whose loan it is', async () => {
    const { loan, partyId, ...borrower } = await borrowerWithLoan(portal);
    const analyst = await portal.staff('analyst');
    const compliance = await portal.staff('compliance');
    const own = await portal.staff('officer', partyId);
    expect((await analyst.get(`/staff/loans/${loan._id}`)).status).toBe(200);
    expect((await borrower.get(`/staff/loans/${loan._id}`)).status).toBe(403);
    expect((await own.get(`/staff/loans/${loan._id}`)).status).toBe(403);
    const fields = { amount: '10.00', on: today, note: '', step: 'check' };
    for (const staff of [analyst, compliance, own, borrower])
      expect((await staff.post(pathOf(loan._id, 'payment'), fields)).status).toBe(403);
    // Recoveries are finance's alone.
    expect((await officer.get(pathOf(loan._id, 'recovery'))).status).toBe(403);
    expect((await finance.get(pathOf(loan._id, 'recovery'))).status).toBe(200);
    expect((await portal.visitor().get(`/staff/loans/${loan._id}`)).status).toBe(303);
    expect((await officer.post(pathOf(loan._id, 'payment'), fields, { csrf: false })).status).toBe(403);
  });

  it('answers an unknown loan and an unknown act with 404', async () => {
    const { loan } = await borrowerWithLoan(portal);
    for (const path of [`/staff/loans/${newId()}`, pathOf(newId(), 'payment'), pathOf(loan._id, 'give-away')])
      expect((await officer.get(path)).status).toBe(404);
    expect((await officer.get(`/staff/loans/${loan._id}/journals/${newId()}`)).status).toBe(404);
  });

  it('answers hostile input with a sentence at the field', async () => {
    const { loan } = await borrowerWithLoan(portal);
    const tries: [act: string, fields: Record<string, string>, sentence: string][] = [
      ['payment', { amount: '1e3', on: today, note: '' }, 'with digits only'],
      ['payment', { amount: '-5', on: today, note: '' }, 'above zero'],
      ['payment', { amount: '5', on: '2026-02-30', note: '' }, 'year-month-day'],
      ['payment', { amount: '5', on: '2027-01-01', note: '' }, 'business date or an earlier one'],
      ['payment', { amount: '5', on: '2020-01-01', note: '' }, 'already paid out'],
      ['payment', { amount: '5', on: today, note: '', loanId: newId() }, 'a field that we do not know'],
      ['undo', { transaction: '{"$ne":1}', reason: why }, 'Choose a transaction'],
      ['undo', { transaction: newId(), reason: why }, 'no such transaction'],
      ['undo', { transaction: newId(), reason: 'too short' }, 'at least 20 characters'],
      ['undo', { transaction: newId(), reason: 'x'.repeat(501) }, 'at most 500 characters'],
      ['charge', { code: 'gift', amount: '5', tax: '0', reason: why }, 'Choose what the fee is for'],
      ['charge', { code: 'other', amount: '5', tax: '5', reason: why }, 'less tax than the fee'],
      ['rate', { annualRate: '-1', on: today, reason: why }, 'a number like 9.6'],
      ['waiver', { part: 'principal', amount: '5', reason: why }, 'Choose what to let go'],
      ['waiver', { part: 'fee', amount: '5', reason: why }, 'Nothing of this kind is owed'],
      ['reschedule', { fromDueOn: '2026-03-18', extraInstalments: '3', reason: why }, 'due date that is still to come'],
      ['reschedule', { fromDueOn: '2026-05-05', extraInstalments: '9999', reason: why }, 'whole number from 1 to 600'],
    ];
    for (const [act, fields, sentence] of tries) {
      const { page } = await check(officer, pathOf(loan._id, act), fields);
      const said = errorsOf(page.text);
      expect([act, page.status >= 409 && page.status <= 422, said], sentence).toEqual([
        act,
        true,
        expect.stringContaining(sentence),
      ]);
    }
    const raw = await officer.postRaw(pathOf(loan._id, 'payment'), 'step=check&amount=5&amount=6&on[$ne]=x');
    expect(raw.status).toBe(422);
    expect(await kindsOf(loan._id)).toEqual(['disbursal']);
  });

  it('shows why where nothing can be done', async () => {
    const { loan } = await borrowerWithLoan(portal, { product: { ...generous, moratorium: { mostInstalments: 0 } } });
    expect((await officer.get(pathOf(loan._id, 'undo'))).text).toContain('no transaction that can be undone');
    expect((await officer.get(`/staff/loans/${loan._id}`)).text).not.toContain('Grant a moratorium');
  });
});
