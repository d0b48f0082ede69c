import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { heicFile, jpegFile, pdfFile, pngFile } from '#test/files.ts';
import { skipWithoutChromium } from '#test/needs.ts';
import { openPortal, testPassword, type TestPortal } from '#test/portal.ts';
import { desktop, expectAccessible, openBrowser, phone, watchedPage } from './browser.ts';

describe.skipIf(skipWithoutChromium())('documents, in Chromium', () => {
  let portal: TestPortal;
  let browser: Awaited<ReturnType<typeof openBrowser>>;
  let folder: string;
  beforeAll(async () => {
    portal = await openPortal();
    browser = await openBrowser(portal.app);
    folder = await mkdtemp(join(tmpdir(), 'papers-'));
    const files = {
      'passport of Wren.jpg': jpegFile({ dataBytes: 3_000_000 }),
      'bill.png': pngFile(),
      'IMG_0412.heic': heicFile(),
      'payslips.pdf': pdfFile({ fillBytes: 200_000 }),
      'page.pdf': Buffer.from('<html>not a PDF</html>'),
      'huge.pdf': pdfFile({ fillBytes: 11_000_000 }),
    };
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  });
  afterAll(async () => {
    await browser.close();
    await portal.close();
    await rm(folder, { recursive: true, force: true });
  });

  const signIn = async (page: Page, email: string) => {
    await page.goto('/login');
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password', { exact: true }).fill(testPassword);
    await page.getByRole('main').getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.waitForURL('**/dashboard');
  };
  const choose = async (page: Page, item: string, file: string) => {
    const card = page.getByRole('region', { name: item });
    await card.locator('input[type=file]').setInputFiles(join(folder, file));
    await card.getByRole('button', { name: /^Send/ }).click();
  };

  async function applicant(javaScriptEnabled: boolean) {
    const person = await portal.borrower('Wren Documents');
    const order = { actor: person.userId, partyId: person.partyId, branchId: 'head-office', productCode: 'home' };
    const started = await portal.services.applications.start(order);
    if (!started.ok) throw new Error('The draft was not started');
    const context = await browser.visit({ javaScriptEnabled, viewport: phone });
    const { page, complaints } = await watchedPage(context);
    await signIn(page, person.email);
    await page.goto(`/loans/apply/${started.value._id}/documents`);
    return { page, complaints, applicationId: started.value._id };
  }

  it('are sent with a bar that shows how far they are, replaced and deleted', async () => {
    const { page, complaints, applicationId } = await applicant(true);
    await expectAccessible(page);
    await choose(page, 'Proof of identity', 'page.pdf');
    await page.locator('#error-summary').waitFor();
    expect(await page.locator('#error-summary').innerText()).toContain('not the kind of file');
    await expectAccessible(page);
    await choose(page, 'Proof of identity', 'huge.pdf');
    expect(await page.locator('.upload-progress').innerText()).toContain('larger than 10 MB');
    await page.reload();
    await choose(page, 'Proof of identity', 'passport of Wren.jpg');
    await page.getByText('Proof of identity: we have your file').waitFor();
    await choose(page, 'Proof of identity', 'IMG_0412.heic');
    await page.getByText('Earlier versions (1)').waitFor();
    await choose(page, 'Proof of address', 'bill.png');
    await page.getByText('Proof of address: we have your file').waitFor();
    await choose(page, 'Proof of income', 'payslips.pdf');
    await page.getByText('Proof of income: we have your file').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Delete bill.png' }).click();
    await page.getByText('The file is deleted').waitFor();
    expect(complaints).toEqual([]);
    await officer(applicationId);
    await page.reload();
    await expectAccessible(page);
  });

  it('are sent without scripts', async () => {
    const { page } = await applicant(false);
    await choose(page, 'Proof of income', 'huge.pdf');
    await page.locator('#error-summary').waitFor();
    expect(await page.locator('#error-summary').innerText()).toContain('larger than 10 MB');
    await choose(page, 'Proof of income', 'payslips.pdf');
    await page.getByText('Proof of income: we have your file').waitFor();
  });

  /** The officer warned, judging and asking. */
  async function officer(applicationId: string) {
    const applications = portal.database.db.collection<{ _id: string }>('applications');
    await applications.updateOne({ _id: applicationId }, { $set: { state: 'submitted' } });
    const staff = await portal.staff('officer');
    const context = await browser.visit({ javaScriptEnabled: true, viewport: desktop });
    const { page, complaints } = await watchedPage(context);
    await signIn(page, staff.email);
    await page.goto(`/officer/applications/${applicationId}/documents`);
    await expectAccessible(page);
    await page.getByText('Reject with a reason: Proof of identity').click();
    const reason = page.getByLabel('What is wrong, and what to send instead').first();
    await reason.fill('The photograph is too dark to read the number. Please take it again by daylight.');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Reject and tell the borrower' }).first().click();
    await page.getByText('The borrower is told why').waitFor();
    await page.getByText('Ask for another document').click();
    await page.getByLabel('Which document').selectOption('other');
    await page
      .getByLabel('What it should show')
      .fill('The letter of your landlord that says since when you live there.');
    await page.getByRole('button', { name: 'Send the request' }).click();
    await page.getByText('The request is sent').waitFor();
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Download with a warning payslips.pdf' }).click();
    await expectAccessible(page);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download it at my own risk' }).click();
    expect((await download).suggestedFilename()).toBe('income-proof-1.pdf');
    expect(complaints).toEqual([]);
    await context.close();
  }
});
