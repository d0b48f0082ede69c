import { Router, type Request, type Response } from 'express';
import { notFound } from '#core/errors.ts';
import { newId } from '#core/ids.ts';
import { actor, ownParty, pathParameter } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { emptyForm, formOf, parseForm, withError, type FormState } from '#web/forms.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import type { AccountRouteParts } from '../accounts.pages.ts';
import type { DepositAccount } from '../own-accounts.service.ts';
import { closePage, explainClosing } from './closing.view.ts';
import type { AccountDetails } from './details.service.ts';
import { detailsPage } from './details.view.ts';
import { closeForm, renameForm } from './opening.forms.ts';

const renameView = 'accounts/opening/rename';
const closeView = 'accounts/opening/close';

/** `/accounts/:id/details`, `/rename` and `/close`. */
export function changingRoutes(parts: AccountRouteParts): Router {
  const router = Router();
  const own = permission('account:own');
  router.get('/accounts/:accountId/details', own, async (req, res) => {
    const details = await heldDetails(parts, req, res);
    const model = detailsPage(details, { partyId: ownParty(res), formats: parts.platform.formats });
    await parts.pages.show(res, { view: 'accounts/opening/details', model });
  });
  router.get('/accounts/:accountId/rename', own, async (req, res) => {
    const { account } = await ownedDetails(parts, req, res);
    const form = formOf({ name: account.name, version: String(account.version) });
    await parts.pages.show(res, { view: renameView, model: renamePage(account, form) });
  });
  router.post('/accounts/:accountId/rename', own, (req, res) => rename(parts, req, res));
  router.get('/accounts/:accountId/close', own, async (req, res) => {
    const details = await heldDetails(parts, req, res);
    if (details.account.owned && details.account.state === 'closed') {
      res.redirect(303, paths.accountDetails(details.account.id));
      return;
    }
    const model = await closeModel(parts, res, { details: ofOwner(details), form: emptyForm });
    await parts.pages.show(res, { view: closeView, model });
  });
  router.post('/accounts/:accountId/close', own, (req, res) => close(parts, req, res));
  return router;
}

async function heldDetails({ accounts }: AccountRouteParts, req: Request, res: Response): Promise<AccountDetails> {
  const details = await accounts.details(ownParty(res), pathParameter(req.params.accountId));
  if (!details) throw notFound('Account');
  return details;
}

/** What only the owner of an open account may do is not there for anybody else. */
function ofOwner(details: AccountDetails): AccountDetails {
  if (!details.account.owned || details.account.state !== 'open') throw notFound('Account');
  return details;
}

async function ownedDetails(parts: AccountRouteParts, req: Request, res: Response): Promise<AccountDetails> {
  return ofOwner(await heldDetails(parts, req, res));
}

function renamePage(account: DepositAccount, form: FormState) {
  return {
    title: 'Rename the account',
    crumbs: [
      { text: 'Accounts', href: paths.accounts },
      { text: account.name, href: paths.account(account.id) },
      { text: 'Rename' },
    ],
    head: { title: 'Rename the account', sub: `${account.typeName} ${account.masked}` },
    form,
    hint: account.joint ? 'Everybody who holds it sees this name' : 'Only you see this name',
    action: paths.renameAccount(account.id),
    back: paths.accountDetails(account.id),
  };
}

async function rename(parts: AccountRouteParts, req: Request, res: Response): Promise<void> {
  const { accounts, pages } = parts;
  const parsed = parseForm(renameForm, req.body);
  const { account } = await ownedDetails(parts, req, res);
  if (!parsed.ok) {
    // The version that the form was shown for, where it brought one: a fresh one would hide what changed meanwhile.
    const version = parsed.form.values.version ?? String(account.version);
    const form = { ...parsed.form, values: { ...parsed.form.values, version } };
    await pages.invalid(res, { view: renameView, model: renamePage(account, form) });
    return;
  }
  const { name, version } = parsed.value;
  const who = { actor: actor(res).userId, partyId: ownParty(res) };
  await accounts.rename({ ...who, accountId: account.id, name, version });
  flash(req, { kind: 'success', text: 'The account has its new name.' });
  res.redirect(303, paths.accountDetails(account.id));
}

/** The page with a fresh key: after a refusal it can be tried again. */
async function closeModel(
  { accounts, platform }: AccountRouteParts,
  res: Response,
  facts: { details: AccountDetails; form: FormState },
) {
  const own = await accounts.listOwn(ownParty(res));
  return closePage({ ...facts, own, key: newId(), formats: platform.formats });
}

async function close(parts: AccountRouteParts, req: Request, res: Response): Promise<void> {
  const { accounts, pages, platform } = parts;
  const { account } = await heldDetails(parts, req, res);
  if (!account.owned) throw notFound('Account');
  const parsed = parseForm(closeForm, req.body);
  if (!parsed.ok) {
    const model = await closeModel(parts, res, { details: await ownedDetails(parts, req, res), form: parsed.form });
    await pages.invalid(res, { view: closeView, model });
    return;
  }
  const who = { actor: actor(res).userId, partyId: ownParty(res) };
  const outcome = await accounts.close({ ...who, accountId: account.id, ...parsed.value });
  if (!outcome.ok) {
    const { field, sentence } = explainClosing(outcome.refusal, platform.formats);
    const form = withError(parsed.form, field, sentence);
    // Read again: what was refused is often that something is on it now.
    const model = await closeModel(parts, res, { details: await ownedDetails(parts, req, res), form });
    await pages.refused(res, { view: closeView, model });
    return;
  }
  flash(req, { kind: 'success', text: `${account.name} is closed. Its history stays here.` });
  res.redirect(303, paths.accounts);
}
