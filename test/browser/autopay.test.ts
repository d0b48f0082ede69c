import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { moneyOf } from '#core/money.ts';
import { rateOf } from '#core/rate.ts';
import { skipWithoutChromium } from '#test/needs.ts';
import { openPortal, testPassword, type TestPortal } from '#test/portal.ts';
import { closeDay, onDay } from '../features/servicing/autopay/autopay-story.ts';
import { fundedAccount, lend } from '../features/servicing/lender.ts';
import { desktop, expectAccessible, openBrowser, watchedPage } from './browser.ts';

const bounceFee = { code: 'bounce', when: 'event', taxPercent: rateOf('0'), amount: moneyOf(20_00n) } as const;

describe.skipIf(skipWithoutChromium())('autopay in the browser', () => {
  let portal: TestPortal;
  let browser: Awaited<ReturnType<typeof openBrowser>>;
  beforeAll(async () => {
    portal = await openPortal();
    browser = await openBrowser(portal.app);
  });
  afterAll(async () => {
    await browser.close();
    await portal.close();
  });

  async function signIn(page: Page, email: string): Promise<void> {
    await page.context().clearCookies();
    await page.goto('/login');
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password', { exact: true }).fill(testPassword);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL('**/dashboard');
  }

  it('is read, agreed to, taken from, short, and cancelled; a transfer from another bank pays the rest', async () => {
    await onDay(portal, '2026-01-15');
    const borrower = await portal.borrower();
    const accountId = await fundedAccount(portal, { partyId: borrower.partyId, amount: 1_500_00n });
    const pocket = await fundedAccount(portal, { partyId: borrower.partyId, amount: 0n });
    const loan = await lend(portal, {
      ...{ partyId: borrower.partyId, accountId: pocket, principal: 12_000_00n, instalments: 12 },
      disbursedOn: '2026-01-15',
      product: { fees: [bounceFee] },
    });
    const context = await browser.visit({ javaScriptEnabled: true, viewport: desktop });
    const { page, complaints } = await watchedPage(context);
    await signIn(page, borrower.email);
    await page.goto(`/loans/${loan._id}/autopay`);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Set up autopay' }).click();
    await page.getByText('Tick the box to agree').first().waitFor();
    await expectAccessible(page);
    await page.locator(`input[value="${accountId}"]`).check();
    await page.getByLabel(/I agree that the bank takes/).check();
    await page.getByRole('button', { name: 'Set up autopay' }).click();
    await page.getByText('Autopay is set up.').waitFor();
    await expectAccessible(page);

    for (const day of ['2026-02-15', '2026-03-12', '2026-03-15', '2026-03-17', '2026-03-20'])
      await closeDay(portal, day);
    await signIn(page, borrower.email);
    await page.goto(`/loans/${loan._id}/autopay`);
    await page.getByText('Not tried again').waitFor();
    expect(await page.getByText('Taken', { exact: true }).count()).toBe(1);
    await expectAccessible(page);

    await page.goto(`/loans/${loan._id}/transfer`);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Simulate the transfer' }).click();
    await page.getByText('The money is here and booked to your loan.').waitFor();
    await expectAccessible(page);
    await page.getByRole('link', { name: 'See the receipt' }).click();
    await page.getByRole('heading', { level: 1 }).waitFor();

    await page.goto(`/loans/${loan._id}/autopay`);
    await page.getByRole('button', { name: 'Cancel autopay' }).click();
    await page.getByText('Autopay is cancelled.').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  }, 90_000);
});
