import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Express } from 'express';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { chromiumPath } from '#test/needs.ts';

interface Viewport {
  width: number;
  height: number;
}

export const phone = { width: 390, height: 844 };
export const desktop = { width: 1280, height: 900 };

const quietly = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The application on a loopback port, and Chromium with an empty profile. */
export async function openBrowser(app: Express) {
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const profile = await mkdtemp(join(tmpdir(), 'cloudbank-browser-'));
  const browser = await chromium.launch({ executablePath: chromiumPath() ?? 'chromium', args: quietly });
  const baseURL = `http://127.0.0.1:${port}`;
  return {
    visit: (options: { javaScriptEnabled: boolean; viewport: Viewport }) => browser.newContext({ ...options, baseURL }),
    close: async () => {
      await browser.close();
      server.closeAllConnections();
      server.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

/** A page whose complaints (a blocked script, a missing file, an exception) are kept. */
export async function watchedPage(context: BrowserContext): Promise<{ page: Page; complaints: string[] }> {
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // Chromium writes every answer of 4xx to its console; the tests ask for some on purpose.
    if (message.type() === 'error' && !message.text().includes('status of 4')) complaints.push(message.text());
  });
  return { page, complaints };
}

let axeSource: Promise<string> | undefined;

interface AxeResult {
  violations: { id: string; nodes: { target: unknown }[] }[];
}

/** axe finds nothing on the page, on a phone and on a desktop unless told, and nothing is wider than the window. */
export async function expectAccessible(page: Page, viewports: readonly Viewport[] = [phone, desktop]): Promise<void> {
  axeSource ??= readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  const source = await axeSource;
  for (const viewport of viewports) {
    await page.setViewportSize(viewport);
    await page.evaluate(source);
    const result = await page.evaluate<AxeResult>('axe.run(document, { resultTypes: ["violations"] })');
    const found = result.violations.map(
      ({ id, nodes }) => `${id}: ${JSON.stringify(nodes.map(({ target }) => target))}`,
    );
    const url = new URL(page.url()).pathname;
    expect({ url, width: viewport.width, found }).toEqual({ url, width: viewport.width, found: [] });
    await expectNoSidewaysScroll(page);
  }
}

/** Nothing is wider than the window as it is. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const wider = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
  const at = { url: new URL(page.url()).pathname, width: page.viewportSize()?.width };
  expect({ ...at, wider: Math.max(0, wider) }).toEqual({ ...at, wider: 0 });
}
