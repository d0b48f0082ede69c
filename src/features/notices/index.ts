/**
 * Notices owns the inbox: it delivers what others promise through the outbox. It never decides what to tell anybody,
 * and its texts never hold a personal value.
 */
export { createNotices, noticeRow, type Notices } from './notices.service.ts';
export { noticeRoutes } from './notices.routes.ts';
