import type { BrowserContext, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { testPassword } from '#test/portal.ts';
import { expectAccessible, expectNoSidewaysScroll, watchedPage } from './browser.ts';

/** Somebody at a browser, and what they look at on every page they come to. */
export interface Walker {
  page: Page;
  complaints: string[];
  look: () => Promise<void>;
}

/** What hangs is found in minutes; what is slow on a shared machine is let be. */
const patienceMs = 60_000;

/** With scripts axe looks at every page at the size it has; in both ways nothing may scroll sideways. */
export async function walker(
  context: BrowserContext,
  options: { javaScriptEnabled: boolean; viewport: { width: number; height: number } },
): Promise<Walker> {
  context.setDefaultTimeout(patienceMs);
  const { page, complaints } = await watchedPage(context);
  const { javaScriptEnabled, viewport } = options;
  const look = () => (javaScriptEnabled ? expectAccessible(page, [viewport]) : expectNoSidewaysScroll(page));
  return { page, complaints, look };
}

export const pathOf = (page: Page) => new URL(page.url()).pathname;
export const mainText = (page: Page) => page.getByRole('main').innerText();

/** The same person, who does not look again at what they have seen: looking takes longer than all the rest. */
export const quietly = (at: Walker): Walker => ({ ...at, look: () => Promise.resolve() });

/** Opens the address and looks at the page. */
export async function open({ page, look }: Walker, path: string): Promise<void> {
  await page.goto(path);
  await look();
}

/** Presses what leads to another page, waits for it and looks at it. */
export async function follow({ page, look }: Walker, target: Locator): Promise<void> {
  await Promise.all([page.waitForEvent('framenavigated'), target.first().click()]);
  await page.waitForLoadState();
  await look();
}

export const press = (at: Walker, name: string | RegExp) =>
  follow(at, at.page.getByRole('main').getByRole('button', { name }));

/** Presses the button of the form that is sent to the address which ends so. */
export const send = (at: Walker, action: string) =>
  follow(at, at.page.locator(`main form[action$="${action}"] button[type=submit]`));

/** Answers the fields of a page by their names, whatever they are. */
export async function answer({ page }: Walker, fields: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(fields)) {
    const choice = page.locator(`main input[type=radio][name="${name}"][value="${value}"]`);
    const select = page.locator(`main select[name="${name}"]`);
    if ((await choice.count()) > 0) await choice.check();
    else if ((await select.count()) > 0) await select.selectOption(value);
    else await page.locator(`main [name="${name}"]:not([type=hidden])`).first().fill(value);
  }
}

export async function tickAll({ page }: Walker): Promise<void> {
  for (const box of await page.getByRole('main').getByRole('checkbox').all()) await box.check();
}

/** Fills the form of registration that is shown, and signs in; gives the address that one comes to. */
export async function registerHere(
  at: Walker,
  person: { fullName: string; email: string; phone: string },
): Promise<string> {
  const { fullName, email, phone } = person;
  await answer(at, { fullName, email, phone, password: testPassword, passwordAgain: testPassword });
  await tickAll(at);
  await press(at, 'Register');
  await answer(at, { email, password: testPassword });
  await press(at, 'Sign in');
  return pathOf(at.page);
}

export async function signIn(at: Walker, email: string): Promise<void> {
  await at.page.goto('/login');
  await answer(at, { email, password: testPassword });
  await press(quietly(at), 'Sign in');
  expect(pathOf(at.page)).toBe('/dashboard');
}
