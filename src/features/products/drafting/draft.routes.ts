import { Router, type Request, type Response } from 'express';
import { notFound } from '#core/errors.ts';
import { newId } from '#core/ids.ts';
import { actor, pathParameter } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { emptyForm, formOf, parseForm, withError, type FormState } from '#web/forms.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import { productCode, type ProductTerms } from '../product-terms.ts';
import { termsOfVersion } from '../product.model.ts';
import type { ProductRouteParts } from '../products.pages.ts';
import { compareModel } from './compare.pages.ts';
import { valuesOf } from './draft-values.ts';
import { discardForm, draftForm, publicationForm } from './draft.forms.ts';
import { draftPage } from './draft.view.ts';
import type { DraftRefusal } from './drafts.service.ts';
import { readTerms } from './read-terms.forms.ts';

interface Exchange {
  req: Request;
  res: Response;
}

const draftView = 'products/draft';
const compareView = 'products/compare';
const lockedMessage = 'This draft waits for a second person, so it was not changed. Withdraw the request first';

/** `/products/:code/draft` and `/compare`: the next version of a product, until a second person publishes it. */
export function draftRoutes(parts: ProductRouteParts): Router {
  const router = Router();
  const edit = permission('product:edit');
  router.get('/products/:code/draft', edit, async (req, res) => {
    const form = await startingForm(parts, req);
    await parts.pages.show(res, { view: draftView, model: await draftModel(parts, req, form) });
  });
  router.post('/products/:code/draft', edit, (req, res) => save(parts, { req, res }));
  router.post('/products/:code/draft/discard', edit, (req, res) => discard(parts, { req, res }));
  router.get('/products/:code/compare', edit, async (req, res) => {
    const { products } = parts;
    // A request that is decided still leads here, and the draft has become the live version.
    if (!(await products.drafts.find(codeOf(req))) && (await products.newestByCode(codeOf(req)))) {
      res.redirect(303, paths.product(codeOf(req)));
      return;
    }
    const model = await compareModel(parts, { ...compared(req), form: emptyForm });
    await parts.pages.show(res, { view: compareView, model });
  });
  router.post('/products/:code/draft/publication', edit, (req, res) => askForPublication(parts, { req, res }));
  return router;
}

const codeOf = (req: Request) => pathParameter(req.params.code);
const compared = (req: Request) => ({ code: codeOf(req), query: req.query, key: newId() });

/** The draft, or what it would begin from: the live version, or another product where the code is new. */
async function startingForm({ products, platform }: ProductRouteParts, req: Request): Promise<FormState> {
  const code = codeOf(req);
  const values = (terms: ProductTerms, version: number) =>
    formOf({ ...valuesOf(terms, platform.currency), version: String(version) });
  const draft = await products.drafts.find(code);
  if (draft) return values(draft.terms, draft.version);
  const live = await products.newestByCode(code);
  if (live) return values(termsOfVersion(live), 0);
  const from = typeof req.query.from === 'string' ? await products.newestByCode(req.query.from) : undefined;
  if (!from || !(await products.drafts.isFree(code))) throw notFound('Product');
  return values({ ...termsOfVersion(from), name: '', summary: '' }, 0);
}

async function draftModel({ products, formats }: ProductRouteParts, req: Request, form: FormState) {
  const code = codeOf(req);
  const [draft, live, pending, baseRates] = await Promise.all([
    products.drafts.find(code),
    products.newestByCode(code),
    products.drafts.pending(code),
    products.baseRates.list(),
  ]);
  const name = live?.name ?? draft?.terms.name ?? code;
  return draftPage({ code, name, draft, pending, form, baseRates, formats });
}

async function save(parts: ProductRouteParts, { req, res }: Exchange): Promise<void> {
  const { products, pages, platform } = parts;
  const code = codeOf(req);
  if (!(await isKnown(parts, code))) throw notFound('Product');
  const parsed = parseForm(draftForm(platform.currency), req.body);
  const invalid = async (form: FormState) => {
    await pages.invalid(res, { view: draftView, model: await draftModel(parts, req, form) });
  };
  if (!parsed.ok) return invalid(parsed.form);
  const read = readTerms(parsed.value, platform.currency);
  if (!read.ok) return invalid({ values: parsed.form.values, errors: read.refusal });
  const { version } = parsed.value;
  const saved = await products.drafts.save({ code, version, terms: read.value, actor: actor(res) });
  if (saved.ok) {
    flash(req, {
      kind: 'success',
      text: 'The draft is saved. Compare it with the live version, then ask for publication.',
    });
    res.redirect(303, paths.productComparison(code));
    return;
  }
  // Rows are counted as they are kept, so the form shows them that way too.
  const values = { ...valuesOf(read.value, platform.currency), version: String(version) };
  await refuseSave(parts, { req, res }, { values, refusal: saved.refusal });
}

async function refuseSave(
  parts: ProductRouteParts,
  { req, res }: Exchange,
  { values, refusal }: { values: Record<string, string>; refusal: DraftRefusal },
): Promise<void> {
  if (refusal.code === 'invalid') {
    const errors: Record<string, string> = {};
    for (const { field, message } of refusal.faults) errors[field] ??= message;
    await parts.pages.invalid(res, { view: draftView, model: await draftModel(parts, req, { values, errors }) });
    return;
  }
  const form = withError(formOf(values), 'form', lockedMessage);
  await parts.pages.refused(res, { view: draftView, model: await draftModel(parts, req, form) });
}

/** A product that is there, or a code that a new one may have. */
async function isKnown({ products }: ProductRouteParts, code: string): Promise<boolean> {
  if (!productCode.safeParse(code).success) return false;
  if ((await products.newestByCode(code)) ?? (await products.drafts.find(code))) return true;
  return products.drafts.isFree(code);
}

async function discard(parts: ProductRouteParts, { req, res }: Exchange): Promise<void> {
  const code = codeOf(req);
  const parsed = parseForm(discardForm, req.body);
  const form = await startingForm(parts, req);
  if (!parsed.ok) {
    const model = await draftModel(parts, req, { ...form, errors: parsed.form.errors });
    return parts.pages.invalid(res, { view: draftView, model });
  }
  const { version } = parsed.value;
  const discarded = await parts.products.drafts.discard({ code, version, actor: actor(res) });
  if (!discarded.ok) return refuseSave(parts, { req, res }, { values: form.values, refusal: discarded.refusal });
  flash(req, { kind: 'success', text: 'The draft is discarded. The live version is as it was.' });
  res.redirect(303, paths.products);
}

async function askForPublication(parts: ProductRouteParts, { req, res }: Exchange): Promise<void> {
  const { products, pages } = parts;
  const parsed = parseForm(publicationForm, req.body);
  const model = (form: FormState) => compareModel(parts, { ...compared(req), query: {}, form });
  if (!parsed.ok) return pages.invalid(res, { view: compareView, model: await model(parsed.form) });
  const { key, version, reason } = parsed.value;
  const order = { id: key, code: codeOf(req), version, reason, actor: actor(res) };
  const asked = await products.drafts.askForPublication(order);
  if (!asked.ok) {
    const form = withError(parsed.form, 'form', asked.refusal.message);
    return pages.refused(res, { view: compareView, model: await model(form) });
  }
  flash(req, { kind: 'success', text: 'Asked for. A second person publishes it.' });
  res.redirect(303, paths.approval(asked.value.id));
}
