import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { whereStored } from '#test/dump.ts';
import { pdfText } from '#test/pdf-text.ts';
import { createBureau } from '#features/loans/bureau/bureau.service.ts';
import { adverseModel } from '#features/loans/underwriting/adverse/adverse-action.model.ts';
import { bureauModel } from '#features/loans/bureau/bureau-report.model.ts';
import type { CreditBureau } from '#features/loans/bureau/credit-report.ts';
import { createSandboxBureau } from '#features/loans/bureau/sandbox-bureau.ts';
import { sendPapers } from '#test/papers.ts';
import { answer, newDraft, personal, unsecured } from './application-builders.ts';
import { audited, stored, submitted } from './underwriting-builders.ts';

const logLines: string[] = [];
let portal: TestPortal;
let officer: Awaited<ReturnType<TestPortal['staff']>>;
beforeAll(async () => {
  portal = await openPortal({ logLines });
  officer = await portal.staff('officer');
});
afterAll(() => portal.close());

const pathOf = (id: string) => `/officer/applications/${id}`;
const reportsOf = (applicationId: string) =>
  portal.database.db.collection('bureauReports').find({ applicationId }).toArray();

describe('The sandbox bureau', () => {
  it('says the same of the same tax id, whatever its spelling, and plausible things of everybody', async () => {
    const sandbox = createSandboxBureau({ currency: 'USD', today: () => portal.platform.bankDay.today() });
    const ask = (taxId: string) => sandbox.report({ key: 'one', taxId });
    expect(await ask('918-27-3645')).toEqual(await ask('918273645'));
    for (let n = 1; n < 300; n += 1) {
      const { score, accounts, isSandbox, on } = await ask(`9182736${n}1`);
      expect(isSandbox).toBe(true);
      if (score !== null) expect(score >= 300 && score <= 850).toBe(true);
      for (const account of accounts) {
        expect(account.balance <= account.limit && account.monthly >= 0n).toBe(true);
        expect(account.openedOn < on && account.history.length <= 24).toBe(true);
      }
    }
    await expect(ask('12340000')).rejects.toThrow('out of reach');
  });
});

describe('A credit report on a file', () => {
  it('is asked for once when a file is opened, stays sealed, and is asked for again with a trace', async () => {
    const { application } = await submitted(portal);
    const path = pathOf(application._id);
    await Promise.all([officer.get(path), officer.get(path)]);
    const page = await officer.get(path);
    expect(page.text).toContain('Sandbox Credit Bureau');
    const [first, ...others] = await reportsOf(application._id);
    expect(others).toEqual([]);
    expect(first).toMatchObject({ partyId: application.partyId, version: 1 });
    const again = await officer.post(`${path}/bureau`, { partyId: application.partyId });
    expect(again.status).toBe(303);
    expect((await reportsOf(application._id))[0]).toMatchObject({ version: 2 });
    expect((await audited(portal, application._id)).slice(-2)).toEqual(['bureau-asked', 'bureau-asked-again']);
    expect((await officer.post(`${path}/bureau`, { partyId: officer.userId })).status).toBe(404);
  });

  it('is not there when the bureau does not answer, and the officer is told to try again', async () => {
    const draft = await newDraft(portal);
    const inputs = unsecured.map((input) =>
      input.section === 'personal' ? { section: input.section, answers: { ...personal, taxId: '918-27-0000' } } : input,
    );
    const answered = await answer(portal, draft, inputs);
    await sendPapers(portal, answered);
    await portal.services.applications.submit({
      ...{ ...draft.who, applicationId: answered._id, version: answered.version },
      declared: { truthful: true, creditBureau: true },
    });
    const page = await officer.get(pathOf(answered._id));
    expect(page.status).toBe(200);
    expect(page.text).toContain('The bureau could not be asked');
    const refused = await officer.post(`${pathOf(answered._id)}/bureau`, { partyId: draft.partyId });
    expect(refused.status).toBe(409);
    expect(await reportsOf(answered._id)).toEqual([]);
  });

  it('is given up where the bureau is slow, and never asked without consent', async () => {
    const { application } = await submitted(portal);
    const asked: string[] = [];
    const slow: CreditBureau = {
      name: 'Slow',
      report: ({ key }) => {
        asked.push(key);
        return new Promise(() => undefined);
      },
    };
    const bureau = createBureau(portal.platform, { bureau: slow, waitMs: 20 });
    const subject = {
      ...{ applicationId: application._id, partyId: application.partyId, taxId: '918273645' },
      ...{ name: 'N', birthDate: '1990-01-01', consented: true },
    };
    expect(await bureau.report({ actor: 'a', subject })).toEqual({ ok: false, refusal: { code: 'unavailable' } });
    const without = await bureau.report({ actor: 'a', subject: { ...subject, consented: false } });
    expect(without).toEqual({ ok: false, refusal: { code: 'no-consent' } });
    expect(asked).toHaveLength(1);
  });

  it('is found by an index, as are notices of declines', async () => {
    const { connection } = portal.database;
    const filter = { applicationId: 'a', partyId: 'p' };
    for (const query of [
      bureauModel(connection).find(filter),
      adverseModel(connection).find(filter).sort({ at: -1, _id: -1 }),
    ])
      expect(inspect(await query.explain('queryPlanner'), { depth: 20 })).not.toContain('COLLSCAN');
  });
});

/** A tax id of which the sandbox has a low score. */
async function troubledTaxId(): Promise<string> {
  const sandbox = createSandboxBureau({ currency: 'USD', today: () => portal.platform.bankDay.today() });
  for (let n = 100; n < 400; n += 1) {
    const taxId = `918-27-1${n}`;
    const { score } = await sandbox.report({ key: 'look', taxId });
    if (score !== null && score < 620) return taxId;
  }
  throw new Error('The sandbox has nobody in trouble');
}

describe('A decline as the borrower reads it', () => {
  async function declinedBorrower() {
    const borrower = await portal.borrower();
    const who = { actor: borrower.userId, partyId: borrower.partyId };
    const started = await portal.services.applications.start({
      ...who,
      branchId: 'head-office',
      productCode: 'personal',
    });
    if (!started.ok) throw new Error('The draft was not started');
    const taxId = await troubledTaxId();
    const inputs = unsecured.map((input) =>
      input.section === 'personal' ? { section: input.section, answers: { ...personal, taxId } } : input,
    );
    const answered = await answer(portal, { who, application: started.value }, inputs);
    await sendPapers(portal, answered);
    await portal.services.applications.submit({
      ...{ ...who, applicationId: answered._id, version: answered.version },
      declared: { truthful: true, creditBureau: true },
    });
    const path = pathOf(answered._id);
    await officer.get(path);
    const { version } = await stored(portal, answered._id);
    const sent = await officer.post(`${path}/reject`, {
      ...{ version: String(version), reason: 'debt-too-high', reason2: 'credit-score-too-low' },
      rejectionNote: 'Kept canary rejection note',
    });
    expect(sent.status).toBe(303);
    return { ...borrower, id: answered._id, own: `/loans/apply/${answered._id}` };
  }

  it('has the true reasons, the bureau that did not decide, and how to contest, on page and paper', async () => {
    const borrower = await declinedBorrower();
    const page = await borrower.get(`${borrower.own}/decision`);
    expect(page.status).toBe(200);
    for (const text of [
      'take too much of your income',
      'below what we lend at',
      'Sandbox Credit Bureau',
      'did not decide',
      'ask another person',
    ])
      expect(page.text).toContain(text);
    const paper = pdfText((await borrower.download(`${borrower.own}/decision.pdf`)).body as Buffer);
    expect(paper.lines.join(' ')).toContain('did not decide');
    const stranger = await portal.borrower();
    for (const path of ['decision', 'decision.pdf', 'contest'])
      expect((await stranger.get(`${borrower.own}/${path}`)).status).toBe(404);
    expect((await officer.get(`${borrower.own}/decision`)).status).toBe(403);
  });

  it('is contested once, with words; the officer reads them and the first decider is barred', async () => {
    const borrower = await declinedBorrower();
    const path = `${borrower.own}/contest`;
    const { version } = await stored(portal, borrower.id);
    const empty = await borrower.post(path, { version: String(version), text: ' ' });
    expect(empty.status).toBe(422);
    expect(empty.text).toContain('Enter what you think is wrong');
    const fields = { version: String(version), text: 'Canary contest: my income has grown\nsee the payslip' };
    expect((await borrower.post(path, fields)).status).toBe(303);
    expect((await borrower.post(path, fields)).status).toBe(409);
    const senior = await portal.staff('senior-officer');
    const file = await senior.get(pathOf(borrower.id));
    for (const text of ['The borrower contests a decision', 'my income has grown', 'This one is final'.slice(5)])
      expect(file.text).toContain(text);
    expect((await officer.get(pathOf(borrower.id))).text).not.toContain('Approve and send');
  });

  it('gives no reason that no report shows', async () => {
    const { application } = await submitted(portal);
    await officer.get(pathOf(application._id));
    const fields = { version: String(application.version), reason: 'bankruptcy', rejectionNote: '' };
    const refused = await officer.post(`${pathOf(application._id)}/reject`, fields);
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('No credit report on this file shows this');
    expect((await stored(portal, application._id)).state).toBe('submitted');
  });

  it('takes no fifth reason, no repeated field and no operator', async () => {
    const { application } = await submitted(portal);
    const body = `version=${application.version}&reason=debt-too-high&reason5=lent-enough&rejectionNote=`;
    expect((await officer.postRaw(`${pathOf(application._id)}/reject`, body)).status).toBe(422);
    const twice = `version=${application.version}&reason=debt-too-high&reason=lent-enough&rejectionNote=`;
    expect((await officer.postRaw(`${pathOf(application._id)}/reject`, twice)).status).toBe(422);
    expect((await stored(portal, application._id)).state).toBe('submitted');
  });
});

describe('What is said of customers', () => {
  it('stands in no document, no audit, no outbox and no log in the open', async () => {
    const { application, partyId } = await submitted(portal);
    await officer.get(pathOf(application._id));
    const kept = await portal.services.underwriting.findForReview(application._id, {
      ...{ userId: officer.userId, partyId: undefined, roles: ['officer'] },
    });
    const report = kept?.reports.get(partyId)?.report;
    const lenders = report?.accounts.map(({ lender }) => lender) ?? [];
    const canaries = ['Kept canary rejection note', 'Canary contest', ...lenders, ...(report?.keyFactors ?? [])];
    expect(await whereStored(portal.database.db, canaries)).toEqual([]);
    for (const line of logLines) for (const canary of canaries) expect(line).not.toContain(canary);
  });
});
