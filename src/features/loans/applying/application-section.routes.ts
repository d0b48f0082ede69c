import { Router, type Request, type Response } from 'express';
import { Fault } from '#core/errors.ts';
import { isOfferedCountry } from '#web/countries.ts';
import { actor, ownParty } from '#web/express.ts';
import { flash } from '#web/flash.ts';
import { parseForm, withError, type FormState } from '#web/forms.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import { calculateForm, parseSection, typed, type ParsedSection } from './application.forms.ts';
import type { Application } from './application.model.ts';
import { ownApplication, sectionPage, startingForm, type ApplicationRouteParts } from './application.pages.ts';
import { explainSection, type Explained } from './application-refusals.ts';
import { neededSections, sectionNames, type SectionName } from './application-sections.ts';
import { isEditable } from './application-states.ts';
import { sectionTitles } from './application-texts.ts';
import { stepAfter } from './application.view.ts';
import { estimateRefusal, type Asked } from './estimate.view.ts';
import { chosenBy } from './chosen-product.ts';
import { withRows } from './obligations.view.ts';

const view = 'loans/application-section';

/** One address a section, so that the offer's and others under an application stay free for their owners. */
export function sectionRoutes(parts: ApplicationRouteParts): Router {
  const router = Router();
  for (const section of sectionNames) {
    const path = `/loans/apply/:applicationId/${section}`;
    router.get(path, permission('loan:apply'), (req, res) => show(parts, { section, req, res }));
    router.post(path, permission('loan:apply'), (req, res) => save(parts, { section, req, res }));
    router.post(`${path}/keep`, permission('loan:apply'), (req, res) => keep(parts, { section, req, res }));
  }
  return router;
}

interface Call {
  section: SectionName;
  req: Request;
  res: Response;
}

const isOpen = (application: Application, section: SectionName) =>
  isEditable(application.state) && neededSections(application).includes(section);

async function show(parts: ApplicationRouteParts, { section, req, res }: Call): Promise<void> {
  const application = await ownApplication(parts, ownParty(res), req.params.applicationId);
  if (!isOpen(application, section)) {
    res.redirect(303, paths.application(application._id));
    return;
  }
  const { form, keptAt } = await startingForm(parts, application, section);
  const asked = section === 'terms' ? await parts.applications.openSection(application, 'terms') : undefined;
  const chosen = typed(req.query, 'country');
  const saved = form.values.country ?? '';
  const country = [chosen, saved].find(isOfferedCountry) ?? parts.platform.country;
  // Another country has other fields: what was saved for the first one is not put into them.
  const kept = section === 'bank' && country !== saved ? { values: {}, errors: {} } : form;
  const model = await modelOf(parts, application, { section, form: kept, country, asked, keptAt });
  await parts.pages.show(res, { view, model });
}

async function modelOf(
  parts: ApplicationRouteParts,
  application: Application,
  at: { section: SectionName; form: FormState; country: string; asked: Asked | undefined; keptAt?: Date | undefined },
) {
  const { asked, ...page } = at;
  const costs = { asked, today: await parts.platform.bankDay.today() };
  return sectionPage(parts, application, { ...page, costs });
}

/** The page again, with the input kept: for the bank section with the fields of the country that was sent. */
function again(parts: ApplicationRouteParts, call: Call, application: Application) {
  const sent = typed(call.req.body, 'country');
  const country = isOfferedCountry(sent) ? sent : parts.platform.country;
  return (form: FormState, asked?: Asked) =>
    modelOf(parts, application, { section: call.section, form, country, asked });
}

async function parsedOf(parts: ApplicationRouteParts, { section, req }: Call, application: Application) {
  const { currency, formats } = parts.platform;
  const { frequency } = await parts.applications.productOf(application);
  return parseSection(section, req.body, { currency, locale: formats.locale, frequency });
}

async function save(parts: ApplicationRouteParts, call: Call): Promise<void> {
  const { section, req, res } = call;
  const application = await ownApplication(parts, ownParty(res), req.params.applicationId);
  const action = typed(req.body, 'action');
  if (section === 'terms' && action === 'calculate') {
    await calculate(parts, call, application);
    return;
  }
  const parsed = await parsedOf(parts, call, application);
  if (section === 'obligations' && /^(add|remove-\d{1,2})$/.test(action)) {
    await parts.applications.keepUnfinished({ application, section, values: withRows(parsed.form, action) });
    res.redirect(303, paths.applicationSection(application._id, section));
    return;
  }
  const outcome = await savedBy(parts, call, { application, parsed });
  if (outcome.saved) {
    const known = await parts.applications.progress(outcome.saved);
    const next = stepAfter(outcome.saved, known, section).step;
    const there = paths.applicationSection(application._id, next);
    res.redirect(303, action === 'leave' ? paths.application(application._id) : there);
    return;
  }
  if (isOpen(application, section)) {
    // What does not make answers yet is kept all the same, so that nothing is lost when the person or the session goes.
    const values = enteredIn(parsed.form);
    await parts.applications.keepUnfinished({ application, section, values });
    if (action === 'leave') {
      flash(req, {
        kind: 'info',
        text: `We kept what you entered in “${sectionTitles[section]}”. It is not complete yet.`,
      });
      res.redirect(303, paths.application(application._id));
      return;
    }
  }
  const fresh = await ownApplication(parts, ownParty(res), application._id);
  const model = await again(parts, call, fresh)(outcome.form);
  await (outcome.status === 409
    ? parts.pages.refused(res, { view, model, status: 409 })
    : parts.pages.invalid(res, { view, model }));
}

type Outcome = { saved: Application } | { saved: undefined; form: FormState; status: 409 | 422 };

const changedElsewhere: Explained = {
  field: 'form',
  text: 'This application was changed in another window or on another device since you opened this page. What you entered is still below and is not saved yet. Look through it and press save to use it',
};

async function savedBy(
  parts: ApplicationRouteParts,
  { res }: Call,
  { application, parsed }: { application: Application; parsed: ParsedSection },
): Promise<Outcome> {
  if (!parsed.ok) return { saved: undefined, form: parsed.form, status: 422 };
  const refused = ({ field, text }: Explained): Outcome => ({
    saved: undefined,
    form: withError(parsed.form, field, text),
    status: field === 'form' ? 409 : 422,
  });
  const order = { actor: actor(res).userId, partyId: ownParty(res), applicationId: application._id };
  try {
    const saved = await parts.applications.saveSection({ ...order, version: parsed.version, ...parsed.input });
    return saved.ok ? { saved: saved.value } : refused(explainSection(saved.refusal, parts.formats));
  } catch (error) {
    if (error instanceof Fault && error.kind === 'conflict') return refused(changedElsewhere);
    throw error;
  }
}

const frameFields: readonly string[] = ['version', 'action', 'product'];

/** What the person entered, without what the form carries for itself. */
function enteredIn({ values }: FormState): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !frameFields.includes(name)));
}

/** What the page's script sends from time to time: kept, or a status that says why not. Nothing of it is looked at. */
async function keep(parts: ApplicationRouteParts, call: Call): Promise<void> {
  const { section, req, res } = call;
  const application = await ownApplication(parts, ownParty(res), req.params.applicationId);
  const { form } = await parsedOf(parts, call, application);
  const shownVersion = Number(/^\d{1,9}$/.exec(typed(req.body, 'version'))?.[0] ?? 0);
  const kept = await parts.applications.keepUnfinished({ application, section, values: enteredIn(form), shownVersion });
  if (!kept.ok) {
    res.status(409).json({ kept: false });
    return;
  }
  res.json({ kept: true, text: `Kept at ${parts.formats.instant(kept.value)}` });
}

/** "Show what it costs", for a page without scripts: the same page with the figures, nothing saved. */
async function calculate(parts: ApplicationRouteParts, call: Call, application: Application): Promise<void> {
  const { pages, platform, products, applications, formats } = parts;
  const { req, res } = call;
  const page = again(parts, call, application);
  const parsed = parseForm(calculateForm(platform.currency), req.body);
  if (!parsed.ok) {
    await pages.invalid(res, { view, model: await page(parsed.form) });
    return;
  }
  const { amount, instalments, frequency } = parsed.value;
  const refused = async ({ field, text }: Explained) =>
    pages.refused(res, { view, model: await page(withError(parsed.form, field, text)), status: 422 });
  const product = chosenBy(await applications.productOf(application), frequency);
  if (!product) {
    await refused(explainSection({ code: 'frequency' }, formats));
    return;
  }
  const disbursedOn = await platform.bankDay.today();
  const cost = products.estimate(product, { amount, instalments, disbursedOn });
  if (!cost.ok) {
    await refused(estimateRefusal(cost.refusal, formats));
    return;
  }
  await pages.show(res, { view, model: await page(parsed.form, { amount, instalments }) });
}
