import { Router, type Response } from 'express';
import type { Formats } from '#core/format.ts';
import { may, type Actor, type Role } from '#core/roles.ts';
import type { Approvals } from '#features/approvals/index.ts';
import type { Accounts, History } from '#features/accounts/index.ts';
import type { Ledger } from '#features/ledger/index.ts';
import type { Applications, Desk, Loan, Participants } from '#features/loans/index.ts';
import type { Notices } from '#features/notices/index.ts';
import type { Risk } from '#features/risk/index.ts';
import { dueOf, type Servicing } from '#features/servicing/index.ts';
import type { Platform } from '#platform/platform.ts';
import { actor, ownParty } from '#web/express.ts';
import { pageNumber, pageSize } from '#web/paging.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import type { Pages } from '#web/render.ts';
import { bookIds, financeHome } from './book.view.ts';
import { borrowerHome, mostUrgentLoan, type Urgent } from './borrower-home.view.ts';
import { operationsNow } from './home.service.ts';
import { officerHome } from './officer-home.view.ts';
import { trialBalancePage } from './trial-balance.view.ts';
import { auditPage, watchHome } from './watch.view.ts';

export interface HomeParts {
  platform: Platform;
  servicing: Pick<Servicing, 'listOwn' | 'tell'>;
  accounts: Pick<Accounts, 'listOwn'>;
  history: Pick<History, 'page'>;
  applications: Pick<Applications, 'listOwn'>;
  participants: Pick<Participants, 'listJoint'>;
  desk: Pick<Desk, 'today'>;
  ledger: Pick<Ledger, 'trialBalance' | 'balances'>;
  notices: Pick<Notices, 'list'>;
  approvals: Pick<Approvals, 'pendingFor'>;
  risk: { watching: Pick<Risk['watching'], 'open'> };
  pages: Pages;
  formats: Formats;
}

type Start = (parts: HomeParts, res: Response) => Promise<void>;

const starts: Record<Role, Start> = {
  officer: showOfficer,
  'senior-officer': showOfficer,
  finance: showFinance,
  compliance: showWatch,
  administrator: showWatch,
  analyst: showWatch,
  borrower: showBorrower,
};

/** Staff who are customers too start at their work; their own money is one press away. */
function startOf({ roles }: Actor): Start {
  const first = (Object.keys(starts) as Role[]).find((role) => roles.includes(role));
  return starts[first ?? 'borrower'];
}

export function homeRoutes(parts: HomeParts): Router {
  const { ledger, platform, pages, formats } = parts;
  const router = Router();

  router.get('/dashboard', permission('dashboard:view'), (_req, res) => startOf(actor(res))(parts, res));

  router.get('/ledger', permission('ledger:view'), async (_req, res) => {
    const lines = await ledger.trialBalance();
    const now = new Date(platform.clock.now().epochMilliseconds);
    const model = trialBalancePage({ lines, now, formats });
    await pages.show(res, { view: 'home/ledger', model });
  });

  router.get('/audit', permission('audit:view'), async (req, res) => {
    const page = pageNumber(req.query);
    const list = await platform.audit.list({ page, size: pageSize });
    await pages.show(res, { view: 'home/audit', model: auditPage({ ...list, page, formats }) });
  });
  return router;
}

/** Adds what waits for this very member of staff to the figures. */
async function withOwnWork<M extends { figures: object[] }>(parts: HomeParts, res: Response, model: M): Promise<M> {
  return withModelAlerts(parts, res, await withApprovals(parts, res, model));
}

/** Where a figure of a model passed its threshold, for those who watch over them; else nothing. */
async function withModelAlerts<M extends { figures: object[] }>(parts: HomeParts, res: Response, model: M): Promise<M> {
  if (!may(actor(res), 'model:watch')) return model;
  const { alerts, total } = await parts.risk.watching.open({ page: 1, size: 1 });
  if (total === 0) return model;
  const isUrgent = alerts.some(({ level }) => level === 'act');
  const figure = {
    ...{ label: 'Model alerts', value: String(total), href: paths.riskMonitoring },
    note: isUrgent ? 'the scores need somebody now' : 'the scores need a look',
    ...(isUrgent ? { tone: 'danger' } : {}),
  };
  return { ...model, figures: [...model.figures, figure] };
}

/** Adds what waits for a second person to the figures of those who may be one. */
async function withApprovals<M extends { figures: object[] }>(parts: HomeParts, res: Response, model: M): Promise<M> {
  const staff = actor(res);
  if (!may(staff, 'approval:decide')) return model;
  const { total } = await parts.approvals.pendingFor(staff, { page: 1, size: 1 });
  const figure = { label: 'Approvals', value: String(total), note: 'waiting for you', href: paths.approvals };
  return { ...model, figures: [...model.figures, figure] };
}

const latestOfEach = 8;
const noticesShown = 4;

async function showBorrower(parts: HomeParts, res: Response): Promise<void> {
  const { accounts, history, platform, pages, formats } = parts;
  const partyId = ownParty(res);
  const [own, loans, applications, joint, today] = await Promise.all([
    accounts.listOwn(partyId),
    parts.servicing.listOwn(partyId),
    parts.applications.listOwn(partyId),
    parts.participants.listJoint(partyId),
    platform.bankDay.today(),
  ]);
  const urgent = await urgentOf(parts, mostUrgentLoan(loans, today));
  const latest = own.map(({ id }) => history.page({ account: id, page: 1, size: latestOfEach }));
  const entries = (await Promise.all(latest)).flatMap((page) => page.entries);
  // After the invitations of who has just registered were written to their inbox.
  const { notices } = await parts.notices.list(partyId, { page: 1, size: noticesShown });
  const lists = { accounts: own, loans, applications, joint, notices, entries };
  const model = borrowerHome({ ...lists, urgent, today, formats });
  await pages.show(res, { view: 'home/borrower', model });
}

/** What there is to pay on a loan, to the cent: what is stored may stand on the day before. */
async function urgentOf({ servicing }: HomeParts, loan: Loan | undefined): Promise<Urgent | undefined> {
  const told = loan && (await servicing.tell({ loanId: loan._id, partyId: loan.partyId }));
  const due = told && dueOf(told);
  return loan && due && { loan, due };
}

async function showFinance(parts: HomeParts, res: Response): Promise<void> {
  const { ledger, pages, formats } = parts;
  const [lines, books] = await Promise.all([ledger.trialBalance(), ledger.balances(bookIds(formats.currency))]);
  await pages.show(res, {
    view: 'home/finance',
    model: await withOwnWork(parts, res, financeHome({ lines, books, formats })),
  });
}

async function showWatch(parts: HomeParts, res: Response): Promise<void> {
  const { ledger, platform, pages, formats } = parts;
  const [today, lines, operations] = await Promise.all([
    platform.bankDay.today(),
    ledger.trialBalance(),
    operationsNow(platform),
  ]);
  const calendarToday = platform.bankDay.calendarToday();
  const { country } = platform;
  const model = watchHome({ actor: actor(res), today, calendarToday, lines, operations, country, formats });
  await pages.show(res, { view: 'home/watch', model: await withOwnWork(parts, res, model) });
}

async function showOfficer(parts: HomeParts, res: Response): Promise<void> {
  const { desk, platform, pages, formats } = parts;
  const today = await desk.today(actor(res));
  const model = officerHome({ today, now: platform.clock.now(), formats });
  await pages.show(res, { view: 'home/officer', model: await withOwnWork(parts, res, model) });
}
