import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { ok, refuse } from '#core/result.ts';
import type { Actor } from '#core/roles.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';

type Staff = Awaited<ReturnType<TestPortal['staff']>>;

let portal: TestPortal;
let officer: Staff;
let finance: Staff;
let compliance: Staff;
let refusal: string | undefined;
let times = 0;

beforeAll(async () => {
  portal = await openPortal();
  await portal.setDay('2026-03-02');
  [officer, finance, compliance] = await Promise.all([
    portal.staff('officer'),
    portal.staff('finance'),
    portal.staff('compliance'),
  ]);
  portal.services.approvals.handle('fee-waiver', {
    permission: 'rail:operate',
    describe: (payload) => [{ label: 'Fee', text: (payload as { fee: string }).fee, href: '/ledger' }],
    approve: () => {
      if (refusal !== undefined) return Promise.resolve(refuse({ message: refusal }));
      times += 1;
      return Promise.resolve(ok(undefined));
    },
  });
});
afterAll(() => portal.close());

async function asked(maker: Staff, title = 'Waive a late fee'): Promise<{ id: string; path: string }> {
  const id = newId();
  const actor: Actor = {
    userId: maker.userId,
    partyId: undefined,
    roles: ['officer'],
    branchId: 'head-office',
    displayName: 'Olga Officer',
  };
  const outcome = await portal.services.approvals.request({
    id,
    kind: 'fee-waiver',
    subject: { type: 'loan', id: newId() },
    href: '/ledger',
    title,
    payload: { fee: '<b>20.00</b>' },
    maker: actor,
    reason: '<script>alert(1)</script>',
  });
  if (!outcome.ok) throw new Error(outcome.refusal.message);
  return { id, path: `/approvals/${id}` };
}
const versionOn = (html: string) => /name="version" value="(\d+)"/.exec(html)?.[1] ?? '';

describe('the list', () => {
  it('shows a request to who may decide, to who asked and to nobody else', async () => {
    const { path } = await asked(officer, 'Waive one for the list');
    expect((await finance.get('/approvals')).text).toContain('Waive one for the list');
    expect((await officer.get('/approvals')).text).not.toContain('Waive one for the list');
    expect((await officer.get('/approvals?tab=mine')).text).toContain('Waive one for the list');
    // Compliance watches, and does not decide on this kind.
    expect((await compliance.get('/approvals')).text).toContain('Nothing waits for you');
    expect((await compliance.get(path)).status).toBe(200);
    const [analyst, other, borrower] = [
      await portal.staff('analyst'),
      await portal.staff('officer'),
      await portal.borrower(),
    ];
    expect((await analyst.get(path)).status).toBe(404);
    expect((await other.get(path)).status).toBe(404);
    expect((await other.post(`${path}/withdraw`, { version: '1' })).status).toBe(404);
    expect((await borrower.get('/approvals')).status).toBe(403);
    expect((await finance.get(`/approvals/${newId()}`)).status).toBe(404);
  });

  it('passes over filters that are none', async () => {
    for (const query of ['?tab=all', '?kind[$ne]=x', '?kind=%24ne', '?page=-1', '?page=99', '?tab=mine&kind=unknown'])
      expect((await finance.get(`/approvals${query}`)).status).toBe(200);
  });
});

describe('the page of a request', () => {
  it('says what would change, escaped, and approves with a second press changing nothing', async () => {
    const { path } = await asked(officer);
    const page = await finance.get(path);
    expect(page.text).toContain('&lt;b&gt;20.00&lt;/b&gt;');
    expect(page.text).not.toContain('<script>alert');
    const form = { version: versionOn(page.text), note: 'Fine' };
    const before = times;
    const answers = [await finance.post(`${path}/approve`, form), await finance.post(`${path}/approve`, form)];
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    expect(times - before).toBe(1);
    const after = await finance.get(path);
    expect(after.text).toContain('Approved');
    expect(after.text).toContain('You approved it');
    expect(after.text).not.toContain('Reject the request');
    const trail = await portal.platform.audit.list({ page: 1, size: 5 });
    expect(trail.entries.some(({ action, actor }) => action === 'approval-approved' && actor === finance.userId)).toBe(
      true,
    );
  });

  it('gives the maker no form to decide by, and refuses one that is sent all the same', async () => {
    const { path } = await asked(finance);
    const page = await finance.get(path);
    expect(page.text).toContain('somebody else approves it');
    expect(page.text).not.toContain('Approve and carry it out');
    const answer = await finance.post(`${path}/approve`, { version: '1', note: '' });
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('You asked for this yourself');
    expect((await finance.post(`${path}/withdraw`, { version: '1' })).status).toBe(303);
    expect((await finance.get(path)).text).toContain('Withdrawn');
  });

  it('rejects with a reason only, and tells it to who asked', async () => {
    const { path } = await asked(officer);
    const bare = await finance.post(`${path}/reject`, { version: '1', reason: '  ' });
    expect(bare.status).toBe(422);
    expect(bare.text).toContain('Enter why you reject it');
    const rejected = await finance.post(`${path}/reject`, { version: '1', reason: 'Not our mistake' });
    expect(rejected.status).toBe(303);
    expect((await officer.get(path)).text).toContain('Not our mistake');
    expect((await finance.post(`${path}/approve`, { version: '2', note: '' })).status).toBe(409);
  });

  it('shows what the handler said, and keeps the request open', async () => {
    const { path } = await asked(officer);
    refusal = 'The fee was paid this morning. Nothing was waived.';
    const answer = await finance.post(`${path}/approve`, { version: '1', note: 'my note' });
    refusal = undefined;
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('The fee was paid this morning. Nothing was waived.');
    expect(answer.text).toContain('my note');
    const again = await finance.post(`${path}/approve`, { version: versionOn(answer.text), note: 'my note' });
    expect(again.status).toBe(303);
  });

  it('answers 403 to a role that may not decide on this kind, and 409 to a page that is old', async () => {
    const { path } = await asked(officer);
    expect((await compliance.post(`${path}/approve`, { version: '1', note: '' })).status).toBe(403);
    expect((await officer.post(`${path}/approve`, { version: '1', note: '' })).status).toBe(403);
    const stale = await finance.post(`${path}/approve`, { version: '7', note: '' });
    expect(stale.status).toBe(409);
    for (const version of ['', '-1', '1e3', 'x'])
      expect((await finance.post(`${path}/approve`, { version, note: '' })).status).toBe(422);
    expect((await finance.postRaw(`${path}/approve`, 'version[$gt]=0&note=x')).status).toBe(422);
    expect((await finance.post(`${path}/reject`, { version: '1', reason: 'x'.repeat(501) })).status).toBe(422);
    expect((await portal.services.approvals.find(path.split('/')[2] ?? ''))?.state).toBe('pending');
  });
});
