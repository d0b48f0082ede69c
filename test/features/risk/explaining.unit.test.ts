import { describe, expect, it } from 'vitest';
import { createFormats } from '#core/format.ts';
import { changeText } from '#features/risk/explaining/changes.view.ts';
import { borrowersScoreCard } from '#features/risk/explaining/borrower.view.ts';
import { contributionsView } from '#features/risk/explaining/contributions.view.ts';
import { missingView } from '#features/risk/explaining/evidence.view.ts';
import { similarView } from '#features/risk/explaining/similar.view.ts';
import { toldReasons } from '#features/risk/explaining/telling.ts';
import { nearest } from '#features/risk/similar/nearest.rules.ts';
import { suggestedReasons } from '#features/loans/underwriting/adverse/suggesting.rules.ts';
import { renderView } from '#test/render-view.ts';

const formats = createFormats({ currency: 'USD', locale: 'en-US', timeZone: 'UTC' });
const points = [2, -1.5, 0.9, -0.8, 0.7, -0.6, 0.5, -0.4, 0.3, 0.2, 0.1];
const contributions = points.map((one, at) => ({ term: `T${at}`, features: [`T${at}`], points: one }));
const logit = points.reduce((sum, one) => sum + one, -1);
const scored = { intercept: -1, contributions, logit, approvalProbability: 1 / (1 + Math.exp(-logit)) };

describe('the waterfall', () => {
  const view = contributionsView(scored, { locale: 'en-US' });
  const at = (text: string) => Number(text.replace('%', ''));

  it('leads from the average to this one without a gap, with the rest summed, and the table says the same', () => {
    const { rows } = view.chart;
    expect(rows.map(({ label }) => label).slice(-2)).toEqual(['3 smaller inputs together', 'This applicant']);
    expect(rows.at(-2)?.text).toBe('+0.60');
    for (const [index, row] of rows.slice(0, -1).entries()) {
      const next = rows[index + 1];
      const edges = next ? [at(next.x), at(next.x) + at(next.width)] : [];
      expect(Math.min(...edges.map((edge) => Math.abs(edge - at(row.link?.x ?? '0'))))).toBeLessThan(0.02);
    }
    const told = view.table.rows.flatMap((row) => ('cells' in row ? [row.cells.points] : []));
    expect(told.slice(0, rows.length - 1)).toEqual(rows.slice(0, -1).map(({ text }) => text));
    expect(view.table.foot.cells.points).toBe(rows.at(-1)?.text);
  });

  it('is drawn without a style and without a script, and says in words what it shows', async () => {
    const html = await renderView('risk/contributions', { contributions: view });
    expect(html).not.toMatch(/style=|<script|undefined|NaN/);
    expect(html).toContain('role="img"');
    expect(html).toContain('T0 helps most');
    // Somebody whose score is only tried did not apply.
    expect(html).not.toMatch(/application/i);
  });

  it('is drawn too where nothing contributes', () => {
    const flat = contributionsView(
      { intercept: 0, contributions: [], logit: 0, approvalProbability: 0.5 },
      { locale: 'en-US' },
    );
    expect(JSON.stringify(flat)).not.toMatch(/NaN|null%/);
  });
});

describe('the words', () => {
  const standing = { outcome: 'approve', approvalProbability: 0.6, grade: 'C' } as const;

  it('say each change with its amount', () => {
    const say = (lever: 'amount' | 'longer' | 'debts' | 'cards' | 'savings', from: number, to: number) =>
      changeText({ lever, from, to, short: from, standing }, formats);
    expect(say('amount', 15_000, 12_400)).toBe('Borrow 12,400 USD instead of 15,000 USD: 2,600 USD less.');
    expect(say('longer', 24, 25)).toBe('Repay over 25 months instead of 24: 1 month longer.');
    expect(say('debts', 410.5, 0)).toBe('Pay off all other debts, which take 410.50 USD a month.');
    expect(say('cards', 0.54, 0.29)).toBe('Bring the cards down to 29% of their limits, from 54%.');
    expect(say('savings', 100, 3000)).toBe('Have 3,000 USD in savings instead of 100 USD: 2,900 USD more.');
  });

  it('tell a borrower no number and no decision, whatever the grade is', () => {
    for (const grade of ['A', 'B', 'C', 'D', 'E'] as const) {
      const reasons = [{ code: 'education', text: 'Your level of education' }];
      const card = borrowersScoreCard(
        { grade, reasons, on: '2026-03-03', demonstration: true },
        { formats, decided: false },
      );
      expect(JSON.stringify(card)).not.toMatch(/approv|declin|reject|probab|%/i);
      expect(card.scale).toContain('3 March 2026');
      expect(card.tips).toEqual([]);
    }
  });

  it('count how similar loans went', () => {
    const loan = { amount: 100_000n, months: 12, grade: 'B', on: '2026-03-03' } as const;
    const of = (state: 'running' | 'closed' | 'written-off', worstDaysPastDue: number, defaulted = false) => ({
      ...loan,
      outcome: { loanId: 'x', state, worstDaysPastDue, defaulted },
    });
    const view = similarView(
      [of('closed', 0), of('running', 45), of('written-off', 200, true), { ...loan, outcome: undefined }],
      formats,
    );
    for (const part of ['1 repaid', '1 late by 30 days or more', '1 defaulted', '1 not known'])
      expect(view.lead).toContain(part);
    expect(similarView([], formats).table).toBeNull();
  });
});

describe('the model’s reasons as they are told', () => {
  const reasons = [
    { code: 'job-tenure', text: 'You have been in your job for a short time', points: -2 },
    { code: 'debt-to-income', text: 'Your debts are high beside your income', points: -1 },
    { code: 'bankruptcy', text: 'There is a bankruptcy on your record', points: -0.5 },
  ];
  const row = (change: object = {}, tenure = 'answer of the applicant') => ({
    JobTenure: { value: 0, source: tenure, asOf: null },
    MonthlyDebtPayments: { value: 900, source: 'declared', asOf: null, ...change },
  });
  const codes = (evidence: ReturnType<typeof row>) => toldReasons({ reasons }, evidence).map(({ code }) => code);

  it('say nothing of the time in a job to who has none', () => {
    expect(codes(row())).toEqual(['job-tenure', 'debt-to-income', 'bankruptcy']);
    expect(codes(row({}, 'answer of the applicant: without work'))).toEqual(['debt-to-income', 'bankruptcy']);
    expect(toldReasons(null, row())).toEqual([]);
  });

  it('call nothing “yours” that somebody else owes or earns too, and no amounts', () => {
    const alone = toldReasons({ reasons }, row());
    expect(alone.map(({ text }) => text)).toEqual(reasons.map(({ text }) => text));
    const [, debts, bankruptcy] = toldReasons({ reasons }, row({ together: true }));
    expect(debts?.text).toMatch(/^The debts of you and who applies with you together/);
    expect(debts?.text).not.toMatch(/\d|[Yy]our debts/);
    expect(bankruptcy?.text).toBe('There is a bankruptcy on your record');
  });
});

describe('a file without a score', () => {
  const inputs = ['EmploymentStatus', 'EducationLevel'].map((name) => ({ name, missing: 'refused' }));
  const viewOf = (education: string | null) =>
    missingView({
      judgement: { fault: { field: 'EmploymentStatus', message: 'is empty' } },
      model: { inputs },
      evidence: {
        EmploymentStatus: { value: null, source: 'answer', asOf: null, unscored: 'Employment: not learnt.' },
        EducationLevel: { value: education, source: 'answer of the applicant', asOf: null },
      },
    } as unknown as Parameters<typeof missingView>[0]);

  it('is not said to miss an answer that was given and that the model has not learnt', () => {
    expect(viewOf('Master')).toMatchObject({ title: 'Why', items: ['Employment: not learnt.'] });
    expect(viewOf('Master')?.text).not.toContain('missing');
    expect(viewOf(null)?.items).toEqual([
      'Employment: not learnt.',
      'Education: would come from answer of the applicant',
    ]);
  });
});

describe('the nearest loans', () => {
  it('are those of about the same amount, term and grade', () => {
    const shape = (amount: bigint, months: number, grade: number) => ({ amount, months, grade });
    const wanted = shape(1000n, 24, 1);
    const found = nearest(
      wanted,
      [shape(5000n, 24, 1), shape(1100n, 24, 1), shape(1000n, 24, 4), shape(1000n, 36, 1)],
      3,
    );
    expect(found).toEqual([shape(1100n, 24, 1), shape(1000n, 36, 1), shape(1000n, 24, 4)]);
  });
});

describe('the reasons that are suggested', () => {
  const figures = {
    ...{ openAccounts: 1, utilisationTenths: 900n, oldestMonths: 120, recentEnquiries: 0, lateMonths: 0 },
    ...{ worstDaysLate: 0, unpaidDefaults: 0, defaults: 0, bankruptcies: 0, billsOnTime: 1, paymentsOnRecord: 10 },
  } as unknown as Parameters<typeof suggestedReasons>[0]['reports'][number]['figures'];
  const base = { reports: [{ score: 700, figures }], leastScore: 620, owing: false };

  it('are the policy’s before the model’s, each once, at most four, and only what a report bears out', () => {
    const found = suggestedReasons({
      ...base,
      policy: { outcome: 'refer', reasons: ['debt-too-high', 'credit-score-too-low', 'no-such-code'], unknown: [] },
      model: { weak: true, reasons: ['debt-to-income', 'card-utilisation', 'education', 'bankruptcy', 'income'] },
    });
    expect(found).toEqual(['debt-too-high', 'cards-drawn-too-far', 'income-too-low']);
  });

  it('are none where neither the policy nor the model is against it', () => {
    const policy = { outcome: 'approve', reasons: [], unknown: [] } as const;
    const facts = { policy, model: { weak: false, reasons: ['income'] } } as const;
    expect(suggestedReasons({ ...base, ...facts })).toEqual([]);
  });

  it('never call a score too low that is not there, but a history too short that is', () => {
    const of = (oldestMonths: number) =>
      suggestedReasons({
        ...{ leastScore: 620, owing: false, reports: [{ score: null, figures: { ...figures, oldestMonths } }] },
        policy: { outcome: 'refer', reasons: ['credit-score-too-low'], unknown: ['creditScore'] },
        model: { weak: true, reasons: ['credit-score'] },
      });
    expect(of(5)).toEqual(['history-too-short']);
    expect(of(120)).toEqual([]);
  });

  it('speak of other loans with us only where there are any', () => {
    const policy = { outcome: 'refer', reasons: ['lent-enough'], unknown: [] } as const;
    const of = (owing: boolean) => suggestedReasons({ ...base, owing, policy, model: { weak: false, reasons: [] } });
    expect(of(true)).toEqual(['lent-enough']);
    expect(of(false)).toEqual(['amount-too-high']);
  });
});
