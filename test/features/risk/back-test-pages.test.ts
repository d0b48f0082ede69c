import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { factNames, type PolicyContent, type PolicyFacts } from '#features/risk/policy/policy.ts';
import { newBorrower, openPortal, type TestPortal } from '#test/portal.ts';
import { nobody } from './applicants.ts';

let portal: TestPortal;
let files: string[];

const today = '2026-03-17';
/** Debts of the made-up applicants: at the founding policy 40 and 60 are the limits. */
const debts = Array.from({ length: 36 }, (_, at) => at * 2);

async function aRecord(debt: number, partyId: string, at: number): Promise<string> {
  const { records, judge } = portal.services.risk;
  const applicationId = newId();
  const nothing = Object.fromEntries(factNames.map((name) => [name, 'none'])) as PolicyFacts;
  const stage = 'application' as const;
  const evidence = Object.fromEntries(
    Object.entries(nobody).map(([name, value]) => [name, { value, source: 'a test', asOf: null }]),
  );
  const facts = { ...nothing, debtToIncome: { known: String(debt) } };
  const judgement = await judge({ stage, evidence, facts, subject: { product: 'PERSONAL', security: 'none' } });
  await records.keep({
    ...{ applicationId, partyId, moment: 'decided', on: '2026-03-10', amount: 10_000_00n, months: 36, sequence: 1 },
    ...{ decision: debt > 60 ? ('declined' as const) : ('approved' as const), loanId: null, evidence, judgement },
    quoted: null,
  });
  const place = { collection: 'applications', document: applicationId, field: 'personal' };
  const answers = JSON.stringify({ birthDate: at % 2 === 0 ? '2000-01-01' : '1980-01-01' });
  const sealed = await portal.platform.vault.seal(partyId, place, answers);
  const at1 = new Date('2026-03-09T12:00:00Z');
  await portal.database.db.collection<{ _id: string } & Record<string, unknown>>('applications').insertOne({
    ...{ _id: applicationId, partyId, reference: `TEST-${String(at).padStart(4, '0')}` },
    ...{ createdAt: at1, submittedAt: at1, sections: { personal: { sealed, savedAt: at1, form: 1 } } },
  });
  return applicationId;
}

const stricter = (content: PolicyContent): PolicyContent => ({
  ...content,
  rules: content.rules.map((rule) => (rule.code === 'debt-to-income' ? { ...rule, refer: '30', decline: '50' } : rule)),
});

beforeAll(async () => {
  portal = await openPortal();
  await portal.setDay(today);
  files = [];
  for (const [at, debt] of debts.entries()) {
    const { partyId } = await newBorrower(portal);
    files.push(await aRecord(debt, partyId, at));
  }
  const { policies } = portal.services.risk;
  const base = await policies.base();
  const actor = {
    ...{ userId: newId(), partyId: undefined, roles: ['analyst'] as const, branchId: 'head-office' },
    displayName: 'analyst',
  };
  await policies.save({
    base,
    content: stricter(base.content),
    part: 'rule debt-to-income',
    version: base.version,
    actor,
  });
});
afterAll(() => portal.close());

const form = (change: Record<string, string> = {}) => ({
  ...{ key: newId(), policy: 'draft', model: 'recorded', from: '2026-03-01', to: today },
  ...change,
});

async function finished(fields = form()): Promise<string> {
  const staff = await portal.staff('senior-officer');
  const answer = await staff.post('/risk/back-tests', fields);
  expect(answer.status).toBe(303);
  await portal.services.risk.backTests.follow();
  return String(answer.headers.location);
}

describe('back-tests in the portal', () => {
  it('are for those who may test models', async () => {
    for (const role of ['officer', 'finance', 'administrator'] as const) {
      const staff = await portal.staff(role);
      expect((await staff.get('/risk/back-tests')).status).toBe(403);
      expect((await staff.post('/risk/back-tests', form())).status).toBe(403);
    }
    expect((await (await portal.borrower()).get('/risk/back-tests')).status).toBe(403);
    expect((await portal.visitor().get('/risk/back-tests')).status).toBe(303);
    for (const role of ['senior-officer', 'analyst', 'compliance'] as const)
      expect((await (await portal.staff(role)).get('/risk/back-tests')).status).toBe(200);
  });

  it('run from the form to the result, which says what was assumed', async () => {
    const staff = await portal.staff('senior-officer');
    const page = await staff.get('/risk/back-tests?policy=draft');
    expect(page.text).toContain('No back-test yet');
    expect(page.text).toContain('The draft');
    const answer = await staff.post('/risk/back-tests', form());
    const path = String(answer.headers.location);
    const waiting = await staff.get(path);
    expect(waiting.headers.refresh).toBe('3');
    expect(waiting.text).toContain('Cancel the back-test');
    expect(waiting.text).not.toContain('Then and now');
    await portal.services.risk.backTests.follow();
    const result = await staff.get(path);
    expect(result.headers.refresh).toBeUndefined();
    // 0 to 40 approved, 42 to 60 referred; then 0 to 30 and 32 to 50.
    expect(result.text.replace(/\s+/g, ' ')).toMatch(/Approve<\/th><td class="num">21<span class="sub">58\.3%/);
    expect(result.text).toContain('Approve → refer: 5');
    expect(result.text).toContain('Refer → decline: 5');
    expect(result.text).toContain('loss given default of 45%');
    expect(result.text).toContain('predicts approval and not default');
    expect(result.text).toContain('debt-to-income');
    expect(result.text).toContain('too few');
    expect(result.text).toContain('under 30');
    expect(result.text).toContain('Beside what people decided');
    expect(result.text).toContain(`href="/officer/applications/${files[16] ?? ''}"`);
  });

  it('list one kind of flip, name rules and link files only to those who may open them', async () => {
    const path = await finished();
    const analyst = await portal.staff('analyst');
    const chosen = await analyst.get(`${path}?change=refer-decline`);
    expect(chosen.text.match(/TEST-\d{4}/g)).toHaveLength(5);
    expect(chosen.text).not.toContain('/officer/applications/');
    expect((await analyst.get(`${path}?change=nonsense`)).text.match(/TEST-\d{4}/g)).toHaveLength(10);
    expect((await analyst.get(`${path}?change[$ne]=x&page=99999`)).status).toBe(200);
  });

  it('give the flips as CSV, and say in the audit trail who took them', async () => {
    const path = await finished();
    const compliance = await portal.staff('compliance');
    const file = await compliance.download(`${path}/flips.csv`);
    const lines = String(file.body).trim().split('\r\n');
    expect(lines[0]).toContain('application,decided_on,policy_then,policy_now');
    expect(lines).toHaveLength(11);
    expect(lines[1]).toMatch(
      /^TEST-\d{4},2026-03-10,(approve,refer,,|refer,decline,debt-to-income,)debt-to-income,0\.\d{6},/,
    );
    const { entries } = await portal.platform.audit.list({
      page: 1,
      size: 20,
      subjectId: path.split('/').at(-1) ?? '',
    });
    expect(entries.map(({ action }) => action).toSorted()).toEqual(['back-test-exported', 'back-test-started']);
  });

  it('say at the field what is wrong, keep what was typed, and start nothing', async () => {
    const staff = await portal.staff('analyst');
    const before = await portal.services.risk.backTests.list({ page: 1, size: 1 });
    const wrong: [Record<string, string>, number, string][] = [
      [{ from: '2026-03-10', to: '2026-03-09' }, 422, 'Choose a first day that is not after the last one'],
      [{ to: '2026-03-18' }, 422, 'Choose a last day up to today'],
      [{ from: 'yesterday' }, 422, 'Enter the first day as year-month-day'],
      [{ policy: 'live' }, 422, 'Choose a policy from the list'],
      [{ policy: '0' }, 422, 'Choose a policy from the list'],
      [{ policy: '77' }, 409, 'This policy is not there any more'],
      [{ model: 'better' }, 422, 'Choose whose scores are used'],
      [{ model: 'challenger' }, 409, 'No challenger is at work'],
      [{ key: 'mine' }, 422, 'Open the page again'],
      [{ limit: '1' }, 422, 'a field that we do not know'],
    ];
    for (const [change, status, sentence] of wrong) {
      const answer = await staff.post('/risk/back-tests', form(change));
      expect([answer.status, answer.text.includes(sentence)], sentence).toEqual([status, true]);
    }
    const kept = await staff.post('/risk/back-tests', form({ from: '2026-03-10', to: '2026-03-09' }));
    expect(kept.text).toContain('value="2026-03-10"');
    expect((await staff.postRaw('/risk/back-tests', 'policy[$gt]=&model=recorded')).status).toBe(422);
    expect((await staff.post('/risk/back-tests', form(), { csrf: false })).status).toBe(403);
    expect((await portal.services.risk.backTests.list({ page: 1, size: 1 })).total).toBe(before.total);
  });

  it('are cancelled once, and are not there under another name', async () => {
    const staff = await portal.staff('analyst');
    const path = String((await staff.post('/risk/back-tests', form())).headers.location);
    expect((await staff.get(`${path}/flips.csv`)).status).toBe(404);
    expect((await staff.post(`${path}/cancel`)).headers.location).toBe(path);
    expect((await staff.get(path)).text).toContain('This back-test was cancelled');
    await staff.post(`${path}/cancel`);
    expect((await staff.get(path)).text).toContain('had ended already');
    for (const id of [newId(), 'x', '%00']) {
      expect((await staff.get(`/risk/back-tests/${id}`)).status).toBe(404);
      expect((await staff.post(`/risk/back-tests/${id}/cancel`)).status).toBe(404);
    }
  });

  it('score again by the model at work, and find the same where it is the same', async () => {
    const path = await finished(form({ policy: '1', model: 'shipped' }));
    const result = await (await portal.staff('analyst')).get(path);
    expect(result.text).toContain('No decision would flip');
    expect(result.text).not.toContain('could not be scored');
  });

  it('are found by the content of the policy that was tested', async () => {
    const { policies, backTests } = portal.services.risk;
    await finished();
    const draft = await policies.draft();
    const live = await policies.live();
    const found = draft && (await backTests.latestFor({ content: draft.content }));
    expect(found).toMatchObject({ judged: debts.length, flips: 10, from: '2026-03-01', to: today });
    expect(await backTests.latestFor({ content: stricter(stricter(live.content)) })).toEqual(found);
    const untested = { ...live.content, limits: { ...live.content.limits, productShare: '74' } };
    expect(await backTests.latestFor({ content: untested })).toBeUndefined();
  });

  it('are named to the second person, who publishes the policy', async () => {
    const { policies } = portal.services.risk;
    await finished();
    const draft = await policies.draft();
    const actor = {
      ...{ userId: newId(), partyId: undefined, roles: ['analyst'] as const, branchId: 'head-office' },
      displayName: 'analyst',
    };
    const order = { version: draft?.version ?? 0, actor, id: newId(), reason: 'Debts are rising' };
    const asked = await policies.askForPublication(order);
    if (!asked.ok) throw new Error(asked.refusal.message);
    const page = await (await portal.staff('compliance')).get(`/approvals/${asked.value.id}`);
    expect(page.text).toContain('10 of 36 past decisions would flip, 1 March 2026 to 17 March 2026');
    expect(page.text).toContain('href="/risk/back-tests/');
  });

  it('keep no birth date and no party', async () => {
    const kept = await portal.database.db.collection('backTests').find().toArray();
    const flips = await portal.database.db.collection('backTestFlips').find().toArray();
    const text = JSON.stringify([kept, flips], (_name, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    expect(text).not.toContain('2000-01-01');
    expect(text).not.toContain('partyId');
    expect(text).not.toContain('birth');
  });
});
