import { Router, type Request, type Response } from 'express';
import { notFound } from '#core/errors.ts';
import { newId } from '#core/ids.ts';
import { actor, ownParty, pathParameter } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { emptyForm, parseForm, withError, type FormState } from '#web/forms.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import { heldAccount, ownedAccount, type AccountPlace, type AccountRouteParts } from '../accounts.pages.ts';
import type { DepositAccount } from '../own-accounts.service.ts';
import { endHoldingPage, explainAccepting, explainInviting, holdersPage, invitationPage } from './holders.view.ts';
import { answerForm, inviteForm, withdrawInvitationForm } from './opening.forms.ts';

const holdersView = 'accounts/holders/holders';
const invitationView = 'accounts/holders/invitation';

/** Who holds an account: `/accounts/:id/holders`, and `/accounts/invitations/:id` for whoever is invited. */
export function holderRoutes(parts: AccountRouteParts): Router {
  const router = Router();
  const own = permission('account:own');
  router.get('/accounts/invitations/:invitationId', own, (req, res) => showInvitation(parts, { req, res }));
  router.post('/accounts/invitations/:invitationId', own, (req, res) => answer(parts, req, res));
  router.get('/accounts/:accountId/holders', own, async (req, res) => {
    const model = await holdersModel(parts, res, {
      account: await heldAccount(parts, placeOf(req, res)),
      form: emptyForm,
    });
    await parts.pages.show(res, { view: holdersView, model });
  });
  router.post('/accounts/:accountId/holders', own, (req, res) => invite(parts, req, res));
  router.post('/accounts/:accountId/invitations/withdraw', own, (req, res) => withdraw(parts, req, res));
  router.get('/accounts/:accountId/holders/:holderId', own, (req, res) => askToEnd(parts, req, res));
  router.post('/accounts/:accountId/holders/:holderId', own, (req, res) => end(parts, req, res));
  return router;
}

function placeOf(req: Request, res: Response): AccountPlace {
  return { partyId: ownParty(res), accountId: pathParameter(req.params.accountId) };
}

async function holdersModel(
  { accounts, platform }: AccountRouteParts,
  res: Response,
  facts: { account: DepositAccount; form: FormState },
) {
  const partyId = ownParty(res);
  const people = await accounts.holders.of(partyId, facts.account.id);
  if (!people) throw notFound('Account');
  return holdersPage({ ...facts, people, partyId, key: newId(), formats: platform.formats });
}

async function invite(parts: AccountRouteParts, req: Request, res: Response): Promise<void> {
  const { accounts, pages, platform } = parts;
  const account = await ownedAccount(parts, placeOf(req, res));
  const parsed = parseForm(inviteForm, req.body);
  if (!parsed.ok) {
    const model = await holdersModel(parts, res, { account, form: parsed.form });
    await pages.invalid(res, { view: holdersView, model });
    return;
  }
  const who = { actor: actor(res).userId, partyId: ownParty(res) };
  const outcome = await accounts.holders.invite({ ...who, accountId: account.id, ...parsed.value });
  if (!outcome.ok) {
    const { field, sentence } = explainInviting(outcome.refusal);
    const model = await holdersModel(parts, res, { account, form: withError(parsed.form, field, sentence) });
    await pages.refused(res, { view: holdersView, model });
    return;
  }
  const until = platform.formats.date(outcome.value.openUntil);
  // The same words for a customer's address and for any other.
  const text = `If this address belongs to a customer of ours, they see your invitation now and can answer until ${until}.`;
  flash(req, { kind: 'success', text });
  res.redirect(303, paths.accountHolders(account.id));
}

async function withdraw(parts: AccountRouteParts, req: Request, res: Response): Promise<void> {
  const account = await ownedAccount(parts, placeOf(req, res));
  const parsed = parseForm(withdrawInvitationForm, req.body);
  if (!parsed.ok) throw notFound('Invitation');
  const who = { actor: actor(res).userId, partyId: ownParty(res) };
  await parts.accounts.holders.withdraw({ ...who, accountId: account.id, invitationId: parsed.value.invitation });
  flash(req, { kind: 'success', text: 'The invitation is taken back.' });
  res.redirect(303, paths.accountHolders(account.id));
}

async function askToEnd(parts: AccountRouteParts, req: Request, res: Response): Promise<void> {
  const account = await heldAccount(parts, placeOf(req, res));
  const partyId = ownParty(res);
  const people = await parts.accounts.holders.of(partyId, account.id);
  const holder = people?.holders.find((one) => one.partyId === pathParameter(req.params.holderId));
  const you = holder?.partyId === partyId;
  const mayEnd = holder && !holder.owner && account.state === 'open' && (you || account.owned);
  if (!mayEnd) throw notFound('Holder');
  await parts.pages.show(res, { view: 'accounts/holders/end', model: endHoldingPage({ account, holder, you }) });
}

async function end(parts: AccountRouteParts, req: Request, res: Response): Promise<void> {
  const accountId = pathParameter(req.params.accountId);
  const holderId = pathParameter(req.params.holderId);
  const partyId = ownParty(res);
  await parts.accounts.holders.end({ actor: actor(res).userId, partyId, accountId, holderId });
  const left = holderId === partyId;
  flash(req, { kind: 'success', text: left ? 'You have left the account.' : 'They no longer hold the account.' });
  res.redirect(303, left ? paths.accounts : paths.accountHolders(accountId));
}

/** The invitation, or the way back where it is over; `wrong` is a form that could not be read. */
async function showInvitation(
  { accounts, pages, platform }: AccountRouteParts,
  { req, res }: { req: Request; res: Response },
  wrong?: FormState,
): Promise<void> {
  const invitation = await accounts.holders.invitation(ownParty(res), pathParameter(req.params.invitationId));
  if (!invitation) throw notFound('Invitation');
  if (invitation === 'over') {
    flash(req, { kind: 'info', text: 'This invitation was answered before or is no longer open.' });
    res.redirect(303, paths.accounts);
    return;
  }
  const model = invitationPage({ invitation, form: wrong ?? emptyForm, formats: platform.formats });
  if (wrong) await pages.invalid(res, { view: invitationView, model });
  else await pages.show(res, { view: invitationView, model });
}

async function answer(parts: AccountRouteParts, req: Request, res: Response): Promise<void> {
  const { accounts } = parts;
  const order = {
    actor: actor(res).userId,
    partyId: ownParty(res),
    invitationId: pathParameter(req.params.invitationId),
  };
  const parsed = parseForm(answerForm, req.body);
  if (!parsed.ok) {
    await showInvitation(parts, { req, res }, parsed.form);
    return;
  }
  if (parsed.value.answer === 'decline') {
    await accounts.holders.decline(order);
    flash(req, { kind: 'success', text: 'You declined the invitation. Nothing has changed.' });
    res.redirect(303, paths.accounts);
    return;
  }
  const outcome = await accounts.holders.accept(order);
  if (outcome.ok) {
    flash(req, { kind: 'success', text: 'You hold this account now, too.' });
    res.redirect(303, paths.account(outcome.value.accountId));
    return;
  }
  flash(req, { kind: 'warn', text: explainAccepting(outcome.refusal) });
  res.redirect(303, paths.accounts);
}
