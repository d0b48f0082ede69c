import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { moneyOf } from '#core/money.ts';
import { newId } from '#core/ids.ts';
import { similarQuery } from '#features/risk/similar/similar.service.ts';
import { instalmentsOf } from '#features/loans/underwriting/file/instalments.ts';
import { basisOf } from '#features/loans/underwriting/file/score.pages.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { employment, obligations, terms } from './application-builders.ts';
import { sentWith, signIn } from './score-builders.ts';
import { officer as decider, offered, paidOut, stored, submitted } from './underwriting-builders.ts';

let portal: TestPortal;
let officer: Awaited<ReturnType<TestPortal['staff']>>;
beforeAll(async () => {
  portal = await openPortal();
  officer = await portal.staff('officer');
});
afterAll(() => portal.close());

const pageOf = (id: string) => `/officer/applications/${id}`;

const sent = (own: Partial<Record<string, object>>) => sentWith(portal, own);

/** More than the income carries: the policy refers it for its debts. */
const tooMuch = {
  employment: { monthlyIncome: moneyOf(220_000n) },
  terms: { amount: moneyOf(2_000_000n), instalments: 24 },
};

async function explained(applicationId: string) {
  const file = await portal.services.underwriting.findForReview(applicationId, decider);
  const basis = file && basisOf(file);
  if (!basis || !file.terms) throw new Error('The test file has no terms');
  const { judgement, evidence } = file;
  const { terms: inHand } = file;
  const instalmentOf = instalmentsOf(portal.services.products, { ...file, terms: inHand });
  const loan = { basis, instalmentOf, amount: inHand.amount };
  return portal.services.risk.explaining.explain({ applicationId, judgement, evidence, loan });
}

describe('The score on an officer’s file', () => {
  it('shows what made it, the policy rule by rule, and where each value came from, as a demonstration', async () => {
    const { application } = await submitted(portal);
    const page = await officer.get(pageOf(application._id));
    expect(page.status).toBe(200);
    for (const text of [
      ...['Demonstration model', 'What made the score', 'class="waterfall"', 'Average applicant', 'smaller inputs'],
      ...['The policy, rule by rule (version 1)', 'Bureau score', 'What would change this', 'Similar past loans'],
      ...['credit report of the applicant', 'answer of the applicant', 'Years of work in all'],
    ])
      expect(page.text).toContain(text);
    expect(page.text).not.toMatch(/<svg[^>]*style=|undefined|NaN|\[object/);
  });

  it('names the missing answer where the model could not score, and still judges the policy', async () => {
    const { application } = await sent({ employment: { ...employment, education: null } });
    const page = await officer.get(pageOf(application._id));
    expect(page.text).toContain('There is no score');
    expect(page.text).toContain('Education: would come from answer of the applicant');
    expect(page.text).toContain('The policy, rule by rule');
    expect(page.text).not.toContain('class="waterfall"');
  });

  it('says what would change it, and so it is when the file is changed', async () => {
    const { application } = await sent(tooMuch);
    await officer.get(pageOf(application._id));
    const { changes, now } = await explained(application._id);
    expect(now.outcome).not.toBe('approve');
    const page = await officer.get(pageOf(application._id));
    expect(page.text).toContain('The smallest single changes that would be enough');
    const ofTerms = (changes ?? []).filter(({ lever }) => lever === 'amount' || lever === 'longer');
    expect(ofTerms.length).toBeGreaterThan(0);
    const applications = portal.database.db.collection<{ _id: string }>('applications');
    for (const { lever, to, standing } of ofTerms) {
      const own =
        lever === 'amount' ? { 'sections.terms.amount': BigInt(to * 100) } : { 'sections.terms.instalments': to };
      await applications.updateOne({ _id: application._id }, { $set: own });
      const after = await explained(application._id);
      expect(after.judgement.verdict.outcome).toBe(standing.outcome);
      const { amount, instalments } = tooMuch.terms;
      await applications.updateOne(
        { _id: application._id },
        { $set: { 'sections.terms.amount': amount, 'sections.terms.instalments': instalments } },
      );
    }
  });
});

describe('What another amount or term would take a month', () => {
  it.each(['equal-instalment', 'equal-principal', 'flat', 'bullet'] as const)(
    'is what the product asks of it, repaid by %s, and nothing where it is not lent',
    async (method) => {
      const { application } = await sent({});
      const file = await portal.services.underwriting.findForReview(application._id, decider);
      if (!file?.terms) throw new Error('The test file has no terms');
      const { products } = portal.services;
      const product = { ...file.product, method };
      const instalmentOf = instalmentsOf(products, { ...file, product, terms: file.terms });
      const { annualRate } = file.terms;
      for (const [amount, months] of [
        [4_000, 12],
        [20_000, 60],
      ] as const) {
        const asked = { amount: moneyOf(BigInt(amount * 100)), instalments: months, annualRate };
        const cost = products.estimate(product, { ...asked, disbursedOn: file.today });
        expect(instalmentOf({ amount, months })).toBe(cost.ok && Number(cost.value.instalment) / 100);
      }
      for (const [amount, months] of [
        [999, 12],
        [50_001, 12],
        [4_000, 5],
        [4_000, 61],
      ] as const)
        expect(instalmentOf({ amount, months }), `${amount} ${months}`).toBeNull();
      const fortnights = { ...product, frequency: { every: 2, unit: 'week' }, maxInstalments: 130 } as const;
      const everyTwoWeeks = instalmentsOf(products, { ...file, product: fortnights, terms: file.terms });
      const cost = products.estimate(fortnights, {
        ...{ amount: moneyOf(400_000n), annualRate, disbursedOn: file.today },
        instalments: 52,
      });
      expect(cost.ok && everyTwoWeeks({ amount: 4_000, months: 24 })).toBe(
        cost.ok && Math.ceil((Number(cost.value.instalment) * 26) / 12) / 100,
      );
    },
  );
});

describe('The reasons of a decline', () => {
  it('are picked from the assessment, and the notice names the model', async () => {
    const borrower = await signIn(portal, await sent(tooMuch));
    const id = borrower.application._id;
    const page = await officer.get(pageOf(id));
    expect(page.text).toMatch(/<option value="debt-too-high" selected>/);
    expect(page.text).toContain('Picked from the assessment');
    const { version } = await stored(portal, id);
    const declined = await officer.post(`${pageOf(id)}/reject`, {
      ...{ version: String(version), rejectionKey: newId(), reason: 'debt-too-high', rejectionNote: '' },
      ...{ reason2: '', reason3: '', reason4: '' },
    });
    expect(declined.status).toBe(303);
    const letter = await borrower.get(`/loans/apply/${id}/decision`);
    expect(letter.text).toContain('The score we made');
    expect(letter.text).toMatch(/a demonstration model \(“loan, application”\): grade [A-E]/);
    expect(letter.text).not.toMatch(/probability|log-odds/i);
  });

  it('are nobody’s where nothing is against it', async () => {
    const { application } = await sent({
      employment: { monthlyIncome: moneyOf(2_500_000n), education: 'doctorate', years: 12, workYears: 25 },
      obligations: { ...obligations, savings: moneyOf(9_000_000n), otherAssets: moneyOf(90_000_000n) },
      terms: { ...terms, amount: moneyOf(500_000n) },
    });
    const page = await officer.get(pageOf(application._id));
    const { now } = await explained(application._id);
    expect({ outcome: now.outcome, grade: now.grade }).toEqual({ outcome: 'approve', grade: 'A' });
    expect(page.text.includes('Picked from the assessment')).toBe(false);
    expect(page.text.includes('Nothing has to change')).toBe(true);
  });
});

describe('The borrower’s own score', () => {
  it('is a word with reasons and tips once it is on record, and reads as no decision before there is one', async () => {
    const borrower = await signIn(portal, await sent(tooMuch));
    const path = `/loans/apply/${borrower.application._id}`;
    await portal.platform.outbox.drain();
    const page = await borrower.get(path);
    const card = /<section[^>]*h-score[\s\S]*?<\/section>/.exec(page.text)?.[0] ?? '';
    expect(card).toMatch(/Grade [A-E] on a scale/);
    expect(card).toContain('This is not a decision. A person reads your whole application and decides');
    expect(card).toContain('demonstration model');
    expect(card).not.toMatch(/approv|declin|reject|refer|policy|probab|%/i);
    const stranger = await portal.borrower();
    expect((await stranger.get(path)).status).toBe(404);
  });

  it('is not there before it is on record, nor once the application is withdrawn', async () => {
    const borrower = await signIn(portal, await sent({}));
    const { _id, version } = borrower.application;
    const path = `/loans/apply/${_id}`;
    expect((await borrower.get(path)).text).not.toContain('h-score');
    await portal.platform.outbox.drain();
    expect((await borrower.get(path)).text).toContain('h-score');
    await portal.services.applications.withdraw({ ...borrower.who, applicationId: _id, version });
    expect((await borrower.get(path)).text).not.toContain('h-score');
  });
});

describe('Similar past loans', () => {
  it('are those of the same product, with how they went and without whose they are', async () => {
    const past = await offered(portal);
    await paidOut(portal, past);
    await portal.platform.outbox.drain();
    const { application } = await submitted(portal);
    const { similar } = await explained(application._id);
    expect(similar?.length).toBe(1);
    expect(similar?.[0]?.outcome).toMatchObject({ state: 'running', defaulted: false });
    const page = await officer.get(pageOf(application._id));
    expect(page.text).toContain('The only loan of this product on record: 1 running on time');
    const shown = /id="similar"[\s\S]*?<\/details>/.exec(page.text)?.[0] ?? '';
    expect(shown).toContain('So few loans show no pattern');
    expect(shown).not.toContain(past.application.reference);
  });

  it.each(['below', 'above'] as const)('are found by an index, %s the amount', async (side) => {
    const { filter, sort } = similarQuery({ product: 'personal', amount: 1_000_000n }, side);
    const plan = await portal.database.db.collection('scoreRecords').find(filter).sort(sort).limit(100).explain();
    const text = JSON.stringify((plan as { queryPlanner: { winningPlan: object } }).queryPlanner.winningPlan);
    expect(text).toContain('IXSCAN');
    expect(text).toContain('subject.product');
    expect(text).not.toMatch(/COLLSCAN|"SORT"/);
  });
});
