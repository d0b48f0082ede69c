import { Router, type Request, type Response } from 'express';
import { notFound } from '#core/errors.ts';
import { pathParameter } from '#web/express.ts';
import { emptyForm, parseForm, withError, type FormState } from '#web/forms.ts';
import { pageNumber, pageSize } from '#web/paging.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import { baseRateRoutes } from './base-rates/base-rates.routes.ts';
import { newProductForm } from './drafting/draft.forms.ts';
import { draftRoutes } from './drafting/draft.routes.ts';
import type { ProductVersion } from './product.model.ts';
import { newProductPage, productPage, productsPage } from './product-pages.view.ts';
import type { ProductRouteParts } from './products.pages.ts';

/** `/products`: what can be borrowed, as staff see and draft it. */
export function productRoutes(parts: ProductRouteParts): Router {
  const { pages, products, formats } = parts;
  const router = Router();
  const edit = permission('product:edit');
  router.get('/products', edit, async (_req, res) => {
    const [newest, drafts] = await Promise.all([products.newest(), products.drafts.list()]);
    await pages.show(res, { view: 'products/list', model: productsPage({ products: newest, drafts, formats }) });
  });
  router.get('/products/new', edit, async (_req, res) => {
    await pages.show(res, { view: 'products/new', model: await newModel(parts, emptyForm) });
  });
  router.post('/products/new', edit, (req, res) => begin(parts, req, res));
  // The base rates before the products: their address is no product's code.
  router.use(baseRateRoutes(parts));
  router.get('/products/:code', edit, async (req, res) => {
    const product = await products.newestByCode(pathParameter(req.params.code));
    await showVersion(parts, { req, res, product });
  });
  router.get('/products/:code/versions/:version', edit, async (req, res) => {
    const number = pathParameter(req.params.version);
    const product = /^\d{1,6}$/.test(number)
      ? await products.byNumber(pathParameter(req.params.code), Number(number))
      : undefined;
    await showVersion(parts, { req, res, product });
  });
  router.use(draftRoutes(parts));
  return router;
}

async function showVersion(
  { pages, products, formats }: ProductRouteParts,
  { req, res, product }: { req: Request; res: Response; product: ProductVersion | undefined },
): Promise<void> {
  if (!product) throw notFound('Product');
  const page = pageNumber(req.query);
  const [history, draft, newest] = await Promise.all([
    products.history(product.code, { page, size: pageSize }),
    products.drafts.find(product.code),
    products.newestByCode(product.code),
  ]);
  const facts = { product, newest: newest?.version ?? product.version, hasDraft: draft !== undefined };
  await pages.show(res, {
    view: 'products/product',
    model: productPage({ ...facts, history: { ...history, page }, formats }),
  });
}

async function newModel({ products }: ProductRouteParts, form: FormState) {
  return newProductPage({ products: await products.newest(), form });
}

/** Nothing is kept yet: the draft begins when its first form is saved. */
async function begin(parts: ProductRouteParts, req: Request, res: Response): Promise<void> {
  const view = 'products/new';
  const parsed = parseForm(newProductForm, req.body);
  if (!parsed.ok) return parts.pages.invalid(res, { view, model: await newModel(parts, parsed.form) });
  const { code, from } = parsed.value;
  if (!(await parts.products.drafts.isFree(code))) {
    const form = withError(parsed.form, 'code', 'This code is taken. Choose another');
    return parts.pages.refused(res, { view, model: await newModel(parts, form) });
  }
  if (!(await parts.products.newestByCode(from))) {
    const form = withError(parsed.form, 'from', 'Choose a product to begin from');
    return parts.pages.invalid(res, { view, model: await newModel(parts, form) });
  }
  res.redirect(303, `${paths.productDraft(code)}?from=${from}`);
}
