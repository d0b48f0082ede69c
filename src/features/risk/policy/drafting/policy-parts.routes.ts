import { Router, type Request, type Response } from 'express';
import { notFound } from '#core/errors.ts';
import { pathParameter } from '#web/express.ts';
import { formOf, parseForm, withError, type FormState } from '#web/forms.ts';
import { permission } from '#web/permission.ts';
import type { PolicyRouteParts } from '../policy.pages.ts';
import { limitsFaults, pricingFaults } from '../policy-faults.ts';
import type { DraftBase } from './policy-drafts.service.ts';
import {
  draftVersionForm,
  limitsForm,
  limitsValues,
  priceErrors,
  pricesForm,
  pricesOf,
  priceValues,
  ruleValues,
} from './policy-draft.forms.ts';
import { knownOf } from './policy-draft-parts.ts';
import { savePart } from './policy-saving.routes.ts';
import { limitsPage, pricesPage, rulePage } from './policy-parts.view.ts';
import { saveRule } from './policy-rules.routes.ts';

interface Exchange {
  req: Request;
  res: Response;
}

const rulesPath = '/risk/policies/draft/rules';
const pricesPath = '/risk/policies/draft/prices';
const limitsPath = '/risk/policies/draft/limits';

/** One small form for each part of the draft: a rule, the prices, the limits. */
export function policyPartRoutes(parts: PolicyRouteParts): Router {
  const { pages, policies, formats } = parts;
  const router = Router();
  const edit = permission('policy:edit');
  const starting = ({ version }: DraftBase, values: Record<string, string>) =>
    formOf({ ...values, version: String(version) });

  router.get(`${rulesPath}/:code`, edit, async (req, res) => {
    const code = codeOf(req);
    const base = await policies.base();
    const rule = code === undefined ? undefined : ruleIn(base, code);
    const form = starting(base, rule ? ruleValues(rule) : { whenUnknown: 'refer' });
    const model = rulePage({ code, form, names: await policies.names(), formats });
    await pages.show(res, { view: 'risk/policies/rule', model });
  });
  router.post(`${rulesPath}/:code`, edit, (req, res) => saveRule(parts, { req, res, code: codeOf(req) }));
  router.post(`${rulesPath}/:code/remove`, edit, (req, res) => removeRule(parts, { req, res }));
  router.get(pricesPath, edit, async (_req, res) => {
    const base = await policies.base();
    const form = starting(base, priceValues(base.content));
    await pages.show(res, await pricesAgain(parts, form));
  });
  router.post(pricesPath, edit, (req, res) => savePrices(parts, { req, res }));
  router.get(limitsPath, edit, async (_req, res) => {
    const base = await policies.base();
    const form = starting(base, limitsValues(base.content));
    await pages.show(res, await limitsAgain(parts, form));
  });
  router.post(limitsPath, edit, (req, res) => saveLimits(parts, { req, res }));
  return router;
}

/** Undefined for a rule that is new. */
function codeOf(req: Request): string | undefined {
  const code = pathParameter(req.params.code);
  return code === 'new' ? undefined : code;
}

function ruleIn({ content }: DraftBase, code: string) {
  const rule = content.rules.find((one) => one.code === code);
  if (!rule) throw notFound('Rule');
  return rule;
}

async function removeRule(parts: PolicyRouteParts, { req, res }: Exchange): Promise<void> {
  const { policies, pages, formats } = parts;
  const code = pathParameter(req.params.code);
  const base = await policies.base();
  const rule = ruleIn(base, code);
  const again = async (form: FormState) => {
    const shown = { values: { ...ruleValues(rule), version: String(base.version) }, errors: form.errors };
    return {
      view: 'risk/policies/rule',
      model: rulePage({ code, form: shown, names: await policies.names(), formats }),
    };
  };
  const parsed = parseForm(draftVersionForm, req.body);
  if (!parsed.ok) return pages.invalid(res, await again(parsed.form));
  if (base.content.rules.length === 1) {
    const message = 'This is the only rule: without one every application would be approved. Nothing was changed';
    return pages.refused(res, await again(withError(parsed.form, 'form', message)));
  }
  const rules = base.content.rules.filter((one) => one.code !== code);
  await savePart(parts, {
    ...{ req, res, base, again, form: parsed.form, version: parsed.value.version },
    content: { ...base.content, rules },
    part: `rule ${code} removed`,
    done: `The rule ${code} is out of the draft.`,
  });
}

async function pricesAgain({ policies, formats }: PolicyRouteParts, form: FormState) {
  return { view: 'risk/policies/prices', model: pricesPage({ form, names: await policies.names(), formats }) };
}

async function savePrices(parts: PolicyRouteParts, { req, res }: Exchange): Promise<void> {
  const { policies, pages } = parts;
  const again = (form: FormState) => pricesAgain(parts, form);
  const parsed = parseForm(pricesForm, req.body);
  if (!parsed.ok) return pages.invalid(res, await again(parsed.form));
  const { pricing, errors } = pricesOf(parsed.value);
  const faults = pricingFaults(pricing, knownOf(await policies.names()));
  const wrong = { ...priceErrors(parsed.value, faults), ...errors };
  if (Object.keys(wrong).length > 0)
    return pages.invalid(res, await again({ values: parsed.form.values, errors: wrong }));
  const base = await policies.base();
  await savePart(parts, {
    ...{ req, res, base, again, form: parsed.form, version: parsed.value.version },
    content: { ...base.content, pricing },
    part: 'prices',
    done: 'The prices are in the draft.',
  });
}

async function limitsAgain({ policies, formats }: PolicyRouteParts, form: FormState) {
  return { view: 'risk/policies/limits', model: limitsPage({ form, names: await policies.names(), formats }) };
}

async function saveLimits(parts: PolicyRouteParts, { req, res }: Exchange): Promise<void> {
  const { policies, pages } = parts;
  const again = (form: FormState) => limitsAgain(parts, form);
  const parsed = parseForm(limitsForm, req.body);
  if (!parsed.ok) return pages.invalid(res, await again(parsed.form));
  const { version, ...limits } = parsed.value;
  const faults = limitsFaults(limits);
  if (faults.length > 0) {
    const errors = Object.fromEntries(faults.map(({ field, message }) => [field, message]));
    return pages.invalid(res, await again({ values: parsed.form.values, errors }));
  }
  const base = await policies.base();
  await savePart(parts, {
    ...{ req, res, base, again, version, form: parsed.form },
    content: { ...base.content, limits },
    part: 'limits',
    done: 'The limits are in the draft.',
  });
}
