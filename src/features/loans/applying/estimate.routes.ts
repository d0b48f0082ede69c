import { Router, type Request, type Response } from 'express';
import { isId } from '#core/ids.ts';
import type { Products, ProductVersion } from '#features/products/index.ts';
import type { Platform } from '#platform/platform.ts';
import { parseForm } from '#web/forms.ts';
import { open } from '#web/permission.ts';
import { chosenBy } from './chosen-product.ts';
import { estimateQuery } from './application.forms.ts';
import { estimateFigures, estimateRefusal } from './estimate.view.ts';

interface EstimateRouteParts {
  platform: Platform;
  products: Products;
}

/** `/loans/estimate`: what a loan would cost, as JSON of formatted texts. Public, since it tells nothing of anybody. */
export function estimateRoutes(parts: EstimateRouteParts): Router {
  const router = Router();
  router.get('/loans/estimate', open(), (req, res) => answer(parts, req, res));
  return router;
}

async function answer({ platform, products }: EstimateRouteParts, req: Request, res: Response): Promise<void> {
  const refused = (field: string, message: string) => res.status(422).json({ error: { field, message } });
  const parsed = parseForm(estimateQuery(platform.currency), req.query);
  if (!parsed.ok) {
    const [field = 'form', message = 'Check the amount and the term'] = Object.entries(parsed.form.errors)[0] ?? [];
    refused(field, message);
    return;
  }
  const { product: wanted, frequency, ...asked } = parsed.value;
  const found = await productBy(products, wanted);
  const product = found && chosenBy(found, frequency);
  if (found && !product) {
    refused('frequency', 'Choose how often you want to pay from the list');
    return;
  }
  if (!product) {
    refused('product', 'We do not offer this loan');
    return;
  }
  const today = await platform.bankDay.today();
  const figures = estimateFigures({ products, product, today, formats: platform.formats }, asked);
  if (figures.ok) {
    res.json(figures.value);
    return;
  }
  const { field, text } = estimateRefusal(figures.refusal, platform.formats);
  refused(field, text);
}

/** By code the product as it is offered today; by id the version that an application has pinned. */
function productBy(products: Products, wanted: string): Promise<ProductVersion | undefined> {
  return isId(wanted) ? products.version(wanted) : products.liveByCode(wanted);
}
