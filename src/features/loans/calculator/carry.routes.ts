import { Router, type Request, type Response } from 'express';
import { Fault } from '#core/errors.ts';
import { rhythmText, termText, type ProductVersion } from '#features/products/index.ts';
import { actor, ownParty } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { parseForm, withError, type FormState } from '#web/forms.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import { explainSection } from '../applying/application-refusals.ts';
import type { Applications } from '../applying/application.service.ts';
import type { KeyFacts } from '../key-facts/key-facts.ts';
import { carryForm } from './calculator.forms.ts';
import { ask, chosenProduct, type CalculatorParts } from './calculator.routes.ts';
import { addressOf, queryOf } from './calculator.view.ts';

export interface CarryParts extends CalculatorParts {
  applications: Applications;
}

const view = 'loans/calculator/carry';

/** `/calculator/apply`: an application that starts with the calculator's figures. Opening the address starts nothing. */
export function carryRoutes(parts: CarryParts): Router {
  const router = Router();
  router.get('/calculator/apply', permission('loan:apply'), async (req, res) => {
    const found = await figures(parts, req.query);
    if (!found) {
      res.redirect(303, backTo(req.query));
      return;
    }
    await parts.pages.show(res, { view, model: await carryPage(parts, res, found) });
  });
  router.post('/calculator/apply', permission('loan:apply'), (req, res) => carry(parts, req, res));
  return router;
}

interface Figures {
  offered: ProductVersion;
  facts: KeyFacts;
  form: FormState;
}

async function figures(parts: CarryParts, query: Record<string, unknown>): Promise<Figures | undefined> {
  const products = await parts.products.live();
  const offered = chosenProduct(products, query.product);
  if (!offered || offered.code !== query.product) return undefined;
  const asked = await ask(parts, offered, query);
  return asked.ok ? { offered, facts: asked.facts, form: asked.form } : undefined;
}

/** To the calculator, which says what is wrong with the figures; only its own fields go with it. */
function backTo(query: Record<string, unknown>): string {
  const names = ['product', 'amount', 'instalments', 'frequency'];
  const kept = names.flatMap((name) => {
    const value = query[name];
    return typeof value === 'string' ? [[name, value.slice(0, 60)] as const] : [];
  });
  return addressOf(paths.calculator, Object.fromEntries(kept));
}

async function carryPage({ applications, platform }: CarryParts, res: Response, found: Figures) {
  const { formats } = platform;
  const { facts, offered, form } = found;
  const { product, schedule, terms } = facts;
  const instalments = terms.instalments ?? schedule.rows.length;
  const own = await applications.listOwn(ownParty(res));
  const draft = own.find((one) => one.state === 'draft' && one.productCode === offered.code);
  const query = queryOf(product, { amount: terms.principal, instalments });
  return {
    title: 'Apply with these figures',
    crumbs: [{ text: 'Loan calculator', href: addressOf(paths.calculator, query) }, { text: 'Apply' }],
    form,
    action: paths.calculatorApply,
    hidden: Object.entries(query).map(([name, value]) => ({ name, value })),
    rows: [
      { label: 'Loan', value: product.name },
      { label: 'Amount', value: formats.moneyWithCurrency(terms.principal) },
      { label: 'Term', value: termText(product, instalments) },
      { label: 'Instalment', value: `${formats.moneyWithCurrency(schedule.instalment)} ${rhythmText(product)}` },
    ],
    purposes: [
      { value: '', text: 'Choose one' },
      ...offered.purposes.map((purpose) => ({ value: purpose, text: purpose })),
    ],
    draft:
      draft &&
      `You have started application ${draft.reference} for this loan. These figures take the place of the amount and term in it; everything else you answered stays.`,
    back: addressOf(paths.calculator, query),
  };
}

async function carry(parts: CarryParts, req: Request, res: Response): Promise<void> {
  const { applications, pages, platform } = parts;
  const parsed = parseForm(carryForm(platform.currency), req.body);
  const { purpose: _purpose, ...question } = parsed.form.values;
  const found = await figures(parts, question);
  // The figures stand in the page's hidden fields: without good ones this is not a form that we showed.
  if (!found) throw new Fault('stale-form', 'The figures of the calculator are not those of a form that was shown');
  const again = (form: FormState) => carryPage(parts, res, { ...found, form });
  if (!parsed.ok) {
    await pages.invalid(res, { view, model: await again(parsed.form) });
    return;
  }
  const { userId, branchId } = actor(res);
  const who = { actor: userId, partyId: ownParty(res) };
  const started = await applications.start({ ...who, branchId, productCode: found.offered.code });
  if (!started.ok) {
    res.redirect(303, paths.apply);
    return;
  }
  const { _id: applicationId, version } = started.value;
  const { amount, instalments, purpose } = parsed.value;
  const { frequency } = found.facts.product;
  const answers = { amount, instalments, purpose, frequency };
  const saved = await applications.saveSection({ ...who, applicationId, version, section: 'terms', answers });
  if (!saved.ok) {
    // A draft keeps the version of the product that it was started with, which may have had other limits.
    const { text } = explainSection(saved.refusal, platform.formats);
    await pages.refused(res, { view, model: await again(withError(parsed.form, 'form', text)), status: 422 });
    return;
  }
  const text = `${platform.formats.moneyWithCurrency(amount)} is filled in. Go on with the sections that are still to do.`;
  flash(req, { kind: 'success', text });
  res.redirect(303, paths.application(applicationId));
}
