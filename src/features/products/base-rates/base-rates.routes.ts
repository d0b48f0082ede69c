import { Router, type Request, type Response } from 'express';
import { dateText } from '#core/calendar.ts';
import { newId } from '#core/ids.ts';
import { actor } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { emptyForm, parseForm, withError, type FormState } from '#web/forms.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import { baseRatesPage } from '../product-pages.view.ts';
import type { ProductRouteParts } from '../products.pages.ts';
import { baseRateForm } from './base-rates.forms.ts';

const view = 'products/base-rates';

/** `/products/base-rates`: what is there, and another one to be confirmed by a second person. */
export function baseRateRoutes(parts: ProductRouteParts): Router {
  const router = Router();
  router.get('/products/base-rates', permission('product:edit'), async (_req, res) => {
    await parts.pages.show(res, { view, model: await pageOf(parts, emptyForm) });
  });
  router.post('/products/base-rates', permission('product:edit'), (req, res) => ask(parts, req, res));
  return router;
}

async function pageOf({ products, platform, formats }: ProductRouteParts, form: FormState) {
  const [rates, today] = await Promise.all([products.baseRates.list(), platform.bankDay.today()]);
  return baseRatesPage({ rates, today: dateText(today), form, key: newId(), formats });
}

async function ask(parts: ProductRouteParts, req: Request, res: Response): Promise<void> {
  const parsed = parseForm(baseRateForm, req.body);
  if (!parsed.ok) return parts.pages.invalid(res, { view, model: await pageOf(parts, parsed.form) });
  const { key, ...wanted } = parsed.value;
  const asked = await parts.products.baseRates.ask({ id: key, ...wanted, maker: actor(res) });
  if (!asked.ok) {
    const form = withError(parsed.form, asked.refusal.field, asked.refusal.message);
    return parts.pages.refused(res, { view, model: await pageOf(parts, form) });
  }
  flash(req, { kind: 'success', text: 'Asked for. A second person confirms the rate before it counts.' });
  res.redirect(303, paths.approval(asked.value.id));
}
