import { Router, type Request, type Response } from 'express';
import { notFound } from '#core/errors.ts';
import { may } from '#core/roles.ts';
import { actor, pathParameter } from '#web/express.ts';
import { pageNumber, pageSize } from '#web/paging.ts';
import { permission } from '#web/permission.ts';
import { collectionTab } from '../collections/collection-tab.view.ts';
import { delinquencyRoutes } from './delinquency.routes.ts';
import { loanJournalPage } from './journal.view.ts';
import { ledgerTab } from './ledger-tab.view.ts';
import { loanActRoutes } from './loan-acts.routes.ts';
import type { LoanRecord } from './loan-record.service.ts';
import { overviewTab, recordFrame, recordTab } from './loan-record.view.ts';
import { loanSearch } from './loan-search.forms.ts';
import { loanSearchPage } from './loan-search.view.ts';
import { currentSchedulePage, scheduleTab } from './schedule-tab.view.ts';
import type { StaffLoanParts } from './staff-loan.pages.ts';
import { termsTab } from './terms-tab.view.ts';
import { transactionsTab } from './transactions-tab.view.ts';

/** `/staff/loans`: the loan book for those who serve it, the delinquency list, and everything that staff do to a loan. */
export function staffLoanRoutes(parts: StaffLoanParts): Router {
  const router = Router();
  router.get('/staff/loans', permission('loan:inspect'), (req, res) => showLoans(parts, req, res));
  router.get('/staff/loans/:loanId', permission('loan:inspect'), (req, res) => showLoan(parts, req, res));
  router.get('/staff/loans/:loanId/journals/:key', permission('loan:inspect'), (req, res) =>
    showJournal(parts, req, res),
  );
  router.use(delinquencyRoutes(parts));
  router.use(loanActRoutes(parts));
  return router;
}

async function showLoans({ loanDesk, pages, formats }: StaffLoanParts, req: Request, res: Response) {
  const { form, filters } = loanSearch(req.query);
  const page = pageNumber(req.query);
  const [choices, found] = await Promise.all([
    loanDesk.search.choices(),
    filters && loanDesk.search.find({ actor: actor(res).userId, filters, page, size: pageSize }),
  ]);
  const q = form.values.q?.trim() ?? '';
  const query = { ...(q === '' ? {} : { q }), ...chosen(filters) };
  const model = loanSearchPage({ form, query, filters, choices, found: found && { ...found, page }, formats });
  const shown = { view: 'servicing/staff/loans', model };
  if (filters) await pages.show(res, shown);
  else await pages.invalid(res, shown);
}

/** The filters that the URL keeps. */
function chosen(filters: ReturnType<typeof loanSearch>['filters']): Record<string, string> {
  const { state, product, bucket, branch } = filters ?? {};
  const given = Object.entries({ state, product, bucket, branch }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as Record<string, string>;
}

async function showLoan(parts: StaffLoanParts, req: Request, res: Response) {
  const { loanDesk, pages, formats } = parts;
  const staff = actor(res);
  const record = await loanDesk.records.record({ loanId: pathParameter(req.params.loanId), actor: staff });
  const asked = recordTab(req.query);
  const tab = asked === 'collections' && !may(staff, 'collection:view') ? 'overview' : asked;
  const frame = recordFrame({ record, tab, actor: staff, formats });
  const model = { ...frame, ...(await tabBody(parts, { record, tab, req, res })) };
  await pages.show(res, { view: 'servicing/staff/loan', model });
}

async function tabBody(
  { loanDesk, formats }: StaffLoanParts,
  by: { record: LoanRecord; tab: ReturnType<typeof recordTab>; req: Request; res: Response },
): Promise<Record<string, unknown>> {
  const { record, tab, req, res } = by;
  const { told } = record;
  const { loan } = told;
  const staff = actor(res);
  switch (tab) {
    case 'overview':
      return { overview: overviewTab({ record, tab, actor: staff, formats }) };
    case 'schedule': {
      const page = 'page' in req.query ? pageNumber(req.query) : currentSchedulePage(loan);
      return { schedule: scheduleTab(loan, { page, formats, today: told.today.toString() }) };
    }
    case 'transactions': {
      const page = pageNumber(req.query);
      const lines = await loanDesk.records.transactions(told, { page, size: pageSize });
      const total = told.transactions.length;
      return { transactions: transactionsTab(lines, { loan, total, page, actor: staff, formats }) };
    }
    case 'terms':
      return { terms: termsTab(record, formats) };
    case 'ledger':
      return { ledger: ledgerTab(await loanDesk.records.ledgerLines(loan._id), { loan, formats }) };
    case 'collections': {
      const file = await loanDesk.collections.file({ loanId: loan._id, actor: staff, page: 1 });
      return { collections: collectionTab(file, formats) };
    }
  }
}

async function showJournal({ loanDesk, pages, formats }: StaffLoanParts, req: Request, res: Response) {
  const loanId = pathParameter(req.params.loanId);
  const found = await loanDesk.records.journal({ loanId, key: pathParameter(req.params.key), actor: actor(res) });
  if (!found) throw notFound('Journal');
  const model = loanJournalPage({ loan: found.told.loan, journal: found.journal, chart: found.chart, formats });
  await pages.show(res, { view: 'servicing/staff/journal', model });
}
