import { Router, type Request, type Response } from 'express';
import { notFound } from '#core/errors.ts';
import type { Formats } from '#core/format.ts';
import type { Platform } from '#platform/platform.ts';
import { ownParty, pathParameter } from '#web/express.ts';
import { permission } from '#web/permission.ts';
import type { Pages } from '#web/render.ts';
import type { Accounts } from '../accounts.service.ts';
import type { DepositAccount } from '../own-accounts.service.ts';
import { entryPage } from './entry.view.ts';
import { historyPlace, historyQuery, type HistoryQuery } from './history-filter.forms.ts';
import type { History } from './history.service.ts';
import { accountPage, balancePage, historySize, type Listed } from './history.view.ts';
import { staffAccountRoutes, type StaffAccountRouteParts } from './staff-account.routes.ts';
import { statementRoutes } from './statement.routes.ts';
import { transactionRoutes } from './transactions.routes.ts';

export interface HistoryRouteParts {
  platform: Pick<Platform, 'bankDay' | 'clock'>;
  accounts: Pick<Accounts, 'findOwn' | 'listOwn'>;
  history: History;
  pages: Pages;
  formats: Formats;
}

/**
 * What has moved: the pages of one account, `/transactions`, statements, and the staff's view of an account. Mounted
 * after the routes of accounts, so that `/accounts/open` is not taken for an account.
 */
export function historyRoutes(parts: HistoryRouteParts & StaffAccountRouteParts): Router {
  const router = Router();
  router.get('/accounts/:accountId', permission('account:own'), (req, res) => showAccount(parts, req, res));
  router.get('/accounts/:accountId/balance', permission('account:own'), async (req, res) => {
    const account = await ownAccount(parts, req, res);
    const now = new Date(parts.platform.clock.now().epochMilliseconds);
    const model = balancePage({ account, now, formats: parts.formats });
    await parts.pages.show(res, { view: 'accounts/history/balance', model });
  });
  router.get('/accounts/:accountId/entries/:key', permission('account:own'), async (req, res) => {
    const account = await ownAccount(parts, req, res);
    const found = await parts.history.entry({
      partyId: ownParty(res),
      account: account.id,
      key: pathParameter(req.params.key),
    });
    if (!found) throw notFound('Entry');
    const model = entryPage({ account, ...found, formats: parts.formats });
    await parts.pages.show(res, { view: 'accounts/history/entry', model });
  });
  router.use(transactionRoutes(parts), statementRoutes(parts), staffAccountRoutes(parts));
  return router;
}

/** Somebody else's account answers as one that is not there. */
export async function ownAccount(
  { accounts }: Pick<HistoryRouteParts, 'accounts'>,
  req: Request,
  res: Response,
): Promise<DepositAccount> {
  const account = await accounts.findOwn(ownParty(res), pathParameter(req.params.accountId));
  if (!account) throw notFound('Account');
  return account;
}

async function showAccount(parts: HistoryRouteParts, req: Request, res: Response): Promise<void> {
  const { history, pages, platform, formats } = parts;
  const [account, today] = await Promise.all([ownAccount(parts, req, res), platform.bankDay.today()]);
  const asked = historyQuery(req.query, { today, currency: account.currency, accounts: [] });
  const [listed, holds] = await Promise.all([
    listOf(history, { account, asked, query: req.query }),
    account.held > 0n ? history.holds(account.id) : [],
  ]);
  const model = accountPage({ account, holds, asked, listed, today, formats });
  if (asked.fits) await pages.show(res, { view: 'accounts/history/account', model });
  else await pages.invalid(res, { view: 'accounts/history/account', model });
}

async function listOf(
  history: History,
  facts: { account: DepositAccount; asked: HistoryQuery; query: unknown },
): Promise<Listed> {
  const { account, asked } = facts;
  if (!asked.fits) return { by: 'none' };
  const { page, before } = historyPlace(facts.query);
  if (!asked.filtered)
    return { by: 'number', page, ...(await history.page({ account: account.id, page, size: historySize })) };
  const places = new Map(before === undefined ? [] : [[account.id, before]]);
  const found = await history.find({ accounts: [account.id], filter: asked.filter, places, size: historySize });
  return { by: 'cursor', found, before };
}
