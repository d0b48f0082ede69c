import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { skipWithoutChromium } from '#test/needs.ts';
import { openPortal, testPassword, type TestPortal } from '#test/portal.ts';
import { emptyDesk, waitingFile } from '../features/loans/desk-builders.ts';
import { stored, submitted } from '../features/loans/underwriting-builders.ts';
import { desktop, expectAccessible, openBrowser, watchedPage } from './browser.ts';

describe.skipIf(skipWithoutChromium())('the underwriting desk, in Chromium', () => {
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

  async function signedIn(role: 'officer' | 'senior-officer') {
    const staff = await portal.staff(role);
    const context = await browser.visit({ javaScriptEnabled: true, viewport: desktop });
    const { page, complaints } = await watchedPage(context);
    await page.goto('/login');
    await page.locator('[name=email]').fill(staff.email);
    await page.locator('[name=password]').fill(testPassword);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/dashboard');
    return { staff, page, complaints };
  }

  /** Presses a key that leads to another page, and waits until it stands. */
  async function onwards(page: Page, key: string): Promise<void> {
    await Promise.all([page.waitForEvent('framenavigated'), page.keyboard.press(key)]);
    await page.waitForLoadState('load');
  }
  const focused = (page: Page) => page.evaluate<string>('document.activeElement?.id ?? ""');

  it('lets an officer handle ten files from the queue by keyboard only', async () => {
    const files: string[] = [];
    for (let n = 0; n < 10; n += 1) {
      files.push((await submitted(portal)).application._id);
      portal.clock.advance({ minutes: 1 });
    }
    const { page, complaints } = await signedIn('officer');
    const acts = {
      approve: async () => {
        await page.keyboard.press('a');
        expect(await focused(page)).toBe('amount');
        await onwards(page, 'Control+Enter');
      },
      decline: async () => {
        await page.keyboard.press('d');
        expect(await focused(page)).toBe('reason');
        await page.keyboard.press('ArrowDown');
        await onwards(page, 'Control+Enter');
      },
      ask: async () => {
        await page.keyboard.press('q');
        expect(await focused(page)).toBe('question1');
        await page.keyboard.type('Who pays the rent, and since when? a d n r');
        await onwards(page, 'Control+Enter');
      },
    };
    const plan = [
      'approve',
      'decline',
      'ask',
      'approve',
      'ask',
      'decline',
      'approve',
      'ask',
      'decline',
      'approve',
    ] as const;
    await page.goto('/officer');
    // Down and up the list, and back from the file by its keys.
    for (const key of ['j', 'j', 'k', 'j']) await page.keyboard.press(key);
    await onwards(page, 'Enter');
    expect(page.url()).toContain(`/officer/applications/${String(files[1])}`);
    await page.keyboard.press('g');
    await onwards(page, 'q');
    expect(new URL(page.url()).pathname).toBe('/officer');
    for (const [index, act] of plan.entries()) {
      await onwards(page, 'n');
      expect(page.url()).toContain(`/officer/applications/${String(files[index])}`);
      await acts[act]();
      expect(await page.getByRole('status').innerText()).toContain('Open the next file');
    }
    await onwards(page, 'n');
    expect(await page.getByRole('status').innerText()).toContain('No file waits that you may take');
    const states = await Promise.all(files.map(async (id) => (await stored(portal, id)).state));
    const wanted = { approve: 'offered', decline: 'rejected', ask: 'asked' } as const;
    expect(states).toEqual(plan.map((act) => wanted[act]));
    expect(complaints).toEqual([]);
  });

  it('is accessible on a phone and a desktop: the queue, an empty one, the bar of a file, the questions', async () => {
    await emptyDesk(portal);
    const { page, staff } = await signedIn('senior-officer');
    const look = async (path: string) => {
      await page.goto(path);
      await expectAccessible(page);
    };
    await look('/officer');
    await look('/officer/next');
    const { partyId } = await waitingFile(portal, { dueInHours: -50 });
    for (let n = 0; n < 34; n += 1) await waitingFile(portal, { partyId, dueInHours: n });
    const mine = await waitingFile(portal, { assignee: { userId: staff.userId, at: new Date() } });
    await look('/officer?sla=late&level=officer');
    await look('/officer');
    await look('/dashboard');
    await look(`/officer/applications/${mine._id}/desk`);
    await page.keyboard.press('?');
    await page.keyboard.press('q');
    await expectAccessible(page);
    await onwards(page, 'Control+Enter');
    expect(await page.title()).toContain('Error');
    await expectAccessible(page);
  });

  it('listens to no key once they are turned off', async () => {
    const { page } = await signedIn('officer');
    await page.goto('/officer');
    await page.keyboard.press('?');
    await page.getByRole('button', { name: 'Turn the keys off' }).click();
    await page.keyboard.press('j');
    expect(await page.evaluate('document.activeElement?.className ?? ""')).not.toContain('rowlink');
    await page.reload();
    await page.getByText('Keys on this page').click();
    await page.getByRole('button', { name: 'Turn the keys on' }).click();
    await page.getByRole('main').focus();
    await page.keyboard.press('j');
    expect(await page.evaluate('document.activeElement?.className ?? ""')).toContain('rowlink');
  });
});
