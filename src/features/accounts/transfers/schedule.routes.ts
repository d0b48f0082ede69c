import { Router, type Request, type Response } from 'express';
import { Fault, notFound } from '#core/errors.ts';
import { actor, ownParty, pathParameter } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { parseForm } from '#web/forms.ts';
import { pageNumber, pageSize, pagingView } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import { permission } from '#web/permission.ts';
import type { TransferRouteParts } from './look-up.routes.ts';
import { schedulePage, schedulesPage } from './schedule.view.ts';
import { versionForm } from './transfer.forms.ts';

/** `/transfer/scheduled`: what is to come, one of them, cancel. */
export function scheduleRoutes(parts: TransferRouteParts): Router {
  const router = Router();
  router.get('/transfer/scheduled', permission('transfer:make'), (req, res) => list(parts, req, res));
  router.get('/transfer/scheduled/:scheduleId', permission('transfer:make'), (req, res) => showOne(parts, req, res));
  router.post('/transfer/scheduled/:scheduleId/cancel', permission('transfer:make'), (req, res) =>
    cancel(parts, req, res),
  );
  return router;
}

async function list({ transfers, platform, pages }: TransferRouteParts, req: Request, res: Response): Promise<void> {
  const partyId = ownParty(res);
  const page = pageNumber(req.query);
  const [active, { schedules: ended, total }] = await Promise.all([
    transfers.schedules.listActive(partyId),
    transfers.schedules.listEnded(partyId, { page, size: pageSize }),
  ]);
  const paging = pagingView({ page, total, path: paths.scheduledTransfers });
  const model = schedulesPage({ active, ended, paging, formats: platform.formats });
  await pages.show(res, { view: 'accounts/transfers/schedules', model });
}

async function showOne(parts: TransferRouteParts, req: Request, res: Response): Promise<void> {
  const { transfers, accounts, platform, pages } = parts;
  const partyId = ownParty(res);
  const schedule = await transfers.schedules.find(partyId, pathParameter(req.params.scheduleId));
  if (!schedule) throw notFound('Schedule');
  const from = await accounts.findOwn(partyId, schedule.fromAccount);
  const model = schedulePage({ schedule, from, formats: platform.formats });
  await pages.show(res, { view: 'accounts/transfers/schedule', model });
}

async function cancel({ transfers }: TransferRouteParts, req: Request, res: Response): Promise<void> {
  const scheduleId = pathParameter(req.params.scheduleId);
  const parsed = parseForm(versionForm, req.body);
  // The form has one hidden field and nothing that could be mistyped: without it, it is not a form of ours.
  if (!parsed.ok) throw new Fault('malformed', 'The form has no version');
  const { version } = parsed.value;
  await transfers.schedules.cancel({ actor: actor(res).userId, partyId: ownParty(res), scheduleId, version });
  flash(req, { kind: 'success', text: 'The scheduled transfer is cancelled. Nothing more is sent.' });
  res.redirect(303, paths.scheduledTransfer(scheduleId));
}
