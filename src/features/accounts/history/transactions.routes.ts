import { Router, type Request, type Response } from 'express';
import type { Formats } from '#core/format.ts';
import type { Platform } from '#platform/platform.ts';
import { ownParty } from '#web/express.ts';
import { permission } from '#web/permission.ts';
import type { Pages } from '#web/render.ts';
import type { Accounts } from '../accounts.service.ts';
import { historyQuery } from './history-filter.forms.ts';
import type { History } from './history.service.ts';
import { historySize } from './history.view.ts';
import { placesOf } from './transactions.forms.ts';
import { transactionsPage } from './transactions.view.ts';

interface TransactionRouteParts {
  platform: Pick<Platform, 'bankDay'>;
  accounts: Pick<Accounts, 'listOwn'>;
  history: History;
  pages: Pages;
  formats: Formats;
}

/** `/transactions`: all accounts of a person together. */
export function transactionRoutes(parts: TransactionRouteParts): Router {
  const router = Router();
  router.get('/transactions', permission('transaction:own'), (req, res) => showTransactions(parts, req, res));
  return router;
}

async function showTransactions(parts: TransactionRouteParts, req: Request, res: Response): Promise<void> {
  const { accounts, history, pages, platform, formats } = parts;
  const [own, today] = await Promise.all([accounts.listOwn(ownParty(res)), platform.bankDay.today()]);
  const { currency } = formats;
  const ids = own.map(({ id }) => id);
  const asked = historyQuery(req.query, { today, currency, accounts: ids });
  const wanted = ids.filter((id) => asked.account === undefined || id === asked.account);
  const places = placesOf(req.query, ids);
  const found = asked.fits
    ? await history.find({ accounts: wanted, filter: asked.filter, places, size: historySize })
    : undefined;
  const model = transactionsPage({ accounts: own, asked, found, older: places.size > 0, today, currency, formats });
  const page = { view: 'accounts/history/transactions', model };
  if (asked.fits) await pages.show(res, page);
  else await pages.invalid(res, page);
}
