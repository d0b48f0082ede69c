import { Router, type Request, type Response } from 'express';
import { Fault, notFound } from '#core/errors.ts';
import { actor, ownParty, pathParameter } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { emptyForm, formOf, parseForm, withError, type FormState } from '#web/forms.ts';
import { pageNumber, pageSize, pagingView } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import { permission } from '#web/permission.ts';
import { countLookUp, type TransferRouteParts } from './look-up.routes.ts';
import type { PayeeRefusal } from './payee.service.ts';
import { addPayeePage, checkPayeePage, explainPayee, payeePage, payeesPage } from './payee.view.ts';
import { isSealed, sealForm } from './shown-form.ts';
import {
  payeeForm,
  readNumber,
  renamePayeeForm,
  savePayeeForm,
  sealedPayeeFields,
  versionForm,
} from './transfer.forms.ts';

const addView = 'accounts/transfers/payee-add';
const checkView = 'accounts/transfers/payee-check';
const payeeView = 'accounts/transfers/payee';

/** `/transfer/payees`: list, add with the name confirmed, rename, remove. */
export function payeeRoutes(parts: TransferRouteParts): Router {
  const router = Router();
  router.get('/transfer/payees', permission('payee:own'), (req, res) => list(parts, req, res));
  router.get('/transfer/payees/add', permission('payee:own'), (req, res) => showAdd(parts, req, res));
  router.get('/transfer/payees/check', permission('payee:own'), (_req, res) => {
    res.redirect(303, paths.addPayee);
  });
  router.post('/transfer/payees/check', permission('payee:own'), (req, res) => check(parts, req, res));
  router.post('/transfer/payees', permission('payee:own'), (req, res) => save(parts, req, res));
  router.get('/transfer/payees/:payeeId', permission('payee:own'), (req, res) => showOne(parts, req, res));
  router.post('/transfer/payees/:payeeId/rename', permission('payee:own'), (req, res) => rename(parts, req, res));
  router.post('/transfer/payees/:payeeId/remove', permission('payee:own'), (req, res) => remove(parts, req, res));
  return router;
}

async function list({ transfers, platform, pages }: TransferRouteParts, req: Request, res: Response): Promise<void> {
  const all = await transfers.payees.list(ownParty(res));
  const page = pageNumber(req.query);
  const payees = all.slice((page - 1) * pageSize, page * pageSize);
  const paging = pagingView({ page, total: all.length, path: paths.payees });
  const model = payeesPage({ payees, paging, formats: platform.formats });
  await pages.show(res, { view: 'accounts/transfers/payees', model });
}

/** From a receipt, the number is the one that was typed for that transfer. */
async function showAdd({ transfers, pages }: TransferRouteParts, req: Request, res: Response): Promise<void> {
  const key = typeof req.query.transfer === 'string' ? req.query.transfer : '';
  const transfer = key === '' ? undefined : await transfers.find(ownParty(res), key);
  const form = transfer?.toNumber === undefined ? emptyForm : formOf({ number: transfer.toNumber });
  await pages.show(res, { view: addView, model: addPayeePage(form) });
}

async function check(parts: TransferRouteParts, req: Request, res: Response): Promise<void> {
  const parsed = parseForm(payeeForm, req.body);
  const number = readNumber(parsed.form.values.number ?? '');
  if (!parsed.ok || !number.ok) {
    const errors = { ...(number.ok ? {} : { number: number.refusal.sentence }), ...parsed.form.errors };
    await parts.pages.invalid(res, { view: addView, model: addPayeePage({ ...parsed.form, errors }) });
    return;
  }
  await countLookUp(parts, req, { partyId: ownParty(res), number: number.value.number });
  const { nickname } = parsed.value;
  await showCheck(parts, res, { form: parsed.form, number: number.value.number, nickname });
}

async function showCheck(
  parts: TransferRouteParts,
  res: Response,
  facts: { form: FormState; number: string; nickname: string },
): Promise<void> {
  const { transfers, platform, pages } = parts;
  const { form, number, nickname } = facts;
  const partyId = ownParty(res);
  const checked = await transfers.payees.check({ partyId, number });
  if (!checked.ok) {
    await refuse(parts, res, { form, refusal: checked.refusal });
    return;
  }
  const { maskedName } = checked.value;
  const values = { number, nickname, nameShown: maskedName };
  const hidden = { ...values, seal: sealForm(platform.vault, { partyId, fields: sealedPayeeFields, values }) };
  const model = checkPayeePage({ maskedName, hidden, form, formats: platform.formats });
  if (form.errors.confirmed === undefined) await pages.show(res, { view: checkView, model });
  else await pages.invalid(res, { view: checkView, model });
}

async function refuse(
  { pages, platform }: TransferRouteParts,
  res: Response,
  facts: { form: FormState; refusal: PayeeRefusal },
): Promise<void> {
  const { field, sentence, status } = explainPayee(facts.refusal, platform.formats);
  const model = addPayeePage(withError(facts.form, field, sentence));
  await pages.refused(res, { view: addView, model, status });
}

async function save(parts: TransferRouteParts, req: Request, res: Response): Promise<void> {
  const { transfers, platform, pages } = parts;
  const parsed = parseForm(savePayeeForm, req.body);
  const { form } = parsed;
  const number = readNumber(form.values.number ?? '');
  if (!parsed.ok || !number.ok) {
    const errors = { ...(number.ok ? {} : { number: number.refusal.sentence }), ...form.errors };
    await pages.invalid(res, { view: addView, model: addPayeePage({ ...form, errors }) });
    return;
  }
  const partyId = ownParty(res);
  if (!isSealed(platform.vault, { partyId, fields: sealedPayeeFields, values: form.values })) {
    const sentence = 'This is not what the check page showed. Nothing was saved. Check the payee again';
    await pages.refused(res, { view: addView, model: addPayeePage(withError(form, 'form', sentence)) });
    return;
  }
  const { nickname, nameShown } = parsed.value;
  const confirmed = parsed.value.confirmed ?? ('no' as const);
  const typed = number.value.number;
  const order = { actor: actor(res).userId, partyId, number: typed, nickname, nameShown, confirmed };
  const saved = await transfers.payees.save(order);
  if (saved.ok) {
    flash(req, { kind: 'success', text: 'The payee is saved.' });
    res.redirect(303, paths.payee(saved.value.id));
  } else if (saved.refusal.code === 'name-unconfirmed') {
    const { sentence } = explainPayee(saved.refusal, platform.formats);
    await showCheck(parts, res, { form: withError(form, 'confirmed', sentence), number: typed, nickname });
  } else await refuse(parts, res, { form, refusal: saved.refusal });
}

async function ownPayee({ transfers }: TransferRouteParts, req: Request, res: Response) {
  const payee = await transfers.payees.find(ownParty(res), pathParameter(req.params.payeeId));
  if (!payee) throw notFound('Payee');
  return payee;
}

async function showOne(parts: TransferRouteParts, req: Request, res: Response): Promise<void> {
  const payee = await ownPayee(parts, req, res);
  const model = payeePage({ payee, formats: parts.platform.formats });
  await parts.pages.show(res, { view: payeeView, model });
}

async function rename(parts: TransferRouteParts, req: Request, res: Response): Promise<void> {
  const payee = await ownPayee(parts, req, res);
  const parsed = parseForm(renamePayeeForm, req.body);
  if (!parsed.ok) {
    const model = payeePage({ payee, form: parsed.form, formats: parts.platform.formats });
    await parts.pages.invalid(res, { view: payeeView, model });
    return;
  }
  const { id: payeeId } = payee;
  await parts.transfers.payees.rename({ actor: actor(res).userId, partyId: ownParty(res), payeeId, ...parsed.value });
  flash(req, { kind: 'success', text: 'The payee has its new name.' });
  res.redirect(303, paths.payee(payeeId));
}

async function remove(parts: TransferRouteParts, req: Request, res: Response): Promise<void> {
  const { id: payeeId } = await ownPayee(parts, req, res);
  const parsed = parseForm(versionForm, req.body);
  // The form has one hidden field and nothing that could be mistyped: without it, it is not a form of ours.
  if (!parsed.ok) throw new Fault('malformed', 'The form has no version');
  await parts.transfers.payees.remove({ actor: actor(res).userId, partyId: ownParty(res), payeeId, ...parsed.value });
  flash(req, { kind: 'success', text: 'The payee is removed.' });
  res.redirect(303, paths.payees);
}
