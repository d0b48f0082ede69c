import { Router, type Request, type Response } from 'express';
import type { PlainDate } from '#core/calendar.ts';
import { rateOf, RateDecimal } from '#core/rate.ts';
import { may } from '#core/roles.ts';
import { productChoices, type ProductVersion } from '#features/products/index.ts';
import { formOf, parseForm, withError, type FormState } from '#web/forms.ts';
import { open } from '#web/permission.ts';
import { clientNetwork, type Limiter } from '#web/rate-limit.ts';
import { estimateRefusal } from '../applying/estimate.view.ts';
import { lendingLimits } from '../underwriting/limits.rules.ts';
import { rateBand } from '../underwriting/underwriting.rules.ts';
import { calculate } from './calculation.ts';
import { inRhythm } from './calculator.forms.ts';
import { chosenProduct, type CalculatorParts } from './calculator.routes.ts';
import { startValues, type CalculatorFrame } from './calculator.view.ts';
import { indicativeForm } from './indicative.forms.ts';
import { indicate, mostLendable, type MonthlyCost } from './indication.ts';
import { carriedValues, indicativePage, stepOf, type IndicativeAnswer } from './indicative.view.ts';

export interface IndicativeParts extends CalculatorParts {
  limits: { indicativeByAddress: Limiter };
}

const view = 'loans/calculator/indicative';

/**
 * `/indicative`: whether we would lend, before anybody says who they are. The answer is the page itself and no
 * redirect: nothing is stored that another page could show, and what was typed stands in no address.
 */
export function indicativeRoutes(parts: IndicativeParts): Router {
  const router = Router();
  router.get('/indicative', open(), async (req, res) => {
    const frame = await frameOf(parts, res, req.query);
    if (!frame) await nothingOffered(parts, res);
    else await parts.pages.show(res, { view, model: indicativePage(frame, undefined) });
  });
  router.post('/indicative', open(), (req, res) => answer(parts, req, res));
  return router;
}

function nothingOffered({ pages }: IndicativeParts, res: Response): Promise<void> {
  return pages.show(res, { view: 'loans/calculator/none', model: { title: 'Would I get a loan?' } });
}

async function frameOf(
  { platform, products }: IndicativeParts,
  res: Response,
  question: Record<string, unknown>,
): Promise<CalculatorFrame | undefined> {
  const live = await products.live();
  const offered = chosenProduct(live, question.product);
  if (!offered) return undefined;
  const { actor } = res.locals;
  const form = formOf({ ...startValues(offered), ...carriedValues(question), product: offered.code });
  return {
    ...{ products: live, offered, form, page: 1, formats: platform.formats },
    product: inRhythm(offered, form.values.frequency ?? ''),
    reader: !actor ? 'stranger' : may(actor, 'loan:apply') ? 'borrower' : 'staff',
  };
}

async function answer(parts: IndicativeParts, req: Request, res: Response): Promise<void> {
  const { platform, pages, limits } = parts;
  const body = (req.body ?? {}) as Record<string, unknown>;
  const frame = await frameOf(parts, res, body);
  if (!frame) {
    await nothingOffered(parts, res);
    return;
  }
  await limits.indicativeByAddress.count(clientNetwork(req));
  const { product } = frame;
  const parsed = parseForm(indicativeForm(platform.currency, product), body);
  const page = (form: FormState, found?: IndicativeAnswer) => indicativePage({ ...frame, form }, found);
  if (!parsed.ok) {
    await pages.invalid(res, { view, model: page(parsed.form) });
    return;
  }
  const today = await platform.bankDay.today();
  const { amount, instalments, work, income, debts, fixed, value } = parsed.value;
  const facts = calculate(product, { amount, instalments, disbursedOn: today });
  if (!facts.ok) {
    const { field, text } = estimateRefusal(facts.refusal, platform.formats);
    await pages.refused(res, { view, model: page(withError(parsed.form, field, text)), status: 422 });
    return;
  }
  const { security: kind, minAmount: least, maxAmount: most } = product;
  const security = kind === 'none' || value === null ? null : { kind, value };
  const person = { work, income, debts, fixed, security };
  const cost = monthlyCost(product, { instalments, today });
  const found = {
    facts: facts.value,
    indication: indicate({ ...person, amount }, cost(amount) ?? { instalment: facts.value.schedule.instalment }),
    most: mostLendable(person, { least, most, step: stepOf(most), cost }),
    rates: rateBand(product.annualRate),
  };
  await pages.show(res, { view, model: page(parsed.form, found) });
}

/** What an amount costs a month at the product's rate, and what it would if a floating rate rose. */
export function monthlyCost(
  product: ProductVersion,
  { instalments, today }: { instalments: number; today: PlainDate },
): MonthlyCost {
  const stressed =
    product.rate.kind === 'floating'
      ? {
          ...product,
          annualRate: rateOf(new RateDecimal(product.annualRate).plus(lendingLimits.stressPercent).toFixed()),
        }
      : undefined;
  return (amount) => {
    const aMonth = (terms: ProductVersion) => {
      const facts = calculate(terms, { amount, instalments, disbursedOn: today });
      return facts.ok ? productChoices.aMonth(facts.value.schedule.instalment, terms.frequency) : undefined;
    };
    const instalment = aMonth(product);
    if (instalment === undefined) return undefined;
    return { instalment, stressedInstalment: stressed && aMonth(stressed) };
  };
}
