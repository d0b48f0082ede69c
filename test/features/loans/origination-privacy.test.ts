import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whereStored } from '#test/dump.ts';
import { gpsCanary } from '#test/files.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { canaries, fileNames, typedValues, written } from './privacy-typed.ts';
import { walkThrough } from './privacy-walk.ts';
import type { Seen } from './privacy-watch.ts';

const logLines: string[] = [];
const seen: Seen = { urls: [], pages: [] };
let portal: TestPortal;
const emails: string[] = [];
beforeAll(async () => {
  portal = await openPortal({ logLines });
  await portal.setDay('2026-03-17');
});
afterAll(() => portal.close());

describe('What people type on the way to a loan', () => {
  it('takes a whole application with two people, and another that is contested', async () => {
    await walkThrough({ portal, seen, emails });
  }, 240_000);

  it('was all kept: the pages of those who may read it say it', () => {
    const pages = seen.pages.join('\n');
    // Only the upload's own answer could say what is in a paper, and the half typed name was typed anew.
    const unread = [written.halfTyped, fileNames.pdf, fileNames.content, fileNames.picture, gpsCanary];
    const shown = (value: string) =>
      pages.includes(/^\d{4}-/.test(value) ? portal.platform.formats.date(value) : value);
    expect(typedValues().filter((value) => !unread.includes(value) && !shown(value))).toEqual([]);
  });

  it('lies readable in no collection: files, outbox, audit, sessions and jobs included', async () => {
    const collections = (await portal.database.db.listCollections().toArray()).map(({ name }) => name);
    for (const name of ['applications', 'outbox', 'auditEntries', 'sessions', 'files.chunks', 'notices'])
      expect(collections).toContain(name);
    const found = await whereStored(portal.database.db, canaries(emails));
    expect(found).toEqual([]);
    // What lies open by design is found: the search sees what there is.
    const open = await whereStored(portal.database.db, ['20000000']);
    expect(open.filter((one) => one.startsWith('applications/'))).toHaveLength(1);
  }, 240_000);

  it('is said in no line of the log', () => {
    expect(logLines.length).toBeGreaterThan(100);
    const log = logLines.join('\n').toLowerCase();
    expect(canaries(emails).filter((one) => log.includes(one.toLowerCase()))).toEqual([]);
  });

  it('stands in no title of a notice, which is what a subject line would say', async () => {
    const parties = await portal.database.db.collection('applications').distinct('partyId');
    const titles: string[] = [];
    for (const partyId of parties as string[]) {
      const { notices } = await portal.services.notices.list(partyId, { page: 1, size: 50 });
      titles.push(...notices.map(({ title }) => title));
      seen.urls.push(...notices.map(({ href }) => href));
    }
    expect(titles.length).toBeGreaterThan(8);
    const all = titles.join('\n').toLowerCase();
    expect(canaries(emails).filter((one) => all.includes(one.toLowerCase()))).toEqual([]);
  });

  it('stands in no address that was visited, linked or redirected to', () => {
    expect(seen.urls.length).toBeGreaterThan(100);
    const all = seen.urls
      .flatMap((url) => [url, decodeURIComponent(url.replaceAll('+', ' '))])
      .join('\n')
      .toLowerCase();
    expect(canaries(emails).filter((one) => all.includes(one.toLowerCase()))).toEqual([]);
  });
});
