import { Router, type Request, type Response } from 'express';
import { actor, ownParty } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { parseForm } from '#web/forms.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import { versionForm } from '../applying/application.forms.ts';
import { ownApplication, type ApplicationRouteParts } from '../applying/application.pages.ts';
import { withdrawPage } from '../applying/application-status.view.ts';

/** `/loans/apply/:id/withdraw`: asks once more, and says what it means. */
export function withdrawingRoutes(parts: ApplicationRouteParts): Router {
  const router = Router();
  const may = permission('loan:apply');
  router.get('/loans/apply/:applicationId/withdraw', may, async (req, res) => {
    const application = await ownApplication(parts, ownParty(res), req.params.applicationId);
    const model = withdrawPage(application);
    if (!model) {
      res.redirect(303, paths.application(application._id));
      return;
    }
    await parts.pages.show(res, { view: 'loans/status/withdraw', model });
  });
  router.post('/loans/apply/:applicationId/withdraw', may, (req, res) => withdraw(parts, req, res));
  return router;
}

async function withdraw(parts: ApplicationRouteParts, req: Request, res: Response): Promise<void> {
  const application = await ownApplication(parts, ownParty(res), req.params.applicationId);
  const { _id: applicationId, reference } = application;
  const parsed = parseForm(versionForm, req.body);
  if (!parsed.ok) {
    flash(req, {
      kind: 'warn',
      text: 'The application was not withdrawn. Please press the button on this page again.',
    });
    res.redirect(303, paths.withdrawApplication(applicationId));
    return;
  }
  const order = { actor: actor(res).userId, partyId: ownParty(res), applicationId, ...parsed.value };
  const withdrawn = await parts.applications.withdraw(order);
  // A form that was sent twice has done what was asked.
  const done = withdrawn.ok || application.state === 'withdrawn';
  flash(
    req,
    done
      ? { kind: 'success', text: `Application ${reference} is withdrawn. Nothing is owed.` }
      : { kind: 'warn', text: 'This application can no longer be withdrawn. Nothing was changed.' },
  );
  res.redirect(303, paths.application(applicationId));
}
