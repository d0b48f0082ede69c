import { Router, type Request, type Response } from 'express';
import { notFound } from '#core/errors.ts';
import { newId } from '#core/ids.ts';
import type { Money } from '#core/money.ts';
import type { Platform } from '#platform/platform.ts';
import { actor, ownParty, pathParameter } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { formOf, parseForm, withError, type FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import { permission } from '#web/permission.ts';
import { hiddenValues, readDraft, withFaults, type Draft } from './draft.forms.ts';
import { countLookUp, type TransferRouteParts } from './look-up.routes.ts';
import { payeeRoutes } from './payee.routes.ts';
import { receiptPage } from './receipt.view.ts';
import { scheduleRoutes } from './schedule.routes.ts';
import type { ScheduleRefusal } from './schedule.service.ts';
import { isSealed, sealForm } from './shown-form.ts';
import { confirmForm, enterForm, sealedFields } from './transfer.forms.ts';
import { explainTransfer } from './transfer-refusals.ts';
import { transferPolicy } from './transfer.rules.ts';
import { checkPage, enterPage } from './transfer.view.ts';
import type { Transfers } from './transfers.service.ts';

/** `/transfer` and what belongs to it: enter, check, confirm, receipt; payees; scheduled transfers. */
export function transferRoutes(parts: TransferRouteParts): Router {
  const router = Router();
  router.get('/transfer', permission('transfer:make'), (req, res) => enter(parts, req, res));
  // A page that a form was sent for, loaded again by its address.
  const again = (_req: Request, res: Response) => {
    res.redirect(303, paths.transfer);
  };
  router.get('/transfer/check', permission('transfer:make'), again);
  router.get('/transfer/change', permission('transfer:make'), again);
  router.post('/transfer/check', permission('transfer:make'), (req, res) => check(parts, req, res));
  router.post('/transfer/change', permission('transfer:make'), (req, res) => change(parts, req, res));
  router.post('/transfer', permission('transfer:make'), (req, res) => confirm(parts, req, res));
  router.use(payeeRoutes(parts), scheduleRoutes(parts));
  // The last one: `/transfer/payees` is no transfer's key.
  router.get('/transfer/:key', permission('transfer:make'), (req, res) => showReceipt(parts, req, res));
  return router;
}

async function enter(parts: TransferRouteParts, req: Request, res: Response): Promise<void> {
  const { account, payee } = req.query;
  const form = formOf({
    ...(typeof account === 'string' ? { fromId: account } : {}),
    ...(typeof payee === 'string' ? { to: `payee:${payee}` } : {}),
  });
  await parts.pages.show(res, { view: 'accounts/transfers/enter', model: await enterModel(parts, res, form) });
}

async function enterModel({ accounts, transfers, platform }: TransferRouteParts, res: Response, form: FormState) {
  const partyId = ownParty(res);
  const [own, payees] = await Promise.all([accounts.listOwn(partyId), transfers.payees.list(partyId)]);
  return enterPage({ own, payees, form, formats: platform.formats });
}

async function showAgain(
  parts: TransferRouteParts,
  res: Response,
  again: { form: FormState; status: 409 | 422 },
): Promise<void> {
  const model = await enterModel(parts, res, again.form);
  await parts.pages.refused(res, { view: 'accounts/transfers/enter', model, status: again.status });
}

/** From the check page back to the form, with what was entered: values of a person's money never stand in an address. */
async function change(parts: TransferRouteParts, req: Request, res: Response): Promise<void> {
  const parsed = parseForm(confirmForm(parts.platform.currency), req.body);
  if (!parsed.ok) {
    await showAgain(parts, res, { form: parsed.form, status: 422 });
    return;
  }
  const model = await enterModel(parts, res, formOf(parsed.form.values));
  await parts.pages.show(res, { view: 'accounts/transfers/enter', model });
}

async function check(parts: TransferRouteParts, req: Request, res: Response): Promise<void> {
  const { platform } = parts;
  const parsed = parseForm(enterForm(platform.currency), req.body);
  const { draft, errors } = readDraft(parsed.form.values, await platform.bankDay.today());
  if (!parsed.ok || !draft) {
    await showAgain(parts, res, { form: withFaults(parsed.form, errors), status: 422 });
    return;
  }
  const { target } = draft;
  if (target.kind === 'number') await countLookUp(parts, req, { partyId: ownParty(res), number: target.number });
  const { amount, reference } = parsed.value;
  await showCheck(parts, res, { form: parsed.form, draft, amount, reference });
}

/** The check page with a fresh key, or the entry page where the transfer cannot be made. */
async function showCheck(
  parts: TransferRouteParts,
  res: Response,
  facts: { form: FormState; draft: Draft; amount: Money; reference: string },
): Promise<void> {
  const { platform, transfers, accounts, pages } = parts;
  const { form, draft, amount, reference } = facts;
  const partyId = ownParty(res);
  const { fromId = '' } = form.values;
  const { target, rhythm } = draft;
  const when = rhythm ? 'later' : 'now';
  const checked = await transfers.check({ partyId, fromId, target, amount, when });
  if (!checked.ok) {
    await refuse(parts, res, { form, draft, refusal: checked.refusal });
    return;
  }
  const from = await accounts.findOwn(partyId, fromId);
  if (!from) throw notFound('Account');
  const payee = target.kind === 'payee' ? await transfers.payees.find(partyId, target.payeeId) : undefined;
  const { formats, currency, vault } = platform;
  const { shownName: nameShown } = checked.value;
  const values = hiddenValues(form.values, { key: newId(), draft, amount, currency, reference, nameShown });
  const hidden = { ...values, seal: sealForm(vault, { partyId, fields: sealedFields, values }) };
  const nickname = payee?.nickname;
  const model = checkPage({ checked: checked.value, from, nickname, amount, rhythm, form, hidden, formats });
  const status = form.errors.confirmed === undefined ? 200 : 422;
  if (status === 200) await pages.show(res, { view: 'accounts/transfers/check', model });
  else await pages.refused(res, { view: 'accounts/transfers/check', model, status });
}

async function refuse(
  parts: TransferRouteParts,
  res: Response,
  facts: { form: FormState; draft: Draft; refusal: ScheduleRefusal },
): Promise<void> {
  const { form, draft, refusal } = facts;
  const { field, sentence, status } = explain(refusal, parts.platform);
  const place = field === 'to' && draft.target.kind === 'number' ? 'number' : field;
  await showAgain(parts, res, { form: withError(form, place, sentence), status });
}

function explain(refusal: ScheduleRefusal, { formats }: Platform) {
  if (refusal.code !== 'too-many-schedules') return explainTransfer(refusal, formats);
  const sentence = `You have ${transferPolicy.mostActiveSchedules} scheduled transfers, which is the most one person can have. Cancel one first`;
  return { field: 'form', sentence, status: 409 as const };
}

async function confirm(parts: TransferRouteParts, req: Request, res: Response): Promise<void> {
  const { platform, transfers } = parts;
  const parsed = parseForm(confirmForm(platform.currency), req.body);
  const { form } = parsed;
  const partyId = ownParty(res);
  const { draft, errors } = readDraft(form.values, await platform.bankDay.today());
  if (!parsed.ok || !draft) {
    await showAgain(parts, res, { form: withFaults(form, errors), status: 422 });
    return;
  }
  // Before anything is looked up: a number that no check page has shown is not asked about here.
  if (!isSealed(platform.vault, { partyId, fields: sealedFields, values: form.values })) {
    const sentence = 'This is not what the check page showed. Nothing was moved. Check the transfer again';
    await showAgain(parts, res, { form: withError(form, 'form', sentence), status: 409 });
    return;
  }
  const { key, fromId, amount, reference, nameShown } = parsed.value;
  const { target, rhythm } = draft;
  const confirmed = parsed.value.confirmed ?? ('no' as const);
  const order = { key, actor: actor(res).userId, partyId, fromId, target, amount, reference, nameShown, confirmed };
  const outcome = rhythm ? await schedule(parts, { ...order, rhythm }) : await send(transfers, order);
  if (outcome.ok) {
    if (rhythm) flash(req, { kind: 'success', text: 'The transfer is scheduled. Nothing has moved yet.' });
    res.redirect(303, outcome.value);
  } else if (outcome.refusal.code === 'name-unconfirmed') {
    const { sentence } = explainTransfer(outcome.refusal, platform.formats);
    await showCheck(parts, res, { form: withError(form, 'confirmed', sentence), draft, amount, reference });
  } else await refuse(parts, res, { form, draft, refusal: outcome.refusal });
}

async function send(transfers: Transfers, order: Parameters<Transfers['transfer']>[0]) {
  const outcome = await transfers.transfer(order);
  return outcome.ok ? { ok: true as const, value: paths.transferReceipt(outcome.value.key) } : outcome;
}

async function schedule({ transfers }: TransferRouteParts, order: Parameters<Transfers['schedules']['create']>[0]) {
  const outcome = await transfers.schedules.create(order);
  return outcome.ok ? { ok: true as const, value: paths.scheduledTransfer(outcome.value.id) } : outcome;
}

async function showReceipt(parts: TransferRouteParts, req: Request, res: Response): Promise<void> {
  const { transfers, accounts, platform, pages } = parts;
  const partyId = ownParty(res);
  const transfer = await transfers.find(partyId, pathParameter(req.params.key));
  const account = transfer && (await accounts.findOwn(partyId, transfer.accountId));
  if (!transfer || !account) throw notFound('Transfer');
  const { otherAccountId, toNumber } = transfer;
  const other = otherAccountId === undefined ? undefined : await accounts.findOwn(partyId, otherAccountId);
  const saved = other ? [] : await transfers.payees.list(partyId);
  const known = other !== undefined || saved.some(({ number }) => number === toNumber);
  const model = receiptPage({
    transfer,
    account,
    other,
    savable: known ? 'saved' : 'savable',
    formats: platform.formats,
  });
  await pages.show(res, { view: 'accounts/transfers/receipt', model });
}
