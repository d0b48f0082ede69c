import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assess, loadShippedModels } from '#features/risk/index.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { nobody, tryFields } from './applicants.ts';

type Staff = Awaited<ReturnType<TestPortal['staff']>>;

let portal: TestPortal;
let analyst: Staff;
beforeAll(async () => {
  portal = await openPortal();
  await portal.setDay('2026-03-17');
  analyst = await portal.staff('analyst');
});
afterAll(() => portal.close());

const { models, scorecard } = loadShippedModels();
const plain = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
const tried = async (change: Record<string, string> = {}, stage: 'application' | 'quoted' = 'application') =>
  analyst.post('/risk/try', tryFields(stage, change));

describe('the risk page', () => {
  it('shows each role the places that it may enter, and the models with what they are', async () => {
    const links = async (role: Parameters<TestPortal['staff']>[0]) => {
      const page = await (await portal.staff(role)).get('/risk');
      expect(page.status).toBe(200);
      return ['/risk/try', '/risk/policies', '/risk/back-tests', '/risk/monitoring'].filter((href) =>
        page.text.includes(`href="${href}"`),
      );
    };
    expect(await links('analyst')).toHaveLength(4);
    expect(await links('officer')).toEqual(['/risk/try', '/risk/policies']);
    expect(await links('finance')).toEqual(['/risk/policies']);
    expect(await links('administrator')).toEqual(['/risk/policies', '/risk/monitoring']);
    const page = plain((await analyst.get('/risk')).text);
    for (const text of ['demonstrations', '0.9800', '0.9954', models.application.report.provenance.dataSha256])
      expect(page).toContain(text);
    expect((await (await portal.borrower()).get('/risk')).status).toBe(403);
  });

  it('has the card of each model in words, and of no other', async () => {
    for (const stage of ['application', 'quoted'] as const) {
      const page = await analyst.get(`/risk/models/${stage}`);
      const text = plain(page.text);
      expect(page.status).toBe(200);
      expect(text).toContain(models[stage].sha256);
      expect(text).toContain('must not decide on anybody’s loan');
      expect(text).toContain('Age: under 30 against 40 to 49');
      expect(text).toContain('CatBoost, for comparison');
    }
    for (const unknown of ['other', '__proto__', 'Application'])
      expect((await analyst.get(`/risk/models/${unknown}`)).status, unknown).toBe(404);
  });
});

describe('trying a score', () => {
  it('is for officers and analysts', async () => {
    for (const role of ['finance', 'compliance', 'administrator'] as const) {
      const staff = await portal.staff(role);
      expect((await staff.get('/risk/try')).status, role).toBe(403);
      expect((await staff.post('/risk/try', tryFields('application'))).status, role).toBe(403);
    }
    for (const role of ['officer', 'senior-officer'] as const)
      expect((await (await portal.staff(role)).get('/risk/try')).status, role).toBe(200);
    expect((await portal.visitor().get('/risk/try')).status).toBe(303);
    expect((await analyst.post('/risk/try', tryFields('application'), { csrf: false })).status).toBe(403);
  });

  it('asks every input of the stage, and answers what the model says of the values it is shown with', async () => {
    for (const stage of ['application', 'quoted'] as const) {
      const form = (await analyst.get(`/risk/try?stage=${stage}`)).text;
      for (const { name } of models[stage].inputs) expect(form, name).toContain(`name="${name}"`);
      const page = await tried({}, stage);
      expect(page.status).toBe(200);
      const assessed = assess({ model: models[stage], scorecard }, nobody);
      if (!assessed.ok) throw new Error('The example does not score');
      const { grade, approvalProbability, riskScore } = assessed.value;
      expect(plain(page.text)).toContain(`Grade ${grade}, approval ${(approvalProbability * 100).toFixed(1)}%`);
      expect(plain(page.text)).toContain(`Risk score ${riskScore}`);
    }
    expect((await analyst.get('/risk/try')).text).not.toContain('name="InterestRate"');
    expect((await analyst.get('/risk/try?stage[]=quoted&stage=x')).status).toBe(200);
  });

  it('reads a percentage as one, and thousands as people write them', async () => {
    const one = plain((await tried({ DebtToIncomeRatio: '15.0', AnnualIncome: '72,000.00' })).text);
    expect(one).toContain('Debt to income 15%');
    expect(one).not.toContain('Please check');
  });

  it('names each answer that is wrong at its field, keeps what was typed, and scores nothing', async () => {
    const page = await tried({
      ...{ CreditScore: '-5', AnnualIncome: '', EmploymentStatus: 'Astronaut', JobTenure: '1e1' },
      ...{ TotalAssets: '99999999999999', BankruptcyHistory: '2', age: '999', product: 'gold', LoanAmount: '=1+1' },
    });
    expect(page.status).toBe(422);
    for (const text of [
      'Bureau score: enter a number from 300 to 850',
      'Yearly income: enter a number from 0 to 100,000,000',
      'Employment: choose one of Employed, Self-Employed, Unemployed',
      'Years in this job: enter a number from 0 to 70',
      'Everything owned: enter a number from 0 to 10,000,000,000',
      'Bankruptcy on record: choose yes or no',
      'Age: enter a number from 0 to 120',
      'Choose a product from the list',
      'Amount of the loan: enter a number from 1',
    ])
      expect(plain(page.text)).toContain(text);
    expect(page.text).toContain('id="CreditScore-error"');
    expect(page.text).toMatch(/id="CreditScore"[^>]*value="-5"/);
    expect(page.text).not.toContain('id="result"');
  });

  it.each([
    ['an operator', 'CreditScore[$ne]=1'],
    ['a field twice', 'CreditScore=600&CreditScore=700'],
    ['an unknown field', 'RiskScore=1'],
    ['nothing at all', ''],
    ['the object’s own names', '__proto__=1&constructor=2'],
  ])('takes %s for an input error', async (_what, body) => {
    const page = await analyst.postRaw('/risk/try', `stage=application&${body}`);
    expect(page.status).toBe(422);
    expect(page.text).not.toContain('id="result"');
  });

  it('gives the policy’s verdict rule by rule and the grid’s rate once a product is chosen', async () => {
    expect(plain((await tried()).text)).toContain('Choose a product below');
    const text = plain((await tried({ product: 'personal' })).text);
    expect(text).toContain('Policy, version 1: Personal loan');
    expect(text).toContain('Rate by the pricing grid');
    const declined = plain((await tried({ product: 'personal', age: '17' })).text);
    expect(declined).toContain('Decline');
    const unknown = plain((await tried({ product: 'personal', fixedToIncome: '' })).text);
    expect(unknown).toMatch(/Fixed payments to income .*?not known .*?Refer/);
    // Loan to value is asked only of a loan with security.
    expect(plain((await tried({ product: 'personal', loanToValue: '140' })).text)).not.toContain('140%');
    expect(plain((await tried({ product: 'home', loanToValue: '140' })).text)).toContain('140%');
  });

  it('judges debts with this loan in them, as a file is judged', async () => {
    const policyRow = async (change: Record<string, string>, stage: 'application' | 'quoted') => {
      const text = plain((await tried({ product: 'personal', ...change }, stage)).text);
      const rows = text.slice(text.indexOf('Policy, version'));
      return /Debts to income Referred[^%]*%[^%]*% ([\d.]+)%/.exec(rows)?.[1];
    };
    // 18,000 over 48 months at the model's fixed 20 % a year: 547.75, and debts of 320, of 6,000.
    expect(await policyRow({}, 'application')).toBe('14.5');
    expect(await policyRow({ DebtToIncomeRatio: '70' }, 'application')).toBe('14.5');
    expect(await policyRow({ MonthlyDebtPayments: '2720' }, 'application')).toBe('54.5');
    expect(await policyRow({ TotalDebtToIncomeRatio: '28.41', DebtToIncomeRatio: '5' }, 'quoted')).toBe('28.5');
    expect(await policyRow({ TotalDebtToIncomeRatio: '29', DebtToIncomeRatio: '5' }, 'quoted')).toBe('29');
  });

  it('asks for unpaid defaults by themselves: paid ones are none, and what is not known is said and refers', async () => {
    const policy = async (change: Record<string, string>) => {
      const text = plain((await tried({ product: 'personal', CreditScore: '720', ...change })).text);
      return text.slice(text.indexOf('Policy, version')).slice(0, 2_000);
    };
    expect(await policy({ PreviousLoanDefaults: '1' })).toMatch(/Unpaid defaults [^%]*? 0 /);
    expect(await policy({ PreviousLoanDefaults: '1' })).toMatch(/Personal loan Approve/);
    expect(await policy({})).not.toContain('Not known here');
    const unknown = await policy({ unpaidDefaults: '' });
    expect(unknown).toMatch(/Personal loan Refer/);
    expect(unknown).toContain('Not known here: unpaid defaults.');
    expect(await policy({ unpaidDefaults: '2' })).toMatch(/Personal loan Decline/);
    for (const wrong of ['1.5', '-1', '101', 'no']) {
      const page = await tried({ product: 'personal', unpaidDefaults: wrong });
      expect(page.status, wrong).toBe(422);
      expect(plain(page.text)).toContain('Unpaid defaults: enter a whole number from 0 to 100');
    }
  });

  it('keeps nothing of it', async () => {
    const marked = '71,113.37';
    expect((await tried({ AnnualIncome: marked })).status).toBe(200);
    const { db } = portal.platform.database;
    const names = (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name);
    for (const name of names) {
      const documents = await db.collection(name).find().limit(5_000).toArray();
      expect(
        JSON.stringify(documents, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
        name,
      ).not.toMatch(/71,?113\.37/);
    }
  });
});
