import { Router, type Request, type Response } from 'express';
import { newId } from '#core/ids.ts';
import { actor, ownParty } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { emptyForm, parseForm, withError, type FormState } from '#web/forms.ts';
import { pageNumber } from '#web/paging.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import type { AccountRouteParts } from '../accounts.pages.ts';
import { accountListPage, closedShown } from './account-list.view.ts';
import { openAccountForm } from './opening.forms.ts';
import { explainOpening, openPage } from './opening.view.ts';

const openView = 'accounts/opening/open';

/** `/accounts` and `/accounts/open`. */
export function openingRoutes(parts: AccountRouteParts): Router {
  const router = Router();
  router.get('/accounts', permission('account:own'), (req, res) => showAccounts(parts, req, res));
  router.get('/accounts/open', permission('account:open'), async (_req, res) => {
    await parts.pages.show(res, { view: openView, model: await openModel(parts, emptyForm) });
  });
  router.post('/accounts/open', permission('account:open'), (req, res) => openAccount(parts, req, res));
  return router;
}

async function showAccounts({ accounts, pages, platform }: AccountRouteParts, req: Request, res: Response) {
  const partyId = ownParty(res);
  const page = pageNumber(req.query);
  const [own, invitations, closed] = await Promise.all([
    accounts.listOwn(partyId),
    accounts.holders.invitations(partyId),
    accounts.listClosed(partyId, { page, size: closedShown }),
  ]);
  const model = accountListPage({ accounts: own, invitations, closed, page, formats: platform.formats });
  await pages.show(res, { view: 'accounts/list', model });
}

/** The form with a fresh key, which becomes the account's id. */
async function openModel({ accounts, platform }: AccountRouteParts, form: FormState) {
  const types = await accounts.types.offered(await platform.bankDay.today());
  return openPage({ types, form, key: newId(), formats: platform.formats });
}

async function openAccount(parts: AccountRouteParts, req: Request, res: Response): Promise<void> {
  const { accounts, pages } = parts;
  const parsed = parseForm(openAccountForm, req.body);
  if (!parsed.ok) {
    await pages.invalid(res, { view: openView, model: await openModel(parts, parsed.form) });
    return;
  }
  const { key: id, type, name } = parsed.value;
  const opened = await accounts.open({ actor: actor(res).userId, partyId: ownParty(res), type, name, id });
  if (!opened.ok) {
    const { field, sentence } = explainOpening(opened.refusal);
    const model = await openModel(parts, withError(parsed.form, field, sentence));
    await pages.refused(res, { view: openView, model });
    return;
  }
  flash(req, { kind: 'success', text: 'Your account is open. Add money to use it.' });
  res.redirect(303, paths.account(opened.value.id));
}
