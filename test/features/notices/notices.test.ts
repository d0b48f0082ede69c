import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noticeRow } from '#features/notices/index.ts';
import { commitTogether } from '#platform/companion.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';

describe('the inbox', () => {
  let portal: TestPortal;
  beforeAll(async () => {
    portal = await openPortal();
  });
  afterAll(() => portal.close());

  const tell = async (partyId: string, title: string) => {
    const row = noticeRow(portal.platform.outbox, { partyId, title, text: `${title} in full.`, href: '/accounts' });
    await commitTogether(portal.database, [row]);
    await portal.platform.outbox.drain();
    return row.kind === 'insert' ? row.document._id : '';
  };

  it('says when it is empty', async () => {
    const borrower = await portal.borrower();
    expect((await borrower.get('/notices')).text).toContain('Your inbox is empty');
    expect((await (await portal.staff('officer')).get('/notices')).text).toContain('Your inbox is empty');
  });

  it('shows a notice as unread, then opens it, then shows it as read', async () => {
    const borrower = await portal.borrower();
    const id = await tell(borrower.partyId, 'Your account is open');
    const before = (await borrower.get('/notices')).text;
    expect(before).toContain('Unread, ');
    expect(before).toContain('<span class="count">1</span>');
    const notice = await borrower.get(`/notices/${id}`);
    expect(notice.text).toContain('Your account is open in full.');
    expect(notice.text).toContain('<a class="btn btn-primary" href="/accounts">');
    const after = (await borrower.get('/notices')).text;
    expect(after).not.toContain('Unread');
    expect(after).not.toContain('class="count"');
  });

  it('gets a notice once although its outbox row is handled twice', async () => {
    const borrower = await portal.borrower();
    const id = await tell(borrower.partyId, 'Your money arrived');
    const rows = portal.database.db.collection<{ _id: string; state: string }>('outbox');
    await rows.updateOne({ _id: id }, { $set: { state: 'pending', nextAt: new Date(0) } });
    expect(await portal.platform.outbox.drain()).toBe(1);
    expect((await rows.findOne({ _id: id }))?.state).toBe('done');
    const page = { page: 1, size: 30 };
    expect((await portal.services.notices.list(borrower.partyId, page)).total).toBe(1);
  });

  it('tells nothing where the transaction did not commit', async () => {
    const borrower = await portal.borrower();
    const row = noticeRow(portal.platform.outbox, { partyId: borrower.partyId, title: 'No', text: 'No', href: '/' });
    const missed = { collection: 'parties', kind: 'update', filter: { _id: 'nobody' }, change: {} } as const;
    const write = commitTogether(portal.database, [row, { ...missed, change: { $set: { version: 9 } } }]);
    await expect(write).rejects.toMatchObject({ kind: 'conflict' });
    await portal.platform.outbox.drain();
    expect(await portal.services.notices.unread(borrower.partyId)).toBe(0);
  });

  it('shows nobody the notices of another', async () => {
    const owner = await portal.borrower();
    const other = await portal.borrower();
    const id = await tell(owner.partyId, 'For the owner alone');
    expect((await other.get(`/notices/${id}`)).status).toBe(404);
    expect((await (await portal.staff('administrator')).get(`/notices/${id}`)).status).toBe(404);
    expect((await other.get('/notices')).text).not.toContain('For the owner alone');
    expect(await portal.services.notices.unread(owner.partyId)).toBe(1);
  });

  it('goes on over several pages, newest first', async () => {
    const borrower = await portal.borrower();
    const notices = portal.database.db.collection<{ _id: string }>('notices');
    const many = Array.from({ length: 31 }, (_, index) => ({
      _id: `${borrower.partyId}-${index}`,
      partyId: borrower.partyId,
      title: `Notice number ${index} of many`,
      text: 'Text',
      href: '/accounts',
      at: new Date(Date.UTC(2026, 0, 1 + index)),
      readAt: null,
    }));
    await notices.insertMany(many);
    const first = (await borrower.get('/notices')).text;
    expect(first).toContain('1 to 30 of 31');
    expect(first).not.toContain('Notice number 0 of many');
    expect((await borrower.get('/notices?page=2')).text).toContain('Notice number 0 of many');
    const past = (await borrower.get('/notices?page=9')).text;
    expect(past).toContain('There is nothing on this page');
    expect((await borrower.get('/notices?page=-1')).text).toContain('1 to 30 of 31');
  });
});
