import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { readable } from '../accounts/history-builders.ts';
import {
  borrowerWithLoan,
  carryOut,
  check,
  expectSound,
  payFromOutside,
  storedLoan,
  why,
} from './staff/loan-people.ts';

type Staff = Awaited<ReturnType<TestPortal['staff']>>;
let portal: TestPortal;
let officer: Staff;
let senior: Staff;
beforeAll(async () => {
  portal = await openPortal();
  await portal.setDay('2026-03-17');
  officer = await portal.staff('officer');
  senior = await portal.staff('senior-officer');
});
afterAll(() => portal.close());
afterEach(() => expectSound(portal));

const pathOf = (loanId: string, act: string) => `/staff/loans/${loanId}/${act}`;
const lastOf = async (loanId: string) =>
  (await portal.services.servicing.transactions({ loanId }, { page: 1, size: 1 })).transactions[0]?._id ?? '';
const approve = (staff: Staff, request: string) => staff.post(`${request}/approve`, { version: '1', note: '' });

describe('undoing', () => {
  it('of a fee waits for a second person, who sees which one', async () => {
    const { loan } = await borrowerWithLoan(portal);
    const charge = { code: 'other', amount: '40.00', tax: '0', reason: why };
    await carryOut(officer, pathOf(loan._id, 'charge'), charge);
    const fields = { transaction: await lastOf(loan._id), reason: why };
    const { page, hidden } = await check(officer, pathOf(loan._id, 'undo'), fields);
    expect(page.text).toContain('Ask a second person to approve');
    const asked = await officer.post(pathOf(loan._id, 'undo'), { ...hidden, step: 'confirm' });
    const request = String(asked.headers.location);
    expect(request).toMatch(/^\/approvals\//);
    expect((await storedLoan(portal, loan._id)).arrears.fee).toBe(40_00n);
    expect((await approve(officer, request)).status).toBe(403);
    expect(readable((await senior.get(request)).text)).toContain('Undo transaction 2: Fee charged (other), 40.00 USD');
    expect((await approve(senior, request)).status).toBe(303);
    expect((await storedLoan(portal, loan._id)).arrears.fee).toBe(0n);
    await approve(senior, request);
    expect((await portal.services.servicing.transactions({ loanId: loan._id }, { page: 1, size: 9 })).total).toBe(3);
  });

  it('of a waiver and of a write-off waits as well, of a payment it does not', async () => {
    const { loan } = await borrowerWithLoan(portal);
    await carryOut(officer, pathOf(loan._id, 'charge'), { code: 'other', amount: '40.00', tax: '0', reason: why });
    const waiver = await carryOut(officer, pathOf(loan._id, 'waiver'), { part: 'fee', amount: '40.00', reason: why });
    await approve(senior, String(waiver.headers.location));
    const undo = await carryOut(officer, pathOf(loan._id, 'undo'), {
      transaction: await lastOf(loan._id),
      reason: why,
    });
    expect(undo.headers.location).toMatch(/^\/approvals\//);
    expect((await storedLoan(portal, loan._id)).arrears.fee).toBe(0n);
    const key = await payFromOutside(portal, loan, { amount: 100_00n });
    const paid = await carryOut(officer, pathOf(loan._id, 'undo'), { transaction: key, reason: why });
    expect(paid.headers.location).toContain('tab=transactions');
    const off = await carryOut(officer, pathOf(loan._id, 'write-off'), { reason: why });
    await approve(senior, String(off.headers.location));
    expect((await storedLoan(portal, loan._id)).state).toBe('written-off');
  });
});

describe('a rate', () => {
  it('that is higher from today is changed at once', async () => {
    const { loan } = await borrowerWithLoan(portal);
    await carryOut(officer, pathOf(loan._id, 'rate'), { annualRate: '10.4', on: '2026-03-17', reason: why });
    expect((await storedLoan(portal, loan._id)).terms.at(-1)).toMatchObject({ annualRate: '10.4' });
  });

  it.each([
    ['lower', { annualRate: '8.4', on: '2026-03-17' }],
    ['higher from a day that is past', { annualRate: '10.4', on: '2026-03-01' }],
  ])('that is %s waits for a second person, and counts from the day that was asked', async (_what, rate) => {
    const { loan } = await borrowerWithLoan(portal);
    const asked = await carryOut(officer, pathOf(loan._id, 'rate'), { ...rate, reason: why });
    const request = String(asked.headers.location);
    expect(request).toMatch(/^\/approvals\//);
    expect((await storedLoan(portal, loan._id)).terms).toHaveLength(1);
    expect(readable((await senior.get(request)).text)).toContain(`${rate.annualRate}0% a year from`);
    expect((await approve(senior, request)).status).toBe(303);
    const terms = (await storedLoan(portal, loan._id)).terms.at(-1);
    expect(terms).toMatchObject({ annualRate: rate.annualRate, from: rate.on });
  });
});
