import { Router, type Request, type Response } from 'express';
import { notFound } from '#core/errors.ts';
import type { Formats } from '#core/format.ts';
import { actor, pathParameter } from '#web/express.ts';
import { pageNumber, pageSize } from '#web/paging.ts';
import { permission } from '#web/permission.ts';
import type { Pages } from '#web/render.ts';
import type { History } from './history.service.ts';
import { journalPage } from './journal.view.ts';
import { accountSearch } from './staff-account.forms.ts';
import { staffAccountPage, staffAccountsPage } from './staff-account.view.ts';

export interface StaffAccountRouteParts {
  history: Pick<History, 'inspection'>;
  pages: Pages;
  formats: Formats;
}

/** `/staff/accounts`: customers' accounts for those who serve them, and nothing that changes one. */
export function staffAccountRoutes(parts: StaffAccountRouteParts): Router {
  const router = Router();
  const path = '/staff/accounts';
  router.get(path, permission('account:inspect'), (req, res) => showAccounts(parts, req, res));
  router.get(`${path}/:accountId`, permission('account:inspect'), (req, res) => showAccount(parts, req, res));
  router.get(`${path}/:accountId/journals/:key`, permission('account:inspect'), async (req, res) => {
    const accountId = pathParameter(req.params.accountId);
    const query = { actor: actor(res).userId, accountId, key: pathParameter(req.params.key) };
    const found = await parts.history.inspection.journal(query);
    if (!found) throw notFound('Journal');
    const model = journalPage({ ...found, accountId, formats: parts.formats });
    await parts.pages.show(res, { view: 'accounts/history/journal', model });
  });
  return router;
}

async function showAccounts({ history, pages, formats }: StaffAccountRouteParts, req: Request, res: Response) {
  const { form, search } = accountSearch(req.query);
  const page = pageNumber(req.query);
  const query = { actor: actor(res).userId, page, size: pageSize };
  const found = search && { page, ...(await history.inspection.search({ ...query, search })) };
  const model = staffAccountsPage({ form, search, found, formats });
  const shown = { view: 'accounts/history/staff-accounts', model };
  if (search) await pages.show(res, shown);
  else await pages.invalid(res, shown);
}

async function showAccount({ history, pages, formats }: StaffAccountRouteParts, req: Request, res: Response) {
  const { inspection } = history;
  const accountId = pathParameter(req.params.accountId);
  const inspected = await inspection.account({ actor: actor(res).userId, accountId });
  if (!inspected) throw notFound('Account');
  const page = pageNumber(req.query);
  const [holds, entries] = await Promise.all([
    inspection.holds(accountId),
    inspection.entries({ account: accountId, page, size: pageSize }),
  ]);
  const model = staffAccountPage({ inspected, holds, history: { ...entries, page }, formats });
  await pages.show(res, { view: 'accounts/history/staff-account', model });
}
