import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dateOf } from '#core/calendar.ts';
import { soundness, sound } from '#test/ledger-builders.ts';
import { whereStored } from '#test/dump.ts';
import { skipWithoutChromium } from '#test/needs.ts';
import { openPortal, testPassword, type TestPortal } from '#test/portal.ts';
import { fundedAccount, payer } from '../features/accounts/transfer-people.ts';
import { desktop, expectAccessible, openBrowser, watchedPage } from './browser.ts';

/** What the customers write; none of it may lie readable in the database or stand in the log. */
const canaries = { reference: 'Bittern boom rent', nickname: 'Landlady Plover', payer: 'Osprey Talonhall' };

const press = async (page: Page, name: string) => {
  await page.getByRole('main').getByRole('button', { name, exact: true }).first().click();
  await page.waitForLoadState();
};
const main = (page: Page) => page.getByRole('main').innerText();

describe.skipIf(skipWithoutChromium())('transfers, in Chromium without JavaScript', () => {
  let portal: TestPortal;
  let browser: Awaited<ReturnType<typeof openBrowser>>;
  const logLines: string[] = [];
  beforeAll(async () => {
    portal = await openPortal({ logLines });
    browser = await openBrowser(portal.app);
    await portal.setDay('2026-01-30');
  });
  afterAll(async () => {
    await browser.close();
    await portal.close();
  });

  /** axe needs scripts of its own: the same page, seen by a second browser of the same session. */
  async function looker(page: Page) {
    const context = await browser.visit({ javaScriptEnabled: true, viewport: desktop });
    return async () => {
      await context.addCookies(await page.context().cookies());
      const { page: seen, complaints } = await watchedPage(context);
      await seen.setContent(await page.content(), { waitUntil: 'load' });
      await seen.goto(page.url());
      await expectAccessible(seen);
      expect(complaints).toEqual([]);
      await seen.close();
    };
  }

  it('are entered, checked, confirmed, receipted, saved, scheduled and cancelled', async () => {
    const osprey = await payer(portal, 2_000n, canaries.payer);
    await fundedAccount(portal, osprey, { dollars: 40n, name: 'Holiday fund' });
    const anna = await payer(portal);
    const context = await browser.visit({ javaScriptEnabled: false, viewport: desktop });
    const { page, complaints } = await watchedPage(context);
    await page.goto('/login');
    await page.locator('[name=email]').fill(osprey.email);
    await page.locator('[name=password]').fill(testPassword);
    await press(page, 'Sign in');
    const look = await looker(page);

    await page.goto('/transfer');
    await look();
    await page.locator('[name=number]').fill(anna.number.replace(/(\d{4})/g, '$1 '));
    await page.locator('[name=amount]').fill('12o');
    await press(page, 'Check the transfer');
    expect(await page.locator('#amount-error').innerText()).toContain('with digits only');
    await page.locator('[name=amount]').fill('250.00');
    await page.locator('[name=reference]').fill(canaries.reference);
    await press(page, 'Check the transfer');
    expect(await main(page)).toContain('A··· M··· K···e');
    await press(page, 'Send 250.00');
    expect(await page.locator('#confirmed-error').innerText()).toContain('confirm that it is who you mean');
    await page.getByRole('checkbox').check();
    await press(page, 'Send 250.00');
    expect(await main(page)).toContain('Money sent');
    await look();

    await page.getByRole('link', { name: 'Save as a payee' }).click();
    await look();
    await page.locator('[name=nickname]').fill(canaries.nickname);
    await press(page, 'Check the payee');
    await page.getByRole('checkbox').check();
    await press(page, 'Save the payee');
    await look();
    await page.goto('/transfer/payees');
    expect(await main(page)).toContain(canaries.nickname);
    await look();

    await page.getByRole('link', { name: canaries.nickname }).click();
    await page.getByRole('link', { name: 'Send money' }).click();
    await page.locator('[name=amount]').fill('100.00');
    await page.getByText('Later or regularly', { exact: true }).click();
    await page.locator('[name=when]').selectOption('month');
    await page.locator('[name=startOn]').fill('2026-01-31');
    await press(page, 'Check the transfer');
    expect(await main(page)).toContain('31 January 2026, 28 February 2026, 31 March 2026');
    await press(page, 'Schedule the transfer');
    await look();
    await portal.services.transfers.runDueTransfers(dateOf('2026-01-31'));
    await page.reload();
    expect(await main(page)).toContain('1 time');
    await press(page, 'Cancel this schedule');
    expect(await main(page)).toContain('Cancelled');
    await page.goto('/transfer/scheduled');
    await look();
    expect(complaints).toEqual([]);
    expect(await anna.balance()).toBe(350_00n);
  });

  it('leave nothing readable behind, and the books sound', async () => {
    for (const text of Object.values(canaries)) {
      expect([text, await whereStored(portal.database.db, [text])]).toEqual([text, []]);
      expect(logLines.some((line) => line.includes(text))).toBe(false);
    }
    expect(await soundness(portal)).toEqual(sound);
  });
});
