import { Router } from 'express';
import { notFound } from '#core/errors.ts';
import type { Formats } from '#core/format.ts';
import { actor, pathParameter } from '#web/express.ts';
import { pageNumber, pageSize, pagingView } from '#web/paging.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import type { Pages } from '#web/render.ts';
import type { Notices } from './notices.service.ts';

const toFirst = { href: paths.notices, text: 'Go to the newest' };

/** `/notices`: the inbox, and one notice with the way to what it is about. Staff without a customer file have an empty one. */
export function noticeRoutes(parts: { notices: Notices; pages: Pages; formats: Formats }): Router {
  const { notices, pages, formats } = parts;
  const router = Router();

  router.get('/notices', permission('notice:read'), async (req, res) => {
    const page = pageNumber(req.query);
    const partyId = actor(res).partyId ?? '';
    const { notices: found, total } = await notices.list(partyId, { page, size: pageSize });
    const items = found.map((notice) => ({
      href: paths.notice(notice._id),
      title: notice.title,
      sub: `${notice.readAt ? 'Read' : 'Unread'}, ${formats.instant(notice.at)}`,
      unread: notice.readAt === null,
    }));
    const paging = pagingView({ page, total, path: paths.notices });
    const empty =
      total === 0
        ? { title: 'Your inbox is empty', text: 'We write here when something happens to your accounts or loans.' }
        : { title: 'There is nothing on this page', text: 'The messages before it are still there.', action: toFirst };
    const model = { title: 'Inbox', items, paging, empty };
    await pages.show(res, { view: 'notices/list', model });
  });

  router.get('/notices/:noticeId', permission('notice:read'), async (req, res) => {
    const notice = await notices.read(actor(res).partyId ?? '', pathParameter(req.params.noticeId));
    if (!notice) throw notFound('Notice');
    const model = {
      title: notice.title,
      crumbs: [{ text: 'Inbox', href: paths.notices }, { text: notice.title }],
      at: formats.instant(notice.at),
      text: notice.text,
      href: notice.href,
    };
    await pages.show(res, { view: 'notices/notice', model });
  });
  return router;
}
