import { Router, type Request, type Response } from 'express';
import type { Products, ProductVersion } from '#features/products/index.ts';
import type { Platform } from '#platform/platform.ts';
import { formOf, parseForm, withError, type FormState } from '#web/forms.ts';
import { permission } from '#web/permission.ts';
import type { Pages } from '#web/render.ts';
import type { LivePolicy } from '../judging/judging.service.ts';
import type { RiskModels, Stage } from '../models/shipped.ts';
import type { Value } from '../scoring/values.ts';
import { trySections } from './try-columns.ts';
import { exampleValues, policyQuestions, stageOf, tryForm, type PolicyQuestion } from './try.forms.ts';
import type { TypedApplicant } from './try-order.ts';
import { triedView } from './try-result.view.ts';
import { tryPage, type TryFrame } from './try.view.ts';
import { tryApplicant } from './trying.ts';

export interface TryParts {
  models: RiskModels;
  policies: LivePolicy;
  products: Pick<Products, 'live'>;
  platform: Platform;
  pages: Pages;
}

const view = 'risk/trying/try';

/**
 * `/risk/try`: a score of somebody who did not apply. The answer is the page itself and no redirect: nothing is stored
 * that another page could show, and what was typed stands in no address.
 */
export function tryRoutes(parts: TryParts): Router {
  const router = Router();
  router.get('/risk/try', permission('score:try'), async (req, res) => {
    const frame = await frameOf(parts, stageOf(req.query));
    await parts.pages.show(res, { view, model: tryPage(frame, undefined) });
  });
  router.post('/risk/try', permission('score:try'), (req, res) => answer(parts, req, res));
  return router;
}

async function frameOf({ models, products, platform }: TryParts, stage: Stage): Promise<TryFrame> {
  const sections = trySections(models.models[stage].inputs);
  const form = formOf(exampleValues(sections, stage));
  return { stage, sections, products: await products.live(), form, formats: platform.formats };
}

async function answer(parts: TryParts, req: Request, res: Response): Promise<void> {
  const { pages, models, policies, platform } = parts;
  const frame = await frameOf(parts, stageOf(req.body));
  const products = frame.products.map(({ code }) => code);
  const parsed = parseForm(tryForm({ sections: frame.sections, products }), req.body);
  const invalid = (form: FormState) => pages.invalid(res, { view, model: tryPage({ ...frame, form }, undefined) });
  if (!parsed.ok) {
    await invalid(parsed.form);
    return;
  }
  const { applicant, product } = applicantOf(frame, parsed.value);
  const tried = tryApplicant({ models, policy: await policies.live() }, { applicant, product });
  if (!tried.ok) {
    const { field, message } = tried.refusal;
    await invalid(withError(parsed.form, field, `${field} ${message}`));
    return;
  }
  const found = triedView(tried.value, { row: applicant.row, formats: platform.formats });
  await pages.show(res, { view, model: tryPage({ ...frame, form: parsed.form }, found) });
}

function applicantOf(
  { stage, sections, products }: TryFrame,
  typed: Record<string, unknown>,
): { applicant: TypedApplicant; product: ProductVersion | undefined } {
  const columns = sections.flatMap((section) => section.columns);
  const row = Object.fromEntries(columns.map(({ input: { name } }) => [name, valueIn(typed[name])]));
  const answers = Object.fromEntries(
    policyQuestions.map(({ name }) => [name, typeof typed[name] === 'string' ? typed[name] : null]),
  ) as Record<PolicyQuestion, string | null>;
  return { applicant: { stage, row, answers }, product: products.find(({ code }) => code === typed.product) };
}

function valueIn(value: unknown): Value {
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}
