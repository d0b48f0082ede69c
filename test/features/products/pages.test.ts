import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { moneyOf } from '#core/money.ts';
import { rateOf } from '#core/rate.ts';
import { termsOfVersion } from '#features/products/product.model.ts';
import type { ProductTerms } from '#features/products/product-terms.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { draftFields, personalTerms } from './product-builders.ts';

type Staff = Awaited<ReturnType<TestPortal['staff']>>;

let portal: TestPortal;
let finance: Staff;
let senior: Staff;
beforeAll(async () => {
  portal = await openPortal();
  await portal.setDay('2026-03-02');
  [finance, senior] = await Promise.all([portal.staff('finance'), portal.staff('senior-officer')]);
});
afterAll(() => portal.close());

const hidden = (html: string, name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '';
const current = async (code: string): Promise<ProductTerms> => {
  const live = await portal.services.products.newestByCode(code);
  if (!live) throw new Error(`There is no ${code}`);
  return termsOfVersion(live);
};
const path = '/products/personal/draft';

describe('the staff’s pages of products', () => {
  it('show the live versions, a version in full, and nothing to others', async () => {
    const list = await finance.get('/products');
    for (const name of ['Personal loan', 'Home loan', 'Vehicle loan', 'Business loan'])
      expect(list.text).toContain(name);
    const page = await finance.get('/products/personal');
    for (const text of ['11.90% fixed', 'Equal instalments', 'SMA-1 (30 days)', 'Penalty, then fee', 'Version 1'])
      expect(page.text).toContain(text);
    for (const unknown of [
      '/products/unknown',
      '/products/personal/versions/9',
      '/products/personal/versions/x',
      '/products/Personal',
      '/products/unknown/draft',
      '/products/unknown/compare',
    ])
      expect([unknown, (await finance.get(unknown)).status]).toEqual([unknown, 404]);
    for (const role of ['officer', 'analyst', 'compliance'] as const)
      expect((await (await portal.staff(role)).get('/products')).status).toBe(403);
    expect((await (await portal.borrower()).get('/products/personal')).status).toBe(403);
  });

  it('lead from a draft over the comparison and a second person to a live version that borrowers see', async () => {
    const form = await finance.get(path);
    expect(hidden(form.text, 'version')).toBe('0');
    const terms = await current('personal');
    const change = {
      ...terms,
      rate: { kind: 'fixed' as const, annualRate: rateOf('10.4') },
      maxAmount: moneyOf(6_000_000n),
    };
    const saved = await finance.post(path, draftFields(change, 0));
    expect([saved.status, saved.headers.location]).toEqual([303, '/products/personal/compare']);
    const compare = await finance.get('/products/personal/compare');
    for (const text of ['11.90% fixed', '10.40% fixed', '60,000.00 USD', 'Instalment'])
      expect(compare.text).toContain(text);
    expect(compare.text).not.toContain('SMA-1');
    const other = await finance.get('/products/personal/compare?amount=60000&instalments=12');
    expect(other.text).toContain('Not lent');
    expect((await finance.get('/products/personal/compare?amount=x&instalments[]=12')).status).toBe(200);

    const ask = { key: hidden(compare.text, 'key'), version: '1', reason: 'Cheaper money' };
    const bare = await finance.post(`${path}/publication`, { ...ask, reason: '' });
    expect([bare.status, bare.text.includes('Enter why it should be published')]).toEqual([422, true]);
    const asked = await finance.post(`${path}/publication`, ask);
    expect(asked.headers.location).toBe(`/approvals/${ask.key}`);
    expect((await finance.post(`${path}/publication`, { ...ask, key: newId() })).status).toBe(409);
    expect((await finance.get(path)).text).toContain('waits for a second person');
    expect((await finance.post(path, draftFields(terms, 1))).status).toBe(409);

    expect((await finance.post(`/approvals/${ask.key}/approve`, { version: '1', note: '' })).status).toBe(409);
    expect((await portal.visitor().get('/services')).text).toContain('11.90%');
    const request = await senior.get(`/approvals/${ask.key}`);
    expect(request.text).toContain('11.90% fixed → 10.40% fixed');
    expect((await senior.post(`/approvals/${ask.key}/approve`, { version: '1', note: '' })).status).toBe(303);
    expect((await portal.visitor().get('/services')).text).toContain('10.40%');
    expect((await finance.get('/products/personal/compare')).headers.location).toBe('/products/personal');
    const former = await finance.get('/products/personal/versions/1');
    expect(former.text).toContain('Former');
    expect(former.text).toContain('11.90% fixed');
  });

  it('begin a new product from one that is there', async () => {
    expect((await finance.post('/products/new', { code: 'personal', from: 'home' })).status).toBe(409);
    expect((await finance.post('/products/new', { code: 'Gold Loan', from: 'home' })).status).toBe(422);
    expect((await finance.post('/products/new', { code: 'gold', from: 'nothing' })).status).toBe(422);
    const begun = await finance.post('/products/new', { code: 'gold', from: 'personal' });
    expect(begun.headers.location).toBe('/products/gold/draft?from=personal');
    expect((await finance.get('/products/gold/draft?from=personal')).status).toBe(200);
    expect((await finance.get('/products/gold/draft?from=nothing')).status).toBe(404);
    const saved = await finance.post('/products/gold/draft', draftFields({ ...personalTerms(), name: 'Gold loan' }, 0));
    expect(saved.status).toBe(303);
    expect((await finance.get('/products')).text).toContain('New draft');
    expect((await finance.get('/products/gold/compare')).status).toBe(200);
    expect((await finance.get('/products/gold')).status).toBe(404);
    expect((await finance.post('/products/gold/draft/discard', { version: '1' })).status).toBe(303);
  });

  it('keep base rates that two people agreed on', async () => {
    const page = await finance.get('/products/base-rates');
    expect(page.text).toContain('No base rate yet');
    const order = {
      key: hidden(page.text, 'key'),
      code: 'prime',
      name: 'Prime',
      annualRate: '7.5',
      from: '2026-03-01',
      reason: 'First',
    };
    for (const wrong of [{ annualRate: '-1' }, { from: '2026-02-30' }, { code: '$ne' }, { reason: '' }])
      expect((await finance.post('/products/base-rates', { ...order, ...wrong })).status).toBe(422);
    expect((await finance.post('/products/base-rates', order)).status).toBe(303);
    expect((await senior.post(`/approvals/${order.key}/approve`, { version: '1', note: '' })).status).toBe(303);
    expect((await finance.get('/products/base-rates')).text).toContain('Applies');
    const early = await finance.post('/products/base-rates', { ...order, key: newId(), from: '2026-02-01' });
    expect([early.status, early.text.includes('Enter a day after 1 March 2026')]).toEqual([409, true]);
  });
});

describe('a draft form', () => {
  const home = '/products/home/draft';
  const send = async (change: Record<string, string>) => {
    const terms = await current('home');
    return finance.post(home, { ...draftFields(terms, 0), ...change });
  };

  it.each<[Record<string, string>, string]>([
    [{ minAmount: '1e3' }, 'Enter the smallest amount as an amount'],
    [{ minAmount: '2000000' }, 'Enter a largest amount that is not below the smallest'],
    [{ maxInstalments: '601' }, 'from 1 to 600'],
    [{ method: 'magic' }, 'Choose how it is repaid'],
    [{ annualRate: '' }, 'Enter the rate a year'],
    [{ rateKind: 'floating', base: 'nothing', spread: '1' }, 'Choose a base rate that has begun'],
    [{ fee1Value: '1e2' }, 'Enter the fee as a percentage above zero'],
    [{ fee3Value: '5' }, 'Choose which fee this is'],
    [{ due1: 'interest' }, 'Name penalty, fee, interest and principal once each'],
    [{ penaltyOf: 'overdue-principal', penaltyPercent: '' }, 'Enter the penalty'],
    [{ bucket2From: '0' }, 'Enter more days than the bucket before has'],
    [{ bucket3Code: 'SMA 1' }, 'Enter a code of small letters'],
    [{ purposes: ' \n ' }, 'Enter the purposes'],
    [{ purposes: 'x'.repeat(61) }, 'at most 60 characters for a purpose'],
    [{ downPaymentPercent: '50', balloonPercent: '60' }, 'cannot be repaid'],
    [{ version: 'x' }, 'Open the page again'],
    [{ extra: '1' }, 'a field that we do not know'],
  ])('refuses %j with the sentence and keeps the input', async (change, sentence) => {
    const answer = await send({ ...change, name: 'A name I typed' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(sentence);
    expect(answer.text).toContain('A name I typed');
    expect(await portal.services.products.drafts.find('home')).toBeUndefined();
  });

  it('takes no operators, no repeated fields, and no code that is none', async () => {
    expect((await finance.postRaw(home, 'name[$gt]=&version=0')).status).toBe(422);
    expect((await finance.postRaw(home, 'name=a&name=b&version=0')).status).toBe(422);
    const terms = draftFields(await current('home'), 0);
    for (const code of ['new', 'base-rates', 'A', '%24ne', 'x'.repeat(40)])
      expect([code, (await finance.post(`/products/${code}/draft`, terms)).status]).toEqual([code, 404]);
  });

  it('answers 409 where somebody else saved meanwhile', async () => {
    expect((await send({ summary: 'First' })).status).toBe(303);
    const late = await senior.post(home, draftFields({ ...(await current('home')), summary: 'Second' }, 0));
    expect(late.status).toBe(409);
    expect((await portal.services.products.drafts.find('home'))?.terms.summary).toBe('First');
  });

  it('escapes what staff wrote, wherever it is shown', async () => {
    const evil = '<script>alert(1)</script>';
    const terms = { ...personalTerms(), name: evil, summary: evil, purposes: [evil] };
    expect((await finance.post('/products/evil/draft', draftFields(terms, 0))).status).toBe(303);
    for (const page of ['/products', '/products/evil/draft', '/products/evil/compare'])
      expect((await finance.get(page)).text).not.toContain('<script>alert');
  });
});
