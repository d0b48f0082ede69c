import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { present } from '#core/assert.ts';
import type { Application } from '#features/loans/index.ts';
import { soundness, sound } from '#test/ledger-builders.ts';
import { whereStored } from '#test/dump.ts';
import { sendPapers } from '#test/papers.ts';
import { skipWithoutChromium } from '#test/needs.ts';
import { openPortal, testPassword, type TestPortal } from '#test/portal.ts';
import { payOut } from '../features/loans/underwriting-builders.ts';
import { desktop, expectAccessible, openBrowser, phone, watchedPage } from './browser.ts';

/** What a borrower types; none of it may lie readable in the database or stand in the log. */
const canaries = {
  fullName: 'Canarina Quillfeather',
  email: 'canarina.quillfeather@example.test',
  phone: '+12025550187',
  birthDate: '1987-03-29',
  taxId: '912-73-4561',
  addressLine: '48 Wrenhaven Terrace',
  city: 'Larkminster',
  postcode: '62799',
  employer: 'Nightjar Instruments',
  jobTitle: 'Kestrel Curator',
  monthlyIncome: '9183.47',
  obligations: '317.29',
  bankName: 'Sandpiper Savings',
  accountNumber: '5830174629',
  payee: 'Plovertown Homes',
  employerAddress: '3 Bitternfield Close',
  accountName: 'Puffin holiday fund',
  message: 'The bittern booms at dusk by the reeds',
};

const fill = async (page: Page, fields: Record<string, string>) => {
  for (const [name, value] of Object.entries(fields)) {
    const select = page.locator(`main select[name="${name}"]`);
    if ((await select.count()) > 0) await select.selectOption(value);
    else await page.locator(`main [name="${name}"]:not([type=hidden])`).first().fill(value);
  }
};
const press = async (page: Page, name: string | RegExp) => {
  await page.getByRole('main').getByRole('button', { name }).first().click();
  await page.waitForLoadState();
};
const heading = (page: Page) => page.getByRole('heading', { level: 1 }).innerText();

describe.skipIf(skipWithoutChromium())('the portal’s main job, in Chromium', () => {
  let portal: TestPortal;
  let browser: Awaited<ReturnType<typeof openBrowser>>;
  const logLines: string[] = [];
  beforeAll(async () => {
    portal = await openPortal({ logLines });
    browser = await openBrowser(portal.app);
  });
  afterAll(async () => {
    await browser.close();
    await portal.close();
  });

  async function register(page: Page, email: string): Promise<void> {
    const { fullName, phone: number } = canaries;
    await page.goto('/register');
    await fill(page, { fullName, email, phone: number, password: 'short', passwordAgain: 'short' });
    await page.getByRole('checkbox').check();
    await press(page, 'Register');
    expect(await page.locator('[name=fullName]').inputValue()).toBe(fullName);
    expect(await page.locator('#password-error').innerText()).toContain('at least 12');
    await fill(page, { password: testPassword, passwordAgain: testPassword });
    if (!(await page.getByRole('checkbox').isChecked())) await page.getByRole('checkbox').check();
    await press(page, 'Register');
    await fill(page, { email, password: testPassword });
    await press(page, 'Sign in');
    expect(new URL(page.url()).pathname).toBe('/dashboard');
  }

  async function openAccountAndDeposit(page: Page, look: (page: Page) => Promise<void>): Promise<void> {
    await page.goto('/accounts');
    await look(page);
    await page.goto('/accounts/open');
    await look(page);
    await fill(page, { name: canaries.accountName });
    await press(page, 'Open the account');
    await look(page);
    await page.goto('/deposit');
    await look(page);
    await fill(page, { amount: '12,500.5o' });
    await press(page, 'Add the money');
    expect(await page.locator('#amount-error').innerText()).toContain('with digits only');
    await look(page);
    await fill(page, { amount: '12,500.50' });
    await press(page, 'Add the money');
    expect(await page.getByRole('main').innerText()).toContain('12,500.50');
    await look(page);
  }

  async function apply(page: Page, look: (page: Page) => Promise<void>): Promise<Application> {
    const { fullName, email, phone: number, birthDate, taxId, addressLine, city, postcode } = canaries;
    await page.goto('/loans/apply');
    await look(page);
    await press(page, /personal loan/);
    await look(page);
    const sections = new URL(page.url()).pathname;
    await page.goto(`${sections}/personal`);
    await look(page);
    const where = { addressLine, city, postcode, country: 'US', nationality: 'US', dependants: '1' };
    await fill(page, { fullName, birthDate: '2020-01-01', taxId, email, phone: number, ...where });
    await press(page, /^Save and go/);
    await look(page);
    await fill(page, { birthDate });
    await press(page, /^Save and go/);
    await look(page);
    const { employer, jobTitle, monthlyIncome, obligations, bankName, accountNumber } = canaries;
    await choose(page, 'status', 'employed');
    await choose(page, 'contract', 'permanent');
    await fill(page, { employer, employerAddress: canaries.employerAddress, jobTitle, years: '6', monthlyIncome });
    await choose(page, 'education', 'bachelor');
    await fill(page, { workYears: '11' });
    await press(page, /^Save and go/);
    await look(page);
    await choose(page, 'kind1', 'rent');
    await fill(page, { payee1: canaries.payee, monthly1: obligations, savings: '7315.08', otherAssets: '12648.33' });
    await choose(page, 'home', 'rent');
    await press(page, /^Save and go/);
    await look(page);
    await fill(page, { bankName, routingNumber: '021000022', accountNumber });
    await press(page, /^Save and go/);
    expect(await page.locator('#routingNumber-error').innerText()).not.toBe('');
    await fill(page, { routingNumber: '021000021' });
    await press(page, /^Save and go/);
    await look(page);
    await fill(page, { amount: '18000', instalments: '24' });
    await choose(page, 'purpose', 'Home improvement');
    await press(page, 'Show what it costs');
    expect(await page.getByRole('main').innerText()).toContain('846.48');
    await press(page, /^Save and go/);
    await look(page);
    // Sending files has a test of its own.
    const applicationId = present(sections.split('/').at(-1), 'The id in the address');
    const file = present(
      await portal.database.db.collection<Application>('applications').findOne({ _id: applicationId }),
      'The application',
    );
    await sendPapers(portal, file);
    await page.goto(`${sections}/review`);
    await look(page);
    for (const box of await page.getByRole('checkbox').all()) await box.check();
    await press(page, 'Send the application');
    await look(page);
    expect(await page.getByRole('main').innerText()).toMatch(/[0-9A-Z]{4}-[0-9A-Z]{4}/);
    return file;
  }

  async function choose(page: Page, name: string, value: string): Promise<void> {
    const select = page.locator(`select[name=${name}]`);
    if ((await select.count()) > 0) await select.selectOption(value);
    else await page.locator(`[name=${name}][value="${value}"]`).check();
  }

  async function decide(look: (page: Page) => Promise<void>): Promise<void> {
    const officer = await portal.staff('officer');
    const context = await browser.visit({ javaScriptEnabled: true, viewport: desktop });
    const { page, complaints } = await watchedPage(context);
    await page.goto('/login');
    await fill(page, { email: officer.email, password: testPassword });
    await press(page, 'Sign in');
    await look(page);
    await page.goto('/officer');
    await look(page);
    await page.getByRole('link', { name: canaries.fullName }).first().click();
    await page.waitForLoadState();
    await look(page);
    expect(await page.getByRole('main').innerText()).toContain('9,183.47');
    await fill(page, { amount: '17500', annualRate: '11.2', instalments: '24', note: canaries.message });
    await press(page, 'Approve and send the offer');
    await look(page);
    expect(complaints).toEqual([]);
    await context.close();
  }

  async function acceptAndPay(page: Page, file: Application, look: (page: Page) => Promise<void>): Promise<string> {
    await portal.platform.outbox.drain();
    await page.goto('/notices');
    await look(page);
    await page.getByRole('link', { name: 'Your offer is ready' }).first().click();
    await page.waitForLoadState();
    await look(page);
    await page.goto('/dashboard');
    await look(page);
    await page
      .getByRole('link', { name: /Answer our offer/ })
      .first()
      .click();
    await page.waitForLoadState();
    await look(page);
    await fill(page, { typedName: canaries.fullName, password: testPassword });
    await page.getByRole('main').getByRole('checkbox').check();
    await press(page, /^Sign/);
    await look(page);
    const paid = await payOut(portal, { partyId: file.partyId, application: file });
    expect(paid).toMatchObject({ ok: true });
    await page.goto('/loans');
    await look(page);
    await page
      .getByRole('main')
      .getByRole('link', { name: /Personal loan/ })
      .first()
      .click();
    await page.waitForLoadState();
    await look(page);
    const loan = new URL(page.url()).pathname;
    expect(await page.getByRole('main').innerText()).toContain('17,500.00');
    await page.goto(`${loan}/pay`);
    await look(page);
    const pay = page.getByRole('main').getByRole('button', { name: /^Pay / });
    await pay.dblclick();
    await page.waitForURL(/\/payments\//);
    await look(page);
    return loan;
  }

  it('is done from registration to the receipt with scripts, each page accessible on a phone and a desktop', async () => {
    const context = await browser.visit({ javaScriptEnabled: true, viewport: desktop });
    const { page, complaints } = await watchedPage(context);
    for (const path of ['/', '/services', '/contact', '/login', '/register', '/nowhere']) {
      await page.goto(path);
      await expectAccessible(page);
    }
    await page.goto('/contact');
    await fill(page, { name: canaries.fullName, email: canaries.email, topic: 'a-loan', message: canaries.message });
    await press(page, /Send/);
    await register(page, canaries.email);
    await expectAccessible(page);
    await openAccountAndDeposit(page, expectAccessible);
    const file = await apply(page, expectAccessible);
    await decide(expectAccessible);
    const loan = await acceptAndPay(page, file, expectAccessible);
    for (const path of [
      loan,
      `${loan}?tab=payments`,
      `${loan}?tab=terms`,
      '/loans',
      '/dashboard',
      '/accounts',
      '/profile',
      '/logout',
    ]) {
      await page.goto(path);
      await expectAccessible(page);
    }
    await press(page, 'Sign out');
    expect(await heading(page)).toBe('Borrow knowing what each month will cost');
    expect(complaints).toEqual([]);
    const payments = await portal.database.db.collection('loanTransactions').countDocuments({ kind: 'payment' });
    expect(payments).toBe(1);
    expect(await soundness(portal)).toEqual(sound);
  });

  it('left none of what was typed readable in the database or in the log', async () => {
    await portal.platform.outbox.drain();
    expect(await whereStored(portal.database.db, Object.values(canaries))).toEqual([]);
    const log = logLines.join('\n');
    expect(logLines.length).toBeGreaterThan(50);
    expect(Object.values(canaries).filter((canary) => log.includes(canary))).toEqual([]);
  });

  it('is done the same without scripts, on a phone', async () => {
    const context = await browser.visit({ javaScriptEnabled: false, viewport: phone });
    const { page } = await watchedPage(context);
    const unseen = () => Promise.resolve();
    await register(page, 'second.person@example.test');
    await openAccountAndDeposit(page, unseen);
    const file = await apply(page, unseen);
    await decide(unseen);
    await acceptAndPay(page, file, unseen);
    expect(await page.getByRole('main').innerText()).toContain('Instalment 1 is paid');
    await context.close();
    expect(await soundness(portal)).toEqual(sound);
  });

  it('shows the live estimate while the amount is typed', async () => {
    const context = await browser.visit({ javaScriptEnabled: true, viewport: phone });
    const { page, complaints } = await watchedPage(context);
    await register(page, 'third.person@example.test');
    await page.goto('/loans/apply');
    await press(page, /personal loan/);
    await page.goto(`${new URL(page.url()).pathname}/terms`);
    await fill(page, { instalments: '24', amount: '18000' });
    await page.locator('[data-estimate-key=instalment]').filter({ hasText: '846.48' }).waitFor();
    await fill(page, { amount: '9000' });
    await page.locator('[data-estimate-key=instalment]').filter({ hasText: '423.24' }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });
});
