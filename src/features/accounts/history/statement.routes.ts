import { Router, type Request, type Response } from 'express';
import { dateText } from '#core/calendar.ts';
import { formatsIn, type Formats } from '#core/format.ts';
import type { Platform } from '#platform/platform.ts';
import { ownParty, pathParameter } from '#web/express.ts';
import { notFound } from '#core/errors.ts';
import { pageNumber } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import { permission } from '#web/permission.ts';
import type { Pages } from '#web/render.ts';
import { sendDocument } from '#web/send-document.ts';
import { statementQuery, type StatementQuery } from '#web/statement-period.ts';
import type { Accounts } from '../accounts.service.ts';
import type { DepositAccount } from '../own-accounts.service.ts';
import type { History } from './history.service.ts';
import { writeStatementCsv } from './statement-csv.ts';
import type { StatementDocument } from './statement-document.ts';
import { linesOnPage, mostLinesShown } from './statement-lines.ts';
import { writeStatementPdf } from './statement-pdf.ts';
import { linesShown, statementPage } from './statement.view.ts';

interface StatementRouteParts {
  platform: Pick<Platform, 'bankDay' | 'clock'>;
  accounts: Pick<Accounts, 'findOwn'>;
  history: History;
  pages: Pages;
  formats: Formats;
}

/** `/accounts/:id/statement`, as a page and as a file. */
export function statementRoutes(parts: StatementRouteParts): Router {
  const router = Router();
  const path = '/accounts/:accountId/statement';
  router.get(path, permission('statement:own'), (req, res) => showStatement(parts, req, res));
  router.get(`${path}.pdf`, permission('statement:own'), (req, res) => sendFile(parts, { req, res, as: 'pdf' }));
  router.get(`${path}.csv`, permission('statement:own'), (req, res) => sendFile(parts, { req, res, as: 'csv' }));
  return router;
}

async function askedOf({ accounts, platform }: StatementRouteParts, req: Request, res: Response) {
  const [account, today] = await Promise.all([
    accounts.findOwn(ownParty(res), pathParameter(req.params.accountId)),
    platform.bankDay.today(),
  ]);
  if (!account) throw notFound('Account');
  return { account, today, asked: statementQuery(req.query, today) };
}

async function showStatement(parts: StatementRouteParts, req: Request, res: Response): Promise<void> {
  const { history, pages, formats } = parts;
  const { account, today, asked } = await askedOf(parts, req, res);
  const { period } = asked;
  const page = Math.min(pageNumber(req.query), mostLinesShown / linesShown);
  const of = period && { account: account.id, ...period };
  const shown = of && {
    page,
    statement: await history.statement(of),
    lines: await linesOnPage(history.statementLines(of), { page, size: linesShown }),
  };
  const model = statementPage({ account, asked, today, shown, formats });
  if (shown) await pages.show(res, { view: 'accounts/history/statement', model });
  else await pages.invalid(res, { view: 'accounts/history/statement', model });
}

const files = {
  pdf: writeStatementPdf,
  csv: writeStatementCsv,
} as const;

async function sendFile(
  parts: StatementRouteParts,
  { req, res, as }: { req: Request; res: Response; as: keyof typeof files },
): Promise<void> {
  const { account, asked } = await askedOf(parts, req, res);
  if (!asked.period) {
    // The page says what is wrong with the period.
    const given = new URLSearchParams(asked.form.values).toString();
    res.redirect(303, `${paths.statement(account.id)}?${given}`);
    return;
  }
  const document = await documentOf(parts, { account, period: asked.period });
  const name = `${fileName(asked, asked.period)}.${as}`;
  await sendDocument(res, { name, type: as }, () => files[as](res, document));
}

function fileName({ month }: StatementQuery, { from, to }: NonNullable<StatementQuery['period']>): string {
  return month === undefined ? `statement-${dateText(from)}-to-${dateText(to)}` : `statement-${month}`;
}

async function documentOf(
  { history, platform, formats }: StatementRouteParts,
  { account, period }: { account: DepositAccount; period: NonNullable<StatementQuery['period']> },
): Promise<StatementDocument> {
  const of = { account: account.id, ...period };
  const [statement, holders] = await Promise.all([history.statement(of), history.holderNames(account.id)]);
  return {
    account,
    holders,
    period,
    statement,
    lines: history.statementLines(of),
    madeAt: new Date(platform.clock.now().epochMilliseconds),
    formats: formatsIn(account.currency, formats),
  };
}
