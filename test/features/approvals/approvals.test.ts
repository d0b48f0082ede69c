import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Fault } from '#core/errors.ts';
import { newId } from '#core/ids.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import type { Actor } from '#core/roles.ts';
import { approvalModel } from '#features/approvals/approval.model.ts';
import { createApprovals, type Approvals, type ApprovalRequest } from '#features/approvals/index.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';

let portal: TestPortal;
let approvals: Approvals;
/** What the handler did: one entry a key, as a ledger would keep it. */
const done = new Map<string, string>();
let calls: { key: string; checker: string }[] = [];
let behave: (request: ApprovalRequest) => Promise<Result<void, { message: string }>>;

const doOnce = (request: ApprovalRequest): Promise<Result<void, { message: string }>> => {
  done.set(request.key, request.id);
  return Promise.resolve(ok(undefined));
};

beforeAll(async () => {
  portal = await openPortal();
  approvals = portal.services.approvals;
  approvals.handle('test-waiver', {
    permission: 'ledger:view',
    describe: (payload) => [{ label: 'Payload', text: JSON.stringify(payload) }],
    approve: async (request, checker) => {
      calls.push({ key: request.key, checker: checker.userId });
      return behave(request);
    },
  });
  approvals.handle('test-import', {
    permission: 'transaction:import',
    describe: () => [],
    approve: () => Promise.resolve(ok(undefined)),
    expiresAfterDays: 2,
  });
  await portal.setDay('2026-03-02');
});
afterAll(() => portal.close());
beforeEach(() => {
  calls = [];
  behave = doOnce;
});

const person = (userId: string, role: Actor['roles'][number], partyId?: string): Actor => ({
  userId,
  partyId,
  roles: [role],
  branchId: 'head-office',
  displayName: `${role} ${userId}`,
});
const maker = person('maker', 'officer');
const finance = person('finance-1', 'finance');
const compliance = person('compliance-1', 'compliance');

function order(change: Partial<Parameters<Approvals['request']>[0]> = {}) {
  return {
    id: newId(),
    kind: 'test-waiver',
    subject: { type: 'loan', id: newId() },
    href: '/loans/1',
    title: 'Waive a fee of 20.00',
    payload: { fee: '20.00', rows: [1, 2], 'odd.key': { $gt: null } },
    maker,
    reason: 'The customer was right',
    ...change,
  };
}
async function asked(change: Partial<Parameters<Approvals['request']>[0]> = {}): Promise<ApprovalRequest> {
  const outcome = await approvals.request(order(change));
  if (!outcome.ok) throw new Error(outcome.refusal.message);
  return outcome.value;
}
const found = async (id: string) => {
  const request = await approvals.find(id);
  if (!request) throw new Error('The request is gone');
  return request;
};
const actionsOf = async (id: string) =>
  (await portal.platform.audit.list({ page: 1, size: 50, subjectId: id })).entries.map(({ action }) => action).sort();

describe('asking', () => {
  it('asks once for an id, keeps the payload as it was, and refuses the id with something else in it', async () => {
    const first = order();
    const [one, two] = await Promise.all([approvals.request(first), approvals.request(first)]);
    expect(one.ok && one.value.payload).toEqual(first.payload);
    expect(two).toMatchObject({ ok: true, value: { id: first.id } });
    const other = await approvals.request({ ...first, payload: { fee: '2000.00' } });
    expect(other).toMatchObject({ ok: false, refusal: { code: 'changed-meanwhile' } });
    expect((await found(first.id)).payload).toEqual(first.payload);
    expect(await actionsOf(first.id)).toEqual(['approval-asked']);
  });

  it('has at most one open request of a kind for a subject, whoever asks at once', async () => {
    const subject = { type: 'loan', id: newId() };
    const outcomes = await Promise.all(
      ['a', 'b', 'c'].map((who) => approvals.request(order({ subject, maker: person(who, 'officer') }))),
    );
    expect(outcomes.filter((one) => one.ok)).toHaveLength(1);
    for (const one of outcomes) if (!one.ok) expect(one.refusal.code).toBe('already-asked');
    expect(await approvals.pendingOf(subject)).toHaveLength(1);
    // Another kind is another matter.
    expect((await approvals.request(order({ subject, kind: 'test-import' }))).ok).toBe(true);
  });

  it('seals what staff write about a customer, and keeps other text as it is', async () => {
    const { partyId } = await portal.borrower();
    const about = await asked({ partyId, reason: 'She lost her job in Spring Street' });
    const kept = JSON.stringify(await portal.database.db.collection('approvals').findOne({ _id: about.id as never }));
    expect(kept).not.toContain('Spring');
    expect((await found(about.id)).reason).toBe('She lost her job in Spring Street');
    const plain = await asked();
    expect((await found(plain.id)).reason).toBe('The customer was right');
  });

  it('takes no kind that nobody handles', async () => {
    await expect(approvals.request(order({ kind: 'nobody' }))).rejects.toThrow('handler');
    expect(() => {
      approvals.handle('test-officers', { ...handlerNeeding('application:review') });
    }).toThrow('approval:decide');
  });
});

const handlerNeeding = (permission: 'application:review') => ({
  permission,
  describe: () => [],
  approve: () => Promise.resolve(ok(undefined)),
});

describe('deciding', () => {
  it('approves by a second person, once, in their name', async () => {
    const request = await asked();
    const outcome = await approvals.approve({ ...request, checker: finance, note: 'As the policy says' });
    expect(outcome).toEqual(ok('approved'));
    const after = await found(request.id);
    expect(after).toMatchObject({
      state: 'approved',
      decision: { by: { userId: 'finance-1' }, note: 'As the policy says' },
    });
    expect(calls).toEqual([{ key: request.key, checker: 'finance-1' }]);
    expect(request.key).not.toBe(request.id);
    expect(await actionsOf(request.id)).toEqual(['approval-approved', 'approval-asked']);
    // The same press again, and a late other one.
    expect(await approvals.approve({ ...request, checker: finance })).toEqual(ok('approved'));
    expect(await approvals.reject({ ...after, checker: compliance, reason: 'No' })).toMatchObject({
      refusal: { code: 'decided', state: 'approved' },
    });
    expect(calls).toHaveLength(1);
  });

  it('is never the maker’s, nor anybody’s on their own file or without the kind’s permission', async () => {
    const own = await asked({ maker: finance });
    const { partyId } = await portal.borrower();
    const file = await asked({ partyId });
    const try2 = (request: ApprovalRequest, checker: Actor) => approvals.approve({ ...request, checker });
    expect(await try2(own, finance)).toMatchObject({ refusal: { code: 'own-request' } });
    expect(await approvals.reject({ ...own, checker: finance, reason: 'x' })).toMatchObject({
      refusal: { code: 'own-request' },
    });
    expect(await try2(file, person('f2', 'finance', partyId))).toMatchObject({ refusal: { code: 'own-file' } });
    expect(await try2(own, person('o2', 'senior-officer'))).toMatchObject({ refusal: { code: 'not-allowed' } });
    expect(calls).toEqual([]);
    expect((await found(own.id)).state).toBe('pending');
    const waiting = async (actor: Actor) =>
      (await approvals.pendingFor(actor, { page: 1, size: 100 })).requests.map(({ id }) => id);
    expect(await waiting(finance)).not.toContain(own.id);
    expect(await waiting(compliance)).toContain(own.id);
    expect(await waiting(person('f2', 'finance', partyId))).not.toContain(file.id);
    expect(await waiting(person('o2', 'senior-officer'))).toEqual([]);
  });

  it('stays open with the sentence where the handler refuses, and can be approved later', async () => {
    const request = await asked();
    behave = () => Promise.resolve(refuse({ message: 'The fee was paid. Nothing was waived.' }));
    const outcome = await approvals.approve({ ...request, checker: finance });
    expect(outcome).toMatchObject({
      refusal: { code: 'not-possible', message: 'The fee was paid. Nothing was waived.' },
    });
    const open = await found(request.id);
    expect(open).toMatchObject({
      state: 'pending',
      attempt: undefined,
      refusal: { message: 'The fee was paid. Nothing was waived.' },
    });
    expect(await approvals.approve({ ...request, checker: finance })).toMatchObject({ refusal: { code: 'moved' } });
    behave = doOnce;
    expect(await approvals.approve({ ...open, checker: compliance })).toEqual(ok('approved'));
    expect((await found(request.id)).decision?.by?.userId).toBe('compliance-1');
  });

  it('takes a conflict of the handler for a refusal: nothing was done', async () => {
    const request = await asked();
    behave = () => Promise.reject(new Fault('conflict', 'The loan has changed'));
    expect(await approvals.approve({ ...request, checker: finance })).toMatchObject({
      refusal: { code: 'not-possible' },
    });
    expect((await found(request.id)).attempt).toBeUndefined();
  });

  it('ends right where the process died after the handler: only approving goes on, under the same key and name', async () => {
    const request = await asked();
    behave = async (given) => {
      await doOnce(given);
      throw new Fault('unavailable', 'killed here');
    };
    await expect(approvals.approve({ ...request, checker: finance, note: 'Yes' })).rejects.toThrow('killed here');
    const begun = await found(request.id);
    expect(begun).toMatchObject({ state: 'pending', attempt: { by: { userId: 'finance-1' } } });
    expect(await approvals.reject({ ...begun, checker: compliance, reason: 'No' })).toMatchObject({
      refusal: { code: 'being-approved' },
    });
    expect(await approvals.withdraw({ ...begun, maker })).toMatchObject({ refusal: { code: 'being-approved' } });
    behave = doOnce;
    expect(await approvals.approve({ ...begun, checker: compliance })).toEqual(ok('approved'));
    expect(new Set(calls.map(({ key }) => key)).size).toBe(1);
    expect(calls.map(({ checker }) => checker)).toEqual(['finance-1', 'finance-1']);
    expect((await found(request.id)).decision).toMatchObject({ by: { userId: 'finance-1' }, note: 'Yes' });
  });

  it('is finished by the background where nobody comes back', async () => {
    const request = await asked();
    behave = () => Promise.reject(new Error('killed here'));
    await expect(approvals.approve({ ...request, checker: finance })).rejects.toThrow();
    behave = doOnce;
    await approvals.tidy();
    expect((await found(request.id)).state).toBe('pending');
    portal.clock.advance({ minutes: 3 });
    await Promise.all([approvals.tidy(), approvals.tidy()]);
    expect((await found(request.id)).state).toBe('approved');
  });

  it('gives one outcome to many who decide at once', async () => {
    const request = await asked();
    const checkers = Array.from({ length: 6 }, (_, n) => person(`checker-${n}`, 'finance'));
    const outcomes = await Promise.all(
      checkers.map((checker, n) =>
        n % 2 === 0
          ? approvals.approve({ ...request, checker })
          : approvals.reject({ ...request, checker, reason: 'No' }),
      ),
    );
    expect(outcomes.filter((one) => one.ok)).toHaveLength(1);
    const { state } = await found(request.id);
    expect(calls).toHaveLength(state === 'approved' ? 1 : 0);
    expect(done.has(request.key)).toBe(state === 'approved');
  });

  it('withdraws for whoever asked and for nobody else', async () => {
    const request = await asked();
    await expect(approvals.withdraw({ ...request, maker: finance })).rejects.toMatchObject({ kind: 'not-found' });
    expect(await approvals.withdraw({ ...request, maker })).toEqual(ok('withdrawn'));
    expect((await approvals.request(order({ subject: request.subject }))).ok).toBe(true);
  });
});

describe('time', () => {
  it('expires what nobody decided, by the business date, and makes room for a new request', async () => {
    await portal.setDay('2026-04-01');
    const usual = await asked();
    const short = await asked({ kind: 'test-import' });
    expect([usual.expiresOn, short.expiresOn]).toEqual(['2026-04-15', '2026-04-03']);
    await portal.setDay('2026-04-15');
    expect(await approvals.approve({ ...short, checker: finance })).toMatchObject({
      refusal: { code: 'decided', state: 'expired' },
    });
    const again = await approvals.request(order({ kind: 'test-import', subject: short.subject }));
    expect(again.ok).toBe(true);
    expect((await found(short.id)).state).toBe('expired');
    await approvals.tidy();
    expect((await found(usual.id)).state).toBe('pending');
    await portal.setDay('2026-04-16');
    await approvals.tidy();
    expect(await found(usual.id)).toMatchObject({ state: 'expired', decision: { by: null } });
    expect(await actionsOf(usual.id)).toEqual(['approval-asked', 'approval-expired']);
  });

  it('can be told another number of days', async () => {
    const other = createApprovals(portal.platform, { expiresAfterDays: 3 });
    other.handle('test-waiver', {
      permission: 'ledger:view',
      describe: () => [],
      approve: () => Promise.resolve(ok(undefined)),
    });
    await portal.setDay('2026-05-01');
    const outcome = await other.request(order());
    expect(outcome).toMatchObject({ ok: true, value: { expiresOn: '2026-05-04' } });
  });
});

describe('lists', () => {
  it('use an index each and count no more than they must', async () => {
    const records = approvalModel(portal.database.connection);
    const kinds = { $in: ['test-waiver', 'test-import'] };
    const stages = async (filter: object, sort: Record<string, 1 | -1>) => {
      const plan = await portal.database.db.collection('approvals').find(filter).sort(sort).explain('queryPlanner');
      return JSON.stringify((plan as { queryPlanner: { winningPlan: unknown } }).queryPlanner.winningPlan);
    };
    const all = [
      await stages({ state: 'pending', kind: kinds, 'maker.userId': { $ne: 'x' } }, { at: 1, _id: 1 }),
      await stages({ kind: kinds, decidedAt: { $gt: new Date(0) } }, { decidedAt: -1, _id: -1 }),
      await stages({ 'maker.userId': 'maker' }, { at: -1, _id: -1 }),
      await stages({ 'subject.id': 'x', 'subject.type': 'loan', state: 'pending' }, { at: 1 }),
      await stages({ state: 'pending', expiresOn: { $lt: '2026-01-01' }, attempt: null }, { expiresOn: 1 }),
      await stages({ state: 'pending', 'attempt.at': { $lt: new Date() } }, { 'attempt.at': 1 }),
    ];
    for (const plan of all) {
      expect(plan).toContain('IXSCAN');
      expect(plan).not.toContain('"stage":"SORT"');
    }
    expect(await records.countDocuments()).toBeGreaterThan(5);
  });

  it('show what was decided to who may decide or watch, by kind', async () => {
    const size = 100;
    const recent = await approvals.recent(finance, { page: 1, size, kind: 'test-import' });
    expect(recent.requests.every(({ kind }) => kind === 'test-import')).toBe(true);
    expect(recent.total).toBeGreaterThan(0);
    expect((await approvals.recent(maker, { page: 1, size })).total).toBe(0);
    expect((await approvals.mine(maker, { page: 1, size })).total).toBeGreaterThan(5);
  });
});
