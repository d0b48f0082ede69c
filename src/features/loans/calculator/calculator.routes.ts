import { Router, type Request, type Response } from 'express';
import { notFound } from '#core/errors.ts';
import { may } from '#core/roles.ts';
import type { Products, ProductVersion } from '#features/products/index.ts';
import type { Platform } from '#platform/platform.ts';
import { formOf, parseForm, withError, type FormState } from '#web/forms.ts';
import { pageNumber } from '#web/paging.ts';
import { open } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import type { Pages } from '#web/render.ts';
import { sendDocument } from '#web/send-document.ts';
import { estimateRefusal } from '../applying/estimate.view.ts';
import type { KeyFacts } from '../key-facts/key-facts.ts';
import { calculate } from './calculation.ts';
import { calculatorQuery, inRhythm } from './calculator.forms.ts';
import { addressOf, calculatorPage, startValues, type CalculatorFrame } from './calculator.view.ts';
import { scheduleCsv } from './schedule-csv.ts';

export interface CalculatorParts {
  platform: Platform;
  products: Products;
  pages: Pages;
}

/** `/calculator`: what a loan would cost, for anybody; the question stands in the address and says nothing of a person. */
export function calculatorRoutes(parts: CalculatorParts): Router {
  const router = Router();
  router.get('/calculator', open(), (req, res) => show(parts, req, res));
  router.get('/calculator/schedule.csv', open(), (req, res) => download(parts, req, res));
  return router;
}

async function show(parts: CalculatorParts, req: Request, res: Response): Promise<void> {
  const { pages } = parts;
  const products = await parts.products.live();
  const offered = chosenProduct(products, req.query.product);
  if (!offered) {
    await pages.show(res, { view: 'loans/calculator/none', model: { title: 'Loan calculator' } });
    return;
  }
  const frame = frameOf(parts, res, { products, offered, page: pageNumber(req.query) });
  // The bare address, or one that only names a loan, is the start of a question and no wrong one.
  const isStart = req.query.amount === undefined && req.query.instalments === undefined;
  const asked = await ask(parts, offered, isStart ? startValues(offered) : req.query);
  const view = 'loans/calculator/page';
  if (asked.ok) {
    const model = calculatorPage({ ...frame, product: asked.facts.product, form: asked.form }, asked.facts);
    await pages.show(res, { view, model });
    return;
  }
  const product = inRhythm(offered, asked.form.values.frequency ?? '');
  await pages.invalid(res, { view, model: calculatorPage({ ...frame, product, form: asked.form }, undefined) });
}

function frameOf(
  { platform }: CalculatorParts,
  res: Response,
  at: Pick<CalculatorFrame, 'products' | 'offered' | 'page'>,
): Omit<CalculatorFrame, 'product' | 'form'> {
  const { actor } = res.locals;
  const reader = !actor ? 'stranger' : may(actor, 'loan:apply') ? 'borrower' : 'staff';
  return { ...at, reader, formats: platform.formats };
}

/** The one that is named, or the first: an unknown name starts anew. */
export function chosenProduct(products: readonly ProductVersion[], code: unknown): ProductVersion | undefined {
  return products.find((product) => product.code === code) ?? products[0];
}

type Answer = { ok: true; facts: KeyFacts; form: FormState } | { ok: false; form: FormState };

/** The figures, or the form with a sentence at what is wrong. */
export async function ask(
  { platform }: Pick<CalculatorParts, 'platform'>,
  offered: ProductVersion,
  query: unknown,
): Promise<Answer> {
  const parsed = parseForm(calculatorQuery(platform.currency), query);
  const form = formOf({ ...parsed.form.values, product: offered.code });
  if (!parsed.ok) return { ok: false, form: { ...form, errors: parsed.form.errors } };
  const product = inRhythm(offered, parsed.value.frequency);
  const disbursedOn = await platform.bankDay.today();
  const facts = calculate(product, { ...parsed.value, disbursedOn });
  if (facts.ok) return { ok: true, facts: facts.value, form };
  const { field, text } = estimateRefusal(facts.refusal, platform.formats);
  return { ok: false, form: withError(form, field, text) };
}

async function download(parts: CalculatorParts, req: Request, res: Response): Promise<void> {
  const offered = chosenProduct(await parts.products.live(), req.query.product);
  if (!offered) throw notFound('Schedule');
  const asked = await ask(parts, offered, req.query);
  if (!asked.ok) {
    // The page says what is wrong with the question.
    res.redirect(303, addressOf(paths.calculator, { ...asked.form.values, amount: asked.form.values.amount ?? '' }));
    return;
  }
  const csv = scheduleCsv(asked.facts, parts.platform.currency);
  await sendDocument(res, { name: `schedule-${offered.code}.csv`, type: 'csv' }, () => {
    res.send(csv);
    return Promise.resolve();
  });
}
