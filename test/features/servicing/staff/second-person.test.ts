import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { borrowerWithLoan, carryOut, check, expectSound, payFromOutside, storedLoan, why } from './loan-people.ts';

type Staff = Awaited<ReturnType<TestPortal['staff']>>;
let portal: TestPortal;
let officer: Staff;
let senior: Staff;
let finance: Staff;
beforeAll(async () => {
  portal = await openPortal();
  await portal.setDay('2026-03-17');
  officer = await portal.staff('officer');
  senior = await portal.staff('senior-officer');
  finance = await portal.staff('finance');
});
afterAll(() => portal.close());
afterEach(() => expectSound(portal));

const pathOf = (loanId: string, act: string) => `/staff/loans/${loanId}/${act}`;
const kindsOf = async (loanId: string) =>
  (await portal.services.servicing.transactions({ loanId }, { page: 1, size: 50 })).transactions.map(
    ({ kind }) => kind,
  );

/** Asks through the pages; gives the request's page. */
async function asked(staff: Staff, path: string, fields: Record<string, string>): Promise<string> {
  const answer = await carryOut(staff, path, fields);
  expect(answer.status, answer.text.slice(0, 2000)).toBe(303);
  expect(answer.headers.location).toMatch(/^\/approvals\//);
  return String(answer.headers.location);
}
const approve = (staff: Staff, request: string) => staff.post(`${request}/approve`, { version: '1', note: '' });

/** A loan with a fee of 40.00 that is owed. */
async function loanWithFee() {
  const found = await borrowerWithLoan(portal);
  const fields = { code: 'other', amount: '40.00', tax: '0', reason: why };
  expect((await carryOut(officer, pathOf(found.loan._id, 'charge'), fields)).status).toBe(303);
  return found;
}

const waiver = { part: 'fee', amount: '40.00', reason: why };

describe('what a second person decides', () => {
  it('lets a fee go only when somebody else approves, who sees what would change', async () => {
    const { loan } = await loanWithFee();
    const request = await asked(senior, pathOf(loan._id, 'waiver'), waiver);
    expect((await storedLoan(portal, loan._id)).arrears.fee).toBe(40_00n);
    const record = await officer.get(`/staff/loans/${loan._id}`);
    expect(record.text).toContain('Waiting for a second person');
    expect(record.text).toContain(request);
    // The maker may approve other people's requests and not their own.
    expect((await approve(senior, request)).status).toBe(409);
    expect((await storedLoan(portal, loan._id)).arrears.fee).toBe(40_00n);
    const page = await finance.get(request);
    expect(page.text).toContain('Let 40.00 USD of fee go');
    expect(page.text).toContain('Fees in arrears');
    expect((await approve(finance, request)).status).toBe(303);
    expect((await storedLoan(portal, loan._id)).arrears.fee).toBe(0n);
    // Pressed twice it is done once.
    await approve(finance, request);
    expect((await kindsOf(loan._id)).filter((kind) => kind === 'waiver')).toHaveLength(1);
    const tab = await officer.get(`/staff/loans/${loan._id}?tab=transactions`);
    expect(tab.text).toContain(why);
  });

  it('takes nothing from the form that approves but the decision', async () => {
    const { loan } = await loanWithFee();
    const request = await asked(officer, pathOf(loan._id, 'waiver'), { ...waiver, amount: '10.00' });
    const payload = JSON.stringify({ loanId: loan._id, act: { kind: 'waiver', part: 'fee', amount: '4000' } });
    const tampered = await finance.post(`${request}/approve`, { version: '1', note: '', payload });
    expect(tampered.status).toBe(422);
    expect((await storedLoan(portal, loan._id)).arrears.fee).toBe(40_00n);
    // The same form of the maker with another amount is not the same request.
    const { hidden } = await check(officer, pathOf(loan._id, 'waiver'), waiver);
    const again = { ...hidden, key: request.split('/').at(-1) ?? '', step: 'confirm' };
    const changed = await officer.post(pathOf(loan._id, 'waiver'), again);
    expect(changed.status).toBe(409);
    expect((await approve(finance, request)).status).toBe(303);
    expect((await storedLoan(portal, loan._id)).arrears.fee).toBe(30_00n);
  });

  it('keeps officers from deciding, and everybody from their own file', async () => {
    const { loan, partyId } = await loanWithFee();
    const request = await asked(officer, pathOf(loan._id, 'waiver'), waiver);
    const colleague = await portal.staff('officer');
    expect((await approve(colleague, request)).status).toBe(403);
    const own = await portal.staff('finance', partyId);
    expect((await approve(own, request)).status).toBe(409);
    const actor = {
      userId: own.userId,
      partyId,
      roles: ['finance'],
      branchId: 'head-office',
      displayName: 'Own',
    } as const;
    const order = {
      key: newId(),
      loanId: loan._id,
      actor,
      version: 2,
      reason: '',
      act: { kind: 'write-off' },
    } as const;
    await expect(portal.services.loanDesk.acts.submit(order)).rejects.toThrow('own loan');
    expect((await own.post(pathOf(loan._id, 'waiver'), { ...waiver, step: 'check' })).status).toBe(403);
    expect((await storedLoan(portal, loan._id)).arrears.fee).toBe(40_00n);
  });

  it('can be approved again after the loan moved at that very moment, and is done once', async () => {
    const { loan } = await loanWithFee();
    const request = await asked(officer, pathOf(loan._id, 'waiver'), waiver);
    const { ledger } = portal.services;
    const stands = { ...ledger };
    ledger.post = async (order) => {
      const loans = portal.database.db.collection<{ _id: string }>('loans');
      await loans.updateOne({ _id: loan._id }, { $inc: { version: 1 } });
      return stands.post(order);
    };
    const first = await approve(finance, request);
    Object.assign(ledger, stands);
    expect([first.status, first.text.includes('has changed')]).toEqual([409, true]);
    expect((await storedLoan(portal, loan._id)).arrears.fee).toBe(40_00n);
    const version = /name="version" value="(\d+)"/.exec((await finance.get(request)).text)?.[1] ?? '';
    const again = () => finance.post(`${request}/approve`, { version, note: '' });
    await Promise.all([again(), again()]);
    expect((await storedLoan(portal, loan._id)).arrears.fee).toBe(0n);
    expect((await kindsOf(loan._id)).filter((kind) => kind === 'waiver')).toHaveLength(1);
  });

  it('decides anew on the loan as it is when it is approved', async () => {
    const { loan } = await loanWithFee();
    const request = await asked(officer, pathOf(loan._id, 'waiver'), waiver);
    await payFromOutside(portal, loan, { amount: 2_000_00n });
    const page = await finance.get(request);
    expect(page.text).toContain('As things are now');
    const answer = await approve(finance, request);
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('Nothing of this kind is owed');
    expect(await kindsOf(loan._id)).not.toContain('waiver');
  });

  it('has one open request of a kind for a loan', async () => {
    const { loan } = await loanWithFee();
    await asked(officer, pathOf(loan._id, 'waiver'), waiver);
    const { hidden } = await check(senior, pathOf(loan._id, 'waiver'), waiver);
    const second = await senior.post(pathOf(loan._id, 'waiver'), { ...hidden, step: 'confirm' });
    expect(second.status).toBe(409);
    expect(second.text).toContain('already asked for');
  });

  it('reschedules and restructures, and another second person has it undone', async () => {
    const { loan } = await borrowerWithLoan(portal);
    const more = { fromDueOn: '2026-05-05', extraInstalments: '6', reason: why };
    await approve(finance, await asked(officer, pathOf(loan._id, 'reschedule'), more));
    expect((await storedLoan(portal, loan._id)).instalments).toHaveLength(18);
    const fields = {
      ...{ fromDueOn: '2026-06-05', annualRate: '7.2', extraInstalments: '2', interestGrace: '1', principalGrace: '1' },
      ...{ capitalise: 'yes', reason: why },
    };
    const request = await asked(officer, pathOf(loan._id, 'restructure'), fields);
    expect((await senior.get(request)).text).toContain('arrears added to the principal');
    expect((await approve(senior, request)).status).toBe(303);
    const after = await storedLoan(portal, loan._id);
    expect(after.instalments).toHaveLength(20);
    expect(after.terms.at(-1)).toMatchObject({ reason: 'restructure', annualRate: '7.2' });
    expect(after.arrears).toMatchObject({ daysPastDue: 0, principal: 0n });
    const last = (await portal.services.servicing.tell({ loanId: loan._id }))?.transactions.at(-1);
    const undo = await asked(senior, pathOf(loan._id, 'undo'), { transaction: last?._id ?? '', reason: why });
    expect((await storedLoan(portal, loan._id)).instalments).toHaveLength(20);
    expect((await approve(finance, undo)).status).toBe(303);
    expect((await storedLoan(portal, loan._id)).instalments).toHaveLength(18);
    const empty = { ...fields, annualRate: '', extraInstalments: '0', interestGrace: '0', principalGrace: '0' };
    const { capitalise: _none, ...nothing } = empty;
    const { page } = await check(officer, pathOf(loan._id, 'restructure'), nothing);
    expect([page.status, page.text.includes('Say what shall change')]).toEqual([422, true]);
  });

  it('writes a loan off, and finance records what comes in after it', async () => {
    const { loan } = await borrowerWithLoan(portal);
    const request = await asked(officer, pathOf(loan._id, 'write-off'), { reason: why });
    expect((await approve(senior, request)).status).toBe(303);
    expect((await storedLoan(portal, loan._id)).state).toBe('written-off');
    const recovery = pathOf(loan._id, 'recovery');
    const fields = { amount: '120.00', on: '2026-03-17', note: 'Sale of the car' };
    expect((await carryOut(finance, recovery, fields)).status).toBe(303);
    expect((await storedLoan(portal, loan._id)).booked.recoveryIncome).toBe(-120_00n);
    expect((await officer.get(recovery)).status).toBe(403);
    expect((await finance.get(`/staff/loans/${loan._id}?tab=ledger`)).text).toContain('say the same');
    expect((await check(finance, pathOf(newId(), 'recovery'), fields)).page.status).toBe(404);
  });
});
