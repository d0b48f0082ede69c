import { Router, type Request, type Response } from 'express';
import { Fault, notFound } from '#core/errors.ts';
import type { Formats } from '#core/format.ts';
import { may, type Actor } from '#core/roles.ts';
import { present } from '#core/assert.ts';
import type { Platform } from '#platform/platform.ts';
import { actor, pathParameter } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { parseForm, withError, type FormState } from '#web/forms.ts';
import { pageNumber, pageSize } from '#web/paging.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import type { Pages } from '#web/render.ts';
import { approvalPage, explainDecision } from './approval.view.ts';
import type { ApprovalHandler, ApprovalRequest } from './approval-parts.ts';
import { approvalQuery, approveForm, rejectForm, withdrawForm } from './approvals.forms.ts';
import type { Approvals } from './approvals.service.ts';
import type { Decided } from './deciding.service.ts';
import { approvalsPage } from './list.view.ts';

export interface ApprovalRouteParts {
  approvals: Approvals;
  platform: Platform;
  pages: Pages;
  formats: Formats;
}

const view = 'approvals/approval';
type Act = 'approve' | 'reject' | 'withdraw';
const done: Record<Act, string> = {
  approve: 'Approved. What was asked for is done.',
  reject: 'Rejected. Nothing was changed.',
  withdraw: 'Withdrawn. Nothing was changed.',
};

export function approvalRoutes(parts: ApprovalRouteParts): Router {
  const router = Router();
  router.get('/approvals', permission('approval:view'), (req, res) => showList(parts, req, res));
  router.get('/approvals/:id', permission('approval:view'), async (req, res) => {
    await parts.pages.show(res, { view, model: await pageOf(parts, { req, res }) });
  });
  router.post('/approvals/:id/approve', permission('approval:decide'), async (req, res) => {
    const parsed = parseForm(approveForm, req.body);
    const { id } = (await found(parts, { req, res })).request;
    if (!parsed.ok) return invalid(parts, { req, res }, { which: 'approve', form: parsed.form });
    const decided = await parts.approvals.approve({ id, ...parsed.value, checker: actor(res) });
    await answer(parts, { req, res }, { which: 'approve', form: parsed.form, decided });
  });
  router.post('/approvals/:id/reject', permission('approval:decide'), async (req, res) => {
    const parsed = parseForm(rejectForm, req.body);
    const { id } = (await found(parts, { req, res })).request;
    if (!parsed.ok) return invalid(parts, { req, res }, { which: 'reject', form: parsed.form });
    const decided = await parts.approvals.reject({ id, ...parsed.value, checker: actor(res) });
    await answer(parts, { req, res }, { which: 'reject', form: parsed.form, decided });
  });
  router.post('/approvals/:id/withdraw', permission('approval:view'), async (req, res) => {
    const parsed = parseForm(withdrawForm, req.body);
    const { id } = (await found(parts, { req, res })).request;
    if (!parsed.ok) return invalid(parts, { req, res }, { which: 'withdraw', form: parsed.form });
    const decided = await parts.approvals.withdraw({ id, ...parsed.value, maker: actor(res) });
    await answer(parts, { req, res }, { which: 'withdraw', form: parsed.form, decided });
  });
  return router;
}

interface Exchange {
  req: Request;
  res: Response;
}

const listOf = { waiting: 'pendingFor', mine: 'mine', decided: 'recent' } as const;

async function showList({ approvals, pages, platform, formats }: ApprovalRouteParts, req: Request, res: Response) {
  const { tab, kind: asked } = approvalQuery.parse(req.query);
  const staff = actor(res);
  const kinds = approvals
    .kinds()
    .filter(({ handler }) => tab === 'mine' || maySee(staff, handler))
    .map(({ kind }) => kind);
  const kind = asked !== undefined && kinds.includes(asked) ? asked : undefined;
  const page = pageNumber(req.query);
  const wanted = { page, size: pageSize, kind };
  const [list, { total: waiting }] = await Promise.all([
    approvals[listOf[tab]](staff, wanted),
    approvals.pendingFor(staff, { page: 1, size: 1 }),
  ]);
  const now = platform.clock.now();
  const facts = { tab, kind, kinds, list, waiting, page, userId: staff.userId, now, formats };
  await pages.show(res, { view: 'approvals/list', model: approvalsPage(facts) });
}

function maySee(staff: Actor, { permission: needed }: ApprovalHandler): boolean {
  return may(staff, needed) || may(staff, 'audit:view');
}

/** The request, for who asked, who may decide on its kind, and who watches over the bank. */
async function found({ approvals }: ApprovalRouteParts, { req, res }: Exchange) {
  const staff = actor(res);
  const request = await approvals.find(pathParameter(req.params.id));
  if (!request) throw notFound('Request');
  const entry = present(
    approvals.kinds().find(({ kind }) => kind === request.kind),
    `The handler of ${request.kind}`,
  );
  if (request.maker.userId !== staff.userId && !maySee(staff, entry.handler)) throw notFound('Request');
  return { request, handler: entry.handler, staff };
}

interface Failed {
  which: Act;
  form: FormState;
}

const mostTrail = 50;

async function pageOf(parts: ApprovalRouteParts, exchange: Exchange, failed?: Failed) {
  const { request, handler, staff } = await found(parts, exchange);
  const [summary, trail] = await Promise.all([handler.describe(request.payload), trailOf(parts, request)]);
  const { permission: needed } = handler;
  return approvalPage({ request, summary, trail, permission: needed, actor: staff, formats: parts.formats, failed });
}

async function trailOf({ platform }: ApprovalRouteParts, { id }: ApprovalRequest) {
  return (await platform.audit.list({ page: 1, size: mostTrail, subjectId: id })).entries;
}

async function invalid(parts: ApprovalRouteParts, exchange: Exchange, failed: Failed): Promise<void> {
  await parts.pages.invalid(exchange.res, { view, model: await pageOf(parts, exchange, failed) });
}

async function answer(
  parts: ApprovalRouteParts,
  { req, res }: Exchange,
  { which, form, decided }: Failed & { decided: Decided },
): Promise<void> {
  if (decided.ok) {
    flash(req, { kind: 'success', text: done[which] });
    res.redirect(303, paths.approval(pathParameter(req.params.id)));
    return;
  }
  if (decided.refusal.code === 'not-allowed') throw new Fault('forbidden', 'May not decide on this kind of request');
  const failed = { which, form: withError(form, 'form', explainDecision(decided.refusal)) };
  await parts.pages.refused(res, { view, model: await pageOf(parts, { req, res }, failed) });
}
