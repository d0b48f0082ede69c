import { Router, type Request, type Response } from 'express';
import type { FormState } from '#web/forms.ts';
import { parseForm, withError } from '#web/forms.ts';
import { isOfferedCountry } from '#web/countries.ts';
import { actor, ownParty } from '#web/express.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import { calculateForm, parseSection, typed } from './application.forms.ts';
import type { Application } from './application.model.ts';
import { ownApplication, sectionPage, startingForm, type ApplicationRouteParts } from './application.pages.ts';
import { explainSection } from './application-refusals.ts';
import { neededSections, sectionNames, type SectionName } from './application-sections.ts';
import { stepAfter } from './application.view.ts';
import { estimateRefusal, type Asked } from './estimate.view.ts';

const view = 'loans/application-section';

/** One address a section, so that the offer's and others under an application stay free for their owners. */
export function sectionRoutes(parts: ApplicationRouteParts): Router {
  const router = Router();
  for (const section of sectionNames) {
    const path = `/loans/apply/:applicationId/${section}`;
    router.get(path, permission('loan:apply'), (req, res) => show(parts, { section, req, res }));
    router.post(path, permission('loan:apply'), (req, res) => save(parts, { section, req, res }));
  }
  return router;
}

interface Call {
  section: SectionName;
  req: Request;
  res: Response;
}

async function show(parts: ApplicationRouteParts, { section, req, res }: Call): Promise<void> {
  const application = await ownApplication(parts, ownParty(res), req.params.applicationId);
  if (application.state !== 'draft' || !neededSections(application).includes(section)) {
    res.redirect(303, paths.application(application._id));
    return;
  }
  const form = await startingForm(parts, application, section);
  const asked = section === 'terms' ? await parts.applications.openSection(application, 'terms') : undefined;
  const chosen = typed(req.query, 'country');
  const saved = form.values.country ?? '';
  const country = [chosen, saved].find(isOfferedCountry) ?? parts.platform.country;
  // Another country has other fields: what was saved for the first one is not put into them.
  const kept = section === 'bank' && country !== saved ? { values: {}, errors: {} } : form;
  const model = await modelOf(parts, application, { section, form: kept, country, asked });
  await parts.pages.show(res, { view, model });
}

async function modelOf(
  parts: ApplicationRouteParts,
  application: Application,
  at: { section: SectionName; form: FormState; country: string; asked: Asked | undefined },
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

async function save(parts: ApplicationRouteParts, call: Call): Promise<void> {
  const { section, req, res } = call;
  const application = await ownApplication(parts, ownParty(res), req.params.applicationId);
  const page = again(parts, call, application);
  if (section === 'terms' && typed(req.body, 'action') === 'calculate') {
    await calculate(parts, call, application);
    return;
  }
  const { currency, formats } = parts.platform;
  const parsed = parseSection(section, req.body, { currency, locale: formats.locale });
  if (!parsed.ok) {
    await parts.pages.invalid(res, { view, model: await page(parsed.form) });
    return;
  }
  const saved = await parts.applications.saveSection({
    actor: actor(res).userId,
    partyId: ownParty(res),
    applicationId: application._id,
    version: parsed.version,
    ...parsed.input,
  });
  if (!saved.ok) {
    const { field, text } = explainSection(saved.refusal, formats);
    const model = await page(withError(parsed.form, field, text));
    await parts.pages.refused(res, { view, model, status: field === 'form' ? 409 : 422 });
    return;
  }
  const next = stepAfter(saved.value, section).step;
  const leaving = parsed.action === 'leave';
  res.redirect(303, leaving ? paths.application(application._id) : paths.applicationSection(application._id, next));
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
  const { amount, instalments } = parsed.value;
  const product = await applications.productOf(application);
  const disbursedOn = await platform.bankDay.today();
  const cost = products.estimate(product, { amount, instalments, disbursedOn });
  if (!cost.ok) {
    const { field, text } = estimateRefusal(cost.refusal, formats);
    await pages.refused(res, { view, model: await page(withError(parsed.form, field, text)), status: 422 });
    return;
  }
  await pages.show(res, { view, model: await page(parsed.form, { amount, instalments }) });
}
